"""The office calendar and plain working-time arithmetic: no rule of law, no database, no clock.

Moments are zone-aware datetimes of Vietnam, cut to the whole minute. A working period is half-open: at its closing
minute the office is closed, so a receipt at 17:00 belongs to the next opening. A result that *ends* at a closing
minute (11:30, 17:00) stays there. Every search for a working day gives up, with a sentence, after 400 closed days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from dossiers.written_dates import WEEKDAYS, ZONE, written_day

LONGEST_CLOSURE = 400
FIRST_YEAR, LAST_YEAR = 1990, 2200
LAST_MINUTE = 24 * 60 - 1  # 24:00 would be another date, and due dates are compared by date


class CalendarError(ValueError):
    """A calendar, limit or moment that cannot be computed with; the text is a Vietnamese sentence for staff."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Opening hours within a day, in minutes since midnight; the end is not included."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= LAST_MINUTE:
            raise CalendarError(
                "Giờ làm việc không hợp lệ: giờ bắt đầu phải trước giờ kết thúc, trong khoảng 00:00–23:59."
            )


Periods = tuple[Period, ...]
Week = Mapping[int, Periods]

_FULL_DAY: Periods = (Period(7 * 60 + 30, 11 * 60 + 30), Period(13 * 60 + 30, 17 * 60))
DEFAULT_WEEK: Week = MappingProxyType({weekday: _FULL_DAY for weekday in range(5)})
"""An example only (Monday to Friday, 07:30–11:30 and 13:30–17:00); every agency decides its own hours."""


@dataclass(frozen=True, slots=True)
class DayException:
    """One decided date: a day off, or a working day (make-up day, other hours).

    A working day without periods has the hours of the fullest day of its week: a make-up Saturday replaces an
    ordinary day even where Saturdays are worked in the morning only.
    """

    date: date
    kind: Literal["off", "work"]
    name: str = ""
    periods: Periods | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("off", "work"):
            raise CalendarError(f"Loại ngày đặc biệt {self.kind!r} không hợp lệ: chỉ có ngày nghỉ hoặc ngày làm việc.")
        if self.periods is None:
            return
        if self.kind == "off":
            raise CalendarError(f"Ngày nghỉ {written_day(self.date)} không được có giờ làm việc.")
        if not self.periods:
            raise CalendarError(f"Ngày làm việc {written_day(self.date)} phải có ít nhất một khoảng giờ làm việc.")
        object.__setattr__(self, "periods", _in_order(self.periods))


@dataclass(frozen=True, slots=True)
class DatedWeek:
    """A weekly pattern valid between two dates, both included; None means without end on that side."""

    valid_from: date | None
    valid_to: date | None
    weekly: Week

    def covers(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Closure:
    """Consecutive days off under one name: a holiday run ("Tết Nguyên đán", 14–22/02) or ordinary weekly days off."""

    name: str
    first: date
    last: date
    weekly: bool = False


class _Days(dict[int, tuple[Periods, int, bool]]):
    """Day number → (periods, working minutes, off by decision), worked out at the first question about the day."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar

    def __missing__(self, ordinal: int) -> tuple[Periods, int, bool]:
        day = date.fromordinal(ordinal)
        periods = self._calendar._decided(day)
        self[ordinal] = entry = (periods, _minutes(periods), self._calendar.is_holiday(day))
        return entry


class WorkingCalendar:
    """The working hours of an agency on any date; not to be changed once made.

    `weekly` maps weekday (Monday 0) to periods. `dated_weeks` override it between their dates, the later in the
    sequence winning. `exceptions` override both; given as a sequence, the later wins, so national days come first
    and the agency's own after them. Raises CalendarError for overlapping periods or unknown weekdays.
    """

    __slots__ = ("_days", "dated_weeks", "exceptions", "weekly")

    def __init__(
        self,
        weekly: Week,
        exceptions: Mapping[date, DayException] | Iterable[DayException] = (),
        dated_weeks: Iterable[DatedWeek | tuple[date | None, date | None, Week]] = (),
    ) -> None:
        # Copies: a caller who later changes his mapping must not disagree with the days already remembered.
        given = exceptions.values() if isinstance(exceptions, Mapping) else exceptions
        weeks = (week if isinstance(week, DatedWeek) else DatedWeek(*week) for week in dated_weeks)
        self.exceptions: Mapping[date, DayException] = MappingProxyType({each.date: each for each in given})
        self.weekly = _checked(weekly)
        self.dated_weeks = tuple(DatedWeek(week.valid_from, week.valid_to, _checked(week.weekly)) for week in weeks)
        self._days = _Days(self)

    def periods(self, day: date) -> Periods:
        """Return the opening hours of a date, in order; empty on a day off."""
        return self._days[day.toordinal()][0]

    def is_working_day(self, day: date) -> bool:
        return bool(self._days[day.toordinal()][0])

    def is_holiday(self, day: date) -> bool:
        """Return whether the date is off by decision, not just by the weekly pattern."""
        exception = self.exceptions.get(day)
        return exception is not None and exception.kind == "off"

    def next_working_day(self, day: date) -> date:
        """Return the first working day after the date. Raises CalendarError after 400 closed days."""
        return _walk(day, 1, self)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before the date. Raises CalendarError after 400 closed days."""
        return _walk(day, -1, self)

    def day_name(self, day: date) -> str:
        """Return the name of the holiday or make-up day, else of the weekday ("thứ Bảy")."""
        exception = self.exceptions.get(day)
        return (exception.name if exception else "") or WEEKDAYS[day.weekday()]

    def make_up_days(self, first: date, last: date) -> list[date]:
        """Return the working days among first…last, in order, that the weekly pattern alone would close."""
        worked = (
            day for day, exception in self.exceptions.items() if exception.kind == "work" and first <= day <= last
        )
        return sorted(day for day in worked if not self._week_of(day).get(day.weekday()))

    def closing(self, day: date) -> datetime:
        """Return the moment the office closes on the date; 23:59 on a day off."""
        periods = self.periods(day)
        return at_minute(day, periods[-1].end_minute if periods else LAST_MINUTE)

    def opening(self, moment: datetime) -> datetime:
        """Return the first working moment at or after the given one. Raises CalendarError after 400 closed days."""
        moment = local_minute(moment)
        day, minute = moment.date(), minute_of(moment)
        for period in self.periods(day):
            if minute < period.end_minute:
                return moment if minute >= period.start_minute else at_minute(day, period.start_minute)
        day = self.next_working_day(day)
        return at_minute(day, self.periods(day)[0].start_minute)

    def days_off(self, first: date, last: date, *, holidays_only: bool = False) -> tuple[list[Closure], set[int]]:
        """Return the holiday runs among first…last in order, and the weekdays off outside them.

        A run takes in the weekly days off it touches and carries the names of all its holidays; with `holidays_only`
        weekly days off are left out altogether.
        """
        runs: list[Closure] = []
        weekdays: set[int] = set()
        days, holiday = self._days, False
        run: list[int] = []

        def close_run() -> None:
            if holiday:
                runs.append(self._named(run))
            else:
                weekdays.update([(ordinal + 6) % 7 for ordinal in run])

        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = days[ordinal]
            if not day[0] and (day[2] or not holidays_only):
                run.append(ordinal)
                holiday = holiday or day[2]
            elif run:
                close_run()
                run, holiday = [], False
        close_run()
        return runs, weekdays

    def closure_around(self, day: date) -> Closure:
        """Return the whole run of days off the given day off stands in."""
        first = self.previous_working_day(day).toordinal() + 1
        return self._named(list(range(first, self.next_working_day(day).toordinal())))

    def _named(self, run: list[int]) -> Closure:
        days = [date.fromordinal(ordinal) for ordinal in run]
        names = [self.exceptions[day].name or "ngày nghỉ" for day in days if self.is_holiday(day)]
        # dict keeps the order of first sight: five days of Tết are one name.
        name = ", ".join(dict.fromkeys(names or (WEEKDAYS[day.weekday()] for day in days)))
        return Closure(name=name, first=days[0], last=days[-1], weekly=not names)

    def _decided(self, day: date) -> Periods:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise CalendarError(
                f"Năm {day.year} nằm ngoài khoảng tính được ({FIRST_YEAR}–{LAST_YEAR}); kiểm tra lại ngày."
            )
        week = self._week_of(day)
        exception = self.exceptions.get(day)
        if exception is None:
            return week.get(day.weekday(), ())
        if exception.kind == "off":
            return ()
        return exception.periods or max(week.values(), key=_minutes, default=())

    def _week_of(self, day: date) -> Week:
        return next((dated.weekly for dated in reversed(self.dated_weeks) if dated.covers(day)), self.weekly)


def local_minute(moment: datetime) -> datetime:
    """Return the moment in Vietnam's zone without seconds. Raises CalendarError for a naive datetime."""
    if not isinstance(moment, datetime) or moment.tzinfo is None or moment.utcoffset() is None:
        raise CalendarError("Thời điểm phải kèm múi giờ; hãy dùng giờ Việt Nam (Asia/Ho_Chi_Minh).")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CalendarError(
            f"Năm {moment.year} nằm ngoài khoảng tính được ({FIRST_YEAR}–{LAST_YEAR}); kiểm tra lại ngày."
        )
    return moment.astimezone(ZONE).replace(second=0, microsecond=0, fold=0)


def minute_of(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def at_minute(day: date, minute: int) -> datetime:
    """Return the moment that many minutes (at most 1439) after the date's midnight, in Vietnam's zone."""
    return datetime.combine(day, time(minute // 60, minute % 60), ZONE)


def working_minutes(start: datetime, end: datetime, calendar: WorkingCalendar) -> int:
    """Return the working minutes between two moments; negative when the end comes first."""
    start, end = local_minute(start), local_minute(end)
    if end < start:
        return -working_minutes(end, start, calendar)
    first, last = start.toordinal(), end.toordinal()
    days = calendar._days
    whole = sum(days[ordinal][1] for ordinal in range(first, last))
    return whole - _worked_before(days[first][0], minute_of(start)) + _worked_before(days[last][0], minute_of(end))


def remaining_working_minutes(now: datetime, due_at: datetime, calendar: WorkingCalendar) -> int:
    """Return the working minutes left until the due moment; negative once it has passed."""
    return working_minutes(now, due_at, calendar)


def add_working_minutes(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
    """Return the earliest moment by which that many working minutes (≥ 0) have passed since the start.

    Zero gives the first working moment. Raises CalendarError for negative minutes or 400 closed days on end.
    """
    if minutes < 0:
        raise CalendarError("Số phút làm việc không được âm.")
    start = calendar.opening(start)
    if not minutes:
        return start
    days, ordinal, closed = calendar._days, start.toordinal(), 0
    # Counted from the start of its day, so that whole days can be taken off at once.
    minutes += _worked_before(days[ordinal][0], minute_of(start))
    while (today := days[ordinal][1]) < minutes:
        closed = 0 if today else closed + 1
        if closed >= LONGEST_CLOSURE:
            raise _no_working_day(date.fromordinal(ordinal), "trước")
        minutes, ordinal = minutes - today, ordinal + 1
    for period in days[ordinal][0]:
        length = period.end_minute - period.start_minute
        if minutes <= length:
            break
        minutes -= length
    return at_minute(date.fromordinal(ordinal), period.start_minute + minutes)


def add_working_days(day: date, count: int, calendar: WorkingCalendar) -> date:
    """Return the count-th working day after the date (before it when negative); the date itself for 0."""
    return _walk(day, count, calendar)


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int:
    """Return how many working days lie after start up to and including end; negative when end comes first."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = calendar._days
    return sum(1 for ordinal in range(start.toordinal() + 1, end.toordinal() + 1) if days[ordinal][0])


def _walk(day: date, count: int, calendar: WorkingCalendar) -> date:
    step = 1 if count > 0 else -1
    ordinal, left, closed = day.toordinal(), abs(count), 0
    days = calendar._days
    while left:
        ordinal += step
        if days[ordinal][0]:
            left, closed = left - 1, 0
        elif (closed := closed + 1) >= LONGEST_CLOSURE:
            raise _no_working_day(day, "sau" if step > 0 else "trước")
    return date.fromordinal(ordinal)


def _no_working_day(day: date, side: str) -> CalendarError:
    return CalendarError(
        f"Không có ngày làm việc nào trong {LONGEST_CLOSURE} ngày liền {side} ngày {written_day(day)}; "
        "hãy kiểm tra lịch làm việc của cơ quan."
    )


def _worked_before(periods: Periods, minute: int) -> int:
    return sum(min(p.end_minute, minute) - p.start_minute for p in periods if p.start_minute < minute)


def _minutes(periods: Periods) -> int:
    return sum(p.end_minute - p.start_minute for p in periods)


def _in_order(periods: Iterable[Period]) -> Periods:
    ordered = tuple(sorted(periods))
    for earlier, later in pairwise(ordered):
        if later.start_minute < earlier.end_minute:
            raise CalendarError("Các khoảng giờ làm việc trong một ngày không được chồng lên nhau.")
    return ordered


def _checked(week: Week) -> Week:
    if not all(weekday in range(7) for weekday in week):
        raise CalendarError("Lịch tuần chỉ nhận các thứ từ 0 (thứ Hai) đến 6 (Chủ nhật).")
    return MappingProxyType({weekday: _in_order(periods) for weekday, periods in week.items()})
