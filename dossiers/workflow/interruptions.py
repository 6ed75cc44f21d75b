"""What the acts of the side roads change: waiting for the citizen's papers or payment, and withdrawal.

The clock pauses while the citizen has the ball. The table of acts is dossiers.workflow.acts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier, DossierEvent
from dossiers.states import OPEN, WORKED_ON, State
from dossiers.workflow import asked
from dossiers.workflow.moving import ActError, Actor, Change, Forbidden, checked_note, checked_reasons

Kind = DossierEvent.Kind
AFTER_SUPPLEMENT = frozenset({*WORKED_ON, State.SUBMITTED})
AFTER_WITHDRAWAL = (OPEN | {State.SUBMITTED}) - {State.WITHDRAWAL_REQUESTED}
SECOND_ROUND = "dossiers.stop_dossier"


def interrupted_state(dossier: Dossier, among: Iterable[str]) -> str:
    """Return the last state of `among` the dossier came to: where it was before the waiting. One query.

    Another system may report one waiting after another, from any step: what lies between does not count.
    """
    event = dossier.events.filter(to_state__in=among).order_by("-at", "-id").first()
    return event.to_state if event else State.ACCEPTED


def request_supplement(
    dossier: Dossier,
    *,
    by: Actor,
    now: dt.datetime,
    reasons: list[dict],
    note: str = "",
    last_day: dt.date | None = None,
) -> Change:
    """Ask for what is missing, item by item, until a last day (form 02). A round beyond the rule's needs a supervisor.

    Rule record "supplement-max-rounds": index 766 counts a second request as overdue.
    """
    reasons = asked.by_their_names(dossier, checked_reasons(reasons))
    allowed = value_on("supplement-max-rounds", now.astimezone(ZONE).date(), dossier.agency)
    if by is not None and dossier.supplement_rounds >= allowed and not by.has_perm(SECOND_ROUND):
        raise Forbidden(
            f"Hồ sơ đã yêu cầu bổ sung {dossier.supplement_rounds} lần. Lần tiếp theo phải do lãnh đạo thực hiện."
        )
    values = {"supplement_rounds": dossier.supplement_rounds + 1}
    day = last_day or asked.last_day(dossier, now)
    facts = {"last_day": day.isoformat()} if day else None
    return Change(values, told={"reasons": reasons, "public_note": note.strip(), "facts": facts})


def receive_supplement(
    dossier: Dossier,
    *,
    by: Actor,
    now: dt.datetime,
    note: str = "",
    came: list[int] | None = None,
    papers: Iterable[int] = (),
    source: str = "",
) -> Change:
    """The citizen brought what was asked: back to where it was, the clock runs on with the due date moved.

    `came` are the places, from 0, of what was brought among what is still asked for; None is all of it. `papers` are
    further papers of the dossier (pk) that came beside. With something left the dossier goes on waiting, for that
    alone. `source` is who brought it, when it was not staff who say so.
    """
    event = asked.still_asked(dossier)
    reasons = event.reasons if event else []
    here = set(range(len(reasons)) if came is None else came)
    if reasons and not here & set(range(len(reasons))) and not papers:
        raise ActError("Đánh dấu giấy tờ đã nhận được.")
    brought = [reason for place, reason in enumerate(reasons) if place in here]
    left = [reason for place, reason in enumerate(reasons) if place not in here]

    def then(told: DossierEvent) -> DossierEvent:
        asked.came(dossier, brought, now, others=papers)
        return told

    said: dict = {"public_note": note.strip()} | ({"source": source} if source else {})
    if left:
        facts = {"last_day": event.facts["last_day"]} if event and event.facts.get("last_day") else None
        said |= {"reasons": left, "facts": facts}
        return Change(target=State.SUPPLEMENT_REQUESTED, kind=Kind.SUPPLEMENT_PART, told=said, then=then)
    back = interrupted_state(dossier, AFTER_SUPPLEMENT)
    return Change(target=back, told=said, then=then)


def request_payment(dossier: Dossier, *, by: Actor, now: dt.datetime, amount: Any, note: str = "") -> Change:
    """Ask for a payment (amount in đồng) before the work goes on."""
    if amount is None or Decimal(amount) <= 0:
        raise ActError("Ghi số tiền phải nộp, lớn hơn 0 đồng.")
    facts = {"amount": str(Decimal(amount).quantize(Decimal(1)))}
    return Change({"payment_due": Decimal(amount)}, told={"facts": facts, "public_note": note.strip()})


def confirm_payment(dossier: Dossier, *, by: Actor, now: dt.datetime, note: str = "") -> Change:
    """The proof of payment is there: back to where it was, the clock runs on. Fees are collected apart from it."""
    back = interrupted_state(dossier, WORKED_ON)
    facts = {"amount": str(dossier.payment_due)} if dossier.payment_due else None
    return Change(asked.paid_on_notice(dossier), target=back, told={"public_note": note.strip(), "facts": facts})


def request_withdrawal(dossier: Dossier, *, by: Actor, now: dt.datetime, note: str) -> Change:
    """The citizen asks to take the dossier back; the clock is left as it stands until that is decided."""
    return Change(told={"public_note": checked_note(note, "Ghi lý do người dân xin rút hồ sơ.")})


def agree_withdrawal(dossier: Dossier, *, by: Actor, now: dt.datetime, note: str = "") -> Change:
    """The withdrawal is agreed to: the work stops and the papers go back."""
    why = {"paper": "", "what": "Rút hồ sơ", "why": "Theo đề nghị của người nộp", "sample": "", "where": ""}
    return Change(told={"reasons": [why], "public_note": note.strip(), "facts": {"withdrawn": True}})


def decline_withdrawal(dossier: Dossier, *, by: Actor, now: dt.datetime, note: str) -> Change:
    """The work goes on: the withdrawal was taken back or cannot be agreed to."""
    back = interrupted_state(dossier, AFTER_WITHDRAWAL)
    return Change(target=back, told={"public_note": checked_note(note, "Ghi lý do tiếp tục giải quyết hồ sơ.")})
