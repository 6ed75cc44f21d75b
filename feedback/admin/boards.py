"""The boards of the citizens' voice and their export."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.models import Agency
from dossiers.read_once import reading_once
from dossiers.scoping import agency_ids_of
from dossiers.table_files.written import made_by
from feedback.admin.access import must_have, page_context
from feedback.cases import pin_map
from feedback.figures import board_export, index_766, reports
from feedback.figures.periods import CHOICES, chosen
from feedback.ratings import figures as rating_figures
from feedback.ratings import score_sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def view(request):
    """Show the board of the period and agency asked for."""
    must_have(request, "supervise_feedback", "handle_case")
    now = timezone.now()
    name, period, agency, agencies = _asked(request)
    supervises = request.user.has_perm("feedback.supervise_feedback")
    sheet = index = None
    if supervises:
        with reading_once():
            sheet = score_sheet.compute(_ids(request, agency), period.first, period.last)
            index = index_766.compute(_ids(request, agency), period.first, period.last)
    context = page_context(
        request,
        "Số liệu ý kiến và đánh giá",
        board=reports.board(request.user, period, now=now, agency=agency),
        period_name=name,
        periods=CHOICES,
        agency=agency,
        agencies=agencies,
        supervises=supervises,
        officers=rating_figures.by_officer(request.user, period, now=now, agency=agency) if supervises else [],
        own=rating_figures.own_results(request.user, period, now=now),
        sheet=sheet,
        index=index,
        map=pin_map.drawn(reports.pins(request.user, period, agency=agency)),
        query=request.GET.urlencode(),
    )
    return render(request, "feedback/desk/boards.html", context)


@require_GET
def export(request):
    """Hand out the board and the period's cases as a workbook, or the cases as CSV."""
    must_have(request, "supervise_feedback")
    _name, period, agency, _agencies = _asked(request)
    file = f"y-kien-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    made = made_by(request.user, timezone.now())
    cases = reports.exported(request.user, period, agency=agency)
    if request.GET.get("dang") == "csv":
        response = StreamingHttpResponse(
            board_export.csv_of(cases, title=f"Ý kiến người dân {period.words}. {made}"),
            content_type="text/csv; charset=utf-8",
        )
        response["Content-Disposition"] = f'attachment; filename="{file}.csv"'
        return response
    found = reports.board(request.user, period, now=timezone.now(), agency=agency)
    with board_export.workbook(found, cases, made=made) as book:
        response = HttpResponse(book.read(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file}.xlsx"'
    return response


def _asked(request):
    data = request.GET
    today = timezone.localdate()
    name, period = chosen(data.get("ky", ""), data.get("tu", ""), data.get("den", ""), today)
    allowed = agency_ids_of(request.user)
    agencies = Agency.objects.filter(active=True) if allowed is None else Agency.objects.filter(pk__in=allowed)
    agency = agencies.filter(code=data.get("co-quan", "")[:35]).first() if data.get("co-quan") else None
    return name, period, agency, agencies


def _ids(request, agency: Agency | None) -> tuple[int, ...] | None:
    if agency is not None:
        return (agency.pk,)
    allowed = agency_ids_of(request.user)
    return None if allowed is None else tuple(allowed)
