"""Which limit of the catalogue applies to a dossier, and the date it gives."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines import clock
from dossiers.deadlines import due as deadlines
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Channel, ProcedureCase, TimeLimit


def limit_for(version, case: ProcedureCase | None, channel: str) -> TimeLimit | None:
    """Return the limit that applies: the case's before the version's, the channel's own first. One query."""
    if version is None:
        return None
    rows = [row for row in version.time_limits.all() if row.amount is not None or row.unit == TimeLimit.Unit.SAME_DAY]
    rows = [row for row in rows if row.case_id in {None, case.pk if case else None}]

    def fit(row: TimeLimit) -> tuple[int, int]:
        by_channel = {channel: 0, "": 1, Channel.COUNTER: 2}.get(row.channel, 3)
        return (0 if row.case_id else 1, by_channel)

    return min(rows, key=fit, default=None)


def due_for(agency: Agency, limit: TimeLimit | None, received_at: dt.datetime) -> deadlines.DueDate | None:
    """Return the due date of a catalogue limit received then; None when the catalogue states none."""
    if limit is None:
        return None
    unit = clock.counted_unit(limit.unit, received_at.astimezone(ZONE).date(), agency)
    amount = limit.amount
    if unit != "same_day" and not amount:
        unit = "same_day"  # the portal prints 0 days where the law says at once
    return clock.due_date(agency=agency, received_at=received_at, amount=amount, unit=unit)
