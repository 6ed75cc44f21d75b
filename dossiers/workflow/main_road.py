"""The main road of a dossier, one function per act; side roads are in dossiers.workflow.interruptions.

Every act takes the dossier, `by` (the user; None is the system), `now`, and `expected_version` (what the person saw),
returns the history row, and raises ActError with a sentence. States and arrows: dossiers.states.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.deadlines import clock
from dossiers.deadlines.due import DueDate
from dossiers.models import Dossier, DossierEvent, Unit
from dossiers.states import State
from dossiers.workflow import events
from dossiers.workflow.moving import (
    ActError,
    Forbidden,
    Stale,
    allow,
    change,
    checked_note,
    checked_reasons,
    hold,
    move,
)

__all__ = [
    "ActError",
    "Forbidden",
    "Stale",
    "accept",
    "assign",
    "finish",
    "hand_over",
    "move_due_date",
    "refuse",
    "return_from_signing",
    "return_result",
    "send_to_signing",
    "start_appraisal",
    "stop",
]

Kind = DossierEvent.Kind


def accept(dossier: Dossier, *, by, now: dt.datetime, due: DueDate | None, expected_version=None, **recorded):
    """Accept a submitted dossier: the clock starts at the receipt (`due` was counted from it)."""
    allow(by, "receive_dossier", dossier)
    changes = {**clock.start(dossier, due), "received_at": dossier.received_at or now}
    return move(
        dossier,
        State.ACCEPTED,
        kind=Kind.ACCEPTED,
        by=by,
        now=now,
        changes=changes,
        expected_version=expected_version,
        **recorded,
    )


def refuse(
    dossier: Dossier, *, by, now: dt.datetime, reasons: list[dict], note: str = "", expected_version=None, **recorded
):
    """Refuse a submitted dossier, with the ground of each refusal (form 03)."""
    allow(by, "receive_dossier", dossier)
    return move(
        dossier,
        State.REFUSED,
        kind=Kind.REFUSED,
        by=by,
        now=now,
        changes=clock.stop(dossier),
        reasons=checked_reasons(reasons),
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def assign(
    dossier: Dossier, *, by, now: dt.datetime, handler=None, unit: Unit | None = None, expected_version=None, **recorded
):
    """Give the dossier to a unit, a handler, or both; a dossier already assigned changes hands without a new state."""
    allow(by, "assign_dossier", dossier)
    if handler is None and unit is None:
        raise ActError("Chọn phòng hoặc người thụ lý trước khi phân công.")
    if unit is not None and unit.agency_id not in {dossier.agency_id, dossier.competent_agency_id}:
        raise ActError("Phòng được chọn không thuộc cơ quan giải quyết hồ sơ này.")
    changes = {"handler": handler, "unit": unit or dossier.unit}
    if dossier.state == State.ACCEPTED:
        return move(
            dossier,
            State.ASSIGNED,
            kind=Kind.ASSIGNED,
            by=by,
            now=now,
            changes=changes,
            unit=changes["unit"],
            expected_version=expected_version,
            **recorded,
        )
    return hand_over(dossier, by=by, now=now, handler=handler, unit=unit, expected_version=expected_version, **recorded)


@transaction.atomic
def hand_over(
    dossier: Dossier,
    *,
    by,
    now: dt.datetime,
    handler=None,
    unit: Unit | None = None,
    note: str = "",
    expected_version=None,
    **recorded,
):
    """Pass the dossier on without changing its state; who held it, and how long, is kept."""
    allow(by, "assign_dossier", dossier)
    if dossier.is_final:
        raise ActError("Hồ sơ đã kết thúc, không chuyển phòng được nữa.")
    values = {"handler": handler, "unit": unit or dossier.unit}
    change(dossier, values, expected_version=expected_version, now=now)
    hold(dossier, now)
    facts = {"note": note.strip()} if note.strip() else None
    return events.record(
        dossier, Kind.HANDED_OVER, at=now, actor=by, unit=values["unit"], facts=facts, announce=True, **recorded
    )


def start_appraisal(dossier: Dossier, *, by, now: dt.datetime, expected_version=None, **recorded):
    """The handler begins to appraise; an unnamed handler becomes the one who begins."""
    allow(by, "process_dossier", dossier)
    changes = {"handler": dossier.handler or by}
    return move(
        dossier,
        State.APPRAISING,
        kind=Kind.APPRAISING,
        by=by,
        now=now,
        changes=changes,
        expected_version=expected_version,
        **recorded,
    )


def send_to_signing(dossier: Dossier, *, by, now: dt.datetime, expected_version=None, **recorded):
    """Hand the appraised dossier to the leader."""
    allow(by, "process_dossier", dossier)
    return move(
        dossier, State.SIGNING, kind=Kind.SIGNING, by=by, now=now, expected_version=expected_version, **recorded
    )


def return_from_signing(dossier: Dossier, *, by, now: dt.datetime, note: str, expected_version=None, **recorded):
    """The leader does not sign: back to appraisal, with a word why (colleagues see it, the citizen does not)."""
    allow(by, "sign_dossier", dossier)
    facts = {"note": checked_note(note, "Ghi rõ cần sửa gì để người thụ lý làm lại đúng.")}
    return move(
        dossier,
        State.APPRAISING,
        kind=Kind.SIGNING_RETURNED,
        by=by,
        now=now,
        facts=facts,
        expected_version=expected_version,
        **recorded,
    )


def finish(
    dossier: Dossier, *, by, now: dt.datetime, place: str = "", note: str = "", expected_version=None, **recorded
):
    """The result is there: the clock stops and the citizen may come for it."""
    allow(by, "sign_dossier" if dossier.state == State.SIGNING else "process_dossier", dossier)
    changes = {**clock.stop(dossier), "finished_at": now}
    if place.strip():
        changes["result_place"] = place.strip()
    return move(
        dossier,
        State.RESULT_READY,
        kind=Kind.RESULT_READY,
        by=by,
        now=now,
        changes=changes,
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def return_result(dossier: Dossier, *, by, now: dt.datetime, note: str = "", expected_version=None, **recorded):
    """The citizen has the result in hand."""
    allow(by, "return_result", dossier)
    return move(
        dossier,
        State.RESULT_RETURNED,
        kind=Kind.RESULT_RETURNED,
        by=by,
        now=now,
        changes={"returned_at": now},
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def stop(
    dossier: Dossier, *, by, now: dt.datetime, reasons: list[dict], note: str = "", expected_version=None, **recorded
):
    """End the work without a result and hand the dossier back, with the reasons (form 05 since 2025)."""
    allow(by, "stop_dossier", dossier)
    return move(
        dossier,
        State.STOPPED,
        kind=Kind.STOPPED,
        by=by,
        now=now,
        changes={**clock.stop(dossier), "finished_at": now},
        reasons=checked_reasons(reasons),
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


@transaction.atomic
def move_due_date(
    dossier: Dossier, due: DueDate, *, by, now: dt.datetime, reason: str, expected_version=None, **recorded
):
    """Set another due date by a decision (an apology, a confirmed calendar change); history keeps the old one."""
    reason = checked_note(reason, "Ghi rõ căn cứ đổi ngày hẹn trả.")
    old = dossier.due_at
    values = {"due_at": due.at, "due_explanation": due.explanation.as_dict()}
    change(dossier, values, expected_version=expected_version, now=now)
    facts = {"old_due_at": old.isoformat() if old else None, "reason": reason}
    return events.record(dossier, Kind.DUE_MOVED, at=now, actor=by, facts=facts, **recorded)
