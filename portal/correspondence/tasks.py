"""Celery's way in: what is due stands in the tables, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.correspondence import reminding


@shared_task
def remind() -> None:
    # idempotency: one task a period by a unique row, one reminder a day by another.
    now = timezone.now()
    reminding.make_recurring(now=now)
    reminding.remind(now=now)
