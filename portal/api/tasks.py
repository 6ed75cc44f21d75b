"""Celery's way in: wake-ups of what other programs are owed. The tables are the truth, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.api.callbacks import acts, feeding, sending


@shared_task
def tell() -> None:
    # idempotency: the cursor moves with what it notes; a subscription has one sender at a time.
    feeding.feed()
    for pk in sending.due(timezone.now()):
        send.apply_async((pk,), expires=60)


@shared_task
def send(pk: int) -> None:
    # idempotency: a lease; what was sent and not recorded is sent again under its id.
    sending.send(pk)


@shared_task
def forget() -> None:
    # idempotency: deletes by age.
    acts.forget_old(now=timezone.now())
