"""Who holds a dossier, from when to when, with the working minutes it lay there."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import CalendarError, working_minutes
from dossiers.models import Dossier, Holding
from dossiers.states import CLOCK_RUNS, State


def hold(dossier: Dossier, now: dt.datetime) -> None:
    """Close the open stretch of holding, with its working minutes, and open the next one unless the work is over."""
    unit_id, holder_id = holder_of(dossier)
    open_row = Holding.objects.filter(dossier=dossier, to_at__isnull=True).first()
    if open_row:
        if (open_row.unit_id, open_row.holder_id, open_row.state) == (unit_id, holder_id, dossier.state):
            return
        close(open_row, dossier, now)
        open_row.save(update_fields=["to_at", "working_minutes"])
    if not dossier.is_final:
        stretch(dossier, now).save(force_insert=True)


def stretch(dossier: Dossier, now: dt.datetime) -> Holding:
    """Return the stretch of holding that begins now, not yet written. No query."""
    unit_id, holder_id = holder_of(dossier)
    return Holding(
        dossier=dossier,
        unit_id=unit_id,
        holder_id=holder_id,
        state=dossier.state,
        from_at=now,
        on_clock=dossier.state in CLOCK_RUNS and dossier.paused_at is None,
    )


def close(row: Holding, dossier: Dossier, now: dt.datetime) -> None:
    """Let the stretch end now, with its working minutes; the row is not written."""
    row.to_at = max(now, row.from_at)
    row.working_minutes = worked(dossier, row.from_at, row.to_at)


def holder_of(dossier: Dossier) -> tuple[int | None, int | None]:
    """Return (unit, person) that hold the dossier now: what waits for a signature is with its signer, in no room."""
    if dossier.state == State.SIGNING:
        return None, dossier.signer_id
    return dossier.unit_id, dossier.handler_id


def worked(dossier: Dossier, start: dt.datetime, end: dt.datetime) -> int | None:
    """Return working minutes between two moments; None when the agency has no calendar to count with."""
    try:
        return working_minutes(start, end, calendar_of(dossier.agency_id))
    except CalendarError:
        return None
