"""Quiet spans: Zalo's night, an agency's own hours, spans over midnight."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.deadlines.working_time import ZONE
from zalo.health import night


def at(clock: str, day: int = 16) -> dt.datetime:
    return dt.datetime.combine(dt.date(2026, 11, day), dt.time.fromisoformat(clock), ZONE)


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("21:59", None),
        ("22:00", at("06:00", 17)),
        ("23:59", at("06:00", 17)),
        ("00:00", at("06:00")),
        ("05:59", at("06:00")),
        ("06:00", None),
    ],
)
def test_promotional_content_waits_for_the_morning(clock, until):
    assert night.promotional_until(at(clock)) == until


@pytest.mark.parametrize(("clock", "until"), [("11:29", None), ("11:30", at("13:30")), ("13:30", None)])
def test_a_span_within_one_day(clock, until):
    assert night.held_until(at(clock), dt.time(11, 30), dt.time(13, 30)) == until


def test_equal_times_mean_no_quiet_span():
    assert night.held_until(at("03:00"), dt.time(0), dt.time(0)) is None


def test_the_next_morning_and_the_next_day():
    assert night.next_morning(at("23:00")) == at("06:05", 17)
    assert night.next_morning(at("03:00")) == at("06:05")
    assert night.next_day(at("03:00")) == at("00:10", 17)


def test_the_clock_is_vietnamese_wherever_the_server_is():
    assert night.promotional_until(at("23:00").astimezone(dt.UTC)) == at("06:00", 17)


@given(st.times(), st.times(), st.integers(0, 24 * 60 - 1))
def test_the_end_of_a_span_is_ahead_and_free(start, end, minute):
    now = at("00:00") + dt.timedelta(minutes=minute)
    until = night.held_until(now, start, end)
    if until is not None:
        assert now < until <= now + dt.timedelta(days=1)
        assert night.held_until(until, start, end) is None
