"""Celery's way in: wake-ups. The tables are the truth, so every task repeats safely and a lost one only delays."""

import logging
import time

from celery import shared_task
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from kombu.exceptions import OperationalError

from zalo import delivery, outbox, reconcile, retention, templates, tokens
from zalo import health as channel_health

log = logging.getLogger(__name__)
BROKER_PAUSE = 15.0  # seconds without wake-ups after the broker refused one: the counter never waits for it
_broker_down_until = 0.0


@shared_task
def drain() -> None:
    # idempotency: rows are leased; several drains share the work.
    if delivery.drain().more:
        drain.apply_async(expires=60)


@shared_task
def rescue() -> None:
    # idempotency: conditional updates on expired leases; proofs are leased one by one.
    outbox.rescue(now=timezone.now())
    reconcile.prove()


@shared_task
def refresh_tokens() -> None:
    # idempotency: one refresher by lease; a fresh token is left alone.
    tokens.refresh_due()


@shared_task
def sync_templates() -> None:
    # idempotency: our register is made equal to Zalo's.
    templates.sync_all()


@shared_task
def check_accounts() -> None:
    # idempotency: overwrites what Zalo last said.
    channel_health.check_all()


@shared_task
def sweep_retention() -> None:
    # idempotency: empties and deletes by age.
    retention.sweep(now=timezone.now())


@shared_task
def reconcile_events() -> None:
    # idempotency: the dedupe key makes a second telling nothing.
    reconcile.tell_forgotten()


@receiver(outbox.queued, dispatch_uid="zalo.wake_sender")
def wake_sender(sender, **kwargs) -> None:
    """A sender is woken after the commit; beat's drain does the same a little later when the broker is down."""
    transaction.on_commit(kick, robust=True)


def kick() -> None:
    """Ask for a drain now, without ever raising and without trying a dead broker at every message."""
    global _broker_down_until
    if time.monotonic() < _broker_down_until:
        return
    try:
        drain.apply_async(expires=60, retry=False)
    except (OperationalError, OSError) as error:
        _broker_down_until = time.monotonic() + BROKER_PAUSE
        log.warning("broker did not take a wake-up", extra={"error": type(error).__name__})
