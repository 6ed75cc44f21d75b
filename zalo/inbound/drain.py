"""Handling stored webhook events: claim in order, one transaction each, effects and the finished line together.

A handler's effects and the event's end are one transaction: handled twice means nothing is done twice. What needs the
network (files, profiles) is noted in the transaction and fetched afterwards.
"""

import datetime as dt
import time
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils import timezone

from zalo.health import incidents
from zalo.inbound import inbox
from zalo.inbound.event import Incoming, NotYet
from zalo.inbound.handlers import HANDLERS
from zalo.models import Account, InboxEvent

log = structlog.get_logger(__name__)
BUDGET = dt.timedelta(seconds=25)
CLAIMED_AT_ONCE = 20
SUBJECT = "inbound"


@dataclass
class Tally:
    """What one drain did; `more` when it stopped with work left."""

    handled: int = 0
    failed: int = 0
    more: bool = False


class LostLease(Exception):
    """Another worker has the event now: this transaction must leave nothing."""


def drain(*, now: dt.datetime | None = None, budget: dt.timedelta = BUDGET) -> Tally:
    """Handle what is due until nothing is left or the budget is spent. Any number may run at once."""
    start, clock, tally = now or timezone.now(), time.monotonic(), Tally()
    newest: dict[int, InboxEvent] = {}
    while True:
        gone = time.monotonic() - clock
        moment = start + dt.timedelta(seconds=gone)
        if gone > budget.total_seconds():
            tally.more = True
            break
        events = inbox.claim(limit=CLAIMED_AT_ONCE, now=moment)
        if not events:
            break
        for event in events:
            if handle(event, now=moment):
                tally.handled += 1
            else:
                tally.failed += 1
            known = newest.get(event.account_id)
            if known is None or known.received_at < event.received_at:
                newest[event.account_id] = event
    for account_id, event in newest.items():
        _note_webhook(account_id, event, now=start)
    return tally


def handle(event: InboxEvent, *, now: dt.datetime) -> bool:
    """Handle a claimed event; False when it failed or was put off."""
    handler = HANDLERS.get(event.name)
    try:
        with transaction.atomic():
            note = handler(Incoming(event, now)) if handler else None
            state = InboxEvent.State.DONE if handler else InboxEvent.State.IGNORED
            words = (note or "") if handler else "Sự kiện chưa dùng đến, đã lưu."
            if not inbox.finish(event, state, words, now=now):
                raise LostLease
        return True
    except LostLease:
        return False
    except NotYet as reason:
        inbox.put_off(event, str(reason), now=now, last=InboxEvent.State.IGNORED)
        return False
    except Exception as error:
        log.exception("webhook event failed", event_id=event.pk, kind=event.name)
        if inbox.put_off(event, f"Lỗi {type(error).__name__}", now=now, last=InboxEvent.State.FAILED):
            words = f"Không xử lý được sự kiện {event.name} của Zalo."
            incidents.report(
                event.account_id, SUBJECT, words, "Báo bộ phận kỹ thuật; sự kiện được giữ để xử lý lại.", now=now
            )
        return False


def _note_webhook(account_id: int, event: InboxEvent, *, now: dt.datetime) -> None:
    """Write down on the health desk when the last webhook came and which secret had signed it."""
    changed = Account.objects.filter(pk=account_id).update(
        last_webhook_at=event.received_at, last_webhook_secret=event.secret
    )
    if changed:
        incidents.settle(account_id, "webhook", now=now)
