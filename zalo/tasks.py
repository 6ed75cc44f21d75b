"""Celery's way in: wake-ups. The tables are the truth, so every task repeats safely and a lost one only delays."""

from celery import shared_task
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from zalo.account import checks as account_checks
from zalo.account import template_register, tokens
from zalo.broadcasts import sending, sources, writing
from zalo.chat import conversations, danger_letters
from zalo.inbound import drain as inbound
from zalo.inbound import inbox, media, retention, webhook
from zalo.inbound import spool as webhook_spool
from zalo.notices import reconcile, untold_letters
from zalo.outbox import delivery
from zalo.outbox import rows as outbox
from zalo.outbox.wake_up import WakeUp
from zalo.people import followers, profiles


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
def mail_danger() -> None:
    # idempotency: each letter is claimed by one sender and marked once the mail server took it.
    danger_letters.mail(now=timezone.now())


@shared_task
def send_broadcasts() -> None:
    # idempotency: each step is one transaction that moves its own mark; a person has one row and one message.
    sending.tick(now=timezone.now())


@shared_task
def prepare_broadcasts() -> None:
    # idempotency: a draft is named after what it was written for, once.
    sources.prepare(now=timezone.now())


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
    account_checks.check_all()


@shared_task
def sweep_retention() -> None:
    # idempotency: empties and deletes by age.
    retention.sweep(now=timezone.now())


@shared_task
def reconcile_events() -> None:
    # idempotency: the dedupe key makes a second telling nothing.
    reconcile.tell_forgotten()


@shared_task
def remind_untold() -> None:
    # idempotency: one letter a person and day, noted before it is sent.
    untold_letters.send()


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
    webhook_spool.sweep(now=timezone.now())


# Beat's drains do the same a little later when the broker is down: a wake-up only makes it seconds.
sender_wake_up = WakeUp(lambda: drain.apply_async(expires=60, retry=False))
handler_wake_up = WakeUp(lambda: handle_events.apply_async(expires=60, retry=False))


@receiver(outbox.queued, dispatch_uid="zalo.wake_sender")
def wake_sender(sender, **kwargs) -> None:
    """A sender is woken after the commit."""
    transaction.on_commit(sender_wake_up.soon, robust=True)


broadcast_wake_up = WakeUp(lambda: send_broadcasts.apply_async(expires=60, retry=False))


@receiver(writing.moved, dispatch_uid="zalo.wake_broadcasts")
def wake_broadcasts(sender, **kwargs) -> None:
    """What was approved goes on after the commit."""
    transaction.on_commit(broadcast_wake_up.soon, robust=True)


@receiver(webhook.stored, dispatch_uid="zalo.wake_handler")
def wake_handler(sender, **kwargs) -> None:
    """The stored event is handled soon."""
    handler_wake_up.soon()
