"""Who to call and where to go, kept for half a minute: read for all agencies together, never one by one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError

from dossiers import kept
from dossiers.lookup import agency_cards
from dossiers.models import Agency, AgencySuccession, AgencyVersion, Hotline, Unit

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)
QUERIES = 5


def agency(number: int, **version) -> Agency:
    made = Agency.objects.create(code=f"H99.{number:02}", kind="commune", name=f"UBND xã số {number}")
    columns = {"address": f"Số {number} đường Chính", "phone": "0207 3822 123", "valid_from": dt.date(2020, 1, 1)}
    AgencyVersion.objects.create(agency=made, name=made.name, code=made.code, **columns | version)
    return made


def test_a_busy_province_reads_its_agencies_and_rooms_once_and_not_one_by_one(django_assert_num_queries):
    agencies = [agency(number) for number in range(1, 21)]
    rooms = [Unit.objects.create(agency=each, code="mot-cua", name=f"Phòng của {each.name}") for each in agencies]
    with django_assert_num_queries(QUERIES):
        for each, room in zip(agencies, rooms, strict=True):
            assert agency_cards.card(each.pk, TODAY).name == each.name
            assert agency_cards.unit_name(room.pk) == f"Phòng của {each.name}"


def test_what_is_new_is_seen_at_once_and_a_correction_within_half_a_minute(monkeypatch, django_assert_num_queries):
    first = agency(1)
    assert agency_cards.card(first.pk, TODAY).lines[0].phone == "0207 3822 123"
    second = agency(2)
    assert agency_cards.card(second.pk, TODAY).address == "Số 2 đường Chính"
    room = Unit.objects.create(agency=first, code="moi", name="Phòng mới")
    assert agency_cards.unit_name(room.pk) == "Phòng mới"
    assert (
        agency_cards.card(10**9, TODAY) is None and agency_cards.unit_name(10**9) == agency_cards.unit_name(None) == ""
    )

    Hotline.objects.create(agency=first, label="Hỗ trợ", phone="1900 1234", hours="Cả ngày")
    with django_assert_num_queries(0):
        assert agency_cards.card(first.pk, TODAY).lines[0].label == ""
    later = kept.time.monotonic() + agency_cards.FRESH_SECONDS + 1
    monkeypatch.setattr(kept.time, "monotonic", lambda: later)
    assert agency_cards.card(first.pk, TODAY).lines == (
        agency_cards.Line("Hỗ trợ", "1900 1234", "19001234", "Cả ngày"),
    )


def test_a_database_that_is_away_is_asked_again_by_the_next_page(monkeypatch):
    first = agency(1)
    with monkeypatch.context() as broken:
        broken.setattr(agency_cards.Agency.objects, "values_list", lambda *_: (_ for _ in ()).throw(DatabaseError()))
        with pytest.raises(DatabaseError):
            agency_cards.card(first.pk, TODAY)
    assert agency_cards.card(first.pk, TODAY).name == first.name


def test_the_version_of_the_day_speaks_and_the_heirs_of_the_last_merger_answer():
    old, between, last = agency(1, valid_to=dt.date(2025, 6, 30)), agency(2), agency(3)
    AgencyVersion.objects.create(
        agency=old, name="x", code="H99.01", address="Trụ sở mới", phone="", valid_from=dt.date(2025, 7, 1)
    )
    assert agency_cards.card(old.pk, dt.date(2025, 6, 30)).address == "Số 1 đường Chính"
    assert agency_cards.card(old.pk, dt.date(2025, 7, 1)).address == "Trụ sở mới"
    assert agency_cards.card(old.pk, dt.date(2019, 1, 1)).address == ""

    for before, after, day in ((old, between, dt.date(2025, 7, 1)), (between, last, dt.date(2026, 7, 1))):
        AgencySuccession.objects.create(predecessor=before, successor=after, kind="merge", effective_on=day)
    agency_cards.forget()
    card = agency_cards.card(old.pk, dt.date(2026, 1, 1))
    assert [heir.name for heir in card.successors] == [between.name] and card.address == "Số 2 đường Chính"
    card = agency_cards.card(old.pk, TODAY)
    assert card.successors == (agency_cards.Successor(last.name, dt.date(2026, 7, 1)),)
    assert card.address == "Số 3 đường Chính" and card.name == old.name
    assert agency_cards.card(old.pk, dt.date(2025, 6, 30)).successors == ()
