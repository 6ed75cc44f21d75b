"""The funnel at the desk: by agency, counter, officer and printed thing; its rows; its table as a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers import typed
from dossiers.admin.access import page_context
from dossiers.models import Agency
from dossiers.scoping import agency_ids_of, scoped
from dossiers.table_files.written import Book, csv_lines
from dossiers.written_dates import written_day
from portal.print_studio.funnel.board import COLUMNS, MOST_LINES, Board, Line, board
from portal.print_studio.funnel.rows import NEEDS, SHOWN, Asked, rows_of
from portal.print_studio.models import Figure, Target

By, Step = Figure.By, Figure.Step
LONGEST = dt.timedelta(days=400)
USUAL = dt.timedelta(days=29)
BOOKS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page was asked for."""

    first: dt.date
    last: dt.date
    by: str
    agency: int | None

    def query(self, **changes) -> str:
        said = {
            "tu": written_day(self.first),
            "den": written_day(self.last),
            "theo": self.by,
            "co-quan": self.agency or "",
        }
        return urlencode({**said, **changes})


def _filters(request) -> Filters:
    today = timezone.localdate()
    last = min(typed.day(request.GET.get("den", "")) or today, today)
    first = typed.day(request.GET.get("tu", "")) or last - USUAL
    first = max(min(first, last), last - LONGEST)
    by = request.GET.get("theo", "")
    agency = typed.whole(request.GET.get("co-quan", ""))
    if agency is not None and not scoped(Agency.objects.filter(pk=agency), request.user, "pk").exists():
        agency = None
    return Filters(first, last, by if by in By.values else By.DESK, agency)


def _board(request, asked: Filters, most: int = MOST_LINES) -> Board:
    allowed = frozenset({asked.agency}) if asked.agency else agency_ids_of(request.user)
    return board(allowed, asked.first, asked.last, asked.by, most=most)


def _must_see(request) -> None:
    if not request.user.has_perm("print_studio.view_figure"):
        raise PermissionDenied


@require_GET
def view(request):
    """Show the funnel of the user's agencies."""
    _must_see(request)
    asked = _filters(request)
    shown = _board(request, asked)
    may_open = {step.value for step, permission in NEEDS.items() if request.user.has_perm(permission)}
    agencies = scoped(Agency.objects.filter(active=True).order_by("name"), request.user, "pk").values_list("pk", "name")
    context = page_context(
        request,
        "Phễu tuyên truyền",
        opts=Figure._meta,
        asked=asked,
        board=shown,
        columns=[(step.value, step.label) for step in COLUMNS],
        lines=[(line, _cells(line, asked, may_open)) for line in shown.lines],
        agencies=list(agencies[:400]),
        ways=[(by, label, f"?{asked.query(theo=by)}") for by, label in By.choices],
        files=[
            (kind, f"{reverse('admin:print_studio_funnel_export', args=[kind])}?{asked.query()}")
            for kind in ("xlsx", "csv")
        ],
        most=MOST_LINES,
        may_target=request.user.has_perm("print_studio.view_target"),
        has_target=Target.objects.exists(),
    )
    return render(request, "print_studio/funnel.html", context)


def _cells(line: Line, asked: Filters, may_open: set[str]) -> list[tuple[int, str]]:
    """Return each number with the address of its rows; "" where there are none, or none the user may open."""
    found = []
    for step, number in line.cells:
        query = asked.query(buoc=step, cua=line.subject, **({"co-quan": line.agency} if line.agency else {}))
        address = f"{reverse('admin:print_studio_funnel_rows')}?{query}"
        found.append((number, address if number and step in may_open and _can_open(step, line.by) else ""))
    return found


def _can_open(step: str, by: str) -> bool:
    """Links and first messages of an officer or a printed thing are found by who followed: those rows open there."""
    return by in (By.AGENCY, By.DESK) or step in (Step.SCANNED, Step.FOLLOWED, Step.SHEETS)


@require_GET
def rows(request):
    """Show the rows behind one figure."""
    _must_see(request)
    filters = _filters(request)
    step, subject = request.GET.get("buoc", ""), request.GET.get("cua", "")[:20]
    if step not in Step.values or (filters.by in (By.DESK, By.OFFICER) and typed.whole(subject) is None):
        raise Http404
    if not request.user.has_perm(NEEDS[Step(step)]):
        raise PermissionDenied
    asked = Asked(step, filters.by, subject, filters.agency, filters.first, filters.last)
    context = page_context(
        request,
        f"{Step(step).label}: từ {written_day(filters.first)} đến {written_day(filters.last)}",
        opts=Figure._meta,
        rows=rows_of(asked, request.user),
        most=SHOWN,
        back=f"{reverse('admin:print_studio_figure_changelist')}?{filters.query()}",
    )
    return render(request, "print_studio/funnel_rows.html", context)


@require_GET
def export(request, extension: str):
    """Hand out the table as CSV or a workbook."""
    _must_see(request)
    asked = _filters(request)
    headings = [
        "Tên",
        "Thuộc",
        *(step.label for step in COLUMNS),
        "Quan tâm ÷ người nộp (%)",
        "Chỉ tiêu (%)",
        "Việc nên làm",
    ]
    lines = [_written(line) for line in _board(request, asked, MOST_LINES * 10).lines]
    name = f"pheu-{asked.by}-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.{extension}"
    if extension == "csv":
        answer = StreamingHttpResponse(csv_lines([headings, *lines]), content_type="text/csv; charset=utf-8")
    elif extension == "xlsx":
        book = Book()
        title = f"Phễu tuyên truyền từ {written_day(asked.first)} đến {written_day(asked.last)}"
        sheet = book.sheet("Phễu", headings, title=title)
        for line in lines:
            sheet.add(line)
        answer = FileResponse(book.saved(), content_type=BOOKS)
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(line: Line) -> list:
    numbers = [number for _, number in line.cells]
    return [
        line.name,
        line.under,
        *numbers,
        line.adoption,
        line.target,
        " ".join(filter(None, (line.towards, line.advice))),
    ]
