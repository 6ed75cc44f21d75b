"""News of a commune by Zalo, asked for and ended on a page: proved by a link that was sent in the person's own chat."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.content import channel
from portal.errors import error_page
from portal.pages import answers
from zalo.models import AreaSubscription, Contact
from zalo.people import area_wishes

Topic = AreaSubscription.Topic
HOW = "Chọn trên trang, mở bằng đường dẫn gửi trong hội thoại"


@require_safe
def explain(request):
    """Say how to ask for the news of a commune: the words to send, or the link the chat answers with."""
    context = {"section": "information", "oa": channel.official_account(), "example": _first_commune()}
    return render(request, "portal/wishes.html", context)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def own(request, key: str):
    """Show the wishes of the person the link was sent to; a POST asks for one more or ends one."""
    contact = area_wishes.contact_of(key)
    if contact is None:
        try:
            guessing.missed(client_address(request))
        except guessing.TooMany as over:
            did = _("Có quá nhiều đường dẫn hết hạn hoặc sai được mở từ mạng này.")
            return answers.wait(request, over, did, _("Nhắn “đang nhận tin gì” trên Zalo để có đường dẫn mới."))
        detail = _("Đường dẫn này đã hết hạn sau một ngày. Nhắn “đang nhận tin gì” trên Zalo để có đường dẫn mới.")
        return answers.private(error_page(request, 404, detail=detail))
    trouble = ""
    if request.method == "POST":
        trouble = _changed(request.POST, contact)
        if not trouble:
            return answers.private(redirect("own-wishes", key=key))
    context = {
        "section": "information",
        "proved": True,
        "wishes": [(wish, _title(wish.topic)) for wish in area_wishes.of(contact)],
        "topics": [(value, _title(value)) for value in Topic.values],
        "communes": sorted(area_wishes.communes().items(), key=lambda each: each[0]),
        "topic": request.POST.get("topic") or Topic.POWER_CUT,
        "area": request.POST.get("area", ""),
        "trouble": trouble,
    }
    return answers.private(render(request, "portal/wishes.html", context))


def _changed(sent, contact: Contact) -> str:
    """Do what was sent; return what stands in the way of it, "" when it was done."""
    topic, area, now = sent.get("topic", ""), sent.get("area", ""), timezone.now()
    if topic not in Topic.values:
        return _("Hãy chọn một mục.")
    if "end" in sent:
        area_wishes.end(contact, now=now, topic=topic, area=area or None)
        return ""
    if area not in area_wishes.communes():
        return _("Hãy chọn xã, phường trong danh sách.")
    try:
        area_wishes.add(contact, topic, area, how=HOW, now=now)
    except area_wishes.TooManyAreas:
        most = area_wishes.MOST
        return _("Mỗi loại tin nhận của tối đa %(most)d xã. Hãy thôi nhận một xã rồi thêm xã khác.") % {"most": most}
    return ""


def _title(topic: str) -> str:
    return {Topic.POWER_CUT: _("Lịch cúp điện"), Topic.URGENT: _("Thông báo khẩn cấp")}[Topic(topic)]


def _first_commune() -> str:
    return next(iter(sorted(area_wishes.communes().values())), "xã …")
