"""What another system's word changes: of a step only where the dossier has got to is known, not the way there."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines import due as deadlines
from dossiers.models import Dossier, DossierEvent, Unit
from dossiers.states import WORKED_ON, State
from dossiers.workflow import asked
from dossiers.workflow.moving import Actor, Change

STATED_BY = "phần mềm một cửa của cơ quan"


def report(
    dossier: Dossier,
    *,
    by: Actor,
    now: dt.datetime,
    state: str,
    due_at: dt.datetime | None = None,
    unit: Unit | None = None,
    note: str = "",
    reasons: list[dict] | None = None,
    external_id: str = "",
) -> Change:
    """Take the dossier to `state`, with the date the other system promises if it sends one."""
    values: dict = {"unit": unit} if unit else {}
    if state == State.SUPPLEMENT_REQUESTED:
        values["supplement_rounds"] = dossier.supplement_rounds + 1
    if dossier.state == State.PAYMENT_REQUESTED and state in WORKED_ON:
        values |= asked.paid_on_notice(dossier)
    told = {
        "source": DossierEvent.Source.API,
        "external_id": external_id,
        "public_note": note,
        "reasons": reasons,
        "unit": unit,
    }
    due = deadlines.stated(due_at, dossier.received_at or now, STATED_BY) if due_at else None
    went_on = dossier.state == State.SUPPLEMENT_REQUESTED and State(state).record.accepted

    def then(event: DossierEvent) -> DossierEvent:
        # The other system goes on working: what the citizen was asked for has come, whoever ticked it.
        reasons = asked.still_asked(dossier) if went_on else None
        asked.came(dossier, reasons.reasons if reasons else (), now)
        return event

    # Coming to a state is a kind of event of the same name.
    return Change(values, target=state, kind=state, due=due, told=told, then=then)


def correct(dossier: Dossier, *, by: Actor, now: dt.datetime, values: dict) -> Change:
    """Take over what the other system knows better about the people and the receipt; history names the columns."""
    fields = sorted(name for name in values if name != "owner_name_folded")
    return Change(values, told={"source": DossierEvent.Source.API, "facts": {"fields": fields}})
