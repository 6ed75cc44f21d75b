"""What is proposed for the holiday table of a year; a person confirms it."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers.deadlines.due import CalendarError
from dossiers.deadlines.proposed_holidays import FIRST_YEAR, LAST_YEAR, proposals


def by_date(year):
    return {proposal.date: proposal for proposal in proposals(year)}


def test_tet_2026():
    days = by_date(2026)
    for day in range(16, 21):
        assert (days[date(2026, 2, day)].kind, days[date(2026, 2, day)].name) == ("off", "Tết Nguyên đán")


def test_the_swaps_of_2026_with_their_make_up_days():
    days = by_date(2026)
    assert (days[date(2026, 8, 31)].kind, days[date(2026, 8, 31)].name) == ("off", "Quốc khánh")
    assert days[date(2026, 8, 31)].basis == "hoán đổi với ngày 22/08/2026"
    assert (days[date(2026, 8, 22)].kind, days[date(2026, 8, 22)].name) == ("work", "Làm bù cho ngày 31/08/2026")
    # the one the library misses
    assert (days[date(2026, 1, 2)].kind, days[date(2026, 1, 10)].kind) == ("off", "work")
    assert days[date(2026, 1, 10)].name == "Làm bù cho ngày 02/01/2026"


def test_a_holiday_on_a_sunday_brings_the_monday():
    assert by_date(2026)[date(2026, 4, 27)].name == "Giỗ Tổ Hùng Vương"
    assert "nghỉ bù" in by_date(2026)[date(2026, 4, 27)].basis


def test_the_day_of_culture_is_to_be_asked_about():
    assert by_date(2026)[date(2026, 11, 24)].confidence == "low"
    assert by_date(2026)[date(2026, 11, 24)].confidence_label == "cần hỏi lại"
    assert by_date(2027)[date(2027, 11, 24)].confidence == "low"


def test_years_to_come_are_only_predicted():
    assert {proposal.confidence for proposal in proposals(2027)} <= {"medium", "low"}


def test_a_make_up_day_of_the_next_year_belongs_to_that_year():
    assert by_date(2018)[date(2018, 12, 31)].name == "Tết Dương lịch"
    assert by_date(2019)[date(2019, 1, 5)].name == "Làm bù cho ngày 31/12/2018"


@pytest.mark.parametrize("year", range(FIRST_YEAR, 2035))
def test_every_year_is_filtered_sorted_and_named(year):
    found = proposals(year)
    dates = [proposal.date for proposal in found]
    assert dates == sorted(set(dates))
    assert all(day.year == year for day in dates)
    assert all(proposal.name and proposal.basis and proposal.source for proposal in found)
    assert len(found) >= 9
    # a proposed make-up day is a weekend, a proposed swap a weekday
    assert all(proposal.date.weekday() >= 5 for proposal in found if proposal.kind == "work")


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1, 0, -5, 99999])
def test_other_years_are_refused(year):
    with pytest.raises(CalendarError, match="phải nhập tay"):
        proposals(year)
