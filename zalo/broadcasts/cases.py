"""Whether what a notice was written for still is so: a closing was taken back, results were fetched meanwhile.

A notice prepared by itself names its case (`origin`). What has not begun to leave goes with its case; the source may
write anew when the case comes back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from django.utils import timezone

from dossiers.models import CalendarException, Dossier
from dossiers.states import State as DossierState
from dossiers.workflow.moving import ActError
from zalo.models import Broadcast

log = structlog.get_logger(__name__)
DAY = dt.timedelta(days=1)
LONGEST_CLOSING = dt.timedelta(days=31)
"""A run of days is told whole: its first day decides when, its last may lie far behind what is looked ahead."""
Still = Callable[[Broadcast, dt.datetime], bool]
STILL: dict[str, Still] = {}
"""By the first part of an origin. Kinds that are not here have no case that could vanish."""
WHY = {
    "closing": "lịch nghỉ đã bị bỏ hoặc đổi ngày",
    "collect": "không còn kết quả nào nằm quá lâu, hoặc đã sang tháng khác mà chưa duyệt",
    "piece": "bài trên trang đã gỡ",
}


def is_gone(row: Broadcast, *, now: dt.datetime) -> bool:
    """Return whether the notice was written for what is no longer so; one that cannot be read is left to people."""
    still = STILL.get(_kind(row))
    if still is None or row.origin.count(":") < 2:
        return False
    try:
        return not still(row, now)
    except (KeyError, ValueError):  # one odd row must neither stop the others nor its own approval by a person
        log.exception("case of a notice cannot be read", broadcast=row.pk, origin=row.origin)
        return False


def why(row: Broadcast) -> str:
    """Return what has vanished, in words."""
    return WHY[_kind(row)]


def check(row: Broadcast, *, now: dt.datetime) -> None:
    """Raise ActError when the case of the notice has vanished."""
    if is_gone(row, now=now):
        raise ActError(f"Việc nói trong tin không còn: {why(row)}. Hãy bỏ tin này, hoặc soạn tin khác.")


def vanished(*, now: dt.datetime) -> list[Broadcast]:
    """Return the notices that have not begun to leave and whose case has vanished."""
    rows = Broadcast.objects.filter(state__in=Broadcast.NOT_BEGUN).exclude(origin="").order_by("pk")
    return [row for row in rows if is_gone(row, now=now)]


def _kind(row: Broadcast) -> str:
    return row.origin.partition(":")[0]


def _closing(row: Broadcast, now: dt.datetime) -> bool:
    _, first_day, _account, whose = row.origin.split(":")
    first, last = dt.date.fromisoformat(first_day), dt.date.fromisoformat((row.audience or {})["over"])
    rows = CalendarException.objects.filter(kind=CalendarException.Kind.OFF, confirmed_at__isnull=False)
    rows = rows.filter(agency=None if whose == "oa" else int(whose), date__range=(first - DAY, last + DAY))
    found = set(rows.values_list("date", flat=True))
    told = {first + DAY * each for each in range((last - first).days + 1)}
    if last - first >= LONGEST_CLOSING:
        found.discard(last + DAY)  # so long a run is told as far as was looked ahead
    return told == found


def _collect(row: Broadcast, now: dt.datetime) -> bool:
    _, month, agency = row.origin.split(":")
    before = now - dt.timedelta(days=int((row.audience or {}).get("uncollected") or 0))
    lying = Dossier.objects.filter(agency=int(agency), state=DossierState.RESULT_READY, state_changed_at__lt=before)
    # What was approved for a later hour leaves in the next month as well: a draft of it would only ask again.
    of_now = month == timezone.localdate(now).strftime("%Y-%m") or row.state == Broadcast.State.APPROVED
    return of_now and lying.exists()


STILL |= {"closing": _closing, "collect": _collect}
