"""Closing days: each log's rows of finished days become one link of its chain. Writers wait for nobody."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from dossiers.deadlines.working_time import ZONE, at_minute
from portal.audit import logs
from portal.audit.logs import PART, Log
from portal.audit.models import Seal

MOST_ROWS = 50_000
"""Rows of one seal; a day with more has several."""
LATE_DAYS = 8
"""For how long after a seal a row may turn up in one of its gaps: no transaction is open that long."""
SETTLE = dt.timedelta(hours=2)
"""How long after midnight a day is closed, so that what was being written then is there."""
logger = structlog.get_logger(__name__)


def seal_due(*, now: dt.datetime) -> int:
    """Seal what was written on days that are over for two hours; return how many links were made.

    Run twice at once, one of the two finds its link made already and stops: the chain has one link of each number.
    """
    last_day = (now - SETTLE).astimezone(ZONE).date() - dt.timedelta(days=1)
    made = 0
    for log in logs.kept():
        try:
            while (link := seal_next(log, last_day, now=now)) is not None:
                made += 1
                # The newest digest outside the database: whoever rewrites the whole chain cannot rewrite this line.
                logger.info("audit_sealed", log=log.label, number=link.number, day=str(link.day), digest=link.digest)
        except IntegrityError:
            logger.info("audit_sealed_elsewhere", log=log.label)
    return made


def seal_next(log: Log, last_day: dt.date, *, now: dt.datetime) -> Seal | None:
    """Make the next link of a log's chain, up to the end of `last_day`; None when everything is sealed."""
    with transaction.atomic():
        before = Seal.objects.filter(log=log.label).order_by("-number").first()
        start = before.last_id + 1 if before else 1
        unsealed = log.model._base_manager.filter(pk__gte=start)
        late = late_ids(log, now)
        first = unsealed.order_by("pk").values_list(log.moment, flat=True).first()
        day = (
            min(max(first.astimezone(ZONE).date(), before.day if before else dt.date.min), last_day) if first else None
        )
        stop = None
        if day is not None:
            written = unsealed.filter(**{f"{log.moment}__lt": midnight_after(day)})
            stop = written.order_by("-pk").values_list("pk", flat=True).first()
        if stop is None and not late:
            return None
        chosen = unsealed.filter(pk__lte=stop) if stop is not None else unsealed.none()
        full = list(chosen.order_by("pk").values_list("pk", flat=True)[MOST_ROWS - 1 : MOST_ROWS])
        stop = full[0] if full else stop or start - 1
        link = Seal(
            log=log.label,
            number=before.number + 1 if before else 1,
            day=day or last_day,
            first_id=start,
            last_id=stop,
            late_ids=late,
            columns={"fixed": list(log.fixed), "text": list(log.text)},
            previous=before.digest if before else "",
            sealed_at=now,
        )
        found = Reading(log, link)
        link.rows, link.gaps, link.parts = len(found.ids), gaps_between(found.ids, start, stop), found.parts
        link.backdated = found.backdated
        link.digest = digest_of(link)
        link.save(force_insert=True)
        return link


class Reading:
    """The rows of a link as they stand now: late ones first, then those of its ids; digests of 100 rows each."""

    def __init__(self, log: Log, link: Seal, elsewhere: frozenset[int] = frozenset()) -> None:
        self.ids: list[int] = []
        self.late: list[int] = []
        self.members: list[int] = []
        self.backdated = 0
        self.parts: list[list[str]] = []
        fixed: list[bytes] = []
        text: list[bytes] = []
        begins = midnight_after(link.day - dt.timedelta(days=1))
        for is_late, rows in _rows(log, link):
            for pk, stays, may_go, at in logs.read(log, rows, link.columns):
                if not is_late and pk in elsewhere:
                    continue
                (self.late if is_late else self.ids).append(pk)
                self.members.append(pk)
                self.backdated += not is_late and at < begins
                fixed.append(stays)
                text.append(may_go)
                if len(fixed) == PART:
                    self._close(fixed, text)
        if fixed:
            self._close(fixed, text)

    def _close(self, fixed: list[bytes], text: list[bytes]) -> None:
        self.parts.append([logs.digest(*fixed)[:32], logs.digest(*text)[:32]])
        fixed.clear()
        text.clear()


def _rows(log: Log, link: Seal):
    everything = log.model._base_manager.all()
    for start in range(0, len(link.late_ids), 500):
        yield True, everything.filter(pk__in=link.late_ids[start : start + 500])
    if link.last_id >= link.first_id:
        yield False, everything.filter(pk__gte=link.first_id, pk__lte=link.last_id)


def late_ids(log: Log, now: dt.datetime) -> list[int]:
    """Return the ids of rows that turned up in the gaps of the last seals and that no seal covers yet."""
    links = Seal.objects.filter(log=log.label, sealed_at__gte=now - dt.timedelta(days=LATE_DAYS))
    gaps: list[list[int]] = []
    covered: set[int] = set()
    for each, late in links.values_list("gaps", "late_ids"):
        gaps += each
        covered.update(late)
    found: set[int] = set()
    for start in range(0, len(gaps), 100):
        inside = Q()
        for first, last in gaps[start : start + 100]:
            inside |= Q(pk__gte=first, pk__lte=last)
        found.update(log.model._base_manager.filter(inside).values_list("pk", flat=True))
    return sorted(found - covered)


def gaps_between(ids: list[int], first: int, last: int) -> list[list[int]]:
    """Return the ranges of ids from first to last that are not among `ids`, which are in order."""
    found, expected = [], first
    for pk in [*ids, last + 1]:
        if pk > expected:
            found.append([expected, pk - 1])
        expected = pk + 1
    return found


def digest_of(link: Seal) -> str:
    """Return what the link's digest must be: over the digest before it and everything it says."""
    said = [link.log, link.number, str(link.day), link.first_id, link.last_id, link.rows, link.backdated]
    return logs.digest(
        link.previous.encode(), logs.canonical([*said, link.gaps, link.late_ids, link.columns, link.parts])
    )


def midnight_after(day: dt.date) -> dt.datetime:
    """Return the moment the day is over."""
    return at_minute(day + dt.timedelta(days=1), 0)
