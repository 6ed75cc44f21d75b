"""Sums of the daily figures: of a period, by day, by agency, room, field or procedure. A share of nothing is None."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from dossiers.models import Agency
from feedback.figures.periods import Period
from portal.reporting import halves, in_register, keeping
from portal.reporting.models import AgencyDay, DossierDay, FigureDay, sums_of_counts
from portal.reporting.scope import Scope

NOTHING = "–"


@dataclass(slots=True)
class Totals:
    """Dossiers of a group. Settled are those with a result and those stopped; shares are fractions 0–1."""

    received: int = 0
    online: int = 0
    settled: int = 0
    stopped: int = 0
    unreceived: int = 0
    promised: int = 0
    kept: int = 0
    early: int = 0
    on_day: int = 0
    late: int = 0
    waited: int = 0
    wait_seconds: int = 0

    @property
    def broken(self) -> int:
        """Settled after the day first promised."""
        return self.promised - self.kept

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.promised if self.promised else None

    @property
    def due(self) -> int:
        """Settled with a due date: what "in time" divides by."""
        return self.early + self.on_day + self.late

    @property
    def in_time(self) -> int:
        """Settled by the date in force at the end, a lawful new date included."""
        return self.early + self.on_day

    @property
    def on_time_share(self) -> float | None:
        return self.in_time / self.due if self.due else None

    @property
    def online_share(self) -> float | None:
        return self.online / self.received if self.received else None

    @property
    def wait_days(self) -> float | None:
        """Days of the calendar from intake to the end, on average."""
        return self.wait_seconds / 86400 / self.waited if self.waited else None

    @property
    def left(self) -> int:
        """How much more came than was settled: over all days it is what is open."""
        return self.received - (self.settled - self.unreceived)

    def add(self, other: Totals) -> None:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


NAMES = tuple(each.name for each in fields(Totals))
_SUMS = sums_of_counts()


def rows_of(scope: Scope, *, apart: bool = False) -> QuerySet[Any]:
    """Return the daily rows of the scope, of every day; `apart` by room and procedure, else by agency where it can."""
    model: Any = DossierDay if apart or scope.narrowed else AgencyDay
    rows = narrowed(model.objects.order_by(), scope)
    return rows.filter(unit=scope.unit) if scope.unit else rows


def narrowed(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Return the rows of the scope's agencies, procedure and field; they know no room."""
    return halves.of_subject(rows if scope.inside is None else rows.filter(agency__in=scope.inside), scope)


def by_day(scope: Scope, period: Period) -> dict[dt.date, Totals]:
    """Return the totals of each day that had any. One query."""
    return _by(rows_of(scope).filter(day__range=(period.first, period.last)), "day")


def of_period(days: dict[dt.date, Totals], period: Period) -> Totals:
    """Return the sum of the days of the period."""
    total = Totals()
    for day, totals in days.items():
        if period.first <= day <= period.last:
            total.add(totals)
    return total


def by_agency(scope: Scope, period: Period) -> dict[int, Totals]:
    """Return the totals by agency, those taken over with their heir. One query."""
    found: dict[int, Totals] = defaultdict(Totals)
    for agency, totals in _by(rows_of(scope).filter(day__range=(period.first, period.last)), "agency").items():
        found[scope.heir_of(agency)].add(totals)
    return dict(found)


def by_unit(scope: Scope, period: Period) -> dict[int | None, Totals]:
    """Return the totals by room; None for dossiers nobody held. One query."""
    return _by(rows_of(scope, apart=True).filter(day__range=(period.first, period.last)), "unit")


def by_field(scope: Scope, period: Period) -> dict[int | None, Totals]:
    """Return the totals by field of the procedures. Three queries."""
    return _with_halves(scope, period, "procedure__field")


def by_procedure(scope: Scope, period: Period) -> dict[int, Totals]:
    """Return the totals by procedure. Three queries."""
    return _with_halves(scope, period, "procedure")


def _with_halves(scope: Scope, period: Period, field: str) -> dict:
    """Return the totals of whole halves of months as they are kept, those of the other days added up."""
    days = rows_of(scope, apart=True).filter(day__range=(period.first, period.last))
    whole, kept = halves.within(period), halves.newest(period.last)
    if scope.unit or whole is None or kept is None or kept.last < whole.first:
        return _by(days, field)
    last = min(kept.last, whole.last)
    found = _by(days.exclude(day__range=(whole.first, last)), field)
    for key, totals in _by(halves.rows_of(scope, by=field).filter(first__range=(whole.first, last)), field).items():
        found.setdefault(key, Totals()).add(totals)
    return found


def open_at_end(scope: Scope, last: dt.date) -> int:
    """Return how many dossiers were received and not settled by the end of the day. Three short queries."""
    return sum(open_by(scope, last, "agency").values())


def open_by(scope: Scope, last: dt.date, field: str) -> dict[int | None, int]:
    """Return what was open at the end of the day by "agency", "procedure" or "procedure__field".

    Three short queries: what was open at the end of the newest half of a month, and what the days since then added.
    """
    kept = halves.newest(last)
    days = rows_of(scope, apart=field != "agency").filter(day__lte=last)
    found: Counter[int | None] = Counter()
    if kept is not None:
        days = days.filter(day__gt=kept.last)
        rows = halves.rows_of(scope, by=field).filter(first=kept.first)
        found.update(dict(rows.values_list(field).annotate(n=Sum("open_after"))))
    for key, growth in days.values_list(field).annotate(n=Sum(F("received") - F("settled") + F("unreceived"))):
        found[key] += growth
    return dict(found)


def late_at_end(scope: Scope, last: dt.date, *, today: dt.date) -> int:
    """Return how many of the open ones were past their due day at the end of the day."""
    return sum(late_by(scope, last, "agency", today=today).values())


def late_by(scope: Scope, last: dt.date, field: str, *, today: dt.date) -> dict[int | None, int]:
    """Return the same by "agency", "unit", "procedure" or "procedure__field".

    Two short queries where the day ends a half of a month that is kept, else two on the register.
    """
    kept = None if scope.unit or field == "unit" else halves.newest(last)
    if kept is None or kept.last != last:
        return {key: count for (key,), count in in_register.late_by(scope, last, (field,), today=today).items()}
    rows = halves.rows_of(scope, by=field).filter(first=kept.first, late_after__gt=0)
    return dict(rows.values_list(field).annotate(n=Sum("late_after")))


def standing(period: Period, today: dt.date) -> dict:
    """Return how far the days of the period are counted: closed, missing, and closed ones the register contradicts.

    Missing are those since anything happened: the newest are counted first, so what is counted says not where it began.
    """
    begin = keeping.first_day()
    first = max(period.first, begin) if begin else period.first
    rows = FigureDay.objects.filter(day__range=(period.first, period.last)).aggregate(
        counted=Count("pk", filter=Q(day__gte=first, day__lte=today)),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
        differing=Count("pk", filter=Q(register_says__isnull=False)),
    )
    past = max(0, (min(period.last, today) - first).days + 1) if begin else 0
    rows["missing"] = max(0, past - rows["counted"])
    return rows


def names_of(agencies) -> dict[int, str]:
    """Return id → name. One query."""
    return dict(Agency.objects.filter(pk__in=agencies).values_list("pk", "name"))


def with_heirs(scope: Scope, counts: dict) -> dict:
    """Return the counts by agency with those of agencies taken over on their heir's line."""
    found: dict = {}
    for pk, count in counts.items():
        heir = scope.heir_of(pk)
        found[heir] = found.get(heir, 0) + count
    return found


def _by(rows: QuerySet, field: str) -> dict:
    return {
        key: Totals(*(value or 0 for value in values))
        for key, *values in rows.values_list(field).annotate(**_SUMS).values_list(field, *_SUMS)
    }
