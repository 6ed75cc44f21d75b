"""Recording what happened to a dossier, and telling whoever listens.

Listeners (connected in their app's ready()): zalo.listeners, feedback.listeners. The signal is sent
INSIDE the transaction with the event row; a listener may only insert rows, or put right its own that still wait.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.dispatch import Signal

from dossiers.models import Dossier, DossierEvent, Unit
from dossiers.workflow.series import enter_in_register

dossier_event = Signal()
"""Sent with `event`: the DossierEvent row just written."""
TOLD_ELSEWHERE = "told_elsewhere"
"""The fact of an event nobody is told of by itself."""
BROUGHT_OVER = "brought_over"
"""The fact of an event that came with old data: no other system is told of it either."""
_bringing_over: ContextVar[bool] = ContextVar("bringing_over", default=False)


@contextmanager
def brought_over() -> Iterator[None]:
    """Inside, whatever is recorded is history of another system: kept whole, announced to nobody."""
    token = _bringing_over.set(True)
    try:
        yield
    finally:
        _bringing_over.reset(token)


def record(
    dossier: Dossier, kind: str, *, at: dt.datetime, facts: dict | None = None, announce: bool = True, **said: Any
) -> DossierEvent:
    """Return the appended history row; with `announce` the listeners have been told. Call inside a transaction.

    `said` is what `row_of` takes. A row that is told by another one (the date change inside a letter) says so in its
    facts: whoever looks for forgotten events later must not take it for one.
    """
    received = kind == DossierEvent.Kind.ACCEPTED
    if received and dossier.receipt is not None:
        enter_in_register(dossier.receipt, dossier.received_at or at)
    announce = announce and not _bringing_over.get()
    facts = {**(received_facts(dossier) if received else {}), **(facts or {})}
    event = row_of(dossier, kind, at=at, facts=facts, announce=announce, **said)
    event.save(force_insert=True)
    if announce:
        dossier_event.send(sender=DossierEvent, event=event)
    return event


def row_of(
    dossier: Dossier,
    kind: str,
    *,
    at: dt.datetime,
    actor: Any = None,
    source: str = DossierEvent.Source.STAFF,
    from_state: str = "",
    to_state: str = "",
    unit: Unit | None = None,
    external_id: str = "",
    public_note: str = "",
    reasons: list[dict] | None = None,
    facts: dict | None = None,
    announce: bool = True,
) -> DossierEvent:
    """Return the history row, not yet written, with the facts of this moment. No query."""
    old = {BROUGHT_OVER: True} if _bringing_over.get() else {}
    quiet = {} if announce and not old else {TOLD_ELSEWHERE: True, **old}
    return DossierEvent(
        dossier=dossier,
        kind=kind,
        at=at,
        actor=actor,
        actor_name=(actor.get_full_name() or actor.get_username()) if actor else "",
        source=source,
        from_state=from_state,
        to_state=to_state,
        unit=unit,
        external_id=external_id,
        public_note=public_note,
        reasons=reasons or [],
        facts={**frozen_facts(dossier), **(facts or {}), **quiet},
    )


def received_facts(dossier: Dossier) -> dict:
    """Return what was promised and handed in at intake: the receipt says it, whenever it is printed. Two queries.

    People stand in it by their row, which is what they stated that day.
    """
    papers = dossier.papers.filter(received=True).values_list("name", "originals", "certified", "copies")
    fees = dossier.fees.values_list("name", "unit", "quantity", "price", "collected_at")
    return promised_facts(dossier, papers, fees)


def promised_facts(dossier: Dossier, papers: Iterable[tuple] = (), fees: Iterable[tuple] = ()) -> dict:
    """Return what `received_facts` does of these papers and fees. No query."""
    return {
        "promise": dossier.due_explanation,
        "place": dossier.result_place,
        "received": {
            "owner": dossier.owner_id,
            "submitter": dossier.submitter_id,
            "limit": [None if dossier.limit_amount is None else str(dossier.limit_amount), dossier.limit_unit],
            "sets": dossier.sets,
            "papers": [list(paper) for paper in papers],
            "fees": [[*words, int(price), at is not None] for *words, price, at in fees],
            "fee_total": None if dossier.fee_total is None else int(dossier.fee_total),
            "fee_paid": dossier.fee_paid,
        },
    }


def frozen_facts(dossier: Dossier) -> dict:
    """Return the facts of this moment that messages and pages quote later; never personal data."""
    return {
        "code": dossier.code,
        "number": dossier.shown_number,
        "procedure": dossier.procedure_name,
        "agency": dossier.agency_name,
        "due_at": dossier.due_at.isoformat() if dossier.due_at else None,
        "token": dossier.token,
    }
