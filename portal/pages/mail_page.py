"""Notices of an agency by e-mail: asked for on a page, confirmed and ended by the links that were mailed."""

from __future__ import annotations

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.models import Agency
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.pages import answers
from zalo.people import mail_readers

log = structlog.get_logger(__name__)
FORM = ["GET", "HEAD", "POST"]


@csrf_exempt  # acts for nobody's session; what it does is a letter to the address typed, within limits
@require_http_methods(FORM)
def ask(request):
    """Ask for an address and whose notices; a POST sends the letter that confirms."""
    agencies = Agency.objects.filter(active=True, rollout__in=[Agency.Rollout.PILOT, Agency.Rollout.LIVE])
    context = {
        "section": "information",
        "step": "ask",
        "agencies": agencies.order_by("name")[:400],
        "agency": request.POST.get("agency", ""),
        "address": request.POST.get("address", "").strip()[:254],
    }
    if request.method == "POST":
        try:
            context["trouble"] = _asked(agencies, context, client_address(request))
        except guessing.TooMany as over:
            did = _("Có quá nhiều lượt đăng ký nhận tin từ mạng này, hoặc tới địa chỉ thư này.")
            return answers.wait(request, over, did, back=(_("Nhận tin qua thư điện tử"), request.path))
        if not context["trouble"]:
            context["step"] = "sent"
    return answers.private(render(request, "portal/mail.html", context))


def _asked(agencies, context: dict, caller: str) -> str:
    """Send the letter; return what stands in the way of it, "" when it left."""
    agency = agencies.filter(code=context["agency"]).first()
    if agency is None:
        return _("Hãy chọn cơ quan trong danh sách.")
    try:
        validate_email(context["address"])
    except ValidationError:
        return _("Địa chỉ thư chưa đúng. Ghi như ten@thu.vn.")
    try:
        mail_readers.ask(agency, context["address"], caller=caller, now=timezone.now())
    except OSError as error:
        log.warning("confirmation not sent", error=type(error).__name__)
        return _("Máy chủ thư đang bận. Hãy thử lại sau ít phút; hoặc nhận tin qua Zalo.")
    return ""


@csrf_exempt  # the link was mailed to one mailbox and does one thing
@require_http_methods(FORM)
def confirm(request, token: str):
    """Say what the link confirms; a POST does. Opening the page alone changes nothing."""
    reader = mail_readers.to_confirm(token)
    if reader is None:
        raise Http404
    if request.method == "POST":
        mail_readers.confirm(reader)
    step = "confirmed" if request.method == "POST" else "confirm"
    context = {"section": "information", "step": step, "of": reader.agency}
    return answers.private(render(request, "portal/mail.html", context))


@csrf_exempt  # mail programs press it for their reader, from elsewhere (RFC 8058)
@require_http_methods(FORM)
def end(request, token: str):
    """Say what the link ends; a POST ends it and forgets the mailbox."""
    reader = mail_readers.to_end(token)
    if request.method == "POST" and reader is not None:
        mail_readers.end(reader)
        reader = None
    context = {"section": "information", "step": "end" if reader else "ended", "of": reader.agency if reader else None}
    return answers.private(render(request, "portal/mail.html", context))
