"""Background work of the citizens' voice; the beat schedule is in portal.celery."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from feedback import lateness


@shared_task
def sweep_cases() -> None:
    """Escalate, apologise and close what is due. # idempotency: every step marks what it has touched."""
    lateness.sweep(now=timezone.now())
