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


def test_a_mail_server_that_is_away_loses_no_letter_and_doubles_none(centre, monkeypatch):
    now = Citizen(channel_of(centre)).says(WORDS).at + dt.timedelta(seconds=30)
    refused, really = [centre.leader.email], danger_letters.send_mail

    def send_mail(subject, body, sender, to):
        if to[0] in refused:
            raise ConnectionRefusedError
        return really(subject, body, sender, to)

    monkeypatch.setattr(danger_letters, "send_mail", send_mail)
    assert danger_letters.mail(now=now) == 1, "the supervisor's letter goes, the leader's waits"
    refused.clear()
    later = now + dt.timedelta(minutes=40)
    assert danger_letters.mail(now=later) == 1 and danger_letters.mail(now=later) == 0
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted([centre.leader.email, centre.supervisor.email])


def test_a_sender_that_died_while_sending_only_delays(centre, monkeypatch):
    now = Citizen(channel_of(centre)).says(WORDS).at + dt.timedelta(seconds=30)

    def killed(*letter):
        raise KeyboardInterrupt

    monkeypatch.setattr(danger_letters, "BEING_SENT", 0)
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(danger_letters, "send_mail", killed)
        danger_letters.mail(now=now)
    assert danger_letters.mail(now=now) == 2


def test_everybody_is_told_of_the_talks_of_their_own_agencies_alone(centre):
    other = people.centre("H24.31", "Trung tâm xã Sơn Động")
    other.leader.email = "lanhdao@sondong.vn"
    other.leader.save()
    first = Citizen(channel_of(centre)).says(WORDS)
    second = Citizen(channel_of(other, name="Sơn Động", oa_id="388613280878809999")).says(WORDS)
    ChatMessage.objects.filter(pk=second.pk).update(at=first.at + dt.timedelta(minutes=3))
    danger_letters.mail(now=first.at + dt.timedelta(minutes=5))
    by = {sent.to[0]: sent.body for sent in mail.outbox}
    assert by[centre.leader.email].count("- lúc") == by["lanhdao@sondong.vn"].count("- lúc") == 1
    assert by[centre.leader.email] != by["lanhdao@sondong.vn"]


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
