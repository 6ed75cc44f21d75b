"""Ratings in one's own words: one level, or the two sides apart, said back before anything is kept."""

from __future__ import annotations

import pytest

from dossiers.states import State
from feedback.models import Rating
from feedback.ratings import rating as ratings
from tests import factories, people
from tests.people import AN, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import rating_words
from zalo.chat.words import Said
from zalo.people import linking


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("rất hài lòng", 5),
        ("không hài lòng", 1),
        ("chưa hài lòng lắm", 2),
        ("bốn sao", 4),
        ("mười điểm", 5),
        ("⭐⭐⭐", 3),
        ("tạm được", 3),
        ("chưa tốt", 2),
        ("tuyệt vời", 5),
        ("xin chào", 0),
        ("nộp ở đâu", 0),
    ],
)
def test_one_level(text, stars):
    assert rating_words.stars_in(Said(text)) == stars


@pytest.mark.parametrize(
    ("text", "attitude", "result"),
    [
        ("cán bộ tốt nhưng chờ lâu", 4, 2),
        ("thái độ tốt, kết quả chậm", 4, 2),
        ("kết quả nhanh nhưng thái độ chưa được", 2, 4),
        ("can bo vui ve ma doi lau qua", 4, 1),
    ],
)
def test_two_sides_are_read_apart(text, attitude, result):
    assert rating_words.sides_in(Said(text)) == rating_words.Sides(attitude, result)


@pytest.mark.parametrize("text", ["rất hài lòng", "cán bộ tốt", "chờ lâu quá", "đường trước nhà hư lâu rồi"])
def test_one_side_is_no_rating_of_two(text):
    assert rating_words.sides_in(Said(text)) is None


@pytest.mark.django_db
def test_a_question_with_a_word_of_judgement_is_answered_while_an_invitation_waits():
    centre = people.centre()
    citizen = Citizen(channel_of(centre))
    dossier = factories.in_state(State.RESULT_RETURNED, centre, people.procedure(), person=AN, now=MONDAY)
    citizen.says("chào")
    ratings.invite(dossier, now=citizen.now)
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=citizen.now)
    for question in ("làm khai sinh bao lâu", "hồ sơ còn thiếu giấy gì", "nộp thay được không", "đăng ký tạm trú"):
        assert citizen.says(question).command != "danh-gia", question
    assert citizen.says("⭐⭐⭐⭐⭐").command == "danh-gia"


@pytest.mark.django_db
def test_two_sides_become_the_sheet_with_the_words_as_the_comment():
    centre = people.centre()
    citizen = Citizen(channel_of(centre))
    dossier = factories.in_state(State.RESULT_RETURNED, centre, people.procedure(), person=AN, now=MONDAY)
    citizen.says("chào")
    ratings.invite(dossier, now=citizen.now)
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=citizen.now)
    line = citizen.says("cán bộ tốt nhưng chờ lâu")
    assert line.command == "danh-gia" and "Tôi hiểu đánh giá của bạn" in line.text
    assert not Rating.objects.exists()
    citizen.says("không")
    sheet = Rating.objects.get()
    assert sheet.attitude > sheet.result and "cán bộ tốt nhưng chờ lâu" in sheet.comment
