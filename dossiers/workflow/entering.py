"""What coming into a state does to a dossier's clock and dates, whoever or whatever brought it there."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines import clock
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.limits import due_for, limit_for
from dossiers.models import Dossier
from dossiers.states import LINE, Clock, State

WAITED = "chờ người dân"


def entering(
    dossier: Dossier, target: str, now: dt.datetime, *, due: DueDate | None = None, counting: bool = True
) -> dict:
    """Return the column values of coming into `target` at `now`.

    `due` is a date that was decided or stated; without one a dossier that comes into its first accepted state gets the
    one of the catalogue's limit, unless whoever asks has counted already (`counting`). Raises CalendarError when that
    cannot be counted.
    """
    record = State(target).record
    begins = dossier.received_at is None and record.accepted
    values: dict = {}
    if begins:
        values = {"received_at": now, **clock.start(dossier, due or (counted(dossier, now) if counting else None))}
    elif due is not None:
        values = {"due_at": due.at, "due_explanation": due.explanation.as_dict()}
    if record.clock is Clock.STOPPED:
        values |= clock.stop(dossier)
        # Refused is what never was worked on.
        if dossier.finished_at is None and target != State.REFUSED:
            values["finished_at"] = now
        if target == LINE[-1]:
            values["returned_at"] = now
    elif record.clock is Clock.PAUSED:
        if values.get("clock_open", dossier.clock_open):
            values |= {"clock_open": False, "paused_at": now}
    elif record.clock is Clock.RUNS:
        if dossier.paused_at is not None:
            values = clock.resume(dossier, now, reason=State(dossier.state).record.waited or WAITED) | values
        if due is not None and not begins:
            values |= {"clock_open": True, "promised_at": dossier.promised_at or due.at}
    return values


def counted(dossier: Dossier, at: dt.datetime) -> DueDate | None:
    """Return the date due by the catalogue's limit counted from `at`; None when the catalogue states none."""
    limit = limit_for(dossier.procedure_version, dossier.procedure_case, dossier.channel, dossier.agency)
    return due_for(dossier.agency, limit, at)
