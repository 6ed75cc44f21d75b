"""How long dossiers of a procedure usually stay in a step, and which lie still longer than that (stuck radar).

Measured from the stretches of holding of the last year, once a night; percentiles by window functions, which
PostgreSQL and SQLite share.
"""

from __future__ import annotations

import datetime as dt
from math import ceil

from django.db import connection, transaction

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.rules import values_on
from dossiers.deadlines.working_time import ZONE, WorkingCalendar, at_minute
from dossiers.models import ProcedurePace
from dossiers.states import WORKED_ON

WINDOW = dt.timedelta(days=365)
_MEASURE = f"""
SELECT procedure_id, state, n, MIN(working_minutes) FROM (
  SELECT d.procedure_id, h.state, h.working_minutes,
    ROW_NUMBER() OVER (PARTITION BY d.procedure_id, h.state ORDER BY h.working_minutes) AS place,
    COUNT(*) OVER (PARTITION BY d.procedure_id, h.state) AS n
  FROM dossiers_holding h JOIN dossiers_dossier d ON d.id = h.dossier_id
  WHERE h.to_at >= %(since)s AND h.working_minutes IS NOT NULL
    AND h.state IN ({", ".join(f"'{state}'" for state in WORKED_ON)})
) measured
WHERE place >= n * %(share)s AND n >= %(fewest)s
GROUP BY procedure_id, state, n
"""


def measure(*, now: dt.datetime) -> int:
    """Return how many (procedure, step) pairs have a pace now; older ones are replaced."""
    rules = values_on(now.astimezone(ZONE).date(), prefix="stuck-")
    since = connection.ops.adapt_datetimefield_value(now - WINDOW)
    with connection.cursor() as cursor:
        share = int(rules["stuck-percentile"].value) / 100
        cursor.execute(_MEASURE, {"since": since, "share": share, "fewest": int(rules["stuck-fewest-dossiers"].value)})
        rows = cursor.fetchall()
    with transaction.atomic():
        ProcedurePace.objects.all().delete()
        ProcedurePace.objects.bulk_create(
            ProcedurePace(
                procedure_id=procedure_id, state=state, sample=sample, usual_minutes=max(1, minutes), measured_at=now
            )
            for procedure_id, state, sample, minutes in rows
        )
    refresh(now=now)
    return len(rows)


def refresh(*, now: dt.datetime) -> None:
    """Set, for each pace, the moment before which a step must have begun to count as lying still; common calendar."""
    calendar = calendars_of([None]).get(None)
    if calendar is None:
        return
    cut_offs: dict[int, dt.datetime] = {}
    rows = list(ProcedurePace.objects.only("pk", "usual_minutes"))
    for row in rows:
        if row.usual_minutes not in cut_offs:
            cut_offs[row.usual_minutes] = working_time_ago(now, row.usual_minutes, calendar)
        row.unmoved_before = cut_offs[row.usual_minutes]
    ProcedurePace.objects.bulk_update(rows, ["unmoved_before"], batch_size=500)


def working_time_ago(now: dt.datetime, minutes: int, calendar: WorkingCalendar) -> dt.datetime:
    """Return the moment that many working minutes before `now`; after 400 closed days, the first of them."""
    left = minutes
    day = now.astimezone(ZONE).date()
    clock = now.astimezone(ZONE).hour * 60 + now.astimezone(ZONE).minute
    for _ in range(400 + ceil(minutes / 60)):
        for period in reversed(calendar.periods(day)):
            end = min(period.end_minute, clock)
            length = end - period.start_minute
            if length <= 0:
                continue
            if left <= length:
                return at_minute(day, end - left)
            left -= length
        day, clock = day - dt.timedelta(days=1), 24 * 60
    return at_minute(day, 0)
