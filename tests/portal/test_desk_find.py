"""Ctrl+K and the bell: scoped, logged where a person is shown, no personal data on the bell."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from dossiers.models import PersonalDataRead
from tests import factories
from tests.feedback.conftest import case_in
from tests.people import AN

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture
def dossier(centre, procedure):
    return factories.dossier(centre, procedure)


def find(client, words: str, **more) -> str:
    answer = client.post(reverse("admin:desk_find"), {"q": words, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_dossier_is_found_by_code_receipt_and_name_and_the_look_is_logged_once(client, centre, dossier):
    client.force_login(centre.clerk)
    here = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
    for words in (dossier.code, dossier.receipt.number, "nguyen van an", dossier.receipt.number):
        assert here in find(client, words, part="1"), words
    assert PersonalDataRead.objects.filter(user=centre.clerk, dossier=dossier, via="tìm nhanh").count() == 1


def test_a_card_scanned_into_a_search_box_finds_what_its_number_finds(client, centre, dossier):
    card = f"{AN.id_number}|{'1' * 9}|NGUYỄN VĂN AN|01011985|Nam|{'Ấp 3, xã Cần Giuộc, ' * 9}Tây Ninh|12052022||||"
    client.force_login(centre.clerk)
    assert reverse("admin:dossiers_dossier_change", args=[dossier.pk]) in find(client, card, part="1")
    assert PersonalDataRead.objects.filter(user=centre.clerk, dossier=dossier, via="tìm nhanh").count() == 1
    led = client.post(reverse("admin:dossiers_dossier_search"), {"q": card})
    assert AN.id_number not in led["Location"]
    assert dossier.code in client.get(led["Location"]).content.decode()
    client.force_login(centre.supervisor)
    assert dossier.code not in find(client, card)


def test_who_may_not_see_people_finds_by_code_without_a_name_and_nothing_by_name(client, centre, dossier):
    client.force_login(centre.supervisor)
    found = find(client, dossier.code)
    assert reverse("admin:dossiers_dossier_change", args=[dossier.pk]) in found and dossier.owner_name not in found
    assert dossier.code not in find(client, "nguyen van an")
    assert not PersonalDataRead.objects.exists()


def test_nothing_of_another_agency_is_found(client, centre, elsewhere, dossier):
    client.force_login(elsewhere.clerk)
    for words in (dossier.code, "nguyen van an", centre.handler.last_name):
        found = find(client, words)
        assert reverse("admin:dossiers_dossier_change", args=[dossier.pk]) not in found
        assert str(centre.agency) not in found


def test_pages_procedures_handbooks_and_colleagues_are_found_by_plain_letters(client, centre, dossier):
    client.force_login(centre.leader)
    assert reverse("admin:dossiers_lateness") in find(client, "tre han")
    assert reverse("admin:dossiers_procedure_change", args=[dossier.procedure_id]) in find(client, "bien dong")
    assert reverse("admin:desk_handbook", args=["lanh-dao"]) in find(client, "so tay lanh")
    assert f"handler={centre.handler.pk}" in find(client, centre.handler.last_name)
    assert reverse("admin:auth_user_changelist") not in find(client, "tai khoan")


def test_the_page_opens_without_scripts_and_a_get_finds_nothing(client, centre, dossier):
    client.force_login(centre.clerk)
    page = client.get(reverse("admin:desk_find"), {"q": dossier.code}).content.decode()
    assert "<form" in page and dossier.code not in page
    assert "Không tìm thấy gì" in find(client, "qqqqqq zzzz")


def test_the_bell_tells_counts_and_no_person(client, centre, procedure, django_assert_max_num_queries):
    factories.submitted(centre, procedure)
    case_in("held", centre)
    row = factories.in_state("signing", centre, procedure)
    from dossiers.workflow.acts import do

    do("return_from_signing", row, by=centre.leader, now=row.updated_at, note="Sửa lời văn")
    client.force_login(centre.clerk)
    with django_assert_max_num_queries(20):
        answer = client.get(reverse("admin:desk_bell"))
    said = {ring["name"]: ring["count"] for ring in answer.json()["rings"]}
    assert said == {"online": "1", "held": "1"}
    assert "no-store" in answer["Cache-Control"]
    client.force_login(row.handler or centre.handler)
    said = json.dumps(client.get(reverse("admin:desk_bell")).json(), ensure_ascii=False)
    assert "returned" in said
    for secret in ("Nguyễn", row.code, "09"):
        assert secret not in said


def test_the_bell_is_shut_to_strangers(client, centre):
    assert client.get(reverse("admin:desk_bell")).status_code == 302
    client.force_login(centre.clerk)
    assert client.post(reverse("admin:desk_bell")).status_code == 405
