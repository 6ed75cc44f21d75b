"""Days and moments in words, in Vietnam's time whatever zone they come in."""

from __future__ import annotations

import datetime as dt

import pytest

from dossiers import written_dates as written

pytestmark = pytest.mark.sqlite_only
AT = dt.datetime(2026, 3, 1, 18, 5, 9, tzinfo=dt.UTC)  # already Monday in Vietnam


def test_a_moment_is_written_in_vietnams_time():
    assert written.written_moment(AT) == "01:05 02/03/2026"
    assert written.marked_day(AT) == "02/03"
    assert written.said_moment(AT) == "01:05 ngày 02/03/2026"
    assert written.spoken_moment(AT) == "01 giờ 05 ngày 02/03/2026"
    assert written.named_moment(AT) == "01:05 thứ Hai 02/03/2026"
    assert written.named_moment(AT, written.WEEKDAYS_EN) == "01:05 Monday 02/03/2026"
    assert written.written_time(AT, seconds=True) == "01:05:09"
    assert written.written_day(AT) == "02/03/2026" and written.written_month(AT) == "03/2026"


def test_a_day_and_an_hour_have_no_zone():
    assert written.written_day(dt.date(2026, 3, 1)) == "01/03/2026"
    assert written.named_day(dt.date(2026, 3, 1)) == "Chủ nhật 01/03/2026"
    assert written.written_time(dt.time(7, 30)) == "07:30"


def test_a_moment_of_nowhere_is_refused():
    with pytest.raises(ValueError, match="aware"):
        written.written_moment(dt.datetime(2026, 3, 1))
