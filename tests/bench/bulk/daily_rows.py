"""Daily figures of a big database by one statement: what `rebuild_figures` writes, without a row in Python.

For the measurement alone: the program counts a day at a time, so that people read while it counts. The benchmark lets
the program count some days of it again and says whether anything differed.
"""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from dossiers.states import WITHOUT_RESULT
from portal.reporting.models import AgencyDay, DossierDay, FigureDay

DAY = "({0} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
FILL = f"""
INSERT INTO {DossierDay._meta.db_table} (day, agency_id, unit_id, procedure_id, received, online, settled, stopped,
       unreceived, promised, kept, early, on_day, late, waited, wait_seconds)
SELECT day, agency_id, unit_id, procedure_id, sum(received), sum(online), sum(settled), sum(stopped), sum(unreceived),
       sum(promised), sum(kept), sum(early), sum(on_day), sum(late), sum(waited), round(coalesce(sum(wait), 0))
  FROM (SELECT {DAY.format("received_at")} AS day, agency_id, unit_id, procedure_id, 1 AS received,
               (channel = 'online')::int AS online, 0 AS settled, 0 AS stopped, 0 AS unreceived, 0 AS promised,
               0 AS kept, 0 AS early, 0 AS on_day, 0 AS late, 0 AS waited, NULL::numeric AS wait
          FROM dossiers_dossier WHERE received_at IS NOT NULL
        UNION ALL
        SELECT {DAY.format("finished_at")}, agency_id, unit_id, procedure_id, 0, 0, 1, (state = ANY(%s))::int,
               (received_at IS NULL)::int, (promised_at IS NOT NULL)::int,
               coalesce(({DAY.format("finished_at")} <= {DAY.format("promised_at")})::int, 0),
               coalesce(({DAY.format("finished_at")} < {DAY.format("due_at")})::int, 0),
               coalesce(({DAY.format("finished_at")} = {DAY.format("due_at")})::int, 0),
               coalesce(({DAY.format("finished_at")} > {DAY.format("due_at")})::int, 0),
               coalesce((received_at <= finished_at)::int, 0),
               CASE WHEN received_at <= finished_at THEN extract(epoch FROM finished_at - received_at) END
          FROM dossiers_dossier WHERE finished_at IS NOT NULL) AS moments
 GROUP BY day, agency_id, unit_id, procedure_id
"""
SUMS = "received online settled stopped unreceived promised kept early on_day late waited wait_seconds".split()


def fill() -> int:
    """Write every day of the register; return how many rows. Only where no day was counted yet."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [[state.value for state in WITHOUT_RESULT]])
        rows = cursor.rowcount
        added = ", ".join(f"sum({name})" for name in SUMS)
        cursor.execute(
            f"INSERT INTO {AgencyDay._meta.db_table} (day, agency_id, {', '.join(SUMS)}) SELECT day, agency_id, {added}"
            f" FROM {DossierDay._meta.db_table} GROUP BY day, agency_id"
        )
        cursor.execute(
            f"INSERT INTO {FigureDay._meta.db_table} (day, counted_at, closed_at, recounted_by, results_kept)"
            f" SELECT day::date, %s::timestamptz, %s::timestamptz, '', false"
            f" FROM (SELECT generate_series(min(day), max(day), '1 day') AS day"
            f" FROM {AgencyDay._meta.db_table}) AS days",
            [timezone.now(), timezone.now()],
        )
        cursor.execute(f"ANALYZE {DossierDay._meta.db_table}, {AgencyDay._meta.db_table}")
    return rows
