"""Numbers and days as typed: a sane value or None, whatever stands there."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from dossiers import typed


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), (7, 7), ("007", 7), ("9" * 18, int("9" * 18))])
def test_plain_digits_are_a_number(text, number):
    assert typed.whole(text) == number


@pytest.mark.parametrize("text", ["", None, "²", "٣", "１２", "-1", "1.5", "1_0", " 1", "9" * 19, "9" * 5000, "\ud800"])
def test_all_else_is_none(text):
    assert typed.whole(text) is None


@pytest.mark.parametrize("text", ["16/11/2026", "2026-11-16", "16-11-2026", " 16/11/2026 ", "2026-11-16T08:30"])
def test_the_usual_ways_to_write_a_day(text):
    assert typed.day(text) == dt.date(2026, 11, 16)


@pytest.mark.parametrize("text", ["", "²/11/2026", "30/02/2026", "0001-01-01", "9999-12-31", "31/12/9999", "1989-1-1"])
def test_what_is_no_day_or_out_of_reach_is_none(text):
    assert typed.day(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_left(text):
    assert typed.whole(text) is None or str(typed.whole(text)) == text.lstrip("0") or not text.strip("0")
    found = typed.day(text)
    assert found is None or (found + dt.timedelta(days=3660) and found - dt.timedelta(days=3660))


@pytest.mark.parametrize("value", [dt.date.min, dt.date.max, dt.datetime.max])
def test_far_days_are_refused_with_a_sentence(value):
    with pytest.raises(ValidationError, match="1990"):
        typed.refuse_far_day(value)
