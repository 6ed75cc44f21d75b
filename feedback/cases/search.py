"""The staff list of cases: one search box, worklists, keyset pages. No count, no offset, only what the user may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from dossiers import typed
from dossiers.deadlines.working_time import ZONE
from dossiers.identity_numbers import InvalidPhone, normalise_phone
from dossiers.lists.keyset import NEWEST, Order, page
from dossiers.search_text import fold_words
from dossiers.written_dates import named_moment, written_time
from feedback import codes
from feedback.cases.counted import NO_THEME, PARTS, of_period, part_of
from feedback.cases.worklists import SOON, WORKLISTS, on_worklist
from feedback.models import Case, Kind
from feedback.states import Status

LONGEST = 200
BY_DUE_DATE = Order("due_at", newest_first=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was asked for, as it stands in the address bar."""

    q: str = ""
    worklist: str = ""
    status: str = ""
    kind: str = ""
    category: str = ""  # its code, or NO_THEME
    agency: str = ""  # codes, by commas: what a figure of several agencies leads to
    first: str = ""  # a day: with the next, when the case was sent; what a figure leads to
    last: str = ""
    part: str = ""  # of PARTS, of the cases of these days
    after: str = ""

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """The days asked about; None when there are none or they make no sense."""
        first, last = typed.day(self.first), typed.day(self.last)
        return (first, last) if first and last and first <= last else None

    @property
    def agencies(self) -> list[str]:
        """The codes of the agencies asked for."""
        return [code.strip() for code in self.agency.split(",")]

    @classmethod
    def from_query(cls, data) -> Asked:
        return cls(**{name: str(data.get(name, ""))[:LONGEST].strip() for name in cls.__slots__})

    def address(self, **changes) -> str:
        """Return the query string of this question with `changes`; the page place is dropped unless given."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "after"}
        return urlencode({name: value for name, value in {**values, **changes}.items() if value})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the address of the next ("" when there is none)."""

    rows: list[Case]
    next: str


def page_of(asked: Asked, user, now: dt.datetime) -> Page:
    """Return the page asked for, of cases the user may see. Two queries."""
    found = matching(asked, user, now)
    listed = WORKLISTS.get(asked.worklist)
    order = BY_DUE_DATE if listed and listed.by == "due" else NEWEST
    found = found.select_related("category", "handler", "unit", "agency")
    rows, mark = page(found, order, asked.after)
    return Page(rows, asked.address(after=mark) if mark else "")


def matching(asked: Asked, user, now: dt.datetime) -> QuerySet[Case]:
    """Return the cases the question matches."""
    rows: QuerySet[Case] = Case.objects.visible_to(user)
    if asked.status in Status.values:
        rows = rows.filter(status=asked.status)
    if asked.kind in Kind.values:
        rows = rows.filter(kind=asked.kind)
    if asked.category:
        rows = rows.filter(category=None) if asked.category == NO_THEME else rows.filter(category__code=asked.category)
    if asked.agency:
        rows = rows.filter(agency__code__in=asked.agencies)
    if asked.period:
        rows = of_period(rows, *asked.period)
    if asked.part in PARTS:
        rows = part_of(rows, asked.part, now)
    rows = on_worklist(rows, asked.worklist, user, now)
    return _searched(rows, asked.q) if asked.q else rows


def _searched(rows: QuerySet, text: str) -> QuerySet:
    code = codes.normalise(text)
    if code:
        return rows.filter(code=code)
    try:
        return rows.filter(pk__in=Case.objects.with_phone(normalise_phone(text)).values("pk"))
    except InvalidPhone:
        pass
    words = fold_words(text)[:8]
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows if words else rows.none()


@dataclass(frozen=True, slots=True)
class Urgency:
    """`level`: late | today | soon | calm | waiting | done; `words` says it, colour is never the only sign."""

    level: str
    words: str


def urgency(case: Case, now: dt.datetime) -> Urgency:
    """Return how pressing the case is. No query."""
    if case.status == Status.INFO_REQUESTED:
        return Urgency("waiting", "Chờ người gửi")
    if not case.clock_open or case.due_at is None:
        return Urgency("done", case.get_status_display())
    left = case.due_at - now
    days = (case.due_at.astimezone(ZONE).date() - now.astimezone(ZONE).date()).days
    # The day itself, never a count of calendar days beside limits in working hours.
    when = named_moment(case.due_at)
    if left < dt.timedelta(0):
        return Urgency("late", f"Quá hạn từ {when}" if days else "Quá hạn hôm nay")
    if days == 0:
        return Urgency("today", f"Hạn {written_time(case.due_at)} hôm nay")
    return Urgency("soon" if left < SOON else "calm", f"Hạn {when}")
