"""The boards: volume, timeliness, satisfaction and worst themes of cases and ratings over a period.

One pass over the period's cases as bare tuples (no model objects, no per-group queries), one over its ratings. A share
always says what it divided.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.template.defaultfilters import floatformat
from django.utils.formats import localize
from django.utils.html import format_html

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency
from dossiers.scoping import agency_ids_of
from dossiers.successions import Counted, counted_by
from feedback.cases.counted import NO_THEME, PARTS, of_period
from feedback.cases.search import LONGEST, Asked
from feedback.figures.periods import Period
from feedback.figures.statistics import NOT_APPLICABLE, Share, median
from feedback.models import Case, Category, Kind
from feedback.ratings import figures as rating_figures
from feedback.ratings.figures import Shown
from feedback.states import ANSWERED, OPEN

FEWEST_FOR_WORST = 5
MOST_PINS = 500


@dataclass(slots=True)
class Tally:
    """Counts of one group of cases."""

    received: int = 0
    open: int = 0
    answered: int = 0
    with_due: int = 0
    on_time: int = 0
    overdue_open: int = 0
    reopened: int = 0
    happy: int = 0
    said: int = 0
    days: list[float] = field(default_factory=list)
    listed: bool = True  # whether the person's list shows all of them
    narrow: dict[str, str] = field(default_factory=dict)  # what the list of cases is narrowed by to hold these
    to: dict[str, str] = field(default_factory=dict)  # where the rows of a figure are, by the figure's name

    @property
    def timeliness(self) -> Share:
        """Answered or still owed, with a limit that has passed or was met."""
        return Share(self.on_time, self.with_due)

    @property
    def reopening(self) -> Share:
        return Share(self.reopened, self.answered)

    @property
    def satisfaction(self) -> Share:
        return Share(self.happy, self.said)

    @property
    def median_days(self) -> float | None:
        return median(self.days)

    @property
    def cells(self) -> dict[str, str]:
        """Every figure by its name, leading to its rows: a template for each took longer than counting them all."""
        days = floatformat(self.median_days, 1) or NOT_APPLICABLE
        return {
            "received": self._cell("received", self.received),
            "answered": self._cell("answered", self.answered),
            "overdue": self._cell("overdue", self.overdue_open),
            "timely": self._cell("timely", self.on_time, self.timeliness.percent),
            "days": self._cell("answered", self.answered, days),
            "reopened": self._cell("reopened", self.reopened, self.reopening.percent),
            "happy": self._cell("happy", self.happy, self.satisfaction.percent),
        }

    def _cell(self, figure: str, count: int, words: str = "") -> str:
        shown, to = words or localize(count), self.to.get(figure)
        return format_html('<a href="{}">{}</a>', to, shown) if to and count else str(shown)

    @property
    def badness(self) -> float:
        """How bad a theme is, for ranking: late, reopened and unsatisfied shares together."""
        late, unhappy = ((1 - share.value) if share.whole else 0 for share in (self.timeliness, self.satisfaction))
        return late + unhappy + (self.reopening.value or 0)

    def add(self, row: tuple, now: dt.datetime) -> None:
        status, sent_at, due_at, answered_at, reopened, satisfied = row
        self.received += 1
        answered = status in ANSWERED and answered_at is not None
        if status in OPEN:
            self.open += 1
        if answered:
            self.answered += 1
            self.days.append((answered_at - sent_at).total_seconds() / 86400)
            if due_at is not None:
                self.with_due += 1
                self.on_time += answered_at <= due_at
            self.reopened += reopened > 0
        elif status in OPEN and due_at is not None and due_at < now:
            self.with_due += 1
            self.overdue_open += 1
        if satisfied is not None:
            self.said += 1
            self.happy += satisfied


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board."""

    period: Period
    total: Tally
    by_kind: list[tuple[str, Tally]]
    by_category: list[tuple[str, Tally]]
    by_agency: list[tuple[str, Tally]]
    by_month: list[tuple[str, Tally]]
    worst: list[tuple[str, Tally]]
    ratings: Shown
    notes: tuple[str, ...]
    listed: bool  # whether the person's list shows all that is counted, an agency taken over included
    agencies: str  # the codes of those whose cases are counted, by commas


def board(user, period: Period, *, now: dt.datetime, whose: Counted | None = None) -> Board:
    """Return the board of these agencies, of all the user may see without. Some six queries."""
    whose = whose or counted_by(user, period.first, period.last)
    rows = of_period(Case.objects.counted_for(user, whose.inside), period.first, period.last)
    by: dict[str, dict] = {name: defaultdict(Tally) for name in ("kind", "category", "agency", "month")}
    total = Tally()
    parts: dict[int, set[int]] = defaultdict(set)  # agency → those whose cases stand on its line
    fields = ("status", "sent_at", "due_at", "answered_at", "times_reopened", "satisfied")
    for kind, category, agency_id, *rest in rows.values_list("kind", "category_id", "agency_id", *fields).iterator():
        row = tuple(rest)
        month = row[1].astimezone(ZONE).strftime("%Y-%m")
        heir = whose.heir_of(agency_id)
        parts[heir].add(agency_id)
        for tally in (total, by["kind"][kind], by["category"][category], by["agency"][heir], by["month"][month]):
            tally.add(row, now)
    themes = {row.pk: row for row in Category.objects.only("name", "code")}
    agencies = Agency.objects.only("name", "code").in_bulk({*by["agency"], *set().union(*parts.values())})
    allowed = agency_ids_of(user)
    for kind, tally in by["kind"].items():
        tally.narrow = {"kind": kind}
    for category, tally in by["category"].items():
        tally.narrow = {"category": themes[category].code if category in themes else NO_THEME}
    for agency_id, tally in by["agency"].items():
        tally.narrow = {"agency": ",".join(sorted(agencies[pk].code for pk in parts[agency_id]))}
        tally.listed = allowed is None or parts[agency_id] <= allowed
    for month, tally in by["month"].items():
        tally.narrow = _days_of(month, period)
    categories = sorted(
        ((themes[pk].name if pk in themes else "Chưa phân loại", tally) for pk, tally in by["category"].items()),
        key=lambda item: -item[1].received,
    )
    worst = [item for item in categories if item[1].received >= FEWEST_FOR_WORST and item[1].badness > 0]
    return Board(
        period=period,
        total=total,
        by_kind=[(kind.label, by["kind"][kind.value]) for kind in Kind if kind.value in by["kind"]],
        by_category=categories,
        by_agency=sorted(
            ((agencies[pk].name, tally) for pk, tally in by["agency"].items()), key=lambda item: -item[1].received
        ),
        by_month=[(f"{month[5:]}/{month[:4]}", tally) for month, tally in sorted(by["month"].items())],
        worst=sorted(worst, key=lambda item: -item[1].badness)[:5],
        ratings=rating_figures.shown(user, period, now=now, whose=whose),
        notes=whose.notes,
        listed=all(tally.listed for tally in by["agency"].values()),
        agencies=",".join(sorted(agencies[pk].code for pk in set().union(*parts.values()))),
    )


def lead_to_rows(found: Board, address: str, *, agency: Agency | None = None) -> None:
    """Write into every group of the board where the cases of its figures are listed; nowhere where no list has all."""
    asked = {"first": found.period.first.isoformat(), "last": found.period.last.isoformat()}
    asked |= {"agency": found.agencies} if agency else {}
    groups = (found.by_kind, found.by_category, found.by_month, found.worst)
    whole = [found.total, *(tally for group in groups for _, tally in group)] if found.listed else []
    for tally in (*whole, *(tally for _, tally in found.by_agency if tally.listed)):
        if len((asked | tally.narrow).get("agency", "")) > LONGEST:
            continue
        for part in ("", *PARTS):
            tally.to[part or "received"] = f"{address}?{Asked(**asked | tally.narrow, part=part).address()}"


def _days_of(month: str, period: Period) -> dict[str, str]:
    """Return the days of the month ("2026-11") that lie in the period."""
    first = dt.date.fromisoformat(f"{month}-01")
    following = (first + dt.timedelta(days=32)).replace(day=1)
    last = min(period.last, following - dt.timedelta(days=1))
    return {"first": max(period.first, first).isoformat(), "last": last.isoformat()}


def pins(user, period: Period, *, whose: Counted | None = None) -> list[Case]:
    """Return the period's field reports that have a place, newest first, at most five hundred."""
    rows = exported(user, period, whose=whose).filter(latitude__isnull=False)
    return list(rows.order_by("-id")[:MOST_PINS])


def exported(user, period: Period, *, whose: Counted | None = None):
    """Return the period's cases the user may read, to be taken along, oldest first."""
    rows = of_period(Case.objects.visible_to(user), period.first, period.last)
    if whose is not None and whose.inside is not None:
        rows = rows.filter(agency_id__in=whose.inside)
    return rows.select_related("category", "agency").order_by("id")


def in_steps(cases):
    """Yield the cases read a piece at a time: memory stays flat."""
    return cases.iterator(chunk_size=2000)
