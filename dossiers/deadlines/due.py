"""Due dates: when a dossier must be answered, how pauses move that date, and whether it was met.

Pure arithmetic: the calendar, the limit, the rules in force and every moment are arguments. The rules of counting, the
articles behind them and the meaning of a pause are written out in docs/deadlines.md. The names of `working_time`,
`time_limit` and `due_explanation` that callers need are re-exported here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from dossiers.deadlines.explanation import Audience, Explanation, Outside, Pause
from dossiers.deadlines.time_limit import Rules, TimeLimit, Unit
from dossiers.deadlines.working_time import (
    DEFAULT_WEEK,
    ZONE,
    CalendarError,
    Closure,
    DatedWeek,
    DayException,
    Period,
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
    at_minute,
    local_minute,
    minute_of,
    remaining_working_minutes,
    working_days_between,
    working_minutes,
)

__all__ = [
    "DEFAULT_WEEK",
    "ZONE",
    "Audience",
    "CalendarError",
    "Closure",
    "DatedWeek",
    "DayException",
    "DueDate",
    "Explanation",
    "Pause",
    "Period",
    "ReportClass",
    "Rules",
    "TimeLimit",
    "Unit",
    "WorkingCalendar",
    "add_working_days",
    "add_working_minutes",
    "due",
    "is_overdue",
    "remaining_working_minutes",
    "report_class",
    "resume",
    "stated",
    "working_days_between",
    "working_minutes",
]

_DEFAULT_RULES = Rules()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due moment and why it is that one."""

    at: datetime
    explanation: Explanation

    def sentence(self, audience: Audience = "staff", **words: str) -> str:
        """Return why it is this date; see `Explanation.sentence`."""
        return self.explanation.sentence(audience, **words)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> DueDate:
        """Return the due date whose explanation was stored with `Explanation.as_dict`."""
        explanation = Explanation.from_dict(stored)
        return cls(explanation.due, explanation)


class ReportClass(StrEnum):
    """The columns of reports 06a/06b a dossier falls into."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_LATE = "open_late"


def due(received_at: datetime, limit: TimeLimit, calendar: WorkingCalendar, rules: Rules = _DEFAULT_RULES) -> DueDate:
    """Return the due moment of a dossier received then: the close of its last day, or the exact moment for hours.

    A receipt outside office hours counts from the next opening. Raises CalendarError for a naive datetime or a
    calendar without working days. Bộ luật Dân sự 2015, Điều 147 and 148.
    """
    received = local_minute(received_at)
    start = calendar.opening(received)
    facts: dict[str, Any]
    if limit.unit is Unit.HOUR:
        at, facts = add_working_minutes(start, ceil(limit.amount * 60), calendar), {}
    elif limit.unit is Unit.SAME_DAY:
        at, facts = _same_day(received, start, calendar, rules)
    elif limit.unit is Unit.WORKING_DAY:
        at, facts = _working_days(start, limit, calendar, rules)
    else:
        at, facts = _calendar_days(start, limit, calendar, rules)
    facts |= _stepped_over(start.date(), at.date(), limit, calendar, rules, facts.get("last_day"))
    closed = not calendar.is_working_day(received)
    return DueDate(
        at,
        Explanation(
            due=at,
            received=received,
            counted_from=start,
            limit=limit,
            outside=_outside(received, start, calendar),
            received_on=calendar.closure_around(received.date()) if closed else None,
            day_zero=rules.day_zero,
            bases={"day_zero": rules.day_zero_basis, "roll": rules.roll_basis, "cut_off": rules.cut_off_basis},
            **facts,
        ),
    )


def stated(at: datetime, received_at: datetime, by: str) -> DueDate:
    """Return a due date set by a paper or another system (`by`, as "văn bản xin lỗi số 12/VBXL"), not computed here.

    Pauses move it by working days.
    """
    at, received = local_minute(at), local_minute(received_at)
    return DueDate(at, Explanation(due=at, received=received, counted_from=received, last_day=at.date(), stated_by=by))


def resume(
    current: DueDate,
    paused_at: datetime,
    resumed_at: datetime,
    calendar: WorkingCalendar,
    rules: Rules = _DEFAULT_RULES,
    reason: str = "",
) -> DueDate:
    """Return the due date after the citizen's stretch paused_at…resumed_at, in the unit of its limit.

    Hours and same-day limits keep the working minutes left at the pause. Working days move by the working days,
    calendar days and months by the calendar days from the pause to the resumption, both read as receipts (outside
    hours they belong to the next opening). A pause begun after the due date moves nothing: the dossier was late
    already. A pause begun on the due date leaves at least the day of resumption. Raises CalendarError when the end
    comes first.
    """
    paused, resumed = local_minute(paused_at), local_minute(resumed_at)
    if resumed < paused:
        raise CalendarError("Thời điểm tiếp tục xử lý phải sau thời điểm tạm dừng; kiểm tra lại hai mốc thời gian.")
    why = current.explanation
    paused = max(paused, why.received)  # before the receipt no clock was running
    if resumed <= paused:
        return current
    pause = Pause(paused, resumed, reason=reason)
    if paused.date() > current.at.date():
        return DueDate(current.at, replace(why, pauses=(*why.pauses, pause)))
    if why.limit and why.limit.unit in (Unit.HOUR, Unit.SAME_DAY):
        at, facts, moved = _minutes_after(current.at, paused, resumed, calendar)
    else:
        at, facts, moved = _days_after(current, paused, resumed, calendar, rules)
    over = _stepped_over(current.at.date(), at.date(), why.limit, calendar, rules, facts.get("last_day"), why)
    pauses = (*why.pauses, replace(pause, moved=moved))
    return DueDate(at, replace(why, due=at, pauses=pauses, **facts, **over))


def is_overdue(due_at: datetime, moment: datetime) -> bool:
    """Return whether the moment (of finishing, or now) lies on a later date than the due one; the hour is no matter."""
    return local_minute(moment).date() > local_minute(due_at).date()


def report_class(
    due_at: datetime | None, finished_at: datetime | None, period_end: datetime, *, waiting: bool = False
) -> ReportClass:
    """Return the report column at the end of the period, compared by date; finished later counts as still open.

    `waiting` is a dossier in a supplement, payment or stopped state: open in time, whatever its date. No due date
    counts as in time.
    """
    end = local_minute(period_end).date()
    limit = local_minute(due_at).date() if due_at else None
    finished = local_minute(finished_at).date() if finished_at else None
    if finished is None or finished > end:
        return ReportClass.OPEN_IN_TIME if waiting or limit is None or limit >= end else ReportClass.OPEN_LATE
    if limit is None or finished == limit:
        return ReportClass.ON_TIME
    return ReportClass.EARLY if finished < limit else ReportClass.LATE


def _outside(received: datetime, start: datetime, calendar: WorkingCalendar) -> Outside:
    if received == start:
        return ""
    periods = calendar.periods(received)
    if not periods:
        return "day_off"
    if start.date() > received.date():
        return "after_close"
    return "before_open" if minute_of(received) < periods[0].start_minute else "break"


def _same_day(
    received: datetime, start: datetime, calendar: WorkingCalendar, rules: Rules
) -> tuple[datetime, dict[str, Any]]:
    # The cut-off asks when the citizen came; a receipt already moved to another day is not moved twice.
    in_time = rules.cut_off_minute is None or minute_of(received) <= rules.cut_off_minute
    if in_time or received.date() != start.date():
        return calendar.closing(start.date()), {"last_day": start.date()}
    day = calendar.next_working_day(start.date())
    return calendar.closing(day), {"last_day": day, "cut_off_minute": rules.cut_off_minute}


def _working_days(
    start: datetime, limit: TimeLimit, calendar: WorkingCalendar, rules: Rules
) -> tuple[datetime, dict[str, Any]]:
    day = add_working_days(start.date(), ceil(limit.amount) - (0 if rules.day_zero else 1), calendar)
    first_day = calendar.next_working_day(start.date()) if rules.day_zero else start.date()
    at = _end_on(day, limit, calendar, rules, not_before=start)
    return at, {"first_day": first_day, "last_day": day}


def _calendar_days(
    start: datetime, limit: TimeLimit, calendar: WorkingCalendar, rules: Rules
) -> tuple[datetime, dict[str, Any]]:
    last_day, shortened = _last_calendar_day(start.date(), limit, calendar, rules)
    day, rolled_over = _roll(last_day, calendar, rules)
    return calendar.closing(day), {
        "first_day": _count_on(start.date(), 1, calendar, rules) if rules.day_zero else start.date(),
        "last_day": last_day,
        "month_shortened": shortened,
        "rolled_over": rolled_over,
        "holidays_skipped": limit.unit is Unit.CALENDAR_DAY and rules.calendar_skip_holidays,
    }


def _end_on(
    day: date, limit: TimeLimit | None, calendar: WorkingCalendar, rules: Rules, not_before: datetime | None = None
) -> datetime:
    """Return when a limit of days ends on its last day: at closing, or after the part of a day it still needs."""
    closing = calendar.closing(day)
    part = limit.amount % 1 if limit else 0
    if not part or not calendar.is_working_day(day):
        return closing
    begin = at_minute(day, 0) if not_before is None else max(at_minute(day, 0), not_before)
    # Half of a legal day, but never past the day itself: half a day is not more than a short Saturday.
    return min(closing, add_working_minutes(begin, ceil(part * rules.hours_per_day * 60), calendar))


def _last_calendar_day(start: date, limit: TimeLimit, calendar: WorkingCalendar, rules: Rules) -> tuple[date, bool]:
    """Return the last day of a limit of calendar days or months, and whether its month was too short."""
    if limit.unit is Unit.CALENDAR_DAY:
        return _count_on(start, int(limit.amount) - (0 if rules.day_zero else 1), calendar, rules), False
    month = start.month - 1 + int(limit.amount)
    year, month = start.year + month // 12, month % 12 + 1
    length = monthrange(year, month)[1]
    if start.day > length:
        return date(year, month, length), True
    same = date(year, month, start.day)
    return (same if rules.day_zero else same - _DAY), False


def _count_on(day: date, count: int, calendar: WorkingCalendar, rules: Rules) -> date:
    """Return the day that many calendar days later, stepping over holidays where the rules say so."""
    if not rules.calendar_skip_holidays:
        return day + count * _DAY
    while count:
        day += _DAY
        count -= not calendar.is_holiday(day)
    return day


def _roll(last_day: date, calendar: WorkingCalendar, rules: Rules) -> tuple[date, Closure | None]:
    if not rules.roll_last_day_off or calendar.is_working_day(last_day):
        return last_day, None
    return calendar.next_working_day(last_day), calendar.closure_around(last_day)


_Moved = tuple[datetime, dict[str, Any], str]


def _minutes_after(before: datetime, paused: datetime, resumed: datetime, calendar: WorkingCalendar) -> _Moved:
    """Return the due moment that leaves the working minutes of the pause's beginning, and the move in words."""
    left = working_minutes(paused, before, calendar)
    if left > 0:
        at = add_working_minutes(resumed, left, calendar)
    else:
        # Nothing was left but the rest of the due date, which counts as in time: it comes back as the day of return.
        at = before if resumed.date() <= before.date() else calendar.opening(resumed)
    hours, minutes = divmod(working_minutes(before, at, calendar), 60)
    words = [f"{hours} giờ"] * bool(hours) + [f"{minutes} phút"] * bool(minutes)
    return at, {}, f"{' '.join(words)} làm việc" if words else ""


def _days_after(
    current: DueDate, paused: datetime, resumed: datetime, calendar: WorkingCalendar, rules: Rules
) -> _Moved:
    """Return the due moment moved by the days of the pause, its facts, and the move in words."""
    why, before = current.explanation, current.at.date()
    stopped, back = calendar.opening(paused).date(), calendar.opening(resumed).date()
    by_calendar = why.limit is not None and why.limit.unit is not Unit.WORKING_DAY
    facts: dict[str, Any] = {}
    if by_calendar:
        day, last_day, rolled_over = before, why.last_day or before, why.rolled_over
        shift = (back - stopped).days
        if why.holidays_skipped:
            shift = sum(not calendar.is_holiday(stopped + n * _DAY) for n in range(1, shift + 1))
        if shift:
            last_day = _count_on(last_day, shift, calendar, rules)
            day, rolled_over = _roll(last_day, calendar, rules)
            facts = {"month_shortened": False}
        facts |= {"last_day": last_day, "rolled_over": rolled_over}
    else:
        shift = working_days_between(stopped, back, calendar)
        day = add_working_days(before, shift, calendar)
        facts = {"last_day": day}
    if resumed.date() > before and back > day:
        # Paused in the evening of the due date, or on the working day it had been rolled to: see the docstring above.
        facts |= {"last_day": back, "rolled_over": None}
        shift = (back - before).days if by_calendar else working_days_between(before, back, calendar)
        day = back
    if day == before:
        at = current.at
    elif why.limit:
        at = _end_on(day, why.limit, calendar, rules)
    else:
        at = min(calendar.closing(day), at_minute(day, minute_of(current.at)))  # a stated hour is kept
    return at, facts, f"{shift} ngày{'' if by_calendar else ' làm việc'}" if shift else ""


def _stepped_over(
    first: date,
    last: date,
    limit: TimeLimit | None,
    calendar: WorkingCalendar,
    rules: Rules,
    last_day: date | None,
    earlier: Explanation | None = None,
) -> dict[str, Any]:
    """Return the facts about days off and make-up days after `first` up to `last`, joined to those found earlier."""
    skipped: list[Closure] = []
    weekdays: set[int] = set()
    made_up: list[date] = []
    if limit is None or limit.unit not in (Unit.CALENDAR_DAY, Unit.MONTH):
        skipped, weekdays = calendar.days_off(first + _DAY, last)
        made_up = calendar.make_up_days(first + _DAY, last)
    elif limit.unit is Unit.CALENDAR_DAY and rules.calendar_skip_holidays and last_day:
        since = earlier.last_day if earlier and earlier.last_day else first
        skipped, _ = calendar.days_off(since + _DAY, last_day, holidays_only=True)
    if earlier:
        skipped = [*earlier.skipped, *skipped]
        weekdays = weekdays.union(earlier.weekdays_off)
        made_up = [*earlier.made_up, *made_up]
    return {"skipped": tuple(skipped), "weekdays_off": tuple(sorted(weekdays)), "made_up": tuple(made_up)}
