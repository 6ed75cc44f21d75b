"""S3-23: whoever asks by code is answered with the number on the receipt too, where it is another one."""

from __future__ import annotations

import pytest

from dossiers.lookup import asked_after
from dossiers.models import Dossier
from tests import factories
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(centre, procedure) -> Citizen:
    factories.received(centre, procedure, count=2)
    return Citizen(channel_of(centre), MONDAY)


def test_the_answer_to_a_code_carries_the_receipt_number(citizen):
    dossier = Dossier.objects.first()
    Dossier.objects.filter(pk=dossier.pk).update(receipt_number="BN-2026-00123")
    answer = citizen.hears(dossier.code)
    assert f"Hồ sơ {dossier.code}" in answer
    assert "Số biên nhận: BN-2026-00123" in answer
    assert "Số biên nhận: BN-2026-00123" in citizen.hears("BN-2026-00123")


def test_who_asks_in_the_chat_is_counted_as_a_question_after_the_dossier(citizen, monkeypatch):
    heard = []
    monkeypatch.setattr(asked_after, "listeners", [lambda where, codes: heard.append((where, codes))])
    dossier = Dossier.objects.first()
    citizen.hears(dossier.code)
    citizen.hears("thời tiết hôm nay")
    assert heard == [("chat", (dossier.code,))]


def test_a_list_of_several_names_the_number_of_each(citizen):
    Dossier.objects.update(receipt_number="BN-2026-00124")
    answer = citizen.hears("BN-2026-00124")
    assert answer.count("BN-2026-00124") >= 2


def test_a_dossier_without_a_number_of_its_own_shows_none(citizen):
    Dossier.objects.update(receipt_number="")
    assert "Số biên nhận" not in citizen.hears(Dossier.objects.first().code)
