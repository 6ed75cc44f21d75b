"""The sums of whole months that are over, and what was open at the end of each: kept, so that a month is read at once.

`keeping` drops the months from a day on whose figures change, in the transaction that changes them; `build` makes those
that lack. A missing month is no fault: its days are added up instead.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from django.db import transaction
from django.db.models import Max

from feedback.figures.periods import Period
from portal.reporting.models import DossierDay, DossierMonth, FigureDay, sums_of_counts

SUMS = sums_of_counts()
Key = tuple[int, int]


def newest(until: dt.date) -> Period | None:
    """Return the newest month kept that is over on the day after `until`; None for none. One query."""
    begins = until if _next(until.replace(day=1)) == until + dt.timedelta(days=1) else until.replace(day=1)
    found = DossierMonth.objects.filter(month__lt=begins).aggregate(at=Max("month"))["at"]
    return None if found is None else Period(found, _next(found) - dt.timedelta(days=1))


def drop_from(day: dt.date) -> None:
    """Forget the month of the day and those after it; inside the transaction that changes the day."""
    _in_one_hand()
    DossierMonth.objects.filter(month__gte=day.replace(day=1)).delete()


@transaction.atomic
def build(today: dt.date) -> int:
    """Make the months that lack and are over; return how many. A query a month, and its rows."""
    _in_one_hand()
    known = newest(today)
    open_after: Counter[Key] = Counter()
    if known is None:
        first = FigureDay.objects.order_by("day").values_list("day", flat=True).first()
        if first is None:
            return 0
        month = first.replace(day=1)
    else:
        month = known.last + dt.timedelta(days=1)
        rows = DossierMonth.objects.filter(month=known.first, agency__isnull=False)
        for agency, procedure, number in rows.values_list("agency", "procedure", "open_after"):
            open_after[agency, procedure] = number
    made = 0
    while _next(month) <= today:
        _make(month, open_after)
        month, made = _next(month), made + 1
    return made


def _make(month: dt.date, open_after: Counter[Key]) -> None:
    """Write one month; `open_after` is what was open before it and becomes what is open at its end."""
    days = DossierDay.objects.order_by().filter(day__gte=month, day__lt=_next(month))
    counts: dict[Key, dict] = defaultdict(dict)
    for agency, procedure, *values in days.values_list("agency", "procedure").annotate(**SUMS):
        key = agency, procedure
        counts[key] = {name.removeprefix("n_"): value for name, value in zip(SUMS, values, strict=True)}
        open_after[key] += counts[key]["received"] - counts[key]["settled"] + counts[key]["unreceived"]
    rows = [
        DossierMonth(month=month, agency_id=agency, procedure_id=procedure, open_after=number, **counts.get(key, {}))
        for key in {*counts, *(key for key, number in open_after.items() if number)}
        for (agency, procedure), number in [(key, open_after[key])]
    ]
    # A month in which nothing happened and nothing is open has a row all the same: it says that the month is known.
    DossierMonth.objects.bulk_create(rows or [DossierMonth(month=month)], batch_size=2000)


def _next(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _in_one_hand() -> None:
    """Hold the first day's row to the end of the transaction: who changes days and who adds them up take turns."""
    FigureDay.objects.select_for_update().order_by("day").values_list("pk", flat=True).first()
