"""Pages of one's own sign-in: the second factor, the sessions; and of a colleague's, for who keeps the accounts."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import qr
from portal.access import factor, provider, provider_pages, sessions
from portal.access.models import ProviderAccount

WRONG = "Mã chưa đúng hoặc đã dùng. Xem mã mới trong ứng dụng rồi nhập lại."


class CodeForm(forms.Form):
    """Six digits of the authenticator, or a recovery code."""

    code = forms.CharField(label="Mã", max_length=20, error_messages={"required": "Hãy nhập mã."})


class ReasonForm(forms.Form):
    """Why an administrator touches a colleague's sign-in."""

    reason = forms.CharField(
        label="Lý do",
        min_length=5,
        max_length=200,
        error_messages={
            "required": "Hãy ghi lý do, ví dụ: mất điện thoại, đã gặp trực tiếp.",
            "min_length": "Hãy ghi lý do rõ hơn, ví dụ: mất điện thoại, đã gặp trực tiếp.",
        },
    )


def _page(request, template: str, title: str, *, status: int = 200, **more):
    context = {**admin.site.each_context(request), "title": title, "is_fullwidth": "1", **more}
    return render(request, f"access/{template}", context, status=status)


@never_cache
@require_GET
def security(request):
    """Show the own second factor and the own open sessions."""
    return _security(request)


def _security(request, *, error: str = "", codes: list[str] | None = None, status: int = 200):
    user = request.user
    may_change = factor.may_change(request)
    begun = factor.begun(user) if may_change else None
    return _page(
        request,
        "security.html",
        "Đăng nhập của tôi",
        status=status,
        has_factor=factor.has_one(user),
        may_change=may_change,
        must_have=factor.must_have(user),
        due=factor.is_due(),
        due_from=settings.SECOND_FACTOR_FROM,
        waits=request.session.get(factor.OPEN) == factor.ENROL,
        begun=begun,
        # The picture is ours, of an address we made.
        picture=mark_safe(qr.svg(begun.config_url)) if begun else "",
        secret=_spelled(begun) if begun else "",
        codes=codes,
        left=factor.codes_left(user),
        error=error,
        rows=sessions.open_of(user),
        own_key=request.session.session_key,
        provider_name=provider.name(),
        tied=ProviderAccount.objects.filter(user=user).first() if provider.is_on() else None,
    )


def _spelled(device) -> str:
    from base64 import b32encode

    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@never_cache
@require_POST
def change(request):
    """Begin, confirm or turn off the own second factor, or take new recovery codes; one that is on is proved first."""
    act, typed = request.POST.get("viec", ""), request.POST.get("code", "").strip()[:20]
    try:
        if act == "prove":
            if not factor.prove(request, typed):
                return _security(request, error=WRONG, status=422)
        elif not factor.may_change(request):
            return _security(request, error="Hãy nhập mã trước khi thay đổi.", status=422)
        elif act in ACTS:
            answer = ACTS[act](request, typed)
            if answer is not None:
                return answer
    except factor.Slowed as slowed:
        return _security(request, error=_wait(slowed), status=422)
    return HttpResponseRedirect(reverse("admin:desk_security"))


def _start(request, _typed: str):
    factor.start(request.user)


def _confirm(request, typed: str):
    codes = factor.confirm(request, typed)
    if codes is None:
        return _security(request, error="Mã chưa đúng. Xem mã mới trong ứng dụng rồi nhập lại.", status=422)
    return _security(request, codes=codes)


def _new_codes(request, _typed: str):
    user = request.user
    if not factor.has_one(user):
        return None
    codes = factor.new_codes(user)
    factor.write_down(user, user, "Tạo mã dự phòng mới")
    return _security(request, codes=codes)


def _turn_off(request, _typed: str):
    user = request.user
    if not factor.has_one(user):
        return None
    if factor.is_due() and factor.must_have(user):
        return _security(request, error="Vai trò của bạn bắt buộc xác thực hai bước, không tắt được.", status=422)
    factor.drop(user, by=user, reason="tự tắt")
    messages.success(request, "Đã tắt xác thực hai bước. Hãy đăng nhập lại.")
    return None


ACTS = {"start": _start, "confirm": _confirm, "codes": _new_codes, "off": _turn_off}


def _wait(slowed: factor.Slowed) -> str:
    return f"Nhập sai nhiều lần. Hãy đợi {slowed.seconds} giây rồi nhập mã mới."


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request):
    """Ask for the code after the password."""
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = reverse("admin:index")
    if factor.OPEN not in request.session:
        return HttpResponseRedirect(reverse("admin:index"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if factor.prove(request, form.cleaned_data["code"]):
                return HttpResponseRedirect(onward)
            form.add_error("code", WRONG)
        except factor.Slowed as slowed:
            form.add_error("code", _wait(slowed))
    return _page(request, "ask.html", "Xác thực hai bước", form=form, status=422 if form.errors else 200)


@require_POST
def end_session(request):
    """End one of the own sessions, or all but this one."""
    pk = request.POST.get("phien", "")
    if pk and not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return HttpResponseRedirect(reverse("admin:desk_security"))
    count = sessions.end(request.user, pk=int(pk) if pk else None, but=request.session.session_key)
    if count:
        factor.write_down(request.user, request.user, f"Kết thúc {count} phiên đăng nhập của mình")
    messages.success(request, f"Đã kết thúc {count} phiên đăng nhập.")
    return HttpResponseRedirect(reverse("admin:desk_security"))


@never_cache
@require_http_methods(["GET", "POST"])
def colleague(request, pk: int):
    """Show a colleague's sessions; end them, or take away a factor that was lost, each with its reason."""
    accounts = admin.site.get_model_admin(User)
    user = get_object_or_404(accounts.get_queryset(request), pk=pk)
    if not request.user.has_perm("auth.change_user") or not accounts.has_change_permission(request, user):
        raise PermissionDenied
    if user.pk == request.user.pk:
        return HttpResponseRedirect(reverse("admin:desk_security"))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if request.POST.get("viec") == "untie":
            sessions.end(user)
            provider_pages.untie(user, by=request.user, reason=reason)
            messages.success(request, "Đã gỡ nối, kết thúc mọi phiên. Đồng nghiệp nối lại sau khi vào bằng mật khẩu.")
        elif request.POST.get("viec") == "reset":
            factor.drop(user, by=request.user, reason=reason)
            messages.success(request, "Đã gỡ xác thực hai bước, kết thúc mọi phiên. Đồng nghiệp bật lại sau.")
        else:
            count = sessions.end(user)
            factor.write_down(request.user, user, f"Kết thúc {count} phiên đăng nhập: {reason}")
            messages.success(request, f"Đã kết thúc {count} phiên đăng nhập.")
        return HttpResponseRedirect(request.path)
    return _page(
        request,
        "colleague.html",
        f"Đăng nhập của {user.get_full_name() or user.username}",
        status=422 if form.errors else 200,
        person=user,
        form=form,
        has_factor=factor.has_one(user),
        rows=sessions.open_of(user),
        tied=ProviderAccount.objects.filter(user=user).first(),
    )
