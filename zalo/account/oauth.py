"""Consent of an OA administrator: the link to Zalo, and the address Zalo sends the browser back to.

Zalo's console may also make the link itself (then no `state` comes back): the answer is accepted only from a signed-in
person who may change accounts, and only when `oa_id` is an account that an agency of this person keeps.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from dossiers import ownership
from zalo.account import tokens
from zalo.api.client import code_challenge
from zalo.api.errors import ZaloError
from zalo.models import Account

STATE_SALT = "zalo.oauth"
STATE_LIFE = 60 * 60  # seconds; Zalo's code itself lives 10 minutes
MAY_CONNECT = "zalo.change_account"


def callback_address() -> str:
    """The address to enter in Zalo's console."""
    return settings.PUBLIC_BASE_URL + reverse("zalo:oauth-callback")


def consent_address(account: Account, user_id: int) -> str:
    """Where an OA administrator gives consent; carries the account's long-lived PKCE challenge and a signed state."""
    query = {
        "app_id": account.app_id,
        "redirect_uri": callback_address(),
        "code_challenge": code_challenge(tokens.ensure_verifier(account)),
        "state": signing.dumps([account.pk, user_id], salt=STATE_SALT),
    }
    return f"{settings.ZALO_OAUTH_BASE_URL}/v4/oa/permission?{urlencode(query)}"


@staff_member_required
@require_POST
def start(request: HttpRequest, account_id: int) -> HttpResponse:
    """Send the administrator to Zalo's consent page."""
    _require_right(request)
    account = get_object_or_404(Account, pk=account_id)
    ownership.refuse_foreign(request.user, [account])
    return redirect(consent_address(account, request.user.pk))


@staff_member_required
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Exchange the code for the first pair and go back to the account's page with a sentence."""
    _require_right(request)
    account = _granted_account(request)
    code = request.GET.get("code", "")
    if account is None:
        messages.error(
            request, "Zalo trả về một Official Account chưa khai báo ở đây. Hãy thêm tài khoản rồi kết nối lại."
        )
    elif not code:
        messages.error(request, "Zalo không gửi mã đồng ý. Hãy bấm “Kết nối Zalo” và chọn Đồng ý trên trang của Zalo.")
    else:
        try:
            tokens.connect_with_code(account, code[:2000])
            messages.success(request, f"Đã kết nối Official Account “{account}”.")
        except ZaloError as error:
            messages.error(
                request,
                f"Chưa kết nối được: {error.words} Mã đồng ý chỉ dùng một lần trong 10 phút, hãy bấm kết nối lại.",
            )
    return redirect(_account_page(account))


def _require_right(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_CONNECT):
        raise PermissionDenied("Bạn chưa được giao quyền kết nối Official Account.")


def _granted_account(request: HttpRequest) -> Account | None:
    account = Account.objects.filter(oa_id=request.GET.get("oa_id", "")).first()
    if account is not None:
        ownership.refuse_foreign(request.user, [account])
    state = request.GET.get("state")
    if not state:
        return account
    try:
        account_id, user_id = signing.loads(state, salt=STATE_SALT, max_age=STATE_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        raise PermissionDenied("Liên kết kết nối đã hết hạn. Hãy bấm “Kết nối Zalo” lại.") from None
    if user_id != request.user.pk or account is None or account.pk != account_id:
        raise PermissionDenied("Liên kết kết nối không dành cho bạn hoặc cho Official Account này.")
    return account


def _account_page(account: Account | None) -> str:
    try:
        return reverse("admin:zalo_account_change", args=[account.pk]) if account else reverse("admin:index")
    except NoReverseMatch:
        return reverse("admin:index")
