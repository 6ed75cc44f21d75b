"""The working week as people read it: a column a weekday, a line an agency, with what applies on a chosen day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers import typed
from dossiers.admin.access import must_have, page_context
from dossiers.deadlines.working_time import WEEKDAYS
from dossiers.models import Agency, WeekPattern, valid_on
from dossiers.scoping import scoped
from dossiers.written_dates import written_time

MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One agency's week; `common` when it has no pattern of its own."""

    title: str
    agency: Agency | None
    days: list[list[str]]
    common: bool


@require_GET
def view(request):
    """Show the common week and the week of each agency of the user that takes part."""
    must_have(request, "view_weekpattern")
    day = typed.day(request.GET.get("ngay", "")) or timezone.localdate()
    periods: dict[int | None, list[list[str]]] = defaultdict(lambda: [[] for _ in range(7)])
    for row in WeekPattern.objects.filter(valid_on(day)).order_by("opens_at"):
        periods[row.agency_id][row.weekday].append(f"{written_time(row.opens_at)}–{written_time(row.closes_at)}")
    agencies = scoped(Agency.objects.filter(active=True), request.user, "pk")
    agencies = agencies.exclude(rollout=Agency.Rollout.ENDED).order_by("code")[:MOST]
    lines = [Line("Lịch chung", None, periods[None], False)]
    lines += [
        Line(
            agency.name, agency, periods[agency.pk] if agency.pk in periods else periods[None], agency.pk not in periods
        )
        for agency in agencies
    ]
    context = page_context(
        request,
        "Giờ làm việc trong tuần",
        lines=lines,
        weekdays=[name[0].upper() + name[1:] for name in WEEKDAYS],
        day=day,
        may_change=request.user.has_perm("dossiers.change_weekpattern"),
        opts=WeekPattern._meta,
    )
    return render(request, "dossiers/desk/week_grid.html", context)
