"""The side roads: waiting for the citizen's papers or payment, and withdrawal.

The clock pauses while the citizen has the ball.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from dossiers.deadlines import clock
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier, DossierEvent
from dossiers.states import State
from dossiers.workflow.moving import ActError, Forbidden, allow, checked_note, checked_reasons, move

Kind = DossierEvent.Kind
SECOND_ROUND = "dossiers.stop_dossier"


def interrupted_state(dossier: Dossier, kind: str) -> str:
    """Return the state the dossier was in when the interruption of this kind began. One query."""
    event = dossier.events.filter(kind=kind).order_by("-at", "-id").first()
    return event.from_state if event and event.from_state else State.ACCEPTED


def request_supplement(
    dossier: Dossier, *, by, now: dt.datetime, reasons: list[dict], note: str = "", expected_version=None, **recorded
) -> DossierEvent:
    """Ask for what is missing, item by item (form 02). A round beyond the rule's number needs a supervisor.

    Rule record "supplement-max-rounds": index 766 counts a second request as overdue.
    """
    allow(by, "receive_dossier" if dossier.state == State.SUBMITTED else "process_dossier", dossier)
    reasons = checked_reasons(reasons)
    allowed = value_on("supplement-max-rounds", now.astimezone(ZONE).date(), dossier.agency)
    if by is not None and dossier.supplement_rounds >= allowed and not by.has_perm(SECOND_ROUND):
        raise Forbidden(
            f"Hồ sơ đã yêu cầu bổ sung {dossier.supplement_rounds} lần. Lần tiếp theo phải do lãnh đạo thực hiện."
        )
    changes = {**clock.pause(dossier, now), "supplement_rounds": dossier.supplement_rounds + 1}
    return move(
        dossier,
        State.SUPPLEMENT_REQUESTED,
        kind=Kind.SUPPLEMENT_REQUESTED,
        by=by,
        now=now,
        changes=changes,
        reasons=reasons,
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def receive_supplement(dossier: Dossier, *, by, now: dt.datetime, note: str = "", expected_version=None, **recorded):
    """The citizen brought what was asked: back to where it was, the clock runs on with the due date moved."""
    allow(by, "receive_dossier", dossier)
    if dossier.state != State.SUPPLEMENT_REQUESTED:
        raise ActError("Hồ sơ không ở bước chờ bổ sung.")
    return move(
        dossier,
        interrupted_state(dossier, Kind.SUPPLEMENT_REQUESTED),
        kind=Kind.SUPPLEMENT_RECEIVED,
        by=by,
        now=now,
        changes=clock.resume(dossier, now, reason="chờ bổ sung hồ sơ"),
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def request_payment(
    dossier: Dossier, *, by, now: dt.datetime, amount, note: str = "", expected_version=None, **recorded
) -> DossierEvent:
    """Ask for a payment (amount in đồng) before the work goes on."""
    allow(by, "process_dossier", dossier)
    if amount is None or Decimal(amount) <= 0:
        raise ActError("Ghi số tiền phải nộp, lớn hơn 0 đồng.")
    changes = {**clock.pause(dossier, now), "payment_due": Decimal(amount)}
    return move(
        dossier,
        State.PAYMENT_REQUESTED,
        kind=Kind.PAYMENT_REQUESTED,
        by=by,
        now=now,
        changes=changes,
        facts={"amount": str(Decimal(amount).quantize(Decimal(1)))},
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def confirm_payment(dossier: Dossier, *, by, now: dt.datetime, note: str = "", expected_version=None, **recorded):
    """The proof of payment is there: back to where it was, the clock runs on."""
    allow(by, "receive_dossier", dossier)
    if dossier.state != State.PAYMENT_REQUESTED:
        raise ActError("Hồ sơ không ở bước chờ nộp tiền.")
    return move(
        dossier,
        interrupted_state(dossier, Kind.PAYMENT_REQUESTED),
        kind=Kind.PAYMENT_CONFIRMED,
        by=by,
        now=now,
        changes={**clock.resume(dossier, now, reason="chờ nộp tiền"), "fee_paid": True, "payment_due": None},
        public_note=note.strip(),
        expected_version=expected_version,
        **recorded,
    )


def request_withdrawal(dossier: Dossier, *, by, now: dt.datetime, note: str, expected_version=None, **recorded):
    """The citizen asks to take the dossier back; the clock is left as it stands until that is decided."""
    allow(by, "receive_dossier", dossier)
    return move(
        dossier,
        State.WITHDRAWAL_REQUESTED,
        kind=Kind.WITHDRAWAL_REQUESTED,
        by=by,
        now=now,
        public_note=checked_note(note, "Ghi lý do người dân xin rút hồ sơ."),
        expected_version=expected_version,
        **recorded,
    )


def agree_withdrawal(dossier: Dossier, *, by, now: dt.datetime, note: str = "", expected_version=None, **recorded):
    """The withdrawal is agreed to: the work stops and the papers go back."""
    allow(by, "stop_dossier", dossier)
    if dossier.state != State.WITHDRAWAL_REQUESTED:
        raise ActError("Hồ sơ không ở bước xin rút.")
    return move(
        dossier,
        State.STOPPED,
        kind=Kind.STOPPED,
        by=by,
        now=now,
        changes={**clock.stop(dossier), "finished_at": now},
        reasons=[{"paper": "", "what": "Rút hồ sơ", "why": "Theo đề nghị của người nộp", "sample": "", "where": ""}],
        public_note=note.strip(),
        facts={"withdrawn": True},
        expected_version=expected_version,
        **recorded,
    )


def decline_withdrawal(dossier: Dossier, *, by, now: dt.datetime, note: str, expected_version=None, **recorded):
    """The work goes on: the withdrawal was taken back or cannot be agreed to."""
    allow(by, "stop_dossier", dossier)
    if dossier.state != State.WITHDRAWAL_REQUESTED:
        raise ActError("Hồ sơ không ở bước xin rút.")
    return move(
        dossier,
        interrupted_state(dossier, Kind.WITHDRAWAL_REQUESTED),
        kind=Kind.WITHDRAWAL_DECLINED,
        by=by,
        now=now,
        public_note=checked_note(note, "Ghi lý do tiếp tục giải quyết hồ sơ."),
        expected_version=expected_version,
        **recorded,
    )
