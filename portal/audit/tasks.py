"""Celery's way in: the days to seal stand in the logs themselves, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from dossiers.long_acts import files
from portal.audit import sealing


@shared_task
def seal_days() -> None:
    # idempotency: what is sealed has its number in the chain; a second run finds nothing or stops at that number.
    sealing.seal_due(now=timezone.now())
    files.forget_old(now=timezone.now())
