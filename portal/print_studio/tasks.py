"""Celery's way in: figures are counted anew from the tables, so a lost task only delays them."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from portal.print_studio import packing
from portal.print_studio.funnel import counting
from portal.print_studio.models import Printing

NIGHT_DAYS = 14
"""Links prove later where a follow came from: the nights go over two weeks again."""


@shared_task
def count_funnel() -> None:
    # idempotency: days are written anew, whole, in one transaction.
    now, today = timezone.now(), timezone.localdate()
    days = {today, today - dt.timedelta(days=1)}
    noted = Printing.objects.filter(at__gte=now - dt.timedelta(hours=2))
    for day in sorted(days | set(noted.values_list("day", flat=True).distinct()[:60])):
        counting.rebuild(day, day)


@shared_task
def count_funnel_again() -> None:
    # idempotency: days are written anew; a bundle is removed once.
    today = timezone.localdate()
    counting.rebuild(today - dt.timedelta(days=NIGHT_DAYS), today)
    packing.sweep(now=timezone.now())
