"""Another procedure than the one the counter chose by mistake: its name, its limit and the date that follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.deadlines import clock
from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.due import DueDate, resume
from dossiers.deadlines.limits import due_for, limit_for
from dossiers.deadlines.rules import deadline_rules
from dossiers.deadlines.working_time import ZONE, CalendarError
from dossiers.models import Dossier, Procedure, TimeLimit
from dossiers.states import WORKED_ON, Clock, on_list, states
from dossiers.workflow.moving import ActError

CHANGEABLE = (states(Clock.NOT_YET, Clock.PAUSED) | frozenset(WORKED_ON)) - on_list("sign")
TOO_LATE = (
    "Hồ sơ đang ở bước “{step}” nên không đổi thủ tục được nữa. Hãy dừng hồ sơ này, tiếp nhận hồ sơ đúng thủ tục."
)
DATE_DECIDED = (
    "Ngày hẹn trả của hồ sơ đã được quyết định riêng (văn bản hẹn lại hoặc phần mềm khác) nên không đổi thủ tục được. "
    "Hãy dừng hồ sơ này, tiếp nhận hồ sơ đúng thủ tục."
)
NOT_IN_FORCE = "Thủ tục {code} không có hiệu lực vào ngày tiếp nhận hồ sơ. Hãy chọn thủ tục thay thế."


def columns(dossier: Dossier, procedure: Procedure, now: dt.datetime) -> tuple[dict, DueDate | None]:
    """Return the columns of the other procedure and its limit, and the date the promised one moves to (None: none).

    The date is counted from when the dossier was received, pauses kept. A procedure without a limit takes the date
    away; one with a limit gives a first date to a dossier that had none. Raises ActError with a sentence.
    """
    if dossier.state not in CHANGEABLE:
        raise ActError(TOO_LATE.format(step=dossier.get_state_display()))
    pauses = _pauses(dossier)
    if dossier.due_at is not None and pauses is None:
        raise ActError(DATE_DECIDED)
    version = procedure.version_on(_day(dossier, now))
    if version is None or procedure.status == Procedure.Status.ABOLISHED:
        raise ActError(NOT_IN_FORCE.format(code=procedure.code))
    limit = limit_for(version, None, dossier.channel, dossier.agency)
    values: dict[str, Any] = {
        "procedure": procedure,
        "procedure_version": version,
        "procedure_case": None,
        "procedure_name": version.name,
        "limit_amount": limit.amount if limit else None,
        "limit_unit": limit.unit if limit else "",
    }
    if dossier.received_at is None:
        return values, None
    try:
        new = _counted(dossier, dossier.received_at, limit, pauses or ())
    except CalendarError as error:
        raise ActError(str(error)) from error
    if new is not None and dossier.due_at is not None:
        return values, new
    values |= clock.start(dossier, new)
    # Without a date there is nothing to pause. A first date for somebody the agency waits for is paused as of when it
    # began to wait, which nobody wrote down while there was no date.
    waits = dossier.is_paused and new is not None
    values["paused_at"] = (dossier.paused_at or dossier.state_changed_at) if waits else None
    values["clock_open"] = new is not None and not waits
    return values, None


def _counted(
    dossier: Dossier, received: dt.datetime, limit: TimeLimit | None, pauses: tuple[Any, ...]
) -> DueDate | None:
    new = due_for(dossier.agency, limit, received)
    if new is None:
        return None
    calendar = calendar_of(dossier.agency_id)
    rules = deadline_rules(received.astimezone(ZONE).date(), dossier.agency)
    for waited in pauses:
        new = resume(new, waited.paused, waited.resumed, calendar, rules, waited.reason)
    return new


def _pauses(dossier: Dossier) -> tuple[Any, ...] | None:
    """Return the stretches the citizen had the ball; None when the date was not counted here, or there is none."""
    if not dossier.due_explanation:
        return None
    counted = clock.current_due(dossier).explanation
    return None if counted.stated_by or counted.limit is None else counted.pauses


def _day(dossier: Dossier, now: dt.datetime) -> dt.date:
    return (dossier.received_at or dossier.submitted_at or now).astimezone(ZONE).date()
