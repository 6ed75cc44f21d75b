"""Editing what messages say: required places kept, a preview beside the text, every version kept."""

from __future__ import annotations

from django.contrib import admin
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.base import StaffAdmin
from dossiers.scoping import agency_ids_of
from zalo.admin.access import must_have, page_context
from zalo.messages import registry as messages
from zalo.models import AccountAgency, Wording

NOT_YOURS = (
    "Lời nhắn dùng chung cho mọi cơ quan có kênh Zalo, nên chỉ người phụ trách tất cả các cơ quan đó được sửa. Hãy gửi "
    "đề nghị tới quản trị toàn tỉnh."
)


def is_worded_here(kind: messages.MessageKind) -> bool:
    """Return whether the kind has one wording for all: what is said in a chat, or to many, is written each time."""
    return not kind.slug.startswith("chat.") and not kind.worded_by_each


@require_GET
def kinds(request):
    """Every kind of message with its wording in force."""
    must_have(request, "view_wording")
    newest: dict[str, Wording] = {}
    for row in Wording.objects.order_by("kind", "version").select_related("created_by"):
        newest[row.kind] = row
    context = page_context(
        request,
        "Lời nhắn",
        Wording,
        rows=[(kind, newest.get(kind.slug)) for kind in messages.all_kinds() if is_worded_here(kind)],
    )
    return render(request, "zalo/desk/wordings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug: str):
    """Write a new version of a wording; refused with sentences when a required place is missing."""
    must_have(request, "view_wording")
    kind = _kind(slug)
    current = messages.current_wording(slug)
    text = request.POST.get("text", current.text if current else kind.text)
    script = request.POST.get("script", (current.phone_script if current else "") or kind.script)
    faults: list[str] = []
    if request.method == "POST":
        if not may_reword(request.user):
            raise PermissionDenied(NOT_YOURS)
        text, script = text.replace("\r\n", "\n"), script.replace("\r\n", "\n")
        if request.POST.get("version", "0") != str(current.version if current else 0):
            faults = ["Người khác vừa lưu một phiên bản mới. Hãy mở lại trang, xem lời mới rồi sửa."]
        else:
            faults = _saved(request, slug, text, script)
        if not faults:
            notices.success(request, f"Đã lưu lời nhắn “{kind.title}”. Tin gửi từ bây giờ dùng lời mới.")
            return HttpResponseRedirect(reverse("admin:zalo_wording_changelist"))
    context = page_context(
        request,
        f"Lời nhắn “{kind.title}”",
        Wording,
        kind=kind,
        current=current,
        text=text,
        script=script,
        faults=faults,
        preview=messages.preview(kind, text),
        history=Wording.objects.filter(kind=slug).select_related("created_by").order_by("-version")[:20],
        may_edit=may_reword(request.user),
    )
    return render(request, "zalo/desk/wording.html", context, status=422 if faults else 200)


def may_reword(user) -> bool:
    """Return whether the wording is the user's to change: it goes out for every agency on any channel."""
    if not user.has_perm("zalo.add_wording"):
        return False
    allowed = agency_ids_of(user)
    today = timezone.localdate()
    served = AccountAgency.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), account__is_active=True)
    return allowed is None or set(served.values_list("agency_id", flat=True)) <= allowed


def _saved(request, slug: str, text: str, script: str) -> list[str]:
    """Save the new version; the faults that kept it from being saved, [] when it is in force."""
    try:
        messages.reword(slug, text, by=request.user, phone_script=script, note=request.POST.get("note", "").strip())
    except ValidationError as error:
        return list(dict.fromkeys(error.messages))
    return []


@require_POST
def preview(request, slug: str):
    """Return the text with sample values and what is wrong with it, as JSON for the page's script."""
    must_have(request, "view_wording")
    kind = _kind(slug)
    text = request.POST.get("text", "")[:5000].replace("\r\n", "\n")
    return JsonResponse({"text": messages.preview(kind, text), "faults": messages.problems(kind, text)})


def _kind(slug: str) -> messages.MessageKind:
    try:
        return messages.get(slug)
    except KeyError:
        raise Http404 from None


@admin.register(Wording)
class WordingAdmin(StaffAdmin):
    """Routes to the editor; versions are never changed or deleted."""

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(kinds), name="zalo_wording_changelist"),
            path("<str:slug>/sua/", wrapped(edit), name="zalo_wording_edit"),
            path("<str:slug>/xem-thu/", wrapped(preview), name="zalo_wording_preview"),
        ]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
