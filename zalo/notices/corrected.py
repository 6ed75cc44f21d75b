"""What waits to be told of a dossier that was put right meanwhile: it says what is right, to those it concerns now.

A message is frozen when it is queued and may wait for the morning, for Zalo, for a quota; one that reached nobody waits
for a link or for a person. What is known to be wrong by then (a name, whose phone, the procedure) is told to nobody.
What a sender holds has left and keeps its words, also when Zalo hands it back.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from dossiers.models import Dossier, DossierEvent
from zalo.messages import registry as messages
from zalo.messages.registry import MessageKind
from zalo.messages.texts.dossier_by_hand import BY_HAND
from zalo.messages.texts.dossier_facts import common
from zalo.models import OutboxMessage, Outcome, State
from zalo.models.outbox import CLAIMABLE, NO_LONGER
from zalo.notices import dossier as dossier_notices
from zalo.outbox import folding
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient

REACHED_NOBODY = (State.FAILED, State.UNREACHABLE)


def put_right(event: DossierEvent, *, now: dt.datetime | None = None) -> int:
    """Return how many waiting messages of the event's dossier were looked through: written anew, or withdrawn."""
    now = now or timezone.now()
    untold = Q(state__in=REACHED_NOBODY, handled_at=None, expires_at__gt=now)
    waiting = OutboxMessage.objects.filter(dossier=event.dossier_id, event__isnull=False)
    waiting = waiting.filter(Q(state__in=CLAIMABLE) | untold)
    # Locked: a sender passes them by until the correction is kept, and what it holds already has left.
    rows = waiting.select_for_update(of=("self",)).select_related("event", "account").order_by("pk")
    together: dict[tuple[int | None, str, str], list[OutboxMessage]] = defaultdict(list)
    for row in rows:
        together[row.event_id, row.kind, _fact_of(row)].append(row)
    if not together:
        return 0
    dossier = Dossier.objects.select_related("agency", "owner", "submitter").get(pk=event.dossier_id)
    return sum(_tell_right(rows, dossier, now) for rows in together.values())


def _tell_right(rows: list[OutboxMessage], dossier: Dossier, now: dt.datetime) -> int:
    first = rows[0]
    account, told = first.account, first.event
    if account is None or told is None:
        return 0
    kind = messages.get(first.kind)
    told.dossier = dossier
    told.facts = {**told.facts, "procedure": dossier.procedure_name}
    people = {each.key: each for each in dossier_notices.recipients_of(told, account)}
    for row in rows:
        recipient = people.pop(row.order_key.partition(":")[2], None)
        if recipient is None:
            _withdraw(row, now)
        else:
            row.payload = json.dumps(_said_anew(row, kind, told), ensure_ascii=False)
            row.applicant_id = recipient.applicant_id
            row.save(update_fields=["payload", "applicant"])
    # What a colleague wrote to one person by hand is nobody else's to read.
    told_to = [] if kind.slug == BY_HAND.slug else people.values()
    new = [each for each in told_to if each.contact is not None or kind.required]
    return len(rows) + outbox.enqueue(_for_another(first, each, kind, told, now) for each in new)


def _said_anew(row: OutboxMessage, kind: MessageKind, told: DossierEvent) -> dict:
    """Return the content with the facts of today; what was folded into it, and what staff wrote by hand, stays."""
    content = row.content
    facts = kind.values(told) if kind.values else common(told)
    said = messages.render(kind, {**content.get("values", {}), **(facts or {})}, messages.current_wording(kind.slug))
    said["title"] = content.get("title", kind.title)
    return folding.carried_over(content, said)


def _for_another(
    row: OutboxMessage, recipient: Recipient, kind: MessageKind, told: DossierEvent, now: dt.datetime
) -> OutboxMessage:
    made = outbox.draft(
        kind,
        recipient,
        _said_anew(row, kind, told),
        account=row.account_id,
        dedupe=_fact_of(row),
        now=now,
        happened_at=row.happened_at,
        order_key=f"d{row.dossier_id}:{recipient.key}",
        agency_id=row.agency_id,
        dossier_id=row.dossier_id,
        event_id=row.event_id,
    )
    made.handled_by_id, made.expires_at = row.handled_by_id, row.expires_at
    return made


def _fact_of(row: OutboxMessage) -> str:
    """Return the fact it tells, as its key names it before the kind and the person (zalo.outbox.rows.draft)."""
    return row.dedupe_key.rsplit(":", 2)[0]


def _withdraw(row: OutboxMessage, now: dt.datetime) -> None:
    """End the message, and free its key: corrected back, the same person is told by a new one."""
    OutboxMessage.objects.filter(pk=row.pk, state__in=(*CLAIMABLE, *REACHED_NOBODY)).update(
        state=State.CANCELLED,
        outcome=Outcome.WITHDRAWN,
        finished_at=now,
        route_reason=NO_LONGER,
        dedupe_key=f"withdrawn:{row.pk}",
    )
