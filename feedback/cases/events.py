"""Recording what happened to a case, a restricted record or a rating, and telling whoever listens.

Listeners (connected in their app's ready()): zalo.listeners. The signal is sent INSIDE the
transaction with the event row; a listener may only insert rows.

Kinds that concern the sender (a listener may write to `event.case.voice`, `event.record` or the owner of
`event.dossier`): received, accepted, transferred, forwarded, refused, more_requested, answered, part_answered,
reopened, closed, withdrawn, merged, late_apology, published, transfer_received, transfer_sent, rating_invited,
follow_up_contacted. `event.public_note` is the word for the sender (the refusal's reason, what to add, the answer).
For a restricted record the facts hold the code and the address alone, and there is no public note: nothing of it is
ever repeated in a message.
"""

from __future__ import annotations

import datetime as dt

from django.dispatch import Signal

from feedback.cases import links
from feedback.models import Case, FeedbackEvent, RatingInvitation, TransferRecord

feedback_event = Signal()
"""Sent with `event`: the FeedbackEvent row just written."""

Kind = FeedbackEvent.Kind
Source = FeedbackEvent.Source
TELLS_SENDER = frozenset(
    {
        Kind.RECEIVED,
        Kind.ACCEPTED,
        Kind.TRANSFERRED,
        Kind.FORWARDED,
        Kind.REFUSED,
        Kind.MORE_REQUESTED,
        Kind.ANSWERED,
        Kind.PART_ANSWERED,
        Kind.REOPENED,
        Kind.CLOSED,
        Kind.WITHDRAWN,
        Kind.MERGED,
        Kind.LATE_APOLOGY,
        Kind.PUBLISHED,
        Kind.TRANSFER_RECEIVED,
        Kind.TRANSFER_SENT,
        Kind.RATING_INVITED,
        Kind.FOLLOW_UP_CONTACTED,
    }
)
"""What the sender is told; the rest is history."""


def record(
    case: Case,
    kind: str,
    *,
    at: dt.datetime,
    actor=None,
    source: str = "",
    from_status: str = "",
    to_status: str = "",
    public_note: str = "",
    internal_note: str = "",
    facts: dict | None = None,
) -> FeedbackEvent:
    """Return the appended history row of a case; the listeners have been told. Call inside a transaction."""
    return _write(
        FeedbackEvent(
            case=case,
            dossier_id=case.dossier_id,
            kind=kind,
            at=at,
            from_status=from_status,
            to_status=to_status,
            public_note=public_note,
            internal_note=internal_note,
            facts={**case_facts(case), **(facts or {})},
        ),
        actor,
        source,
        # A part is worked on out of the sender's sight; its answer reaches them through the whole.
        announce=case.parent_id is None,
    )


def record_transfer(
    transfer: TransferRecord, kind: str, *, at: dt.datetime, actor=None, source: str = "", internal_note: str = ""
) -> FeedbackEvent:
    """Return the history row of a restricted record. Its facts say where to look and nothing else."""
    facts = {"code": transfer.code, "link": links.case_link(transfer.token)}
    row = FeedbackEvent(record=transfer, kind=kind, at=at, internal_note=internal_note, facts=facts)
    return _write(row, actor, source, announce=True)


def record_rating(
    invitation: RatingInvitation, kind: str, *, at: dt.datetime, actor=None, source: str = "", public_note: str = ""
) -> FeedbackEvent:
    """Return the history row of an invitation or its sheet; the levels chosen are never among the facts."""
    dossier = invitation.dossier
    facts = {
        "number": dossier.shown_number,
        "procedure": dossier.procedure_name,
        "agency": dossier.agency_name,
        "link": links.rating_link(invitation.token),
        "expires_at": invitation.expires_at.isoformat(),
    }
    row = FeedbackEvent(invitation=invitation, dossier=dossier, kind=kind, at=at, public_note=public_note, facts=facts)
    return _write(row, actor, source, announce=True)


def case_facts(case: Case) -> dict:
    """Return the facts of this moment that messages and pages quote later; never personal data."""
    return {
        "code": case.code,
        "link": links.case_link(case.voice.token),
        "kind": case.kind,
        "kind_label": case.get_kind_display(),
        "title": case.title,
        "status_label": case.get_status_display(),
        "agency": case.agency.name,
        "category": case.category.name if case.category_id else "",
        "due_at": case.due_at.isoformat() if case.due_at else None,
    }


def _write(event: FeedbackEvent, actor, source: str, announce: bool) -> FeedbackEvent:
    event.actor = actor
    event.actor_name = (actor.get_full_name() or actor.get_username()) if actor else ""
    event.source = source or (Source.STAFF if actor else Source.SYSTEM)
    event.save(force_insert=True)
    if announce:
        feedback_event.send(sender=FeedbackEvent, event=event)
    return event
