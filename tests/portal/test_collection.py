"""The calendar file of a waiting result: the next opening, place and code, nobody's name; else a page not found."""

import datetime as dt

import pytest
import time_machine

from dossiers.models import Dossier
from dossiers.privacy import guessing
from dossiers.states import State
from tests import factories

FRIDAY_EVENING = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def calm():
    guessing.forget()
    yield
    guessing.forget()


@pytest.fixture
def ready(centre, procedure) -> Dossier:
    return factories.in_state(State.RESULT_READY, centre, procedure)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_the_entry_is_the_next_opening_with_place_and_code(client, ready):
    answer = client.get(f"/h/{ready.token}/lich-nhan.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261123T003000Z" in lines  # Monday, 7:30 in the office
    assert f"SUMMARY:Nhận kết quả hồ sơ {ready.code}" in lines
    assert any(line.startswith("LOCATION:Trung tâm Phục vụ hành chính công xã Cần Giuộc") for line in lines)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    for private in ("Nguyễn Văn An", "0912", "080085001234"):
        assert private not in text


def test_the_page_of_the_dossier_offers_it_while_the_result_waits(client, centre, procedure, ready):
    assert f'href="/h/{ready.token}/lich-nhan.ics"' in client.get(f"/h/{ready.token}/").content.decode()
    client.get("/?lang=en")
    assert "Add to your calendar" in client.get(f"/h/{ready.token}/").content.decode()
    other = factories.in_state(State.APPRAISING, centre, procedure)
    assert "lich-nhan.ics" not in client.get(f"/h/{other.token}/").content.decode()


def test_who_proved_to_be_the_owner_is_offered_it_however_they_came(client, ready):
    proved = client.post("/tra-cuu/", {"number": ready.code, "last4": "1234"}).content.decode()
    assert "Nguyễn Văn An" in proved and f'href="/h/{ready.token}/lich-nhan.ics"' in proved
    glance = client.post("/tra-cuu/", {"number": ready.code}).content.decode()
    assert "Nguyễn Văn An" not in glance and "lich-nhan.ics" not in glance and ready.token not in glance


def test_no_waiting_result_is_a_page_not_found(client, centre, procedure):
    other = factories.in_state(State.APPRAISING, centre, procedure)
    assert client.get(f"/h/{other.token}/lich-nhan.ics").status_code == 404
    assert client.get("/h/khong-co-token-nao/lich-nhan.ics").status_code == 404
    assert client.post(f"/h/{other.token}/lich-nhan.ics").status_code == 405
