"""Danger told in chat: the people on duty are mailed once, and the call list names it until an officer answers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from tests import people
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import danger_letters
from zalo.models import ChatMessage

pytestmark = pytest.mark.django_db
WORDS = "cháy nhà rồi có người kẹt bên trong cứu với"


@pytest.fixture
def centre():
    made = people.centre()
    for user in (made.leader, made.supervisor, made.clerk):
        user.email = f"{user.username}@example.vn"
        user.save()
    return made


def test_those_on_duty_are_mailed_once_and_without_a_word_of_it(centre):
    line = Citizen(channel_of(centre)).says(WORDS)
    assert line.command == "nguy-hiem"
    now = line.at + dt.timedelta(seconds=30)
    assert danger_letters.mail(now=now) == 2 and danger_letters.mail(now=now) == 0
    letter = mail.outbox[0]
    assert {to for sent in mail.outbox for to in sent.to} == {centre.leader.email, centre.supervisor.email}
    assert "KHẨN" in letter.subject and "kẹt" not in letter.body and reverse("admin:zalo_call_list") in letter.body


def test_nobody_is_mailed_about_ordinary_talk(centre):
    line = Citizen(channel_of(centre)).says("nóng lòng chờ cuốn sổ đỏ quá")
    assert line.command != "nguy-hiem" and danger_letters.mail(now=line.at) == 0


def test_it_heads_the_call_list_until_an_officer_writes(client, centre, monkeypatch):
    line = Citizen(channel_of(centre)).says(WORDS)
    monkeypatch.setattr("zalo.admin.message.timezone.now", lambda: line.at + dt.timedelta(minutes=5))
    client.force_login(centre.clerk)
    where = reverse("admin:zalo_conversation_change", args=[line.conversation_id])
    assert where in client.get(reverse("admin:zalo_call_list")).content.decode()
    ChatMessage.objects.create(
        conversation=line.conversation,
        author=ChatMessage.Author.STAFF,
        user=centre.clerk,
        text="Chúng tôi đang gọi cho bạn.",
        at=line.at + dt.timedelta(minutes=2),
    )
    assert where not in client.get(reverse("admin:zalo_call_list")).content.decode()
    assert danger_letters.mail(now=MONDAY - dt.timedelta(days=9)) == 0
