"""Celery's way in: the clock of the pieces. What is due stands in the table, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.content import hours


@shared_task
def keep_hours() -> None:
    # idempotency: an act starts from its state alone; what went out is not due again.
    hours.keep(now=timezone.now())
