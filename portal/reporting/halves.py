"""The sums of halves of months that are over, and what was open and late at the end of each: a month is read at once.

A half begins on the 1st or on the 15th, so that two of them are a month of the calendar as well as one the law reports
by (Nghị định 09/2019/NĐ-CP, điều 12). `keeping` drops the halves from a day on whose figures change, in the transaction
that changes them; `build` makes those that lack. A missing half is no fault: its days are added up instead.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from dossiers.read_once import once
from feedback.figures.periods import Period
from portal.reporting import in_register
from portal.reporting.models import DossierDay, DossierHalf, FigureDay, sums_of_counts
from portal.reporting.scope import Scope

SUMS = sums_of_counts()
ADDED = (*(name.removeprefix("n_") for name in SUMS), "open_after", "late_after")
AT_ONCE = 3  # halves made in one transaction: some seconds each of a large province
Key = tuple[int, int]


def begin_of(day: dt.date) -> dt.date:
    """Return the first day of the half the day lies in."""
    return day.replace(day=15 if day.day >= 15 else 1)


def within(period: Period) -> Period | None:
    """Return the halves that lie in the period from their first day to their last; None without any."""
    first = begin_of(period.first)
    first = first if first == period.first else _next(first)
    last = begin_of(period.last + dt.timedelta(days=1)) - dt.timedelta(days=1)
    return Period(first, last) if first <= last else None


@once
def newest(until: dt.date) -> Period | None:
    """Return the newest half kept that is over on the day after `until`; None for none. One query.

    A half without the sums of all agencies is none: a version before these were kept made it.
    """
    begins = begin_of(until + dt.timedelta(days=1))
    found = DossierHalf.objects.filter(first__lt=begins, agency__isnull=True).aggregate(at=Max("first"))["at"]
    return None if found is None else Period(found, _next(found) - dt.timedelta(days=1))


def rows_of(scope: Scope, *, by: str) -> QuerySet[DossierHalf]:
    """Return the rows of the scope, of every half: of all agencies their sums, unless asked by "agency"."""
    rows = DossierHalf.objects.order_by().filter(procedure__isnull=False)
    if scope.inside is not None:
        rows = rows.filter(agency__in=scope.inside)
    else:
        rows = rows.filter(agency__isnull=by != "agency")
    return of_subject(rows, scope)


def of_subject(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Return those of the scope's procedure or field."""
    if scope.procedure:
        rows = rows.filter(procedure=scope.procedure)
    if scope.subject:
        rows = rows.filter(procedure__field=scope.subject)
    return rows


def drop_from(day: dt.date) -> None:
    """Forget the half of the day and those after it; inside the transaction that changes the day."""
    _in_one_hand()
    DossierHalf.objects.filter(first__gte=begin_of(day)).delete()


def build(today: dt.date) -> int:
    """Make the halves that lack and are over; return how many. Some queries a half, and its rows.

    A few in one transaction: while it lasts nobody else changes days.
    """
    made = 0
    while now_made := _build_some(today):
        made += now_made
    return made


@transaction.atomic
def _build_some(today: dt.date) -> int:
    _in_one_hand()
    known = newest(today)
    open_after: Counter[Key] = Counter()
    if known is None:
        counted = FigureDay.objects.order_by("day").values_list("day", flat=True).first()
        if counted is None:
            return 0
        first = begin_of(counted)
    else:
        first = known.last + dt.timedelta(days=1)
        rows = DossierHalf.objects.filter(first=known.first, agency__isnull=False)
        for agency, procedure, number in rows.values_list("agency", "procedure", "open_after"):
            open_after[agency, procedure] = number
    made = 0
    while _next(first) <= today and made < AT_ONCE:
        _make(first, open_after, today)
        first, made = _next(first), made + 1
    return made


def _make(first: dt.date, open_after: Counter[Key], today: dt.date) -> None:
    """Write one half; `open_after` is what was open before it and becomes what is open at its end."""
    days = DossierDay.objects.order_by().filter(day__gte=first, day__lt=_next(first))
    counts: dict[Key, dict] = defaultdict(dict)
    for agency, procedure, *values in days.values_list("agency", "procedure").annotate(**SUMS):
        key = agency, procedure
        counts[key] = {name.removeprefix("n_"): value for name, value in zip(SUMS, values, strict=True)}
        open_after[key] += counts[key]["received"] - counts[key]["settled"] + counts[key]["unreceived"]
    late = in_register.late_by(Scope(None), _next(first) - dt.timedelta(days=1), ("agency", "procedure"), today=today)
    rows = [
        DossierHalf(
            first=first,
            agency_id=key[0],
            procedure_id=key[1],
            open_after=open_after[key],
            late_after=late.get(key, 0),
            **counts.get(key, {}),
        )
        for key in {*counts, *late, *(key for key, number in open_after.items() if number)}
    ]
    whole: dict[int | None, DossierHalf] = {}
    for row in rows:
        total = whole.setdefault(row.procedure_id, DossierHalf(first=first, procedure_id=row.procedure_id))
        for name in ADDED:
            setattr(total, name, getattr(total, name) + getattr(row, name))
    rows += whole.values()
    DossierHalf.objects.filter(first=first).delete()  # what an older version made
    # A half in which nothing happened and nothing is open has a row all the same: it says that the half is known.
    DossierHalf.objects.bulk_create(rows or [DossierHalf(first=first)], batch_size=2000)


def _next(begin: dt.date) -> dt.date:
    return begin.replace(day=15) if begin.day == 1 else (begin + dt.timedelta(days=20)).replace(day=1)


def _in_one_hand() -> None:
    """Hold the first day's row to the end of the transaction: who changes days and who adds them up take turns."""
    FigureDay.objects.select_for_update().order_by("day").values_list("pk", flat=True).first()
