"""Celery's way in: wake-ups. The tables are the truth, so every task repeats safely and a lost one only delays."""

import logging
import os
import threading
import time

from celery import shared_task
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from kombu.exceptions import OperationalError

from zalo import (
    conversations,
    delivery,
    followers,
    inbound,
    inbox,
    media,
    outbox,
    profiles,
    reconcile,
    retention,
    template_register,
    tokens,
    webhook,
    webhook_spool,
)
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
    template_register.sync_all()


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


@shared_task
def handle_events() -> None:
    # idempotency: events are leased; an event's effects and its end are one transaction.
    tally = inbound.drain()
    if tally.more:
        handle_events.apply_async(expires=60)
    if tally.handled:
        fetch_from_zalo.apply_async(expires=60)


@shared_task
def fetch_from_zalo() -> None:
    # idempotency: a file is leased by its next time, a profile overwrites what Zalo last said.
    media.fetch_due()
    profiles.read_due()


@shared_task
def rescue_events() -> None:
    # idempotency: conditional updates on expired leases and due times.
    now = timezone.now()
    webhook_spool.adopt()
    inbox.rescue(now=now)
    conversations.return_due(now=now)
    followers.erase_due(now=now)


@shared_task
def sweep_events() -> None:
    # idempotency: empties and deletes by age.
    inbox.sweep(now=timezone.now())


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


class _Bell(threading.Thread):
    """Wakes a worker after webhooks, off the webhook's road: a slow broker never delays an answer to Zalo.

    Rung any number of times it publishes once; rung while it publishes it publishes again.
    """

    GAP = 0.05  # seconds between two wake-ups

    def __init__(self) -> None:
        super().__init__(name="zalo-webhook-bell", daemon=True)
        self.rung = threading.Event()
        self.pid = os.getpid()

    def run(self) -> None:
        while True:
            self.rung.wait()
            self.rung.clear()
            publish_event_wake_up()
            time.sleep(self.GAP)


_bell: _Bell | None = None
_bell_lock = threading.Lock()


@receiver(webhook.stored, dispatch_uid="zalo.wake_handler")
def ring(sender, **kwargs) -> None:
    """Have the stored event handled soon; beat's drain does it a little later when the broker is down."""
    global _bell
    if _bell is None or _bell.pid != os.getpid():  # threads do not survive a fork
        with _bell_lock:
            if _bell is None or _bell.pid != os.getpid():
                _bell = _Bell()
                _bell.start()
    _bell.rung.set()


def publish_event_wake_up() -> None:
    """Ask for a handling round now; never raises, and leaves a dead broker alone for a while."""
    global _broker_down_until
    if time.monotonic() < _broker_down_until:
        return
    try:
        handle_events.apply_async(expires=60, retry=False)
    except Exception as error:
        _broker_down_until = time.monotonic() + BROKER_PAUSE
        log.warning("broker did not take a wake-up", extra={"error": type(error).__name__})
