"""Who held the time: working minutes of each unit along the steps of a dossier, and which unit owes which days.

Only time on the clock counts: what the citizen was waited for is nobody's delay. Days are of eight working hours.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.working_time import ZONE, CalendarError, WorkingCalendar, working_minutes
from dossiers.lateness.worklists import past_its_day
from dossiers.models import Agency, Dossier, Holding, Letter, Unit
from dossiers.states import State

DAY = 480  # working minutes
MOST_DOSSIERS = 5000
NO_UNIT = "Chưa phân công"
SIGNING = "Lãnh đạo, ký duyệt"
"""Whose the time in signing is: no room's, also where older rows name one."""


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's part of a dossier's time on the clock: minutes in all, and after the promised day had passed."""

    unit_id: int | None
    unit: str
    minutes: int
    late_minutes: int = 0
    signing: bool = False

    def as_dict(self) -> dict:
        return {"unit_id": self.unit_id, "unit": self.unit, "minutes": self.minutes, "late_minutes": self.late_minutes}

    @property
    def days(self) -> str:
        return in_days(self.minutes)


@dataclass(frozen=True, slots=True)
class Owed:
    """What one holder owes of one late dossier; `whose` is a unit's id, or minus an agency's id for its leaders."""

    dossier_id: int
    whose: int
    late_minutes: int
    minutes: int

    @property
    def owed(self) -> str:
        return in_days(self.late_minutes)

    @property
    def held(self) -> str:
        return in_days(self.minutes)


@dataclass(frozen=True, slots=True)
class UnitDebt:
    """What one unit owes over a period: late dossiers it held after their day, days owed then, days held in all."""

    whose: int  # as in Owed
    unit: str
    agency: str
    dossiers: int
    late_minutes: int
    letters: int
    owed: str
    held: str


@dataclass(frozen=True, slots=True)
class Debts:
    """The debts of every unit, the greatest first, and what they come to: each dossier counted once.

    Days are sums of the rounded days of single dossiers, so that who adds up the rows gets the figure.
    """

    units: tuple[UnitDebt, ...]
    dossiers: int
    letters_elsewhere: int
    owed: str
    held: str

    @property
    def letters(self) -> int:
        return sum(debt.letters for debt in self.units)


@dataclass(frozen=True, slots=True)
class MonthOfCauses:
    """Letters issued in one month by cause (its words, how many, its id or 0 for none), the most frequent first."""

    month: dt.date
    total: int
    causes: tuple[tuple[str, int, int], ...]

    @property
    def last(self) -> dt.date:
        return (self.month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def in_days(minutes: int) -> str:
    """Return minutes as days of eight hours: "2,5 ngày"."""
    whole, part = divmod(_tenths(minutes), 10)
    return f"{whole},{part} ngày" if part else f"{whole} ngày"


def _tenths(minutes: int) -> int:
    return (minutes * 10 + DAY // 2) // DAY


def sum_as_shown(minutes: Iterable[int]) -> str:
    """Return the sum of the rounded days, so that who adds up the column gets the last line."""
    return in_days(sum(_tenths(each) for each in minutes) * DAY // 10)


def held_by_units(dossier: Dossier, *, now: dt.datetime) -> list[Share]:
    """Return the share of each unit, the longest first. Three queries."""
    calendar = calendars_of([dossier.agency_id]).get(dossier.agency_id)
    rows = dossier.holdings.filter(on_clock=True).select_related("unit")
    return _shares(rows, calendar, dossier.promised_at, now)


def most_held(shares: list[Share]) -> Unit | None:
    """Return the unit that held the dossier longest; None when nobody did."""
    named = [share for share in shares if share.unit_id and share.minutes]
    return Unit.objects.filter(pk=named[0].unit_id).first() if named else None


def late_between(
    agencies: Iterable[int] | None, since: dt.datetime, until: dt.datetime, *, now: dt.datetime
) -> set[int]:
    """Return the ids of dossiers late in the period, at most MOST_DOSSIERS of each kind. Three queries, each by index.

    Late is: apologised for in it, finished in it after the promised moment, or open past its day at the end of it.
    """
    dossiers = Dossier.objects.all() if agencies is None else Dossier.objects.filter(agency_id__in=list(agencies))
    today = dt.datetime.combine(min(until, now).astimezone(ZONE).date(), dt.time.min, ZONE)
    finished = dossiers.filter(finished_at__gt=F("promised_at"), finished_at__gte=since, finished_at__lt=until)
    still_open = dossiers.filter(past_its_day(today))
    apologised = issued(agencies, since, until).order_by().values_list("dossier_id", flat=True)
    found = set(apologised[:MOST_DOSSIERS])
    for rows in (finished, still_open):
        found.update(rows.order_by().values_list("pk", flat=True)[:MOST_DOSSIERS])
    return found


def owed_between(
    agencies: Iterable[int] | None, since: dt.datetime, until: dt.datetime, *, now: dt.datetime
) -> list[Owed]:
    """Return the rows behind the debts of the period, one a late dossier and holder. Six queries."""
    rows = Dossier.objects.filter(pk__in=late_between(agencies, since, until, now=now))
    dossiers = {row.pk: row for row in rows.only("pk", "agency_id", "promised_at")}
    calendars = calendars_of({row.agency_id for row in dossiers.values()})
    holdings: dict[int, list[Holding]] = defaultdict(list)
    held = Holding.objects.filter(dossier_id__in=list(dossiers), on_clock=True).select_related("unit")
    for row in held.iterator(chunk_size=2000):
        holdings[row.dossier_id].append(row)
    found = []
    for pk, dossier in dossiers.items():
        for share in _shares(holdings[pk], calendars.get(dossier.agency_id), dossier.promised_at, min(until, now)):
            whose = share.unit_id or (-dossier.agency_id if share.signing else 0)
            if share.late_minutes and whose:
                found.append(Owed(pk, whose, share.late_minutes, share.minutes))
    return found


def debts(agencies: Iterable[int] | None, since: dt.datetime, until: dt.datetime, *, now: dt.datetime) -> Debts:
    """Return the debt of each unit for the period. Nine queries, whatever the number of units."""
    rows = owed_between(agencies, since, until, now=now)
    by_holder: dict[int, list[Owed]] = defaultdict(list)
    for row in rows:
        by_holder[row.whose].append(row)
    letters = dict(issued(agencies, since, until).order_by().values_list("unit_at_fault").annotate(Count("pk")))
    names = names_of(by_holder)
    found = [
        UnitDebt(
            whose,
            *names[whose],
            len(each),
            sum(row.late_minutes for row in each),
            letters.get(whose, 0),
            *_sums(each),
        )
        for whose, each in by_holder.items()
    ]
    found.sort(key=lambda debt: -debt.late_minutes)
    named = sum(debt.letters for debt in found)
    return Debts(tuple(found), len({row.dossier_id for row in rows}), sum(letters.values()) - named, *_sums(rows))


def _sums(rows: list[Owed]) -> tuple[str, str]:
    return sum_as_shown(row.late_minutes for row in rows), sum_as_shown(row.minutes for row in rows)


def names_of(holders: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return by holder (see Owed) the room's or the leaders' name and the agency's. Two queries."""
    units = Unit.objects.select_related("agency").in_bulk([pk for pk in holders if pk > 0])
    leaders = Agency.objects.in_bulk([-pk for pk in holders if pk < 0])
    found = {pk: (unit.name, unit.agency.name) for pk, unit in units.items()}
    return found | {-pk: (SIGNING, agency.name) for pk, agency in leaders.items()}


def causes_by_month(agencies: Iterable[int] | None, until: dt.datetime, months: int = 12) -> list[MonthOfCauses]:
    """Return the causes of the letters issued in the last `months` months, the newest month first. One query."""
    last = (until - dt.timedelta(microseconds=1)).astimezone(ZONE).date()
    index = last.year * 12 + last.month - months
    since = dt.datetime(index // 12, index % 12 + 1, 1, tzinfo=ZONE)
    rows = (
        issued(agencies, since, until)
        .annotate(month=TruncMonth("issued_at", tzinfo=ZONE))
        .values("month", "cause", "cause__name")
        .annotate(number=Count("pk"))
    )
    by_month: dict[dt.date, list[tuple[str, int, int]]] = defaultdict(list)
    for row in rows.order_by():
        by_month[row["month"].date()].append((row["cause__name"] or "Không ghi", row["number"], row["cause"] or 0))
    return [
        MonthOfCauses(month, sum(each[1] for each in found), tuple(sorted(found, key=lambda each: (-each[1], each[0]))))
        for month, found in sorted(by_month.items(), reverse=True)
    ]


def issued(agencies: Iterable[int] | None, since: dt.datetime, until: dt.datetime) -> QuerySet:
    """Return the letters issued in the period that still stand, of these agencies as settling or as receiving one."""
    rows = Letter.objects.filter(issued_at__gte=since, issued_at__lt=until, state__in=Letter.SENT)
    return rows if agencies is None else rows.filter(Q(agency_id__in=list(agencies)) | Q(centre_id__in=list(agencies)))


def _shares(
    rows: Iterable[Holding], calendar: WorkingCalendar | None, promised: dt.datetime | None, now: dt.datetime
) -> list[Share]:
    sums: dict[tuple[int | None, bool], list[int]] = defaultdict(lambda: [0, 0])
    names: dict[tuple[int | None, bool], str] = {}
    for row in rows:
        end = min(row.to_at or now, now)
        signing = row.state == State.SIGNING
        whose = (None if signing else row.unit_id, signing)
        names[whose] = SIGNING if signing else row.unit.name if row.unit else NO_UNIT
        sums[whose][0] += _minutes(row.from_at, end, calendar, row.working_minutes if row.to_at == end else None)
        if promised and end > promised:
            sums[whose][1] += _minutes(max(row.from_at, promised), end, calendar, None)
    found = [Share(who[0], names[who], minutes, late, who[1]) for who, (minutes, late) in sums.items()]
    return sorted(found, key=lambda share: -share.minutes)


def _minutes(start: dt.datetime, end: dt.datetime, calendar: WorkingCalendar | None, counted: int | None) -> int:
    if counted is not None:
        return counted
    if calendar is None or end <= start:
        return 0
    try:
        return working_minutes(start, end, calendar)
    except CalendarError:
        return 0
