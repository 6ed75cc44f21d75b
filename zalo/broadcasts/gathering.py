"""Notices of one kind that meet one person become one message; when one of them stops, each goes its own way again.

The message is the first one's; the rows of the others (their people's) point to it. Only whole texts are put together.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from zalo.broadcasts import planning
from zalo.messages import broadcast_words
from zalo.models import Broadcast, BroadcastRecipient, OutboxMessage
from zalo.models import State as Sending
from zalo.models.outbox import CLAIMABLE, OPEN

State, Result = Broadcast.State, BroadcastRecipient.Result


def key_of(broadcast_id: int, contact) -> Concat:
    """Return the expression of the name of the one message of a broadcast to a person."""
    return Concat(Value(f"b{broadcast_id}:"), Cast(contact, CharField()))


def gather(row: Broadcast, others: list[Broadcast], ids: list[int], now: dt.datetime) -> None:
    """Who is to get another notice as well gets both in one message; the other's row points to it.

    `ids` are the people's rows decided in this very transaction: the message of an earlier one may have left already.
    """
    purpose = planning.purpose_of(row)
    others = [each for each in others if planning.purpose_of(each) == purpose]
    if not others:
        return
    told = BroadcastRecipient.objects.filter(broadcast=row.pk, result=Result.TOLD, pk__in=ids)
    together: dict[int, list[int]] = defaultdict(list)
    for each in others:
        theirs = BroadcastRecipient.objects.filter(broadcast=each.pk, result="", contact__in=told.values("contact"))
        fate = planning.fate(each, planning.usable_template(each, now=now), now=now, contact="contact_id")
        theirs = theirs.alias(fate=fate).filter(fate__in=planning.WAYS)
        for contact_id in theirs.values_list("contact_id", flat=True):
            together[contact_id].append(each.pk)
    by_set: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for contact_id, more in together.items():
        by_set[tuple(sorted(more))].append(contact_id)
    known = {each.pk: each for each in others}
    for also, people in by_set.items():
        content = broadcast_words.digest([row, *(known[pk] for pk in also)], purpose)
        if content is None:
            continue
        keys = [f"b{row.pk}:{contact_id}" for contact_id in people]
        rows = OutboxMessage.objects.filter(dedupe_key__in=keys, state=Sending.QUEUED)
        rows.update(payload=json.dumps(content, ensure_ascii=False))
        theirs = BroadcastRecipient.objects.filter(broadcast__in=also, contact__in=people, result="")
        theirs.update(result=Result.TOLD, message=_message_of(row.pk), at=now)


def separate(row: Broadcast) -> None:
    """Undo what was put together and has not left: each message says its own alone, the others' people wait again."""
    with transaction.atomic():
        found = dict(_shared(row, CLAIMABLE).select_for_update().values_list("pk", "contact_id"))
        if not found:
            return
        OutboxMessage.objects.filter(pk__in=found).update(payload="")
        guests = BroadcastRecipient.objects.filter(contact__in=set(found.values()), message__in=found)
        guests = guests.filter(result=Result.TOLD).exclude(message__broadcast=F("broadcast"))
        guests.update(result=Result.WAITING, message=None, at=None)


def rides_with_others(row: Broadcast) -> bool:
    """Return whether messages of other broadcasts that tell this one too are still under way."""
    return _shared(row, OPEN).exclude(broadcast=row.pk).exists()


def _shared(row: Broadcast, states: tuple[str, ...]) -> QuerySet[OutboxMessage]:
    """Return the messages that tell this broadcast and another: only those have a content of their own."""
    others = Broadcast.objects.filter(account=row.account_id, way=Broadcast.Way.EACH, started_at__isnull=False)
    others = others.filter(Q(pk=row.pk) | Q(state__in=(State.RUNNING, State.STOPPED, State.CANCELLED)))
    guest = BroadcastRecipient.objects.filter(
        broadcast=row.pk, contact=OuterRef("contact"), message=OuterRef("pk"), result=Result.TOLD
    )
    rows = OutboxMessage.objects.filter(broadcast__in=others.order_by().values("pk"), state__in=states)
    return rows.exclude(payload="").filter(Q(broadcast=row.pk) | Exists(guest))


def _message_of(broadcast_id: int) -> Subquery:
    made = OutboxMessage.objects.filter(dedupe_key=key_of(broadcast_id, OuterRef("contact_id"))).order_by()
    return Subquery(made.values("pk")[:1])
