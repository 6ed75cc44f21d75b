"""Reading the chain again: what was changed, removed or put in after a day was sealed, by log and day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.audit import logs
from portal.audit.logs import PART, Log
from portal.audit.models import Erasure, Seal
from portal.audit.sealing import Reading, digest_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed."""

    log: str
    day: dt.date
    words: str


@dataclass(slots=True)
class Checked:
    """One log read again: its links, rows, the last day and digest, what is wrong, what the law explains."""

    log: Log
    links: int = 0
    rows: int = 0
    late: int = 0
    erased: int = 0
    until: dt.date | None = None
    head: str = ""
    findings: list[Finding] = field(default_factory=list)


def check(log: Log, first: dt.date | None = None, last: dt.date | None = None) -> Checked:
    """Return what the links of these days say of the rows as they stand now; of all days without any."""
    told = Checked(log)
    late_by_link = dict(Seal.objects.filter(log=log.label).exclude(late_ids=[]).values_list("number", "late_ids"))
    late = frozenset(pk for ids in late_by_link.values() for pk in ids)
    for before, link in _links(log, first, last):
        told.links, told.until, told.head = told.links + 1, link.day, link.digest
        told.findings += [Finding(log.name, link.day, words) for words in _of_chain(before, link)]
        told.findings += [Finding(log.name, link.day, words) for words in _of_rows(log, link, late, told)]
    return told


def _links(log: Log, first: dt.date | None, last: dt.date | None) -> Iterator[tuple[Seal | None, Seal]]:
    rows = Seal.objects.filter(log=log.label).order_by("number")
    if first:
        rows = rows.filter(day__gte=first)
    if last:
        rows = rows.filter(day__lte=last)
    before: Seal | None = None
    for link in rows.iterator(chunk_size=20):
        if before is None and link.number > 1:
            before = Seal.objects.filter(log=log.label, number__lt=link.number).order_by("-number").first()
        yield before, link
        before = link


def _of_chain(before: Seal | None, link: Seal) -> Iterator[str]:
    if link.digest != digest_of(link):
        yield f"niêm phong số {link.number} bị sửa"
    number, digest, last_id = (before.number, before.digest, before.last_id) if before else (0, "", 0)
    if link.number != number + 1 or link.first_id != last_id + 1:
        yield f"mất niêm phong trước số {link.number}"
    elif link.previous != digest:
        yield f"niêm phong số {link.number} không nối với số {number}"


def _of_rows(log: Log, link: Seal, late: frozenset[int], told: Checked) -> Iterator[str]:
    found = Reading(log, link, elsewhere=late)
    told.rows += len(found.members)
    told.late += len(link.late_ids)
    gone, new = _difference(link, found)
    if gone:
        yield f"bị xóa {len(gone)} dòng: {_ids(gone)}"
    if new:
        yield f"bị chèn {len(new)} dòng: {_ids(new)}"
    elif len(found.parts) != len(link.parts):
        yield f"không còn khớp với niêm phong số {link.number}"
    if gone or new or len(found.parts) != len(link.parts):
        return
    for place, (sealed, now) in enumerate(zip(link.parts, found.parts, strict=True)):
        ids = found.members[place * PART : (place + 1) * PART]
        if sealed[0] != now[0]:
            yield f"bị sửa ít nhất một dòng trong các dòng {ids[0]}–{ids[-1]}"
        if sealed[1] != now[1]:
            erased = Erasure.objects.filter(log=log.label, row_id__in=ids).values("row_id").distinct().count()
            told.erased += erased
            if not erased:
                yield f"bị sửa lời văn của ít nhất một dòng trong các dòng {ids[0]}–{ids[-1]}"


def _difference(link: Seal, found: Reading) -> tuple[list[int], list[int]]:
    """Return the ids that should be there and are not, and those that should not and are."""
    gaps = {pk for first, last in link.gaps for pk in _within(first, last, found.ids)}
    new = [pk for pk in found.ids if pk in gaps]
    gone = sorted(set(link.late_ids) - set(found.late))
    if len(found.ids) - len(new) < link.rows:
        there = set(found.ids)
        expected, place = [], link.first_id
        for first, last in [*link.gaps, [link.last_id + 1, link.last_id + 1]]:
            expected += [pk for pk in range(place, first) if pk not in there]
            place = last + 1
        gone += expected
    return gone, new


def _within(first: int, last: int, ids: list[int]) -> list[int]:
    return ids[bisect_left(ids, first) : bisect_right(ids, last)]


def _ids(ids: list[int]) -> str:
    return ", ".join(map(str, ids[:10])) + (f" và {len(ids) - 10} dòng khác" if len(ids) > 10 else "")


def check_all(first: dt.date | None = None, last: dt.date | None = None) -> Iterator[Checked]:
    """Yield every log checked, one after the other."""
    for log in logs.kept():
        yield check(log, first, last)
