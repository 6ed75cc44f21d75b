"""Celery's way in: drafts whose days are over. What is due stands in the table, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from portal.submission import drafts


@shared_task
def forget_drafts() -> None:
    # idempotency: erases what is past its day and still there.
    drafts.forget_old(now=timezone.now())
