"""The working calendar of an agency, read from its dated records for the arithmetic of dossiers.deadlines.due."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q

from dossiers.deadlines.working_time import (
    DEFAULT_WEEK,
    CalendarError,
    DatedWeek,
    DayException,
    Period,
    WorkingCalendar,
)
from dossiers.models import Agency, CalendarException, WeekPattern
from dossiers.read_once import once


@once
def calendar_of(
    agency: Agency | int, *, adding: Iterable[CalendarException] = (), without: Iterable[int] = ()
) -> WorkingCalendar:
    """Return the calendar of `agency` (or its id): its own week, else the common one; confirmed days only. Two queries.

    `adding` and `without` (ids) show what it would be with days not confirmed yet, or without some that are.
    Raises CalendarError when neither the agency nor the common calendar has working hours.
    """
    agency_id = agency if isinstance(agency, int) else agency.pk
    patterns = list(
        WeekPattern.objects.filter(Q(agency_id=agency_id) | Q(agency__isnull=True)).order_by("valid_from", "id")
    )
    own = [pattern for pattern in patterns if pattern.agency_id is not None]
    chosen = own or patterns
    if not chosen:
        raise CalendarError("Cơ quan chưa có giờ làm việc: hãy khai báo trong mục Giờ làm việc trong tuần.")
    kept = CalendarException.objects.filter(Q(agency_id=agency_id) | Q(agency__isnull=True), confirmed_at__isnull=False)
    days = [*kept.exclude(pk__in=list(without)).order_by(F("agency").asc(nulls_first=True), "date")]
    days += [day for day in adding if day.agency_id in {None, agency_id}]
    days.sort(key=lambda day: day.agency_id is not None)
    return WorkingCalendar({}, [day_exception(day) for day in days], dated_weeks(chosen))


def working_calendar(agency: Agency | int | None) -> WorkingCalendar:
    """Return the agency's calendar (None: the common one); Monday to Friday in office hours when none is recorded.

    Nobody is turned away because an administrator has not filled in a table.
    """
    try:
        return calendar_of(agency) if agency is not None else calendars_of([None])[None]
    except (CalendarError, KeyError):
        return WorkingCalendar(DEFAULT_WEEK)


def closing_on(day: dt.date, agency: Agency | int | None) -> dt.datetime:
    """Return when the agency closes on a day somebody chose as the last one: until then the promise is kept."""
    return working_calendar(agency).closing(day)


def calendars_of(agency_ids: Iterable[int | None]) -> dict[int | None, WorkingCalendar]:
    """Return the calendars of many agencies by id; None stands for an agency without anything of its own. Two queries.

    An agency nobody gave working hours is left out.
    """
    wanted = set(agency_ids)
    patterns: dict[int | None, list[WeekPattern]] = defaultdict(list)
    for pattern in WeekPattern.objects.filter(Q(agency_id__in=wanted) | Q(agency=None)).order_by("valid_from", "id"):
        patterns[pattern.agency_id].append(pattern)
    days: dict[int | None, list[CalendarException]] = defaultdict(list)
    decided = CalendarException.objects.filter(Q(agency_id__in=wanted) | Q(agency=None), confirmed_at__isnull=False)
    for day in decided.order_by("date"):
        days[day.agency_id].append(day)
    found = {}
    for agency_id in wanted:
        chosen = patterns.get(agency_id) or patterns.get(None)
        if chosen:
            own = days.get(agency_id, []) if agency_id else []
            exceptions = [day_exception(day) for day in [*days.get(None, []), *own]]
            found[agency_id] = WorkingCalendar({}, exceptions, dated_weeks(chosen))
    return found


def dated_weeks(patterns: list[WeekPattern]) -> list[DatedWeek]:
    """Return the weeks between every two dates where some pattern begins or ends."""
    edges = sorted(
        {pattern.valid_from for pattern in patterns}
        | {pattern.valid_to + dt.timedelta(days=1) for pattern in patterns if pattern.valid_to}
    )
    weeks = []
    for position, start in enumerate(edges):
        end = edges[position + 1] - dt.timedelta(days=1) if position + 1 < len(edges) else None
        week: dict[int, list[Period]] = defaultdict(list)
        for pattern in patterns:
            if pattern.valid_from <= start and (pattern.valid_to is None or pattern.valid_to >= start):
                week[pattern.weekday].append(Period(minute(pattern.opens_at), minute(pattern.closes_at)))
        if week:
            weeks.append(DatedWeek(start, end, {weekday: tuple(periods) for weekday, periods in week.items()}))
    return weeks


def day_exception(day: CalendarException) -> DayException:
    """Return the decided day in the form the arithmetic takes."""
    if day.kind != "work":
        return DayException(day.date, "off", day.name, None)
    hours = (Period(minute(day.opens_at), minute(day.closes_at)),) if day.opens_at and day.closes_at else None
    return DayException(day.date, "work", day.name, hours)


def minute(moment: dt.time) -> int:
    """Return minutes since midnight."""
    return moment.hour * 60 + moment.minute
