"""The funnel's figures, counted by day and kept: pages add up a few hundred rows and never count the big tables.

A day is written anew whenever it is counted, so counting twice changes nothing. What each step counts:
people who hand in are counted once a day and counter; a receipt once; a scan is an opening of a short address by no
machine; follows, links and first messages are people, once a day. Links and messages belong to the counter of the
dossier (a link to a person without one: where that person came to follow), and to the officer and printed thing by
which the person came to follow.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from dossiers.deadlines.working_time import ZONE, at_minute
from dossiers.models import Dossier
from portal.print_studio.models import Figure, Printing
from zalo.models import ContactLink, FollowRecord, OutboxMessage, ReferralVisit
from zalo.models.outbox import State

By, Step = Figure.By, Figure.Step
Key = tuple[dt.date, int, str, str, str]
ARRIVED = (State.DELIVERED, State.SEEN)
_CHUNK = 800


def rebuild(first: dt.date, last: dt.date) -> int:
    """Count the days anew, both included; return how many figures there are now."""
    counts: Counter[Key] = Counter()
    _count_paper(counts, first, last)
    _count_ways_in(counts, first, last)
    _count_people(counts, Step.LINKED, _links(first, last))
    _count_people(counts, Step.TOLD, _first_messages(first, last))
    figures = [
        Figure(day=day, agency_id=agency, by=by, subject=subject, step=step, number=number)
        for (day, agency, by, subject, step), number in counts.items()
        if number
    ]
    with transaction.atomic():
        Figure.objects.filter(day__gte=first, day__lte=last).delete()
        Figure.objects.bulk_create(figures, batch_size=_CHUNK)
    return len(figures)


def in_days(moment: str, first: dt.date, last: dt.date) -> Q:
    """Return what happened from the beginning of the first day to the end of the last."""
    end = at_minute(last + dt.timedelta(days=1), 0)
    return Q(**{f"{moment}__gte": at_minute(first, 0), f"{moment}__lt": end})


def _within(rows: QuerySet, moment: str, first: dt.date, last: dt.date) -> QuerySet:
    """Return the rows of these days, each with its `on`."""
    return rows.filter(in_days(moment, first, last)).order_by().annotate(on=TruncDate(moment, tzinfo=ZONE))


def _add(counts: Counter[Key], step: str, rows: QuerySet, what, ways: dict[str, str]) -> None:
    """Add a count by agency and by each of `ways` (dimension → column)."""
    rows = rows.filter(agency__isnull=False)
    for day, agency, number in rows.values_list("on", "agency").annotate(n=what):
        counts[day, agency, By.AGENCY, "", step] += number or 0
    for by, column in ways.items():
        own = rows.filter(**{f"{column}__isnull": False}).values_list("on", "agency", column)
        for day, agency, subject, number in own.annotate(n=what):
            counts[day, agency, by, str(subject), step] += number or 0


def _count_paper(counts: Counter[Key], first: dt.date, last: dt.date) -> None:
    received = _within(Dossier.objects.all(), "received_at", first, last)
    _add(counts, Step.SUBMITTERS, received, Count("submitter", distinct=True), {By.DESK: "desk"})
    _add(counts, Step.RECEIPTS, received, Count("receipt", distinct=True), {By.DESK: "desk"})
    printed = Printing.objects.filter(day__gte=first, day__lte=last).order_by().annotate(on=F("day"))
    _add(counts, Step.SHEETS, printed, Sum("copies"), {By.DESK: "desk", By.MEDIUM: "medium"})


def _count_ways_in(counts: Counter[Key], first: dt.date, last: dt.date) -> None:
    ways: dict[str, str] = {By.DESK: "desk", By.OFFICER: "officer"}
    scans = _within(ReferralVisit.objects.all(), "at", first, last)
    _add(counts, Step.SCANNED, scans, Count("id"), {**ways, By.MEDIUM: "scan__medium"})
    follows = _within(FollowRecord.objects.filter(change=FollowRecord.Change.FOLLOW), "at", first, last)
    people = Count("contact", distinct=True)
    _add(counts, Step.FOLLOWED, follows, people, {**ways, By.MEDIUM: "visit__scan__medium"})


Person = tuple[dt.date, int, int | None, int | None]
"""Day, contact, agency, counter; without an agency the person is counted where they came to follow."""


def _links(first: dt.date, last: dt.date) -> Iterator[Person]:
    rows = _within(ContactLink.objects.all(), "linked_at", first, last)
    return rows.values_list("on", "contact", "dossier__agency", "dossier__desk").distinct().iterator(chunk_size=2000)


def _first_messages(first: dt.date, last: dt.date) -> Iterator[Person]:
    """Yield who got the first message of their life about a dossier."""
    arrived: QuerySet[Model] = OutboxMessage.objects.filter(
        state__in=ARRIVED, contact__isnull=False, dossier__isnull=False
    )
    before = arrived.filter(contact=OuterRef("contact"), finished_at__lt=OuterRef("finished_at"))
    rows = _within(arrived, "finished_at", first, last).exclude(Exists(before))
    return rows.values_list("on", "contact", "dossier__agency", "dossier__desk").distinct().iterator(chunk_size=2000)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where somebody came from: the latest follow's place, officer and printed thing."""

    agency: int | None = None
    desk: int | None = None
    officer: int | None = None
    medium: str | None = None


def _count_people(counts: Counter[Key], step: str, people: Iterable[Person]) -> None:
    """Add people once a day by agency and counter, and by the officer and medium through which they came to follow."""
    found: dict[Key, set[int]] = defaultdict(set)
    rows = list(people)
    came_by = _ways_of({contact for _day, contact, _agency, _desk in rows})
    for day, contact, agency, desk in rows:
        way = came_by.get(contact, _Way())
        if agency is None:
            agency, desk = way.agency, way.desk
        if agency is None:
            continue
        found[day, agency, By.AGENCY, "", step].add(contact)
        for by, subject in ((By.DESK, desk), (By.OFFICER, way.officer), (By.MEDIUM, way.medium)):
            if subject:
                found[day, agency, by, str(subject), step].add(contact)
    for key, contacts in found.items():
        counts[key] += len(contacts)


def _ways_of(contacts: set[int]) -> dict[int, _Way]:
    found: dict[int, _Way] = {}
    ids = sorted(contacts)
    for start in range(0, len(ids), _CHUNK):
        rows = FollowRecord.objects.filter(contact__in=ids[start : start + _CHUNK], change=FollowRecord.Change.FOLLOW)
        columns = ("contact", "agency", "desk", "officer", "visit__scan__medium")
        for contact, *way in rows.order_by("at").values_list(*columns):
            found[contact] = _Way(*way)
    return found
