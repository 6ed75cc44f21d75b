"""What the acts of a dossier's main road change, one function per act; side roads: dossiers.workflow.interruptions.

Who may do an act, from which state to which, and what it asks for stands in dossiers.workflow.acts; what the new state
does to the clock in dossiers.workflow.entering. Each function takes the dossier, `by` (the user; None is the system),
`now` and what was asked for, returns the Change, and raises ActError with a sentence.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.deadlines import due as deadlines
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.limits import NO_LIMIT
from dossiers.deadlines.working_time import CalendarError
from dossiers.models import Dossier, Unit
from dossiers.workflow.entering import counted
from dossiers.workflow.moving import ActError, Actor, Change, checked_note, checked_reasons

STATED_BY = "cán bộ tiếp nhận ghi theo quy định của thủ tục"


def accept(dossier: Dossier, *, by: Actor, now: dt.datetime, due_at: dt.datetime | None = None) -> Change:
    """Accept a submitted dossier with the catalogue's limit, or with the date the clerk states when there is none."""
    try:
        due = counted(dossier, now) if due_at is None else deadlines.stated(due_at, now, STATED_BY)
    except CalendarError as error:
        raise ActError(str(error)) from error
    if due is None:
        raise ActError(NO_LIMIT)
    return Change(due=due)


def refuse(dossier: Dossier, *, by: Actor, now: dt.datetime, reasons: list[dict], note: str = "") -> Change:
    """Refuse a submitted dossier, with the ground of each refusal (form 03)."""
    half = "ghi rõ vì sao không tiếp nhận và căn cứ pháp lý; phiếu từ chối in cả hai."
    none = "Hãy ghi ít nhất một lý do từ chối, kèm căn cứ pháp lý."
    return Change(told={"reasons": checked_reasons(reasons, half=half, none=none), "public_note": note.strip()})


def assign(
    dossier: Dossier, *, by: Actor, now: dt.datetime, handler: Any = None, unit: Unit | None = None, note: str = ""
) -> Change:
    """Give the dossier to a unit, a handler, or both; who held it until now, and how long, is kept."""
    if handler is None and unit is None:
        raise ActError("Chọn phòng hoặc người thụ lý trước khi phân công.")
    if unit is not None and unit.agency_id not in {dossier.agency_id, dossier.competent_agency_id}:
        raise ActError("Phòng được chọn không thuộc cơ quan giải quyết hồ sơ này.")
    values = {"handler": handler, "unit": unit or dossier.unit}
    facts = {"note": note.strip()} if note.strip() else None
    return Change(values, told={"unit": values["unit"], "facts": facts})


def go_on(dossier: Dossier, *, by: Actor, now: dt.datetime) -> Change:
    """Take the next step: nothing changes but the state."""
    return Change()


def stop(dossier: Dossier, *, by: Actor, now: dt.datetime, reasons: list[dict], note: str = "") -> Change:
    """End the work without a result and hand the dossier back, with the reasons (form 05 since 2025)."""
    half = "ghi rõ vì sao dừng, trả lại hồ sơ và căn cứ."
    none = "Hãy ghi ít nhất một lý do dừng, trả lại hồ sơ, kèm căn cứ."
    return Change(told={"reasons": checked_reasons(reasons, half=half, none=none), "public_note": note.strip()})


def correct_details(
    dossier: Dossier, *, by: Actor, now: dt.datetime, values: dict, note: str, facts: dict | None = None
) -> Change:
    """Put right what was written wrong at the counter; history says what and why, colleagues alone read it.

    `facts` are what the program has to know of it again.
    """
    return Change(values, told={"facts": {"note": note, **(facts or {})}})


def move_due_date(
    dossier: Dossier,
    *,
    by: Actor,
    now: dt.datetime,
    due: DueDate,
    reason: str,
    announce: bool = True,
    source: str = "",
    external_id: str = "",
) -> Change:
    """Set another due date by a decision (an apology, a calendar change, the other system); history keeps the old."""
    facts = {
        "old_due_at": dossier.due_at.isoformat() if dossier.due_at else None,
        "reason": checked_note(reason, "Ghi rõ căn cứ đổi ngày hẹn trả."),
    }
    told = {"facts": facts, "announce": announce, "external_id": external_id}
    return Change(
        {"due_at": due.at, "due_explanation": due.explanation.as_dict()},
        told=told | ({"source": source} if source else {}),
    )
