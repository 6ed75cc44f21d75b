"""How pressing a dossier is in words: by date, in the agency's working days, with the weekday near the day."""

import datetime as dt

import pytest

from dossiers.deadlines.working_time import ZONE
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier
from dossiers.states import State

THURSDAY = dt.datetime(2026, 11, 19, 16, 59, tzinfo=ZONE)


def of(due: dt.date | None, **fields) -> tuple[str, str]:
    due_at = due and dt.datetime.combine(due, dt.time(17), ZONE)
    found = urgency(Dossier(**{"state": State.APPRAISING, "due_at": due_at} | fields), THURSDAY)
    return found.level, found.words


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [
        (-3, "late", "Quá hạn từ thứ Hai 16/11/2026"),
        (0, "today", "Hạn hôm nay"),
        (1, "soon", "Hạn ngày mai"),
        (2, "soon", "Hạn thứ Bảy 21/11/2026"),
        (7, "calm", "Hạn thứ Năm 26/11/2026"),
    ],
)
def test_words_by_the_day_where_no_calendar_is_known(days, level, words):
    assert of(THURSDAY.date() + dt.timedelta(days=days)) == (level, words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "Quá hạn 1 ngày làm việc"),
        (-5, "Quá hạn 4 ngày làm việc"),
        (4, "Còn 2 ngày làm việc, thứ Hai"),
        (7, "Còn 5 ngày làm việc"),
    ],
)
def test_the_distance_is_told_in_working_days_as_everywhere(centre, days, words):
    """From Thursday to Monday are two working days, not four."""
    assert of(THURSDAY.date() + dt.timedelta(days=days), agency=centre.agency)[1] == words


def test_without_a_running_clock():
    assert of(None) == ("none", "Chưa có ngày hẹn")
    assert of(THURSDAY.date(), state=State.RESULT_RETURNED)[0] == "done"
    assert of(THURSDAY.date(), paused_at=THURSDAY)[0] == "waiting"
