"""Figures of use without cookies or personal data (S1-27): what was done, through which door, on which day.

Held in the process and written down every now and then (portal.content.held_counts). A fault while writing never spoils
an answer.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.utils import timezone

from portal.content.held_counts import HeldCounts, add_up
from portal.content.models import UseCount

log = structlog.get_logger(__name__)
What, Door = UseCount.What, UseCount.Door
_held = HeldCounts()
forget = _held.forget


def door_of(request) -> str:
    """Return the door a page was opened through: Zalo's own browser says its name; nothing else is looked at."""
    if request.path_info.startswith("/h/"):
        return Door.PAPER
    return Door.ZALO if "zalo" in request.headers.get("User-Agent", "").casefold() else Door.WEB


def count(request, what: str) -> None:
    """Count one use; a fault in it is a line in the log."""
    if _held.add([(timezone.localdate(), what, door_of(request))]):
        write()


def write() -> None:
    """Write down what was counted since the last time."""
    taken = _held.take()
    try:
        with transaction.atomic():
            for (day, what, door), times in sorted(taken.items()):
                add_up(UseCount, {"day": day, "what": what, "door": door}, times)
    except DatabaseError as error:
        log.warning("use_not_counted", lost=sum(taken.values()), why=str(error)[:200])


def figures(since: dt.date, until: dt.date) -> list[tuple[str, list[int], int]]:
    """Return (words, times by door in the order of Door, sum) of every kind of use in the period. One query."""
    rows = UseCount.objects.filter(day__gte=since, day__lte=until).values_list("what", "door").annotate(Sum("times"))
    known = {(what, door): times for what, door, times in rows}
    found = []
    for what in What:
        by_door = [known.get((what.value, door.value), 0) for door in Door]
        found.append((str(what.label), by_door, sum(by_door)))
    return found
