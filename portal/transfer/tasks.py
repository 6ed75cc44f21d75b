"""Celery's way in: files of old dossiers and their reports are kept for a week."""

from celery import shared_task
from django.utils import timezone

from portal.transfer import bringing


@shared_task
def forget_files() -> None:
    # idempotency: removes what is too old, found by its age.
    bringing.forget_old(now=timezone.now())
