"""The working calendar itself: patterns, exceptions, and calendars that never open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dossiers.deadlines.due import (
    DEFAULT_WEEK,
    ZONE,
    CalendarError,
    DayException,
    Period,
    Rules,
    TimeLimit,
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
    due,
    remaining_working_minutes,
    resume,
    working_days_between,
    working_minutes,
)
from tests.dossiers.deadlines.calendar_2026 import AFTERNOON, MORNING, OFFICE, SATURDAY_OFFICE, at

FULL_DAY = (MORNING, AFTERNOON)


def test_days_and_their_names():
    assert OFFICE.periods(date(2026, 3, 2)) == FULL_DAY
    assert not OFFICE.is_working_day(date(2026, 3, 7))
    assert not OFFICE.is_working_day(date(2026, 2, 17))
    assert OFFICE.is_working_day(date(2026, 8, 22))
    assert OFFICE.day_name(date(2026, 3, 7)) == "thứ Bảy"
    assert OFFICE.day_name(date(2026, 2, 17)) == "Tết Nguyên đán"
    assert OFFICE.day_name(date(2026, 8, 22)) == "Làm bù"
    assert OFFICE.next_working_day(date(2026, 2, 13)) == date(2026, 2, 23)
    assert OFFICE.previous_working_day(date(2026, 2, 23)) == date(2026, 2, 13)


def test_an_agencys_own_day_overrides_the_national_one():
    national = DayException(date(2026, 3, 3), "off", "Nghỉ chung")
    own = DayException(date(2026, 3, 3), "work", "Trực", (MORNING,))
    assert WorkingCalendar(DEFAULT_WEEK, [national, own]).periods(date(2026, 3, 3)) == (MORNING,)
    assert WorkingCalendar(DEFAULT_WEEK, [own, national]).periods(date(2026, 3, 3)) == ()
    assert WorkingCalendar(DEFAULT_WEEK, {own.date: own}).periods(date(2026, 3, 3)) == (MORNING,)


def test_a_make_up_day_has_the_fullest_hours_of_its_week():
    assert SATURDAY_OFFICE.periods(date(2026, 3, 7)) == (MORNING,)
    assert SATURDAY_OFFICE.periods(date(2026, 8, 22)) == FULL_DAY
    short_monday = WorkingCalendar({0: (MORNING,), 1: FULL_DAY}, [DayException(date(2026, 3, 7), "work", "Bù")])
    assert short_monday.periods(date(2026, 3, 7)) == FULL_DAY


def test_only_days_the_week_would_close_are_make_up_days():
    shorter = DayException(date(2026, 3, 3), "work", "Họp cơ quan", (MORNING,))
    calendar = WorkingCalendar(DEFAULT_WEEK, [shorter, DayException(date(2026, 3, 7), "work", "Bù")])
    assert calendar.make_up_days(date(2026, 3, 1), date(2026, 3, 31)) == [date(2026, 3, 7)]
    assert calendar.make_up_days(date(2026, 3, 1), date(2026, 3, 6)) == []


def test_dated_weeks_replace_the_pattern_between_their_dates():
    summer = {weekday: (Period(7 * 60, 11 * 60),) for weekday in range(6)}
    calendar = WorkingCalendar(
        DEFAULT_WEEK,
        dated_weeks=[(date(2026, 6, 1), date(2026, 8, 31), summer), (date(2026, 8, 31), None, {0: (AFTERNOON,)})],
    )
    assert calendar.periods(date(2026, 5, 29)) == FULL_DAY
    assert calendar.periods(date(2026, 6, 1)) == summer[0]
    assert calendar.periods(date(2026, 8, 29)) == summer[5]
    assert calendar.periods(date(2026, 8, 31)) == (AFTERNOON,)  # the later pattern wins
    assert calendar.periods(date(2030, 1, 1)) == ()
    until_june = WorkingCalendar(DEFAULT_WEEK, dated_weeks=[(None, date(2026, 6, 30), summer)])
    assert until_june.periods(date(2026, 6, 30)) == summer[1]
    assert until_june.periods(date(2026, 7, 1)) == FULL_DAY


def test_periods_may_be_given_in_any_order():
    calendar = WorkingCalendar({0: (AFTERNOON, MORNING)})
    assert calendar.periods(date(2026, 3, 2)) == FULL_DAY


def test_a_callers_later_change_does_not_reach_the_calendar():
    week = dict(DEFAULT_WEEK)
    calendar = WorkingCalendar(week)
    week.clear()
    assert calendar.is_working_day(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Period(600, 600), "Giờ làm việc"),
        (lambda: Period(-1, 600), "Giờ làm việc"),
        (lambda: Period(600, 1440), "Giờ làm việc"),
        (lambda: WorkingCalendar({0: (Period(420, 700), Period(690, 1000))}), "chồng lên nhau"),
        (lambda: WorkingCalendar({7: FULL_DAY}), "Lịch tuần"),
        (lambda: DayException(date(2026, 3, 2), "off", "Lễ", (MORNING,)), "Ngày nghỉ 02/03/2026"),
        (lambda: DayException(date(2026, 3, 2), "work", "Bù", ()), "ít nhất một khoảng"),
        (lambda: DayException(date(2026, 3, 2), "maybe"), "không hợp lệ"),
    ],
)
def test_impossible_calendars_are_refused_in_vietnamese(build, message):
    with pytest.raises(CalendarError, match=message):
        build()


CLOSED = [
    pytest.param(WorkingCalendar({}), id="no weekly hours"),
    pytest.param(WorkingCalendar({}, [DayException(date(2026, 3, 4), "work", "Bù")]), id="a make-up day of no hours"),
    pytest.param(
        WorkingCalendar(
            DEFAULT_WEEK, [DayException(date(2026, 3, 2) + timedelta(days=n), "off", "Đóng cửa") for n in range(800)]
        ),
        id="closed for years by decision",
    ),
    pytest.param(WorkingCalendar(DEFAULT_WEEK, dated_weeks=[(date(2026, 3, 1), None, {})]), id="abolished office"),
]


@pytest.mark.parametrize("calendar", CLOSED)
@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "hour", "month", "same_day"])
def test_an_office_that_never_opens_is_an_error_and_not_a_hang(calendar, unit):
    with pytest.raises(CalendarError, match="Không có ngày làm việc nào trong 400 ngày"):
        due(at(2, 3), TimeLimit(3, unit), calendar)


def test_an_office_that_closes_for_good_during_the_count():
    closing = WorkingCalendar(DEFAULT_WEEK, dated_weeks=[(date(2026, 3, 5), None, {})])
    for unit in ("working_day", "calendar_day", "hour"):
        with pytest.raises(CalendarError, match="Không có ngày làm việc nào"):
            due(at(2, 3), TimeLimit(40, unit), closing)
    open_until_then = due(at(2, 3), TimeLimit(2, "working_day"), closing)
    with pytest.raises(CalendarError, match="Không có ngày làm việc nào"):
        resume(open_until_then, at(3, 3), at(4, 4), closing)


def test_a_closure_of_399_days_is_long_but_not_endless():
    days_off = [DayException(date(2026, 3, 2) + timedelta(days=n), "off", "Sửa trụ sở") for n in range(399)]
    calendar = WorkingCalendar({weekday: FULL_DAY for weekday in range(7)}, days_off)
    assert due(at(1, 3), TimeLimit(1, "working_day"), calendar).at.date() == date(2026, 3, 2) + timedelta(days=399)


def test_many_short_closures_are_no_long_one():
    assert due(at(2, 3), TimeLimit(1500, "working_day"), OFFICE).at.year == 2031


@pytest.mark.parametrize("year", [1, 1900, 2300, 9999])
def test_years_out_of_reach_are_refused(year):
    with pytest.raises(CalendarError, match=f"Năm {year}"):
        due(datetime(year, 3, 2, 8, tzinfo=ZONE), TimeLimit(1, "working_day"), OFFICE)


def test_the_last_years_end_with_a_sentence_too():
    for unit, amount in [("working_day", 2500), ("calendar_day", 3650), ("month", 120), ("hour", 20000)]:
        with pytest.raises(CalendarError, match="Năm 22"):
            due(datetime(2200, 12, 30, 8, tzinfo=ZONE), TimeLimit(amount, unit), OFFICE, Rules())


def test_working_days_both_ways():
    assert add_working_days(date(2026, 2, 13), 1, OFFICE) == date(2026, 2, 23)
    assert add_working_days(date(2026, 2, 23), -1, OFFICE) == date(2026, 2, 13)
    assert add_working_days(date(2026, 3, 7), 0, OFFICE) == date(2026, 3, 7)
    assert add_working_days(date(2026, 3, 7), -1, OFFICE) == date(2026, 3, 6)
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 24), OFFICE) == 2
    assert working_days_between(date(2026, 2, 24), date(2026, 2, 13), OFFICE) == -2
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 13), OFFICE) == 0
    assert working_days_between(date(2026, 3, 6), date(2026, 3, 8), OFFICE) == 0
    assert working_days_between(date(2026, 3, 8), date(2026, 3, 9), OFFICE) == 1


def test_working_minutes():
    assert working_minutes(at(2, 3, "07:00"), at(2, 3, "18:00"), OFFICE) == 450
    assert working_minutes(at(2, 3, "11:00"), at(2, 3, "14:00"), OFFICE) == 60
    assert working_minutes(at(6, 3, "16:30"), at(9, 3, "08:00"), OFFICE) == 60
    assert working_minutes(at(9, 3, "08:00"), at(6, 3, "16:30"), OFFICE) == -60
    assert working_minutes(at(1, 1, year=2016), at(1, 1), OFFICE) > 10 * 240 * 450
    assert remaining_working_minutes(at(6, 3, "16:30"), at(9, 3, "08:00"), OFFICE) == 60
    assert remaining_working_minutes(at(10, 3, "08:30"), at(9, 3, "17:00"), OFFICE) == -60


def test_adding_working_minutes():
    assert add_working_minutes(at(2, 3, "12:00"), 0, OFFICE) == at(2, 3, "13:30")
    assert add_working_minutes(at(2, 3, "08:00"), 210, OFFICE) == at(2, 3, "11:30")
    assert add_working_minutes(at(2, 3, "08:00"), 211, OFFICE) == at(2, 3, "13:31")
    with pytest.raises(CalendarError, match="không được âm"):
        add_working_minutes(at(2, 3), -1, OFFICE)
