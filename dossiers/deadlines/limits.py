"""Which limit of the catalogue applies to a dossier, and the date it gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.deadlines import clock
from dossiers.deadlines import due as deadlines
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Channel, CounterProcedure, ProcedureCase, TimeLimit
from dossiers.read_once import once
from dossiers.scoping import line_of

NO_LIMIT = (
    "Danh mục không ghi thời hạn của thủ tục này: hãy nhập ngày hẹn trả. Quản trị viên ghi thời hạn một lần ở trang "
    "thủ tục, mục “Danh sách ở quầy”, thì lần sau không phải nhập."
)


@once
def limit_for(version: Any, case: ProcedureCase | None, channel: str, agency: Agency) -> TimeLimit | None:
    """Return the limit that applies at the agency: the case's before the version's, the channel's own first.

    Where the national record states none it is the one the nearest agency up the tree keeps for its counters. One
    query, two more and one a level of the tree where the record states none.
    """
    if version is None:
        return None
    rows = [row for row in version.time_limits.all() if row.amount is not None or row.unit == TimeLimit.Unit.SAME_DAY]
    rows = [row for row in rows if row.case_id in {None, case.pk if case else None}]

    def fit(row: TimeLimit) -> tuple[int, int]:
        by_channel = {channel: 0, "": 1, Channel.COUNTER: 2}.get(row.channel, 3)
        return (0 if row.case_id else 1, by_channel)

    return min(rows, key=fit, default=None) or _kept(version.procedure_id, agency)


def _kept(procedure_id: int, agency: Agency) -> TimeLimit | None:
    kept = CounterProcedure.objects.filter(procedure_id=procedure_id).exclude(limit_unit="")
    by_agency = {row.agency_id: row for row in kept}
    row = next((by_agency[pk] for pk in line_of(agency) if pk in by_agency), None) if by_agency else None
    return TimeLimit(amount=row.limit_amount, unit=row.limit_unit, text=row.limit_basis) if row else None


def due_for(agency: Agency, limit: TimeLimit | None, received_at: dt.datetime) -> deadlines.DueDate | None:
    """Return the due date of a catalogue limit received then; None when the catalogue states none."""
    if limit is None:
        return None
    unit = clock.counted_unit(limit.unit, received_at.astimezone(ZONE).date(), agency)
    amount = limit.amount
    if unit != "same_day" and not amount:
        unit = "same_day"  # the portal prints 0 days where the law says at once
    return clock.due_date(agency=agency, received_at=received_at, amount=amount, unit=unit)
