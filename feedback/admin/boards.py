"""The boards of the citizens' voice and their export."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.long_acts import files
from dossiers.models import Agency
from dossiers.read_once import reading_once
from dossiers.scoping import scoped
from dossiers.successions import counted_by
from dossiers.table_files.written import XLSX, made_by
from feedback.admin import long_cases
from feedback.admin.access import must_have, page_context
from feedback.cases import pin_map
from feedback.figures import board_export, index_766, reports
from feedback.figures.periods import CHOICES, asked
from feedback.ratings import figures as rating_figures
from feedback.ratings import score_sheet


@require_GET
def view(request):
    """Show the board of the period and agency asked for."""
    must_have(request, "supervise_feedback", "handle_case")
    now = timezone.now()
    name, period, error, agency, agencies = _asked(request, request.GET)
    supervises = request.user.has_perm("feedback.supervise_feedback")
    whose = counted_by(request.user, period.first, period.last, agency)
    sheet = index = None
    if supervises:
        ids = None if whose.inside is None else tuple(sorted(whose.inside))
        with reading_once():
            sheet = score_sheet.compute(ids, period.first, period.last)
            index = index_766.compute(ids, period.first, period.last)
    found = reports.board(request.user, period, now=now, whose=whose)
    reports.lead_to_rows(found, reverse("admin:feedback_case_changelist"), agency=agency)
    context = page_context(
        request,
        "Số liệu ý kiến và đánh giá",
        board=found,
        error=error,
        period_name=name,
        periods=CHOICES,
        agency=agency,
        agencies=agencies,
        supervises=supervises,
        officers=rating_figures.by_officer(request.user, period, now=now, whose=whose) if supervises else [],
        own=rating_figures.own_results(request.user, period, now=now),
        sheet=sheet,
        index=index,
        map=pin_map.drawn(reports.pins(request.user, period, whose=whose)),
    )
    return render(request, "feedback/desk/boards.html", context)


@require_POST
def export(request):
    """Hand out the board and the period's cases as a workbook, or the cases as CSV; very many are the worker's."""
    must_have(request, "supervise_feedback")
    _name, period, error, agency, _agencies = _asked(request, request.POST)
    if error:
        messages.error(request, error)
        return HttpResponseRedirect(reverse("admin:feedback_boards"))
    file = f"y-kien-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    now = timezone.now()
    title = f"Ý kiến người dân{f' của {agency.name}' if agency else ''} {period.words}. {made_by(request.user, now)}"
    whose = counted_by(request.user, period.first, period.last, agency)
    figures_title = " ".join([title, *whose.notes])
    if whose.notes:
        title += " Chỉ ý kiến của các cơ quan bạn được xem."
    long = long_cases.is_long(request.user, period, whose)
    cases = reports.in_steps(reports.exported(request.user, period, whose=whose))
    if request.POST.get("tep") == "csv":
        if long:
            act = long_cases.begin(period, agency, title=title, by=request.user, now=now)
            messages.info(request, f"Hơn {files.AT_ONCE:,} ý kiến: hệ thống xuất CSV ở phía sau.".replace(",", "."))
            return HttpResponseRedirect(reverse("admin:desk_long_act", args=[act.pk]))
        response = StreamingHttpResponse(
            board_export.csv_of(cases, title=title), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{file}.csv"'
        return response
    found = reports.board(request.user, period, now=now, whose=whose)
    book = board_export.workbook(found, None if long else cases, title=figures_title, cases_title=title)
    return FileResponse(book, as_attachment=True, filename=f"{file}.xlsx", content_type=XLSX)


def _asked(request, data):
    today = timezone.localdate()
    name, period, error = asked(data.get("ky", ""), data.get("tu", ""), data.get("den", ""), today)
    # One that was taken over as well: its figures of before are asked for by itself.
    agencies = scoped(Agency.objects.all(), request.user, "pk")
    agency = agencies.filter(code=data.get("co-quan", "")[:35]).first() if data.get("co-quan") else None
    if data.get("co-quan") and agency is None:
        error = error or "Không có cơ quan này trong phạm vi của bạn. Hãy chọn lại."
    return name, period, error, agency, agencies
