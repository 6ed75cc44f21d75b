"""Celery's way in: what is due stands in the tables, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.correspondence import reminding, urging


@shared_task
def remind() -> None:
    # idempotency: one task a period by a unique row, one reminder a day by another.
    now = timezone.now()
    reminding.make_recurring(now=now)
    reminding.remind(now=now)


@shared_task
def urge() -> None:
    # idempotency: a unit is told of once a day by a unique row.
    urging.urge_all(now=timezone.now())
