"""Late or not, and which column of the report: by date, never by hour."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dossiers.deadlines.due import CalendarError, ReportClass, is_overdue, report_class
from tests.dossiers.deadlines.calendar_2026 import at

DUE = at(9, 3, "11:30")
PERIOD_END = at(14, 3, "23:59")


def test_overdue_begins_with_the_next_date():
    assert not is_overdue(DUE, at(9, 3, "08:00"))
    assert not is_overdue(DUE, at(9, 3, "23:59"))
    assert is_overdue(DUE, at(10, 3, "00:00"))


def test_the_date_is_vietnams_even_for_moments_stored_in_utc():
    assert is_overdue(DUE, datetime(2026, 3, 9, 17, 0, tzinfo=UTC))  # midnight in Hanoi
    assert not is_overdue(datetime(2026, 3, 9, 4, 30, tzinfo=UTC), datetime(2026, 3, 9, 16, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        (at(8, 3, "23:59"), ReportClass.EARLY),
        (at(9, 3, "07:30"), ReportClass.ON_TIME),
        (at(9, 3, "18:00"), ReportClass.ON_TIME),
        (at(10, 3, "07:30"), ReportClass.LATE),
        (at(14, 3, "17:00"), ReportClass.LATE),
        (at(15, 3, "08:00"), ReportClass.OPEN_LATE),  # finished after the period: open at its end
        (None, ReportClass.OPEN_LATE),
    ],
)
def test_report_class(finished, expected):
    assert report_class(DUE, finished, PERIOD_END) is expected


def test_open_dossiers_due_at_or_after_the_end_of_the_period_are_in_time():
    assert report_class(at(14, 3, "07:30"), None, PERIOD_END) is ReportClass.OPEN_IN_TIME
    assert report_class(at(15, 3), None, PERIOD_END) is ReportClass.OPEN_IN_TIME
    assert report_class(at(13, 3, "17:00"), None, PERIOD_END) is ReportClass.OPEN_LATE


def test_no_due_date_counts_as_in_time():
    assert report_class(None, at(9, 3), PERIOD_END) is ReportClass.ON_TIME
    assert report_class(None, None, PERIOD_END) is ReportClass.OPEN_IN_TIME


def test_waiting_for_the_citizen_is_open_in_time():
    assert report_class(DUE, None, PERIOD_END, waiting=True) is ReportClass.OPEN_IN_TIME


def test_naive_moments_are_refused():
    with pytest.raises(CalendarError, match="múi giờ"):
        is_overdue(DUE, datetime(2026, 3, 9, 8, 0))
