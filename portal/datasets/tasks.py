"""Celery's way in: the tables say what waits, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.datasets import acts


@shared_task
def load_waiting() -> None:
    # idempotency: a version is taken by one conditional update; its rows are written anew.
    acts.load_due(now=timezone.now())


@shared_task
def sweep() -> None:
    # idempotency: withdraws what is past its day and not withdrawn yet.
    acts.sweep(now=timezone.now(), today=timezone.localdate())
