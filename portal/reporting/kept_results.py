"""The kept days of the two index sets: read by feedback.ratings.results in place of the dossiers themselves."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import Count, Max, Min, QuerySet, Sum

from feedback.ratings.results import NAMES, Ids, Kept
from portal.reporting.models import AgencyDay, FigureDay, ResultDay


def read(agency_ids: Ids, first: dt.date, last: dt.date) -> Kept | None:
    """Return what is kept of the closed days of first…last; None when there are none, or one is missing between.

    Three queries. Open days are left to the register: what it says of them is not ten minutes old.
    """
    days = FigureDay.objects.filter(day__range=(first, last), closed_at__isnull=False, results_kept=True)
    found = days.aggregate(first=Min("day"), last=Max("day"), days=Count("pk"))
    if not found["days"] or (found["last"] - found["first"]).days + 1 != found["days"]:
        return None
    span = (found["first"], found["last"])
    return Kept(
        *span,
        _sums(ResultDay.objects.filter(day__range=span), agency_ids, {name: name for name in NAMES}),
        _sums(AgencyDay.objects.filter(day__range=span), agency_ids, {"whole": "received", "online": "online"}),
    )


def _sums(rows: QuerySet, agency_ids: Ids, names: dict[str, str]) -> Counter[str]:
    rows = rows.order_by() if agency_ids is None else rows.order_by().filter(agency__in=agency_ids)
    # A prefix keeps a sum from being taken for the column it adds up.
    found = rows.aggregate(**{f"n_{name}": Sum(column) for name, column in names.items()})
    return Counter({name: found[f"n_{name}"] or 0 for name in names})
