"""How pressing a dossier is in words: by date, with the weekday where a weekend hides in the number."""

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
        (-3, "late", "Quá hạn 3 ngày"),
        (0, "today", "Hạn hôm nay"),
        (1, "soon", "Hạn ngày mai"),
        (2, "soon", "Còn 2 ngày, thứ Bảy"),
        (4, "calm", "Còn 4 ngày, thứ Hai"),
        (6, "calm", "Còn 6 ngày, thứ Tư"),
        (7, "calm", "Còn 7 ngày"),
    ],
)
def test_words_by_the_distance_to_the_due_date(days, level, words):
    assert of(THURSDAY.date() + dt.timedelta(days=days)) == (level, words)


def test_without_a_running_clock():
    assert of(None) == ("none", "Chưa có ngày hẹn")
    assert of(THURSDAY.date(), state=State.RESULT_RETURNED)[0] == "done"
    assert of(THURSDAY.date(), paused_at=THURSDAY)[0] == "waiting"
