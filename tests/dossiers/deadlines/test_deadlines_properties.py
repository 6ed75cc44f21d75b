"""Laws every due date obeys on random calendars, and agreement with a deliberately slow walk minute by minute.

`Office` holds plain data; its walk shares no line with the product: it looks at one minute after another and asks a
set whether the office is open.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.deadlines.due import (
    ZONE,
    CalendarError,
    DayException,
    DueDate,
    Period,
    Rules,
    TimeLimit,
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
    due,
    is_overdue,
    resume,
    working_days_between,
    working_minutes,
)

FIRST = date(2026, 1, 26)  # a Monday; month ends and a short February lie ahead
MIDNIGHT = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=ZONE)
MINUTE, DAY = timedelta(minutes=1), 24 * 60
laws = settings(max_examples=50, deadline=None)
slow = settings(max_examples=30, deadline=None)


@dataclass(frozen=True)
class Office:
    """Opening minutes as plain ranges: by weekday, by exceptional date (None: off), by weekday after a change."""

    week: dict[int, list[tuple[int, int]]]
    days: dict[date, list[tuple[int, int]] | None]
    later_week: dict[int, list[tuple[int, int]]] | None
    later_from: date

    def calendar(self) -> WorkingCalendar:
        exceptions = [
            DayException(day, "off", "Lễ") if hours is None else DayException(day, "work", "Bù", _periods(hours))
            for day, hours in self.days.items()
        ]
        dated = [] if self.later_week is None else [(self.later_from, None, _week(self.later_week))]
        return WorkingCalendar(_week(self.week), exceptions, dated)

    def open_minutes(self, day: date) -> set[int]:
        if day in self.days:
            hours = self.days[day] or []
        else:
            changed = self.later_week is not None and day >= self.later_from
            hours = (self.later_week if changed else self.week).get(day.weekday(), [])
        return {minute for start, end in hours for minute in range(start, end)}

    def minutes(self, start: int):
        """Yield (minute number, whether the office is open during it), one after another, on and on."""
        for day_number in itertools.count(start // DAY):
            open_minutes = self.open_minutes(FIRST + timedelta(days=day_number))
            for minute in range(start % DAY if day_number == start // DAY else 0, DAY):
                yield day_number * DAY + minute, minute in open_minutes

    def opens(self, start: int) -> int:
        return next(minute for minute, is_open in self.minutes(start) if is_open)

    def closes(self, day_number: int) -> datetime:
        return _moment(day_number * DAY + max(self.open_minutes(FIRST + timedelta(days=day_number))) + 1)


def _number(moment: datetime) -> int:
    """Return the minutes since the midnight before FIRST; Vietnam has no summer time to trip over."""
    return (moment - MIDNIGHT) // MINUTE


def _moment(number: int) -> datetime:
    return MIDNIGHT + number * MINUTE


def _periods(hours):
    return tuple(Period(start, end) for start, end in hours)


def _week(week):
    return {weekday: _periods(hours) for weekday, hours in week.items()}


@st.composite
def day_hours(draw):
    cuts = draw(st.lists(st.integers(1, 95), min_size=2, max_size=4, unique=True).map(sorted))
    quarters = [cut * 15 for cut in cuts]
    return list(zip(quarters[::2], quarters[1::2], strict=False))


weeks = st.dictionaries(st.integers(0, 6), day_hours(), min_size=2)
dates = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
moments = st.builds(
    lambda day_number, minute: _moment(day_number * DAY + minute),
    st.integers(0, 60),
    # round quarters are where opening hours begin and end
    st.one_of(st.integers(0, 1439), st.integers(0, 95).map(lambda quarter: quarter * 15)),
)
offices = st.builds(
    Office, weeks, st.dictionaries(dates, st.one_of(st.none(), day_hours()), max_size=6), st.none() | weeks, dates
)
limits = st.one_of(
    st.builds(TimeLimit, st.integers(1, 40), st.just("working_day")),
    st.builds(TimeLimit, st.integers(1, 12).map(lambda n: Fraction(n, 4)), st.just("working_day")),
    st.builds(TimeLimit, st.integers(1, 60), st.just("calendar_day")),
    st.builds(TimeLimit, st.integers(1, 8).map(lambda n: Fraction(n * 5, 2)), st.just("hour")),
    st.builds(TimeLimit, st.integers(1, 14), st.just("month")),
    st.just(TimeLimit(0, "same_day")),
)
rule_sets = st.builds(
    Rules,
    day_zero=st.booleans(),
    cut_off_minute=st.none() | st.integers(0, 1439),
    roll_last_day_off=st.booleans(),
    hours_per_day=st.integers(1, 24),
    calendar_skip_holidays=st.booleans(),
)
rolling = st.builds(Rules, day_zero=st.booleans(), calendar_skip_holidays=st.booleans())


# --- laws ------------------------------------------------------------------------------------------------------------


@laws
@given(offices, moments, moments, limits, rule_sets)
def test_whoever_comes_later_is_not_due_earlier(office, one, other, limit, rules):
    calendar = office.calendar()
    first, second = sorted([one, other])
    assert due(first, limit, calendar, rules).at <= due(second, limit, calendar, rules).at


@laws
@given(offices, moments, limits, st.integers(1, 60).map(lambda n: Fraction(n, 4)), rule_sets)
def test_a_longer_limit_is_not_due_earlier(office, received, limit, more, rules):
    if limit.unit == "same_day":
        return
    if limit.unit in ("calendar_day", "month"):
        more = Fraction(int(more) + 1)
    calendar = office.calendar()
    longer = TimeLimit(limit.amount + more, limit.unit)
    assert due(received, limit, calendar, rules).at <= due(received, longer, calendar, rules).at


@laws
@given(offices, moments, limits, rolling)
def test_due_falls_on_a_working_moment_after_the_receipt(office, received, limit, rules):
    answer = due(received, limit, office.calendar(), rules)
    minutes = office.open_minutes(answer.at.date())
    minute = answer.at.hour * 60 + answer.at.minute
    assert minute in minutes or minute - 1 in minutes
    assert answer.at >= received
    assert not is_overdue(answer.at, answer.at)


@laws
@given(offices, moments, limits, rule_sets, moments)
def test_pausing_and_resuming_at_once_changes_nothing(office, received, limit, rules, moment):
    calendar = office.calendar()
    answer = due(received, limit, calendar, rules)
    assert resume(answer, moment, moment, calendar, rules) == answer


@laws
@given(offices, moments, limits, rule_sets, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_two_pauses_on_end_are_one_pause(office, received, limit, rules, stretch):
    calendar = office.calendar()
    answer = due(received, limit, calendar, rules)
    start, middle, end = stretch
    whole = resume(answer, start, end, calendar, rules)
    parts = resume(resume(answer, start, middle, calendar, rules), middle, end, calendar, rules)
    assert parts.at == whole.at


@laws
@given(offices, moments, limits, rule_sets, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_a_longer_wait_is_not_due_earlier_and_never_late_on_return(office, received, limit, rules, stretch):
    calendar = office.calendar()
    answer = due(received, limit, calendar, rules)
    start, middle, end = stretch
    shorter, longer = (resume(answer, start, back, calendar, rules) for back in (middle, end))
    assert answer.at <= shorter.at <= longer.at
    if start >= received and not is_overdue(answer.at, start):
        assert not is_overdue(longer.at, end)


@laws
@given(offices, moments, st.integers(1, 30), st.lists(moments, min_size=2, max_size=2).map(sorted), rolling)
def test_a_pause_over_n_working_days_moves_a_limit_of_working_days_by_n(office, received, days, stretch, rules):
    calendar = office.calendar()
    answer = due(received, TimeLimit(days, "working_day"), calendar, rules)
    start, end = (max(calendar.opening(moment), answer.explanation.counted_from) for moment in stretch)
    if start > answer.at:
        return
    moved = resume(answer, start, end, calendar, rules)
    waited = working_days_between(start.date(), end.date(), calendar)
    assert working_days_between(answer.at.date(), moved.at.date(), calendar) == waited


@laws
@given(offices, moments, moments, moments)
def test_working_minutes_add_up(office, one, two, three):
    calendar = office.calendar()
    assert working_minutes(one, two, calendar) + working_minutes(two, three, calendar) == working_minutes(
        one, three, calendar
    )


@laws
@given(offices, moments, st.integers(0, 5000))
def test_added_working_minutes_are_found_again(office, start, minutes):
    calendar = office.calendar()
    end = add_working_minutes(start, minutes, calendar)
    assert working_minutes(start, end, calendar) == minutes
    if minutes:
        assert working_minutes(start, end - MINUTE, calendar) == minutes - 1


@laws
@given(offices, dates, st.integers(-60, 60))
def test_added_working_days_are_found_again(office, day, count):
    calendar = office.calendar()
    day = calendar.next_working_day(day)
    assert working_days_between(day, add_working_days(day, count, calendar), calendar) == count


@laws
@given(offices, moments, limits, rule_sets, st.lists(moments, min_size=2, max_size=2).map(sorted))
def test_every_date_explains_itself_in_one_sentence(office, received, limit, rules, stretch):
    calendar = office.calendar()
    answer = resume(due(received, limit, calendar, rules), *stretch, calendar, rules, "chờ nộp phí")
    for audience in ("staff", "citizen"):
        text = answer.sentence(audience)
        assert text.endswith(f"chậm nhất {answer.at:%H:%M} {_weekday(answer.at)} {answer.at:%d/%m/%Y}.")
        assert f"{received:%H:%M}" in text and f"{received:%d/%m/%Y}" in text
        assert text.count(".") == 1 and "\n" not in text and "None" not in text
    assert DueDate.from_dict(answer.explanation.as_dict()) == answer


def _weekday(day):
    return ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")[day.weekday()]


@laws
@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.decimals(), st.none()), st.text(max_size=12))
def test_any_input_for_a_limit_is_a_limit_or_a_sentence(amount, unit):
    for given_unit in (unit, "working_day", "calendar_day", "hour", "month"):
        try:
            limit = TimeLimit(amount, given_unit)
        except CalendarError as error:
            assert str(error).endswith(".")
        else:
            assert limit.amount > 0 or limit.unit == "same_day"
            assert TimeLimit.from_dict(limit.as_dict()) == limit


# --- the slow walk ---------------------------------------------------------------------------------------------------


@slow
@given(offices, moments, st.integers(1, 24), st.lists(moments, min_size=2, max_size=2).map(sorted))
def test_hours_agree_with_a_minute_walk_with_and_without_a_pause(office, received, hours, stretch):
    calendar = office.calendar()
    answer = due(received, TimeLimit(hours, "hour"), calendar)
    assert answer.at == _walk_hours(office, received, hours * 60, None)
    start, end = stretch
    if start < answer.at and not is_overdue(answer.at, start):
        assert resume(answer, start, end, calendar).at == _walk_hours(office, received, hours * 60, (start, end))


def _walk_hours(office, received, minutes, pause):
    free = range(*map(_number, pause)) if pause else ()
    for minute, is_open in office.minutes(_number(received)):
        minutes -= is_open and minute not in free
        if not minutes:
            return _moment(minute + 1)


@slow
@given(offices, moments, st.integers(1, 8), st.booleans(), st.lists(moments, min_size=2, max_size=2).map(sorted))
def test_working_days_agree_with_a_minute_walk_with_and_without_a_pause(office, received, days, day_zero, stretch):
    calendar, rules = office.calendar(), Rules(day_zero=day_zero)
    answer = due(received, TimeLimit(days, "working_day"), calendar, rules)
    assert answer.at == _walk_working_days(office, received, days, day_zero, None)
    # pauses begun after the close of the last day are told in the pause tests
    if _moment(office.opens(_number(stretch[0]))) < answer.at:
        moved = resume(answer, *stretch, calendar, rules)
        assert moved.at == _walk_working_days(office, received, days, day_zero, stretch)


def _walk_working_days(office, received, days, day_zero, pause):
    """Count dates with an open minute, leaving out those from the one the pause began on to the eve of the return.

    The date that is not counted is that of the receipt, or of the return where the pause began on that very date.
    """
    start = _number(received)
    free, not_counted = range(0), office.opens(start) // DAY
    if pause and pause[1] > received:
        stopped, back = (office.opens(max(_number(moment), start)) // DAY for moment in pause)
        free, not_counted = range(stopped, back), back if stopped == not_counted else not_counted
    counted = set()
    for minute, is_open in office.minutes(start):
        day = minute // DAY
        if is_open and day not in free and not (day_zero and day == not_counted):
            counted.add(day)
        if len(counted) == days:
            return office.closes(day)


@slow
@given(offices, moments, st.integers(1, 12), st.booleans())
def test_calendar_days_agree_with_a_minute_walk(office, received, days, skip_holidays):
    rules = Rules(calendar_skip_holidays=skip_holidays)
    answer = due(received, TimeLimit(days, "calendar_day"), office.calendar(), rules)
    midnights = 0
    for minute, is_open in office.minutes(office.opens(_number(received)) + 1):
        if minute % DAY == 0 and midnights < days:
            date_begun = FIRST + timedelta(minutes=minute)
            midnights += not (skip_holidays and office.days.get(date_begun, ()) is None)
        if midnights == days and is_open:
            break
    assert answer.at == office.closes(minute // DAY)


@slow
@given(offices, moments, st.integers(1, 13))
def test_months_agree_with_a_day_walk(office, received, months):
    answer = due(received, TimeLimit(months, "month"), office.calendar())
    start = day = FIRST + timedelta(days=office.opens(_number(received)) // DAY)
    left = months
    while left:  # step over month ends one day at a time
        tomorrow = day + timedelta(days=1)
        left -= tomorrow.month != day.month
        day = tomorrow
    while day.day < start.day and (day + timedelta(days=1)).month == day.month:
        day += timedelta(days=1)
    while not office.open_minutes(day):
        day += timedelta(days=1)
    assert answer.at == office.closes((day - FIRST).days)


@slow
@given(offices, moments, st.none() | st.integers(0, 1439))
def test_same_day_agrees_with_a_minute_walk(office, received, cut_off):
    answer = due(received, TimeLimit(0, "same_day"), office.calendar(), Rules(cut_off_minute=cut_off))
    came = _number(received)
    day = office.opens(came) // DAY
    if cut_off is not None and came % DAY > cut_off and day == came // DAY:
        day = office.opens((day + 1) * DAY) // DAY
    assert answer.at == office.closes(day)


@slow
@given(offices, st.lists(moments, min_size=2, max_size=2).map(sorted))
def test_working_minutes_agree_with_a_minute_walk(office, stretch):
    start, end = map(_number, stretch)
    counted = sum(is_open for _, is_open in itertools.islice(office.minutes(start), end - start))
    assert working_minutes(*stretch, office.calendar()) == counted
