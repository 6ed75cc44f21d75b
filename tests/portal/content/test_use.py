"""Figures of use: counted by day, kind and door; no cookie, no person; shown on the desk by period (S1-27)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import ProcedureVersion
from portal.content import use
from portal.content.models import UseCount
from tests import factories
from tests.zalo.chat.talk import Citizen, channel_of

pytestmark = pytest.mark.django_db
IN_ZALO = {"User-Agent": "Mozilla/5.0 (Linux; Android 13) Zalo android/24"}


def counted() -> dict[tuple[str, str], int]:
    use.write()
    return {(row.what, row.door): row.times for row in UseCount.objects.all()}


def test_what_is_done_is_counted_by_door_and_nothing_is_kept_of_anybody(client, centre, procedure):
    own = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"
    ProcedureVersion.objects.update(online_level="full", online_url=own)
    dossier = factories.dossier(centre, procedure)
    client.post("/tra-cuu/", {"number": dossier.code})
    client.post("/tim/", {"q": dossier.code}, headers=IN_ZALO)
    client.get(f"/h/{dossier.token}/")
    client.post("/tra-cuu/", {"number": "H99.01-260101-0001"})
    client.get("/thu-tuc/", {"q": "bien dong dat"}, headers=IN_ZALO)
    client.get("/thu-tuc/", {"q": "xyzt qwrt"})
    client.get("/thu-tuc/1.004441/")
    assert client.get("/thu-tuc/1.004441/nop/")["Location"] == own
    assert counted() == {
        ("found", "web"): 1,
        ("found", "zalo"): 1,
        ("found", "paper"): 1,
        ("missed", "web"): 1,
        ("search", "zalo"): 1,
        ("vain", "web"): 1,
        ("procedure", "web"): 1,
        ("filing", "web"): 1,
    }
    client.get("/thu-tuc/1.004441/")
    assert counted()["procedure", "web"] == 2
    assert not client.cookies
    assert {field.name for field in UseCount._meta.fields} == {"id", "day", "what", "door", "times"}


def test_a_fault_while_writing_spoils_no_answer(client, procedure, monkeypatch, settings):
    from django.db import DatabaseError

    settings.USE_COUNTS_EVERY = -1

    def broken(*args, **kwargs):
        raise DatabaseError("full")

    monkeypatch.setattr(UseCount.objects, "get_or_create", broken)
    assert client.get("/thu-tuc/1.004441/").status_code == 200


def test_the_desk_shows_a_period_to_whoever_may(client, centre):
    today = timezone.localdate()
    UseCount.objects.create(day=today, what="found", door="zalo", times=41)
    UseCount.objects.create(day=today - dt.timedelta(days=90), what="found", door="web", times=977)
    address = reverse("admin:content_use")
    client.force_login(centre.leader)
    page = client.get(address).content.decode()
    assert "<b>41</b>" in page and "977" not in page
    wide = client.get(address, {"tu": f"{today - dt.timedelta(days=100):%d/%m/%Y}"}).content.decode()
    assert "<b>1018</b>" in wide
    for odd in ({"tu": "²"}, {"tu": "31/12/9999"}, {"den": "01/01/0001"}, {"tu": "x" * 300}):
        assert "Ngày chưa đúng" in client.get(address, odd).content.decode()
    client.force_login(centre.clerk)
    assert client.get(address).status_code == 403


def test_the_chat_names_the_portal_of_the_province(centre):
    from portal.content.models import Link

    Link.objects.create(title="Cổng tỉnh Tây Ninh", address="https://www.tayninh.gov.vn/")
    Link.objects.create(title="Đã tắt", address="https://tat.example.vn/", active=False)
    citizen = Citizen(channel_of(centre))
    said = citizen.hears("thông tin")
    assert "Cổng tỉnh Tây Ninh: https://www.tayninh.gov.vn/" in said and "tat.example.vn" not in said
