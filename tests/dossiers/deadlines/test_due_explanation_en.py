"""Why this date? The same facts in one English sentence, for the English pages."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from dossiers.deadlines import in_words as due_in_words
from dossiers.deadlines.due import Rules, TimeLimit, due, resume, stated
from dossiers.deadlines.explanation import Explanation
from dossiers.deadlines.explanation_en import limit_text, sentence
from tests.dossiers.deadlines.calendar_2026 import OFFICE, at

VIETNAMESE = re.compile(r"[À-ỹđĐ]")


def english(received, amount, unit, **rules):
    return sentence(due(received, TimeLimit(amount, unit), OFFICE, Rules(**rules)).explanation)


def test_working_days_over_tet():
    assert english(at(13, 2, "15:20"), 5, "working_day") == (
        "The file was received at 15:20 Friday 13/02/2026, the time limit is 5 working days, counted from "
        "Monday 23/02/2026, not counting the holiday 14–22/02/2026; so the result is due by 17:00 Friday 27/02/2026."
    )


def test_received_after_closing_time_on_a_day_with_a_make_up_day_ahead():
    told = english(at(20, 8, "18:00"), 10, "working_day")
    assert "received at 18:00 Thursday 20/08/2026 (after closing time), so counted from 07:" in told
    assert "not counting Saturdays, Sundays and the holiday 29/08–02/09/2026" in told
    assert "counting the make-up working 22/08" in told


def test_the_last_day_rolls_the_month_is_short_and_the_same_day_is_cut_off():
    assert "falls on the weekly day off and moves to the next working day" in english(at(5, 3), 2, "calendar_day")
    assert "02/2026 has no such day, so its last day counts" in english(at(30, 1, year=2026), 1, "month")
    assert "received after 15:00 and therefore moved to the next working day" in english(
        at(11, 11, "15:30"), 0, "same_day"
    )


def test_a_pause_is_told_and_a_date_set_by_a_letter_is_quoted():
    first = due(at(2, 3), TimeLimit(5, "working_day"), OFFICE, Rules())
    moved = resume(first, at(3, 3, "09:00"), at(5, 3, "09:00"), OFFICE, Rules(), "chờ bổ sung")
    told = sentence(moved.explanation)
    assert "paused from 09:00 Tuesday 03/03/2026 to 09:00 Thursday 05/03/2026 and moved by the time of waiting" in told
    assert not VIETNAMESE.search(told)
    letter = stated(at(9, 3), at(2, 3), "văn bản xin lỗi số 23/PXL")
    assert "the date was set by “văn bản xin lỗi số 23/PXL”; so the result is due by" in sentence(letter.explanation)


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "hour", "month", "same_day"])
@pytest.mark.parametrize("day", range(1, 29, 3))
def test_every_explanation_of_a_year_is_english_ends_with_its_date_and_survives_storage(unit, day):
    for month in range(1, 13):
        found = due(at(day, month, "16:10"), TimeLimit(3, unit), OFFICE, Rules())
        told = sentence(Explanation.from_dict(found.explanation.as_dict()))
        assert not VIETNAMESE.search(told) and told.count(";") == 1
        assert told.endswith(f"by {found.at:%H:%M} {told.rsplit(' ', 2)[1]} {found.at:%d/%m/%Y}.")


def test_limits():
    assert [
        limit_text(TimeLimit(amount, unit)) for amount, unit in [(1, "month"), ("1.5", "working_day"), (0, "same_day")]
    ] == [
        "1 month",
        "1.5 working days",
        "the same day",
    ]


def test_the_page_chooses_the_language():
    found = due(at(2, 3), TimeLimit(5, "working_day"), OFFICE, Rules()).explanation
    assert due_in_words.why(found).startswith("Hồ sơ nhận lúc") and due_in_words.limit(found.limit) == "5 ngày làm việc"
    with translation.override("en"):
        assert due_in_words.why(found, due_in_words.CASE).startswith("The message was received at")
        assert due_in_words.limit(found.limit) == "5 working days"
