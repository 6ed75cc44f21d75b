"""Figures of use without cookies or personal data (S1-27): what was done, through which door, on which day.

Counted in the process and written down every now and then, so that a look-up costs no query more. It writes at the
first use USE_COUNTS_EVERY seconds after the last time: a process that dies loses what it has counted since. A fault
while writing never spoils an answer.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from portal.content.models import UseCount

log = structlog.get_logger(__name__)
What, Door = UseCount.What, UseCount.Door
_lock = threading.Lock()
_counts: Counter[tuple[dt.date, str, str]] = Counter()
_written_at = time.monotonic()


def door_of(request) -> str:
    """Return the door a page was opened through: Zalo's own browser says its name; nothing else is looked at."""
    if request.path_info.startswith("/h/"):
        return Door.PAPER
    return Door.ZALO if "zalo" in request.headers.get("User-Agent", "").casefold() else Door.WEB


def count(request, what: str) -> None:
    """Count one use; a fault in it is a line in the log."""
    with _lock:
        _counts[timezone.localdate(), what, door_of(request)] += 1
        due = time.monotonic() - _written_at > settings.USE_COUNTS_EVERY
    if due:
        write()


def write() -> None:
    """Write down what was counted since the last time."""
    global _written_at
    with _lock:
        taken = dict(_counts)
        _counts.clear()
        _written_at = time.monotonic()
    try:
        with transaction.atomic():
            for (day, what, door), times in sorted(taken.items()):
                row, made = UseCount.objects.get_or_create(day=day, what=what, door=door, defaults={"times": times})
                if not made:
                    UseCount.objects.filter(pk=row.pk).update(times=F("times") + times)
    except DatabaseError as error:
        log.warning("use_not_counted", lost=sum(taken.values()), why=str(error)[:200])


def forget() -> None:
    """Drop what this process has not written down, as a new process would begin."""
    with _lock:
        _counts.clear()


def figures(since: dt.date, until: dt.date) -> list[tuple[str, list[int], int]]:
    """Return (words, times by door in the order of Door, sum) of every kind of use in the period. One query."""
    rows = UseCount.objects.filter(day__gte=since, day__lte=until).values_list("what", "door").annotate(Sum("times"))
    known = {(what, door): times for what, door, times in rows}
    found = []
    for what in What:
        by_door = [known.get((what.value, door.value), 0) for door in Door]
        found.append((str(what.label), by_door, sum(by_door)))
    return found
