"""S3-13: a receipt number is found in any case and with any blanks: on the page, in the chat, by staff."""

from __future__ import annotations

import pytest

from dossiers.lists import dossier_search
from dossiers.lookup import tiers
from dossiers.models import Dossier
from dossiers.receipt_spellings import found_in, written_as
from tests import factories
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of

TYPED = ("bn 2026 00777", "BN-2026-00777", "Bn2026 00777", "bn/2026/00777", "BN  2026   00777", "bn202600777")


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["BN-2026-00777", "bn/2026/00777", "BN 2026 00777", "BN202600777"])
def test_every_way_to_type_it_meets_every_way_to_write_it(numbered, written):
    Dossier.objects.update(receipt_number=written)
    for typed in TYPED:
        assert list(Dossier.objects.filter(written_as(typed))) == [numbered], typed


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "  ", "'; --", "²³", "a" * 500, "- - -", "BN-2026-0077", "BN-2026-007777"])
def test_anything_else_finds_nothing(numbered, typed):
    assert not Dossier.objects.filter(written_as(typed)).exists()


def test_it_is_found_in_a_sentence():
    assert found_in("số biên nhận bn 2026 00777 tới đâu rồi") == "bn 2026 00777"
    assert not found_in("nộp ngày 20/11/2026 số điện thoại 0912345678")


@pytest.fixture
def numbered(centre, procedure) -> Dossier:
    factories.received(centre, procedure, count=1)
    Dossier.objects.update(receipt_number="BN-2026-00777")
    return Dossier.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", TYPED)
def test_page_chat_and_staff_find_it(numbered, client, centre, typed):
    assert tiers.by_code(typed, now=MONDAY).code == numbered.code
    found = dossier_search._searched(Dossier.objects.all(), typed)
    assert numbered in (found.near if found.near is not None else found.rows)
    page = client.post("/tra-cuu/", {"number": typed, "so": typed})
    assert page.status_code == 200


@pytest.mark.django_db
def test_the_chat_shows_the_receipt_number_and_the_code(numbered, centre):
    citizen = Citizen(channel_of(centre), MONDAY)
    for text in ("bn 2026 00777", "số biên nhận bn 2026 00777 tới đâu rồi ạ"):
        answer = citizen.hears(text)
        assert numbered.code in answer and "Số biên nhận: BN-2026-00777" in answer
    assert "Không tìm thấy hồ sơ BN 2026 00888" in citizen.hears("biên nhận bn 2026 00888 xong chưa")
