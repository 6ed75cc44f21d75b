"""Celery's way in: files that were sent, and their reports, are kept for a week."""

from celery import shared_task
from django.utils import timezone

from portal.transfer import bringing
from portal.transfer.models import SentTable


@shared_task
def forget_files() -> None:
    # idempotency: removes what is too old, found by its age.
    now = timezone.now()
    bringing.forget_old(now=now)
    SentTable.objects.filter(sent_at__lt=now - bringing.KEPT).delete()
