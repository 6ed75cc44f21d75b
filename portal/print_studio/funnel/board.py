"""The funnel of some agencies in a period: added up from the kept figures, with names, shares, targets and advice."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db.models import QuerySet, Sum

from dossiers.models import Agency, Desk, valid_on
from portal.print_studio.facts import MOST_ABOVE
from portal.print_studio.funnel.advice import advise, missing_to, part_of_each, share, towards
from portal.print_studio.media import MEDIA
from portal.print_studio.models import Figure, Target

By, Step = Figure.By, Figure.Step
ROAD = (Step.RECEIPTS, Step.SCANNED, Step.FOLLOWED, Step.LINKED, Step.TOLD)
"""The steps one after the other; who hands in and what was printed stand beside them."""
COLUMNS = (Step.SUBMITTERS, Step.SHEETS, *ROAD)
MOST_LINES = 60
"""On the page; a file holds ten times as many."""
MOST_DESKS = 3000
Agencies = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Line:
    """One agency, counter, officer or medium with its numbers by step."""

    name: str
    subject: str
    agency: int | None
    by: str
    numbers: dict[str, int]
    target: int | None = None
    under: str = ""
    agency_wide: tuple[int, int, int] | None = None
    """Of an officer: what the agency has of follows, of people who handed in, of officers who invite."""

    @property
    def cells(self) -> list[tuple[str, int]]:
        return [(step.value, self.numbers.get(step, 0)) for step in COLUMNS]

    @property
    def adoption(self) -> int | None:
        """Followers of a hundred people who handed in; None without any."""
        found = share(self.numbers.get(Step.FOLLOWED, 0), self.numbers.get(Step.SUBMITTERS, 0))
        return None if found is None else round(found * 100)

    @property
    def advice(self) -> str:
        followed, submitters = self._measured
        short = self.target is not None and missing_to(self.target, followed, submitters) > 0
        return advise(self.numbers, by=self.by, short=short)

    @property
    def towards(self) -> str:
        if self.agency_wide is not None:
            return part_of_each(self.target, *self.agency_wide)
        return towards(self.target, *self._measured)

    @property
    def _measured(self) -> tuple[int, int]:
        """What is measured by the target: who followed, who handed in; an officer's line by those of the agency."""
        if self.agency_wide is not None:
            return self.agency_wide[:2]
        return self.numbers.get(Step.FOLLOWED, 0), self.numbers.get(Step.SUBMITTERS, 0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the whole funnel: its number, the per cent of the longest bar it is drawn with, and of the step
    before."""

    label: str
    number: int
    percent: int
    of_before: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows."""

    total: Line
    bars: list[Bar]
    lines: list[Line] = field(default_factory=list)


def board(agencies: Agencies, first: dt.date, last: dt.date, by: str, *, most: int = MOST_LINES) -> Board:
    """Return the funnel of the agencies (None: all), in at most so many lines by agency, counter, officer or medium."""
    rows = Figure.objects.filter(day__gte=first, day__lte=last)
    if agencies is not None:
        rows = rows.filter(agency__in=agencies)
    sums = rows.filter(by=By.AGENCY).order_by().values_list("step").annotate(n=Sum("number"))
    total = Line("Tất cả", "", None, By.AGENCY, dict(sums))
    numbers: dict[tuple[int | None, str], dict[str, int]] = defaultdict(dict)
    keys = ("subject",) if by == By.MEDIUM else ("agency", "subject")
    for *key, step, n in rows.filter(by=by).order_by().values_list(*keys, "step").annotate(n=Sum("number")):
        agency, subject = key if len(key) == 2 else (None, key[0])
        numbers[agency, subject][step] = n
    whole = _whole(rows) if by == By.OFFICER else {}
    return Board(total, _bars(total), _named(by, agencies, numbers, last, whole)[:most])


def _whole(rows: QuerySet[Figure]) -> dict[int, tuple[int, int]]:
    """Return of each agency how many followed and how many handed in."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    sums = rows.filter(by=By.AGENCY, step__in=(Step.FOLLOWED, Step.SUBMITTERS)).order_by().values_list("agency", "step")
    for agency, step, n in sums.annotate(n=Sum("number")):
        found[agency][step] = n
    return {pk: (steps.get(Step.FOLLOWED, 0), steps.get(Step.SUBMITTERS, 0)) for pk, steps in found.items()}


def _bars(total: Line) -> list[Bar]:
    most = max([total.numbers.get(step, 0) for step in ROAD] + [1])
    found, before = [], 0
    for step in ROAD:
        number = total.numbers.get(step, 0)
        of_before = share(number, before)
        percent = max(1, round(100 * number / most))
        found.append(Bar(step.label, number, percent, None if of_before is None else round(of_before * 100)))
        before = number
    return found


def _named(by: str, agencies: Agencies, numbers, last: dt.date, whole: dict[int, tuple[int, int]]) -> list[Line]:
    """Return the lines with their names, those with the most follows first; counters without figures stand too."""
    names = _agency_names(agencies)
    targets = _targets(names, last) if by != By.MEDIUM else {}
    if by == By.AGENCY:
        lines = [Line(name, "", pk, by, numbers.get((pk, ""), {}), targets.get(pk)) for pk, name in names.items()]
        lines = [line for line in lines if line.numbers or line.target or len(names) <= 30]
    elif by == By.DESK:
        desks = Desk.objects.filter(active=True, agency__in=list(names)).values_list("pk", "agency", "name", "code")
        lines = [
            Line(
                name,
                str(pk),
                agency,
                by,
                numbers.get((agency, str(pk)), {}),
                targets.get(agency),
                f"{code}, {names[agency]}",
            )
            for pk, agency, name, code in desks[:MOST_DESKS]
        ]
    elif by == By.OFFICER:
        ids = [int(subject) for _, subject in numbers if subject.isdigit()]
        people = {
            user.pk: user.get_full_name() or user.username for user in get_user_model().objects.filter(pk__in=ids)
        }
        mine = [(agency, s, found) for (agency, s), found in numbers.items() if s.isdigit() and int(s) in people]
        inviting = Counter(agency for agency, *_ in mine)
        lines = [
            Line(
                people[int(subject)],
                subject,
                agency,
                by,
                found,
                targets.get(agency),
                names.get(agency, ""),
                (*whole.get(agency, (0, 0)), inviting[agency]),
            )
            for agency, subject, found in mine
        ]
    else:
        lines = [Line(name, letter, None, by, numbers.get((None, letter), {})) for letter, name in MEDIA.items()]
    lines.sort(key=lambda line: (-line.numbers.get(Step.FOLLOWED, 0), -line.numbers.get(Step.SCANNED, 0), line.name))
    return lines


def _agency_names(agencies: Agencies) -> dict[int, str]:
    rows = Agency.objects.filter(active=True)
    if agencies is not None:
        rows = rows.filter(pk__in=agencies)
    return dict(rows.values_list("pk", "name").order_by("name")[:2000])


def _targets(names: dict[int, str], day: dt.date) -> dict[int, int]:
    """Return the target of each agency that day: its own, else that of the nearest agency above."""
    own = dict(Target.objects.filter(valid_on(day)).order_by("valid_from").values_list("agency", "percent"))
    if not own:
        return {}
    parents = dict(Agency.objects.filter(active=True).values_list("pk", "parent"))
    found = {}
    for pk in names:
        at: int | None = pk
        for _hop in range(MOST_ABOVE):
            if at is None or at in own:
                break
            at = parents.get(at)
        if at is not None and at in own:
            found[pk] = own[at]
    return found
