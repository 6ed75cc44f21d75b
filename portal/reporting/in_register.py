"""What the register itself says of the dossiers open at the end of a day: where no day counted remembers it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, QuerySet

from dossiers.deadlines.working_time import at_minute
from dossiers.lateness.worklists import late_at_end, on_worklist
from dossiers.models import Dossier
from dossiers.states import OPEN
from portal.reporting.scope import Scope

FIELDS = ("agency", "unit", "procedure", "procedure__field")


def rows_of(scope: Scope) -> QuerySet[Dossier]:
    """Return the dossiers of the scope, as the register has them now."""
    rows = Dossier.objects.order_by()
    if scope.inside is not None:
        rows = rows.filter(agency__in=scope.inside)
    for name, value in (("unit", scope.unit), ("procedure", scope.procedure), ("procedure__field", scope.subject)):
        if value:
            rows = rows.filter(**{name: value})
    return rows


def open_by(scope: Scope, last: dt.date, field: str) -> dict[int | None, int]:
    """Return what was open at the end of the day, by one of FIELDS. Two queries.

    A dossier goes from room to room, and a day knows but where it was when the day was counted: what came into one room
    and was settled in another would stay open in the first for ever.
    """
    end = at_minute(last + dt.timedelta(days=1), 0)
    rows = rows_of(scope).filter(received_at__lt=end)
    found = _counted((rows.filter(state__in=OPEN, finished_at=None), rows.filter(finished_at__gte=end)), (field,))
    return {key: count for (key,), count in found.items()}


def late_by(scope: Scope, last: dt.date, fields: tuple[str, ...], *, today: dt.date) -> Counter[tuple]:
    """Return how many were open and past their due day at the end of the day, by the values of FIELDS. Two queries."""
    rows = rows_of(scope)
    still, since = late_at_end(last, today)
    return _counted((rows.filter(still), rows.filter(since)), fields)


def waiting_under_letters(scope: Scope, today: dt.date) -> dict[str, dict[int | None, int]]:
    """Return by each of FIELDS the dossiers that missed their first promise and wait for the new date. One query.

    They are late to nobody's clock, so they stand beside what is late. Of today alone: no day remembers them.
    """
    found: dict[str, dict[int | None, int]] = {name: defaultdict(int) for name in FIELDS}
    rows = on_worklist(rows_of(scope), "promised", None, at_minute(today, 0))
    for *keys, count in rows.values_list(*FIELDS).annotate(n=Count("pk")):
        for name, key in zip(FIELDS, keys, strict=True):
            found[name][key] += count
    return found


def _counted(parts: Iterable[QuerySet[Dossier]], fields: tuple[str, ...]) -> Counter[tuple]:
    found: Counter[tuple] = Counter()
    for part in parts:
        for *keys, count in part.values_list(*fields).annotate(n=Count("pk")):
            found[tuple(keys)] += count
    return found
