"""What a pause for a supplement or a payment does to the due date."""

from __future__ import annotations

import pytest

from dossiers.deadlines.due import CalendarError, Rules, TimeLimit, due, resume, stated
from tests.dossiers.deadlines.calendar_2026 import OFFICE, at

FIVE_DAYS = due(at(2, 3), TimeLimit(5, "working_day"), OFFICE)  # Monday 09/03, 17:00


def resumed(current, start, end, **rules):
    return resume(current, start, end, OFFICE, Rules(**rules)).at


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(at(3, 3, "09:00"), at(3, 3, "16:00"), at(9, 3, "17:00"), id="within a day moves nothing"),
        pytest.param(at(3, 3, "16:00"), at(4, 3, "08:00"), at(10, 3, "17:00"), id="overnight moves one working day"),
        pytest.param(at(3, 3), at(6, 3), at(12, 3, "17:00"), id="three working days"),
        pytest.param(at(6, 3), at(9, 3), at(10, 3, "17:00"), id="a weekend is no working time"),
        pytest.param(at(6, 3, "18:00"), at(9, 3, "08:00"), at(9, 3, "17:00"), id="from Friday evening to Monday"),
        pytest.param(at(6, 3, "10:00"), at(7, 3, "09:00"), at(10, 3, "17:00"), id="supplied on a Saturday"),
        pytest.param(at(9, 3, "10:00"), at(11, 3, "10:00"), at(11, 3, "17:00"), id="begun on the last day"),
        pytest.param(at(9, 3, "18:00"), at(9, 3, "20:00"), at(9, 3, "17:00"), id="the evening of the last day"),
        pytest.param(at(9, 3, "18:00"), at(11, 3, "10:00"), at(11, 3, "17:00"), id="from that evening on"),
        pytest.param(at(10, 3, "08:00"), at(20, 3, "08:00"), at(9, 3, "17:00"), id="begun when late moves nothing"),
        pytest.param(at(1, 3), at(1, 3, "23:00"), at(9, 3, "17:00"), id="before the receipt no clock ran"),
        pytest.param(at(1, 2), at(4, 3), at(11, 3, "17:00"), id="begun before the receipt counts from it"),
    ],
)
def test_a_limit_of_working_days_moves_by_working_days(start, end, expected):
    assert resumed(FIVE_DAYS, start, end) == expected


def test_a_pause_over_tet_moves_by_working_days_only():
    before_tet = due(at(11, 2), TimeLimit(3, "working_day"), OFFICE)
    assert before_tet.at == at(23, 2, "17:00")
    assert resumed(before_tet, at(12, 2), at(23, 2)) == at(25, 2, "17:00")


def test_pauses_add_up():
    once = resume(FIVE_DAYS, at(3, 3), at(5, 3), OFFICE, reason="chờ bổ sung giấy tờ")
    twice = resume(once, at(10, 3), at(11, 3), OFFICE, reason="chờ nộp phí")
    assert twice.at == at(12, 3, "17:00")
    assert [(pause.moved, pause.reason) for pause in twice.explanation.pauses] == [
        ("2 ngày làm việc", "chờ bổ sung giấy tờ"),
        ("1 ngày làm việc", "chờ nộp phí"),
    ]


def test_half_a_day_keeps_its_hour():
    half = due(at(2, 3), TimeLimit("1.5", "working_day"), OFFICE)
    assert resumed(half, at(3, 3), at(5, 3)) == at(6, 3, "11:30")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(at(2, 3, "10:00"), at(2, 3, "11:00"), at(3, 3, "09:30"), id="an hour for an hour"),
        pytest.param(at(2, 3, "11:00"), at(2, 3, "13:30"), at(3, 3, "09:00"), id="only working minutes count"),
        pytest.param(at(2, 3, "12:00"), at(2, 3, "13:00"), at(3, 3, "08:30"), id="the lunch break is free"),
        pytest.param(at(2, 3, "16:30"), at(6, 3, "16:30"), at(9, 3, "08:30"), id="ninety minutes left, after days"),
        pytest.param(
            at(3, 3, "08:30"), at(4, 3, "10:00"), at(4, 3, "10:00"), id="nothing left but the rest of the day"
        ),
        pytest.param(at(3, 3, "09:00"), at(3, 3, "10:00"), at(3, 3, "08:30"), id="back before the due date has passed"),
        pytest.param(at(4, 3, "08:00"), at(5, 3, "08:00"), at(3, 3, "08:30"), id="begun when late moves nothing"),
    ],
)
def test_a_limit_of_hours_keeps_the_minutes_left(start, end, expected):
    eight_hours = due(at(2, 3, "08:00"), TimeLimit(8, "hour"), OFFICE)
    assert eight_hours.at == at(3, 3, "08:30")
    assert resumed(eight_hours, start, end) == expected


def test_a_same_day_limit_keeps_the_minutes_left():
    today = due(at(2, 3), TimeLimit(0, "same_day"), OFFICE)
    assert resumed(today, at(2, 3, "15:00"), at(4, 3, "09:00")) == at(4, 3, "11:00")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(at(4, 3), at(6, 3), at(19, 3, "17:00"), id="two calendar days"),
        pytest.param(at(6, 3), at(9, 3), at(20, 3, "17:00"), id="the weekend counts for calendar days"),
        pytest.param(at(4, 3), at(8, 3), at(23, 3, "17:00"), id="supplied on a Sunday counts as Monday; 22/03 rolls"),
        pytest.param(at(17, 3, "18:00"), at(24, 3), at(24, 3, "17:00"), id="from the evening of the last day"),
    ],
)
def test_a_limit_of_calendar_days_moves_by_calendar_days(start, end, expected):
    fifteen = due(at(2, 3), TimeLimit(15, "calendar_day"), OFFICE)
    assert fifteen.at == at(17, 3, "17:00")
    assert resumed(fifteen, start, end) == expected


def test_a_rolled_last_day_is_moved_from_where_it_stood():
    rolled = due(at(2, 2), TimeLimit(15, "calendar_day"), OFFICE)  # 17/02 in Tet, rolled to 23/02
    assert resumed(rolled, at(4, 2), at(6, 2)) == at(23, 2, "17:00")  # 19/02, still in Tet
    assert resumed(rolled, at(4, 2), at(11, 2)) == at(24, 2, "17:00")
    # begun on the day it had been rolled to
    assert resumed(rolled, at(23, 2, "09:00"), at(25, 2, "09:00")) == at(25, 2, "17:00")


def test_months_move_by_calendar_days():
    month = due(at(2, 3), TimeLimit(1, "month"), OFFICE)
    assert resumed(month, at(9, 3), at(16, 3)) == at(9, 4, "17:00")


def test_holidays_stay_out_of_calendar_days_that_skip_them():
    rules = {"calendar_skip_holidays": True}
    limit = due(at(2, 2), TimeLimit(10, "calendar_day"), OFFICE, Rules(**rules))
    assert limit.at == at(12, 2, "17:00")
    # stopped on 12/02 with the last day left, back on 23/02: 13/02 and 23/02 are the only days that are no holiday
    assert resumed(limit, at(12, 2), at(23, 2), **rules) == at(23, 2, "17:00")


def test_a_stated_date_moves_by_working_days_and_keeps_its_hour():
    promised = stated(at(9, 3, "10:00"), at(2, 3), "văn bản xin lỗi số 12/VBXL")
    assert resumed(promised, at(3, 3), at(5, 3)) == at(11, 3, "10:00")


def test_the_same_moment_changes_nothing():
    assert resume(FIVE_DAYS, at(3, 3), at(3, 3), OFFICE) == FIVE_DAYS


def test_an_end_before_the_beginning_is_refused():
    with pytest.raises(CalendarError, match="phải sau thời điểm tạm dừng"):
        resume(FIVE_DAYS, at(5, 3), at(4, 3), OFFICE)
