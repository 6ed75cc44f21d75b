"""When is it due: real dates of 2026, one rule a test."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dossiers.deadlines.due import CalendarError, Rules, TimeLimit, Unit, due
from tests.dossiers.deadlines.calendar_2026 import OFFICE, SATURDAY_OFFICE, at


def due_at(received, amount, unit, calendar=OFFICE, **rules):
    return due(received, TimeLimit(amount, unit), calendar, Rules(**rules)).at


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        pytest.param(at(2, 3, "08:15"), 1, at(3, 3, "17:00"), id="the day of receipt is day 0"),
        pytest.param(at(2, 3, "16:59"), 1, at(3, 3, "17:00"), id="the hour of receipt does not matter"),
        pytest.param(at(2, 3, "08:15"), 5, at(9, 3, "17:00"), id="over a weekend"),
        pytest.param(at(2, 3, "12:10"), 1, at(3, 3, "17:00"), id="received in the lunch break"),
        pytest.param(at(2, 3, "06:00"), 1, at(3, 3, "17:00"), id="received before opening"),
        pytest.param(at(2, 3, "17:00"), 1, at(4, 3, "17:00"), id="received at closing belongs to the next day"),
        pytest.param(at(2, 3, "22:40"), 1, at(4, 3, "17:00"), id="received at night"),
        pytest.param(at(7, 3, "09:00"), 1, at(10, 3, "17:00"), id="received on a Saturday"),
        pytest.param(at(18, 2, "09:00"), 1, at(24, 2, "17:00"), id="received during Tet"),
        pytest.param(at(13, 2, "15:20"), 5, at(27, 2, "17:00"), id="over Tet 14–22/02"),
        pytest.param(at(20, 8), 1, at(21, 8, "17:00"), id="Friday before the make-up Saturday"),
        pytest.param(at(20, 8), 2, at(22, 8, "17:00"), id="the make-up Saturday counts, until five"),
        pytest.param(at(22, 8, "14:00"), 1, at(24, 8, "17:00"), id="received on the make-up Saturday afternoon"),
        pytest.param(at(28, 8), 1, at(3, 9, "17:00"), id="over the National Day bridge 29/8–2/9"),
        pytest.param(at(29, 4), 1, at(4, 5, "17:00"), id="over 30/4–3/5"),
        pytest.param(at(31, 12, year=2025), 1, at(5, 1, "17:00"), id="over New Year with 02/01 swapped"),
        pytest.param(at(8, 1), 2, at(10, 1, "17:00"), id="the make-up Saturday 10/01"),
        pytest.param(at(2, 3), 60, at(28, 5, "17:00"), id="sixty working days"),
    ],
)
def test_working_days(received, days, expected):
    assert due_at(received, days, "working_day") == expected


def test_working_days_counting_the_day_of_receipt():
    assert due_at(at(2, 3), 1, "working_day", day_zero=False) == at(2, 3, "17:00")
    assert due_at(at(6, 3), 2, "working_day", day_zero=False) == at(9, 3, "17:00")
    assert due_at(at(7, 3), 1, "working_day", day_zero=False) == at(9, 3, "17:00")


def test_a_saturday_morning_office_works_and_closes_on_saturday():
    assert due_at(at(6, 3), 1, "working_day", SATURDAY_OFFICE) == at(7, 3, "11:30")
    assert due_at(at(7, 3, "09:00"), 1, "working_day", SATURDAY_OFFICE) == at(9, 3, "17:00")
    assert due_at(at(7, 3, "13:00"), 1, "working_day", SATURDAY_OFFICE) == at(10, 3, "17:00")
    # a make-up Saturday is a full day even here
    assert due_at(at(20, 8), 2, "working_day", SATURDAY_OFFICE) == at(22, 8, "17:00")


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        pytest.param(at(2, 3), "0.5", at(3, 3, "11:30"), id="half a day is the next morning"),
        pytest.param(at(2, 3), "1,5", at(4, 3, "11:30"), id="a day and a half"),
        pytest.param(at(2, 3), "0.75", at(3, 3, "15:30"), id="six legal hours reach into the afternoon"),
        pytest.param(at(6, 3), "1.5", at(10, 3, "11:30"), id="over a weekend"),
    ],
)
def test_parts_of_a_working_day(received, days, expected):
    assert due_at(received, days, "working_day") == expected


def test_parts_of_a_day_never_leave_their_day():
    # three quarters of eight hours are six; the Saturday has four
    assert due_at(at(6, 3), "0.75", "working_day", SATURDAY_OFFICE) == at(7, 3, "11:30")
    # counted from a late receipt on the same day, half a day ends with the day
    assert due_at(at(2, 3, "16:00"), "0.5", "working_day", day_zero=False) == at(2, 3, "17:00")
    assert due_at(at(2, 3, "08:00"), "0.5", "working_day", day_zero=False) == at(2, 3, "14:00")


def test_half_a_day_follows_the_legal_hours_of_a_day():
    assert due_at(at(2, 3), "0.5", "working_day", hours_per_day=6) == at(3, 3, "10:30")


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        pytest.param(at(2, 3, "08:00"), 2, at(2, 3, "10:00"), id="within the morning"),
        pytest.param(at(2, 3, "10:30"), 2, at(2, 3, "14:30"), id="across lunch"),
        pytest.param(at(2, 3, "08:30"), 3, at(2, 3, "11:30"), id="ends at the lunch break, not after it"),
        pytest.param(at(2, 3, "12:00"), 1, at(2, 3, "14:30"), id="received at lunch"),
        pytest.param(at(2, 3, "16:00"), 1, at(2, 3, "17:00"), id="ends at closing"),
        pytest.param(at(2, 3, "16:00"), 2, at(3, 3, "08:30"), id="into the next morning"),
        pytest.param(at(6, 3, "16:00"), 8, at(9, 3, "16:30"), id="eight hours across a weekend"),
        pytest.param(at(13, 2, "16:30"), 1, at(23, 2, "08:00"), id="across Tet"),
        pytest.param(at(7, 3, "10:00"), 8, at(10, 3, "08:00"), id="received on a Saturday"),
        pytest.param(at(2, 3, "08:00"), "0.5", at(2, 3, "08:30"), id="half an hour"),
        pytest.param(at(2, 3, "08:00"), Fraction(1, 7), at(2, 3, "08:09"), id="parts round up to the minute"),
    ],
)
def test_hours(received, hours, expected):
    assert due_at(received, hours, "hour") == expected


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        pytest.param(at(2, 3), 3, at(5, 3, "17:00"), id="plain"),
        pytest.param(at(2, 3), 8, at(10, 3, "17:00"), id="weekends count"),
        pytest.param(at(2, 3), 5, at(9, 3, "17:00"), id="a last Saturday moves to Monday"),
        pytest.param(at(2, 2), 15, at(23, 2, "17:00"), id="a last day in Tet moves behind it"),
        pytest.param(at(17, 8), 5, at(22, 8, "17:00"), id="a last day on the make-up Saturday stays"),
        pytest.param(at(28, 3), 1, at(31, 3, "17:00"), id="received on a Saturday counts from Monday"),
        pytest.param(at(12, 2), 30, at(16, 3, "17:00"), id="thirty days from before Tet: 14/03 is a Saturday"),
    ],
)
def test_calendar_days(received, days, expected):
    assert due_at(received, days, "calendar_day") == expected


def test_calendar_days_can_step_over_holidays_but_not_weekends():
    # 3…13/02 are eleven days, the nine of Tet are stepped over, 23…26/02 are the other four
    assert due_at(at(2, 2), 15, "calendar_day", calendar_skip_holidays=True) == at(26, 2, "17:00")
    assert due_at(at(2, 3), 8, "calendar_day", calendar_skip_holidays=True) == at(10, 3, "17:00")


def test_calendar_days_counting_the_day_of_receipt():
    assert due_at(at(2, 3), 3, "calendar_day", day_zero=False) == at(4, 3, "17:00")


def test_a_last_day_off_can_stay_where_the_rules_say_so():
    assert due_at(at(2, 3), 5, "calendar_day", roll_last_day_off=False) == at(7, 3, "23:59")


@pytest.mark.parametrize(
    ("received", "months", "expected"),
    [
        pytest.param(at(2, 3), 1, at(2, 4, "17:00"), id="the corresponding day"),
        pytest.param(at(31, 3), 1, at(4, 5, "17:00"), id="30/04 stands for 31/04 and is a holiday"),
        pytest.param(at(30, 1), 1, at(2, 3, "17:00"), id="28/02 stands for 30/02 and is a Saturday"),
        pytest.param(at(31, 1, "09:00"), 1, at(2, 3, "17:00"), id="31/01 is a Saturday: counted from Monday 02/02"),
        pytest.param(at(31, 8, "09:00"), 6, at(3, 3, "17:00", 2027), id="received on a holiday, across the year"),
        pytest.param(at(30, 11), 3, at(1, 3, "17:00", 2027), id="into the next February"),
        pytest.param(at(15, 12), 12, at(15, 12, "17:00", 2027), id="a year later"),
    ],
)
def test_months(received, months, expected):
    assert due_at(received, months, "month") == expected


def test_a_month_from_the_31st_ends_with_february():
    # 31/01/2025 is a Friday, 28/02/2025 too
    assert due_at(at(31, 1, year=2025), 1, "month") == at(28, 2, "17:00", 2025)
    assert due_at(at(31, 1, year=2024), 1, "month") == at(29, 2, "17:00", 2024)


def test_months_counting_the_day_of_receipt_end_a_day_earlier():
    assert due_at(at(3, 3), 1, "month", day_zero=False) == at(2, 4, "17:00")
    assert due_at(at(31, 1, year=2025), 1, "month", day_zero=False) == at(28, 2, "17:00", 2025)
    assert due_at(at(30, 3), 1, "month", day_zero=False) == at(29, 4, "17:00")  # 30/04 exists, as its month's last


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        pytest.param(at(2, 3, "08:00"), at(2, 3, "17:00"), id="in the morning"),
        pytest.param(at(2, 3, "15:00"), at(2, 3, "17:00"), id="at the cut-off"),
        pytest.param(at(2, 3, "15:01"), at(3, 3, "17:00"), id="after the cut-off"),
        pytest.param(at(6, 3, "15:30"), at(9, 3, "17:00"), id="after the cut-off on a Friday"),
        pytest.param(at(2, 3, "18:00"), at(3, 3, "17:00"), id="in the evening, moved once only"),
        pytest.param(at(7, 3, "16:00"), at(9, 3, "17:00"), id="on a Saturday afternoon, moved once only"),
        pytest.param(at(13, 2, "15:30"), at(23, 2, "17:00"), id="after the cut-off before Tet"),
    ],
)
def test_same_day(received, expected):
    assert due_at(received, 0, "same_day") == expected


def test_the_cut_off_is_a_rule_not_a_constant():
    assert due_at(at(2, 3, "14:01"), 0, "same_day", cut_off_minute=14 * 60) == at(3, 3, "17:00")
    assert due_at(at(2, 3, "16:59"), 0, "same_day", cut_off_minute=None) == at(2, 3, "17:00")


def test_same_day_in_an_office_that_opens_after_the_cut_off():
    assert due_at(at(6, 3, "15:30"), 0, "same_day", SATURDAY_OFFICE) == at(7, 3, "11:30")
    assert due_at(at(7, 3, "12:00"), 0, "same_day", SATURDAY_OFFICE) == at(9, 3, "17:00")


def test_seconds_do_not_push_a_receipt_over_the_cut_off():
    late_in_the_minute = at(2, 3, "15:00").replace(second=59, microsecond=999999)
    answer = due(late_in_the_minute, TimeLimit(0, "same_day"), OFFICE)
    assert answer.at == at(2, 3, "17:00")
    assert answer.explanation.received == answer.explanation.counted_from == at(2, 3, "15:00")


def test_moments_of_any_zone_are_read_in_vietnam():
    utc = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)  # half past midnight on the 3rd in Hanoi
    answer = due_at(utc, 1, "working_day")
    assert answer == at(4, 3, "17:00")
    assert answer.tzinfo == ZoneInfo("Asia/Ho_Chi_Minh")
    assert (answer.hour, answer.minute) == (17, 0)


def test_naive_moments_are_refused():
    with pytest.raises(CalendarError, match="múi giờ"):
        due_at(datetime(2026, 3, 2, 8, 0), 1, "working_day")
    with pytest.raises(CalendarError, match="múi giờ"):
        due_at(date(2026, 3, 2), 1, "working_day")


@pytest.mark.parametrize("amount", [-1, 0, "-0.5", "0"])
@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "hour", "month"])
def test_limits_must_be_positive(amount, unit):
    with pytest.raises(CalendarError, match="lớn hơn 0"):
        TimeLimit(amount, unit)


@pytest.mark.parametrize(
    "amount", [True, None, "", "năm", "nan", float("inf"), "1e9", Decimal("NaN"), "1/0", "1.00001", "9" * 5000]
)
def test_amounts_that_are_no_numbers_are_refused(amount):
    with pytest.raises(CalendarError, match="không phải là một số"):
        TimeLimit(amount, "working_day")


def test_other_limits_that_make_no_sense_are_refused():
    with pytest.raises(CalendarError, match="số nguyên"):
        TimeLimit("1.5", "calendar_day")
    with pytest.raises(CalendarError, match="số nguyên"):
        TimeLimit("0.5", "month")
    with pytest.raises(CalendarError, match="quá 10 năm"):
        TimeLimit(999999, "working_day")
    with pytest.raises(CalendarError, match="Đơn vị"):
        TimeLimit(1, "week")
    with pytest.raises(CalendarError, match="Giờ chốt"):
        Rules(cut_off_minute=1440)
    with pytest.raises(CalendarError, match="Số giờ"):
        Rules(hours_per_day=0)


@pytest.mark.parametrize("amount", [Decimal("1.500000"), "1,5", 1.5, "3/2", " 1.5 ", Fraction(3, 2)])
def test_amounts_are_exact_however_written(amount):
    limit = TimeLimit(amount, "working_day")
    assert limit == TimeLimit(Fraction(3, 2), Unit.WORKING_DAY)
    assert str(limit) == "1,5 ngày làm việc"
    assert TimeLimit.from_dict(limit.as_dict()) == limit
