"""Wishes on a page: the link from one's own chat is the proof; without it the page changes nothing."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client

from dossiers.models import Agency
from tests.portal.datasets.conftest import NOON
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.models import Contact
from zalo.people import area_wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(centre):
    with time_machine.travel(NOON, tick=False):
        Agency.objects.create(code="H80.90", kind=Agency.Kind.COMMUNE, name="Ủy ban nhân dân xã Mỹ Lộc")
        person = Citizen(channel_of(centre), NOON)
        person.follows()
        yield person


def send(client, address: str, **data):
    page = client.get(address).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return client.post(address, {**data, "csrfmiddlewaretoken": found[1] if found else ""})


def address_of(citizen) -> str:
    return f"/nhan-tin/{area_wishes.page_key(citizen.contact)}/"


def test_a_commune_is_added_and_ended_behind_the_link_of_ones_own_chat(citizen):
    client, address = Client(enforce_csrf_checks=True), address_of(citizen)
    assert send(client, address, topic="power_cut", area="my loc").status_code == 302
    assert [(wish.topic, wish.area) for wish in area_wishes.of(citizen.contact)] == [("power_cut", "my loc")]
    page = client.get(address)
    assert "Xã Mỹ Lộc" in page.content.decode() or "xã Mỹ Lộc" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.post(address, {"topic": "power_cut", "area": "my loc", "end": "1"}).status_code == 403
    assert send(client, address, topic="power_cut", area="my loc", end="1").status_code == 302
    assert not area_wishes.of(citizen.contact)
    assert "Hãy chọn xã" in send(client, address, topic="power_cut", area="<b>").content.decode()
    assert send(client, address, topic="²", area="my loc").status_code == 200


def test_a_link_that_is_old_forged_or_of_somebody_gone_opens_nothing(citizen):
    address = address_of(citizen)
    assert Client().get("/nhan-tin/abc:def:ghi/").status_code == 404
    assert Client().get(address[:-4] + "xyz/").status_code == 404
    with time_machine.travel(NOON.replace(day=NOON.day + 2), tick=False):
        assert Client().get(address).status_code == 404
    Contact.objects.update(is_follower=False)
    assert Client().get(address).status_code == 404


def test_the_page_for_everybody_says_how_and_the_chat_gives_the_link(citizen, client):
    assert "báo tôi khi cúp điện ở" in client.get("/nhan-tin/").content.decode()
    citizen.hears("báo tôi khi cúp điện ở xã Mỹ Lộc")
    assert "/nhan-tin/" in citizen.hears("đang nhận tin gì")
