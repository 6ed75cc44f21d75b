"""What a person missed before they were linked to a dossier: told once, now, with the receipt's file."""

from __future__ import annotations

import datetime as dt

from dossiers.models import Dossier, DossierEvent
from zalo.messages import registry as messages
from zalo.models import Contact, OutboxMessage, State
from zalo.models.outbox import CLAIMABLE
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient

AFTER_ANSWER = dt.timedelta(seconds=2)  # the answer to the code first, then what was missed
TELL_AGAIN = dt.timedelta(days=7)


def tell(contact: Contact, dossier: Dossier, *, now: dt.datetime) -> None:
    """Turn messages that are waiting, and the newest that reached nobody, to the person just linked; add the receipt.

    Older unreached ones leave the call list: their news is in the newest.
    """
    rows = OutboxMessage.objects.filter(dossier=dossier, account=contact.account_id, contact=None)
    for row in rows.filter(state__in=CLAIMABLE):
        _turn_to(contact, row, now)
    unreached = list(
        rows.filter(state=State.UNREACHABLE, handled_at=None, happened_at__gt=now - TELL_AGAIN).order_by("-id")
    )
    for place, row in enumerate(unreached):
        if place == 0:
            _turn_to(contact, row, now)
        else:
            note = "Người dân đã kết nối Zalo và được báo tin mới nhất."
            OutboxMessage.objects.filter(pk=row.pk).update(handled_at=now, handled_note=note)
    _send_receipt(contact, dossier, now=now)


def _turn_to(contact: Contact, row: OutboxMessage, now: dt.datetime) -> None:
    changed = OutboxMessage.objects.filter(pk=row.pk, state=row.state, contact=None).update(
        contact=contact,
        state=State.QUEUED,
        outcome="",
        tried=[],
        attempts=0,
        error="",
        error_code=None,
        route="",
        route_reason="",
        finished_at=None,
        next_at=now + AFTER_ANSWER,
        expires_at=max(row.expires_at or now, now + dt.timedelta(days=1)),
        order_key=f"d{row.dossier_id}:{Recipient(contact).key}",
    )
    if changed:
        outbox.queued.send(sender=OutboxMessage)


def _send_receipt(contact: Contact, dossier: Dossier, *, now: dt.datetime) -> None:
    accepted = dossier.events.filter(kind=DossierEvent.Kind.ACCEPTED).order_by("-id").first()
    if accepted is None or dossier.is_final:
        return
    for kind in messages.for_event(DossierEvent.Kind.ACCEPTED):
        if kind.attachment and kind.values:
            values = kind.values(accepted)
            if values is None:
                continue
            row = outbox.draft(
                kind,
                Recipient(contact),
                messages.render(kind, values, messages.current_wording(kind.slug)),
                account=contact.account_id,
                dedupe=f"e{accepted.pk}",
                now=now,
                order_key=f"d{dossier.pk}:{Recipient(contact).key}",
                agency_id=dossier.agency_id,
                dossier_id=dossier.pk,
                event_id=accepted.pk,
            )
            row.next_at = now + AFTER_ANSWER
            outbox.enqueue([row])
