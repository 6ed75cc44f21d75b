"""Background work of the citizens' voice; the beat schedule is in portal.celery."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from feedback.lateness import escalation_mail
from feedback.lateness import late_cases as lateness
from feedback.ratings import follow_up_mail


@shared_task
def mail_alarms() -> None:
    """Mail what speaks of danger to life. # idempotency: a row is marked as mailed."""
    escalation_mail.mail_alarms(now=timezone.now())


@shared_task
def sweep_cases() -> None:
    """Escalate, apologise and close what is due; mail staff. # idempotency: every step marks what it has touched."""
    lateness.sweep(now=timezone.now())
    escalation_mail.mail(now=timezone.now())
    follow_up_mail.mail(now=timezone.now())
