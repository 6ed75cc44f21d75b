"""What people open after a search is counted without a word about them, and moves up for the same words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dossiers import tasks
from dossiers.models import MissedSearch, Procedure, SearchChoice
from dossiers.procedure_search import choices
from dossiers.procedure_search.search import search
from portal.celery import BEAT_SCHEDULE

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
WORDS = "nuôi con nuôi"


@pytest.fixture
def pair(db) -> tuple[Procedure, Procedure]:
    names = ("Đăng ký việc nuôi con nuôi trong nước", "Đăng ký lại việc nuôi con nuôi trong nước")
    return tuple(Procedure.objects.create(code=f"1.00000{at}", name=name) for at, name in enumerate(names, start=1))


def first() -> str:
    return search(WORDS, today=TODAY).rows[0].code


def test_what_is_chosen_moves_up_from_the_third_time_on(pair):
    other = next(each for each in pair if each.code != first())
    for _ in range(2):
        choices.count(WORDS, other, today=TODAY)
    assert first() != other.code
    choices.count(WORDS, other, today=TODAY)
    assert first() == other.code
    assert search("đăng ký nuôi con nuôi trong nước", today=TODAY).rows


def test_a_choice_brings_in_nothing_that_was_not_found(pair, procedure):
    for _ in range(9):
        choices.count(WORDS, procedure, today=TODAY)
    assert procedure.code not in [row.code for row in search(WORDS, today=TODAY).rows]


def test_numbers_are_masked_stories_left_out_and_old_choices_forgotten(pair):
    choices.count(f"{WORDS} 079085001234 a@b.vn", pair[0], today=TODAY)
    choices.count("tôi tên là Nguyễn Văn An ở ấp 3 muốn xin nuôi đứa cháu", pair[0], today=TODAY)
    assert [row.folded for row in SearchChoice.objects.all()] == ["nuoi con nuoi"]
    assert choices.forget(today=TODAY + dt.timedelta(days=366)) == 1


def test_every_night_what_nobody_chose_for_a_year_is_dropped(pair):
    choices.count(WORDS, pair[0], today=timezone.localdate() - dt.timedelta(days=366))
    choices.count(WORDS, pair[1], today=timezone.localdate())
    assert "dossiers.tasks.forget_search_choices" in {each["task"] for each in BEAT_SCHEDULE.values()}
    tasks.forget_search_choices()
    assert SearchChoice.objects.get().procedure == pair[1]


def test_the_page_tells_by_a_post_what_was_opened(client, pair):
    page = client.get("/thu-tuc/", {"q": WORDS})
    assert f'data-searched="{WORDS}"' in page.content.decode()
    assert client.get("/thu-tuc/da-chon/").status_code == 405
    assert client.post("/thu-tuc/da-chon/", {"q": WORDS, "ma": pair[1].code}).status_code == 204
    assert SearchChoice.objects.get().procedure == pair[1]
    for body in ({}, {"q": WORDS}, {"q": WORDS, "ma": "9.999999"}, {"q": "\0", "ma": "\0"}):
        assert client.post("/thu-tuc/da-chon/", body).status_code == 204
    assert SearchChoice.objects.count() == 1


def test_what_the_search_had_not_put_first_is_in_the_worklist_too(client, pair, procedure):
    client.post("/thu-tuc/da-chon/", {"q": "xin cái tấm bìa xanh", "ma": procedure.code})
    row = MissedSearch.objects.get()
    assert (row.chosen, row.place) == (procedure, "page")
