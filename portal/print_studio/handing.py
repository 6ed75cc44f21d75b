"""Files as they go out: pictures of pieces for the screen, PDFs, ZIPs, texts, guide material."""

from __future__ import annotations

import hashlib
import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import ownership, typed
from dossiers.long_acts import running
from dossiers.models import Agency, Desk
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import scoped
from portal.print_studio import drawing, packing, sharing, sources, texts
from portal.print_studio.desk import may, own_agency
from portal.print_studio.facts import facts_of
from portal.print_studio.models import Bundle
from portal.print_studio.pieces import PIECES, Piece
from portal.print_studio.sources import Source

WIDTH = 520
"""Pixels of a picture on the screen."""


def _piece(slug: str) -> Piece:
    if slug not in PIECES:
        raise Http404
    return PIECES[slug]


def _source(request, agency: Agency, piece: Piece) -> Source:
    """Return whose address the piece is to carry: the counter asked for, the officer's own, else the agency's."""
    asked = request.GET.get("quay", "")
    if piece.owner == "desk" and asked:
        desk = Desk.objects.filter(agency=agency, active=True, pk=typed.whole(asked) or 0).first()
        if desk is None:
            raise Http404
        return sources.of_desk(desk)
    if piece.owner == "officer" and request.GET.get("cua") == "toi":
        return sources.of_officer(request.user)
    return sources.of_agency(agency)


def _finish(asked: str, piece: Piece | None = None) -> str:
    finish = asked if asked in drawing.FINISHES else "van-phong"
    return "nha-in" if piece is not None and not piece.office else finish


@require_GET
def preview(request, pk: int, piece: str):
    """Show the first page as a picture; the same facts are not drawn twice for one browser."""
    agency, shown = own_agency(request, pk), _piece(piece)
    facts, source = facts_of(agency, timezone.localdate()), _source(request, agency, shown)
    try:
        data = drawing.data_of(shown, facts, source, finish="van-phong")
        mark = f'"{hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match") == mark:
            return HttpResponseNotModified()
        answer = HttpResponse(drawing.pictured(shown, facts, source, width=WIDTH), content_type="image/png")
    except (drawing.NothingToPrint, PrintError) as error:
        raise Http404(str(error)) from error
    answer["ETag"], answer["Cache-Control"] = mark, "private, no-cache"
    return answer


@require_GET
def download(request, pk: int, piece: str):
    """Hand out one piece as PDF."""
    agency, asked = own_agency(request, pk), _piece(piece)
    source, finish = _source(request, agency, asked), _finish(request.GET.get("in", ""), asked)
    try:
        content = drawing.drawn(
            asked, facts_of(agency, timezone.localdate()), source, finish=finish, now=timezone.now()
        )
    except (drawing.NothingToPrint, PrintError) as error:
        return back_with(request, agency, str(error))
    name = packing.Sheet("", asked, source).name(finish)
    return as_file(HttpResponse(content, content_type="application/pdf"), name)


@require_POST
def all_desks(request, pk: int):
    """Hand out the pieces of every counter in one ZIP; a large centre's are packed by the worker."""
    agency = own_agency(request, pk)
    finish, everything = _finish(request.POST.get("in", "")), "tat-ca" in request.POST
    sheets = packing.wanted(packing.sheets_of(agency, everything=everything), finish)
    if len(sheets) > packing.AT_ONCE:
        return _later(request, [agency.pk], finish, everything, f"Đóng gói ấn phẩm của {agency}")
    facts = facts_of(agency, timezone.localdate())
    try:
        file = packing.pack(facts, sheets, finish, now=timezone.now())
    except (drawing.NothingToPrint, PrintError) as error:
        return back_with(request, agency, str(error))
    name = f"an-pham_{packing.slug(agency.name)}_{finish}.zip"
    return as_file(FileResponse(file, content_type="application/zip"), name)


@require_POST
def all_agencies(request):
    """Have the worker pack the pieces of all the user's agencies."""
    may(request, "view_identity")
    rows = scoped(Agency.objects.filter(active=True, desks__active=True).distinct(), request.user, "pk")
    agencies = list(rows.order_by("code").values_list("pk", flat=True)[:2000])
    if not agencies:
        messages.error(request, "Chưa cơ quan nào của bạn có quầy. Nhờ quản trị khai quầy trước.")
        return HttpResponseRedirect(reverse("admin:print_studio_identity_changelist"))
    title = f"Đóng gói ấn phẩm của {len(agencies)} cơ quan"
    return _later(request, agencies, _finish(request.POST.get("in", "")), "tat-ca" in request.POST, title)


def _later(request, agencies: list[int], finish: str, everything: bool, title: str):
    asked = {"agencies": agencies, "finish": finish, "everything": everything}
    wish = running.begin("print-bundle", title, asked, by=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("admin:desk_long_act", args=[wish.pk]))


@require_GET
def bundle(request, pk: int):
    """Hand a packed ZIP to whoever asked for it."""
    may(request, "view_identity")
    row = Bundle.objects.filter(pk=pk, by=request.user).first()
    if row is None:
        raise Http404
    try:
        return as_file(FileResponse(row.file.open("rb"), content_type="application/zip"), f"an-pham-{row.pk}.zip")
    except FileNotFoundError as error:
        raise Http404 from error


@require_GET
def text(request, pk: int, text_name: str):
    """Hand out a text to be read aloud."""
    agency = own_agency(request, pk)
    facts = facts_of(agency, timezone.localdate())
    if text_name not in texts.TEXTS:
        raise Http404
    if facts.account is None:
        return back_with(request, agency, facts.missing[0].words)
    content = texts.sheet(texts.TEXTS[text_name], facts).encode("utf-8-sig")
    return as_file(HttpResponse(content, content_type="text/plain; charset=utf-8"), f"{text_name}.txt")


@require_GET
def material(request, pk: int):
    """Hand out a guide of the own agency or of one above."""
    may(request, "view_identity")
    row = sharing.readable(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        return FileResponse(
            row.file.open("rb"), as_attachment=True, filename=row.file_name, content_type=row.content_type
        )
    except FileNotFoundError as error:
        raise Http404 from error


@require_POST
def drop_material(request, pk: int):
    """Remove a guide, its file with it."""
    may(request, "delete_material")
    row = sharing.readable(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    if not ownership.may_write(request.user, row):
        raise PermissionDenied(ownership.REFUSED)
    back = reverse("admin:print_studio_agency", args=[row.agency_id]) + "#tai-lieu"
    row.file.delete(save=False)
    row.delete()
    messages.success(request, "Đã bỏ tài liệu.")
    return HttpResponseRedirect(back)


def back_with(request, agency: Agency, words: str):
    """Return to the studio's page with what has to be done first."""
    messages.error(request, words)
    return HttpResponseRedirect(reverse("admin:print_studio_agency", args=[agency.pk]))


def as_file(answer, name: str):
    """Return the answer as a download under that name."""
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
