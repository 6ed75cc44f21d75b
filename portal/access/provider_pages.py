"""Pages of signing in through the provider: off to it, back from it, and tying one's own account to it once."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from portal.access import factor, provider
from portal.access.models import ProviderAccount, ProviderSignIn
from portal.access.provider import Refused
from portal.access.provider_sign_in import NotTied, write_down

TYING, OFFERED = "provider_tying", "provider_offered"
"""Keys in the session: the state of a walk that shall tie, and whom the provider vouched for on it."""


def refused(request, refusal: Refused):
    """Say why the provider's answer opened nothing, and what to do next."""
    context = {**admin.site.each_context(request), "title": "Chưa đăng nhập được", "sentence": refusal.sentence}
    return render(request, "access/provider_refused.html", context, status=refusal.status)


class Off(OIDCAuthenticationRequestView):
    """Send the person to the provider; with ?noi=1 whoever is signed in ties the own account."""

    get_settings = staticmethod(provider.setting)

    def __init__(self, **kwargs):
        super(OIDCAuthenticationRequestView, self).__init__(**kwargs)

    def get(self, request):
        try:
            self.OIDC_OP_AUTH_ENDPOINT = provider.setting("OIDC_OP_AUTHORIZATION_ENDPOINT")
            self.OIDC_RP_CLIENT_ID = settings.OIDC_CLIENT_ID
            answer = super().get(request)
        except Refused as refusal:
            return refused(request, refusal)
        request.session.pop(TYING, None)
        if request.GET.get("noi") and request.user.is_authenticated:
            request.session[TYING] = list(request.session["oidc_states"])[-1]
        request.session.modified = True
        return answer


class Back(OIDCAuthenticationCallbackView):
    """Take the provider's answer: open the desk, offer to tie, or say why not."""

    get_settings = staticmethod(provider.setting)

    def get(self, request):
        tying = request.session.pop(TYING, None)
        self.ties = tying is not None and tying == request.GET.get("state") and request.user.is_authenticated
        try:
            if request.GET.get("error"):
                return self.cancelled(request)
            if request.GET.get("iss", provider.discovered()["issuer"]) != provider.discovered()["issuer"]:
                raise SuspiciousOperation("answer of another provider")
            return super().get(request)
        except NotTied as unknown:
            return self.offer(unknown) if self.ties else refused(request, unknown)
        except Refused as refusal:
            return refused(request, refusal)
        except SuspiciousOperation:
            return self.login_failure()

    def cancelled(self, request):
        """Say that the provider let the person not in; the state is used up."""
        request.session.get("oidc_states", {}).pop(request.GET.get("state", ""), None)
        request.session.modified = True
        return refused(request, Refused(f"{settings.OIDC_NAME} không cho đăng nhập, hoặc bạn đã hủy. Hãy thử lại."))

    def login_failure(self):
        return refused(
            self.request,
            Refused("Lượt đăng nhập này đã hết hạn, đã dùng, hoặc mở ở trình duyệt khác. Hãy bấm đăng nhập lại."),
        )

    def login_success(self):
        request, claims = self.request, self.request.provider_claims
        if self.ties:
            own = self.user == request.user
            words = "đã nối với tài khoản này từ trước." if own else "đã nối với tài khoản của người khác."
            messages.info(request, f"Tài khoản ở {settings.OIDC_NAME} {words}")
            return HttpResponseRedirect(reverse("admin:desk_security"))
        twice = provider.proved_twice(claims)
        request.second_factor_elsewhere = twice
        write_down(
            request,
            ProviderSignIn.Outcome.ENTERED,
            user=self.user,
            subject=str(claims[settings.OIDC_CLAIM])[:255],
            twice=twice,
        )
        return super().login_success()

    def offer(self, unknown: NotTied):
        """Ask once more before tying: the browser may have been signed in there as somebody else."""
        if unknown.subject:
            self.request.session[OFFERED] = [unknown.subject, unknown.called]
        return HttpResponseRedirect(reverse("admin:desk_provider_tie"))


def off(request):
    """The view of `Off`, 404 where no provider is named."""
    _must_be_on()
    return never_cache(Off.as_view())(request)


def back(request):
    """The view of `Back`, 404 where no provider is named."""
    _must_be_on()
    return never_cache(Back.as_view())(request)


@never_cache
@require_http_methods(["GET", "POST"])
def tie(request):
    """Ask whether to tie the own account to whom the provider vouched for; do it, or untie, on a press."""
    _must_be_on()
    home = HttpResponseRedirect(reverse("admin:desk_security"))
    if request.method == "POST" and request.POST.get("viec") == "untie":
        untie(request.user, by=request.user, reason="tự gỡ")
        messages.success(request, f"Đã gỡ nối với {settings.OIDC_NAME}.")
        return home
    offered = request.session.get(OFFERED)
    if not offered:
        return home
    if request.method == "GET":
        context = {**admin.site.each_context(request), "title": "Nối tài khoản", "called": offered[1]}
        return render(request, "access/provider_tie.html", {**context, "name": settings.OIDC_NAME})
    if not factor.may_change(request):
        messages.error(request, "Nối mở thêm một cách vào tài khoản: hãy đăng xuất, đăng nhập lại kèm mã rồi nối ngay.")
        return home
    del request.session[OFFERED]
    try:
        with transaction.atomic():
            ProviderAccount.objects.filter(user=request.user).delete()
            ProviderAccount.objects.create(user=request.user, issuer=settings.OIDC_ISSUER, subject=offered[0])
            factor.write_down(request.user, request.user, f"Nối với {settings.OIDC_NAME}: {offered[1]}")
            write_down(request, ProviderSignIn.Outcome.TIED, user=request.user, subject=offered[0])
    except IntegrityError:
        messages.error(request, f"Tài khoản ở {settings.OIDC_NAME} vừa được nối với người khác. Hãy hỏi quản trị viên.")
        return home
    messages.success(request, f"Đã nối. Từ nay bạn đăng nhập được bằng {settings.OIDC_NAME}.")
    return home


def untie(user, *, by, reason: str) -> int:
    """Untie an account from the provider, with a line in its history; return how many ties there were."""
    with transaction.atomic():
        count, _ = ProviderAccount.objects.filter(user=user).delete()
        if count:
            factor.write_down(by, user, f"Gỡ nối với {settings.OIDC_NAME}: {reason}")
    return count


def _must_be_on() -> None:
    if not provider.is_on():
        raise Http404
