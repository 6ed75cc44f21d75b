"""Celery's way in: which days are counted stands in the table, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.reporting import keeping


@shared_task
def count_figures() -> None:
    # idempotency: writes what differs from what stands there; closed days are left alone.
    keeping.count_due(now=timezone.now())


@shared_task
def compare_figures() -> None:
    # idempotency: writes down what the register says today, the same again.
    keeping.renew_results(now=timezone.now())
    keeping.compare(now=timezone.now())
