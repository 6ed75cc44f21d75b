"""The desk of pieces: lists by step, the page of one with its acts, versions compared, the preview of a phone."""

from __future__ import annotations

import difflib

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import typed
from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.models import Agency
from dossiers.scoping import membership_of, scoped
from dossiers.workflow.moving import ActError, open_acts, run
from dossiers.worklist import capped
from portal.content import catalogue_news, writing
from portal.content.acts import ACTS
from portal.content.admin import use_page
from portal.content.admin.forms import FORMS, NewForm
from portal.content.handing_out import file_of, picture_of
from portal.content.models import Piece
from portal.content.reading import shown
from portal.content.states import RECORDS, TABS, State, on_tab

SHOWN = 50


def own(request) -> QuerySet[Piece]:
    """Return the pieces of the user's agencies. Raises PermissionDenied without the right to see any."""
    if not request.user.has_perm("content.view_piece"):
        raise PermissionDenied
    return scoped(Piece.objects.select_related("working", "agency", "live"), request.user)


def one(request, pk: int) -> Piece:
    piece = own(request).filter(pk=pk).first()
    if piece is None:
        raise Http404
    return piece


def context_of(request, title: str, **more) -> dict:
    return page_context(request, title, opts=Piece._meta, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request):
    """Show the pieces of one step, what changed last first; a POST begins a new one."""
    mine = own(request)
    form = NewForm(request.POST or None, user=request.user)
    if request.method == "POST":
        if not request.user.has_perm("content.write_piece"):
            raise PermissionDenied
        if form.is_valid():
            try:
                piece = writing.begin(**form.cleaned_data, by=request.user, now=timezone.now())
            except ActError as error:
                form.add_error("title", str(error))
            else:
                messages.success(request, "Đã mở bài mới. Hãy viết rồi trình duyệt.")
                return redirect("admin:content_piece_change", piece.pk)
    counts = {tab: capped(mine.filter(state__in=on_tab(tab))) for tab in TABS}
    chosen = request.GET.get("muc", "")
    if chosen not in TABS:
        chosen = next((tab for tab in TABS if counts[tab] != "0"), "dang-soan")
    rows = list(mine.filter(state__in=on_tab(chosen)).order_by("-state_changed_at", "-id")[: SHOWN + 1])
    context = context_of(
        request,
        "Bài viết, thông báo, hướng dẫn",
        tabs=[(tab, label, counts[tab]) for tab, label in TABS.items()],
        chosen=chosen,
        rows=[(row, RECORDS[row.state].level) for row in rows[:SHOWN]],
        more=len(rows) > SHOWN,
        form=form,
        may_write=request.user.has_perm("content.write_piece"),
    )
    return render(request, "content/desk/list.html", context, status=422 if form.errors else 200)


@require_POST
def draft_changes(request):
    """Draft the notice of what the newest load of the catalogue changed, for the user's own agency."""
    if not request.user.has_perm("content.write_piece"):
        raise PermissionDenied
    agency = scoped(Agency.objects.filter(active=True).order_by("name"), request.user, "pk").first()
    place = membership_of(request.user)
    agency = place.agency if place else agency
    piece = catalogue_news.notice(agency, by=request.user, now=timezone.now()) if agency else None
    if piece is None:
        messages.warning(request, "Lần nạp danh mục gần đây không có thủ tục mới, sửa đổi hay bãi bỏ.")
        return redirect("admin:content_piece_changelist")
    messages.success(request, "Đã soạn thông báo từ lần nạp danh mục mới nhất. Xem lại rồi trình duyệt.")
    return redirect("admin:content_piece_change", piece.pk)


@require_GET
def view(request, pk: int):
    """Show the piece with the acts open to the user."""
    return page(request, one(request, pk))


@require_POST
def act(request, pk: int, name: str):
    """Do one act; a wrong form comes back with its sentences, a stale page says so."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    piece = one(request, pk)
    if not request.user.has_perm(f"content.{chosen.permission}"):
        raise PermissionDenied
    form = FORMS[chosen.asks](request.POST, request.FILES, piece=piece, auto_id=f"{chosen.name}-%s")
    if not form.is_valid():
        return page(request, piece, refused=(chosen, form), status=422)
    seen = typed.whole(request.POST.get("version", ""))
    try:
        run(chosen, piece, by=request.user, now=timezone.now(), expected_version=seen, **form.arguments())
    except ActError as error:
        form.add_error(None, str(error))
        return page(request, one(request, pk), refused=(chosen, form), status=409)
    messages.success(request, f"{chosen.label}: {chosen.done}")
    return HttpResponseRedirect(reverse("admin:content_piece_change", args=[pk]))


def page(request, piece: Piece, *, refused=None, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show with its errors."""
    acts = []
    for found in open_acts(ACTS, request.user, piece):
        is_refused = bool(refused and refused[0].name == found.name)
        form = refused[1] if is_refused else FORMS[found.asks](piece=piece, auto_id=f"{found.name}-%s")
        acts.append((found, form, is_refused))
    names = {found.name for found, _, _ in acts}
    lost = refused[1].non_field_errors() if refused and refused[0].name not in names else []
    context = context_of(
        request,
        piece.written.title,
        piece=piece,
        media=_media_of(piece.pk),
        level=RECORDS[piece.state].level,
        edit=next((each for each in acts if each[0].name == "edit"), None),
        acts=[each for each in acts if each[0].name != "edit"],
        lost_errors=lost,
        steps=piece.steps.select_related("actor")[:60],
        returned_for=returned_for(piece),
        versions=piece.versions.select_related("by").defer("body")[:40],
    )
    return render(request, "content/desk/piece.html", context, status=status)


def returned_for(piece: Piece) -> str:
    """Return why the piece is to be mended, however often it was saved since; "" when it was not returned."""
    if piece.state != State.RETURNED:
        return ""
    said = piece.steps.filter(state=State.RETURNED).exclude(note="")
    return said.values_list("note", flat=True).first() or ""


def _changes(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Return every line with "+", "-" or " " before it. Linear: likeness inside of lines is not looked for."""
    if before == after:
        return [(" ", line) for line in after]
    return [(line[0], line[1:]) for line in list(difflib.unified_diff(before, after, n=10**6, lineterm=""))[3:]]


@require_GET
def compare(request, pk: int):
    """Show what changed between two versions: the public one, or the one before, and the one written last."""
    piece = one(request, pk)
    versions = {version.number: version for version in piece.versions.all()}
    new = versions.get(typed.whole(request.GET.get("moi", "")) or 0, piece.written)
    usual = piece.live.number if piece.live and piece.live_id != new.pk else new.number - 1
    old = versions.get(typed.whole(request.GET.get("cu", "")) or usual)
    changed = _changes(writing.said(old) if old else [], writing.said(new))
    context = context_of(
        request, f"So sánh: {new.title}", piece=piece, old=old, new=new, lines=changed, versions=list(versions)
    )
    return render(request, "content/desk/compare.html", context)


def _media_of(pk: int) -> str:
    return reverse("admin:content_piece_media", args=[pk, "x"])[: -len("x/")]


@require_GET
@xframe_options_sameorigin
def preview(request, pk: int):
    """Show the version written last as the public would read it."""
    piece = one(request, pk)
    context = {**shown(piece, piece.written, media=_media_of(pk)), "preview": True, "section": "news"}
    return render(request, "portal/piece.html", context)


@require_GET
def media(request, pk: int, file_name: str):
    """Hand out a picture, film, caption or document of a piece, public or not."""
    piece = one(request, pk)
    if file_name.startswith("anh-"):
        return picture_of(piece, file_name.removeprefix("anh-"), known=None)
    return file_of(request, piece.written, file_name)


@admin.register(Piece)
class PieceAdmin(AgencyScopedAdmin):
    """Routes to the pages; a piece changes only through portal.content.acts."""

    def get_urls(self):
        def page_of(view_of):
            return self.admin_site.admin_view(view_of)

        return [
            path("", page_of(view_list), name="content_piece_changelist"),
            path("luot-su-dung/", page_of(use_page.view), name="content_use"),
            path("thay-doi-thu-tuc/", page_of(draft_changes), name="content_piece_draft_changes"),
            path("<int:pk>/change/", page_of(view), name="content_piece_change"),
            path("<int:pk>/viec/<slug:name>/", page_of(act), name="content_piece_act"),
            path("<int:pk>/so-sanh/", page_of(compare), name="content_piece_compare"),
            path("<int:pk>/xem-thu/", page_of(preview), name="content_piece_preview"),
            path("<int:pk>/tep/<slug:file_name>/", page_of(media), name="content_piece_media"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
