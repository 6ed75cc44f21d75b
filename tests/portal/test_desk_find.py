"""Ctrl+K and the bell: scoped, logged where a person is shown, no personal data on the bell."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.letters import acts as letter_acts
from dossiers.letters import draft as letter_drafts
from dossiers.models import Letter, PersonalDataRead
from dossiers.search_text import fold
from portal.correspondence import assigning
from portal.correspondence import drafts as document_drafts
from tests import factories
from tests.feedback.conftest import case_in
from tests.people import AN, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.models import Broadcast, Conversation

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


def test_cases_letters_documents_and_agencies_are_found_with_the_rights_of_their_lists(
    client, centre, elsewhere, dossier
):
    case = case_in("received", centre)
    letter = letter_drafts.draft(dossier, by=centre.handler, now=MONDAY)
    document = document_drafts.begin(
        centre.agency, "dispatch", "tuyên truyền kết nối Zalo", "<p>Nội dung</p>", by=centre.handler, now=MONDAY,
        addressees=["Các xã"], recipients=["VT"], electronic=[], drafting_unit="TH",
    )  # fmt: skip
    pages = {
        case.code: reverse("admin:feedback_case_change", args=[case.pk]),
        dossier.code: reverse("admin:dossiers_letter_change", args=[letter.pk]),
        "tuyen truyen ket noi": reverse("admin:correspondence_document_change", args=[document.pk]),
        fold(centre.agency.name): reverse("admin:dossiers_agency_change", args=[centre.agency.pk]),
    }
    client.force_login(centre.leader)
    for words, address in list(pages.items())[:3]:
        assert address in find(client, words, part="1"), words
    assert case.text[:20] not in find(client, case.code)
    client.force_login(centre.administrator)
    assert pages[fold(centre.agency.name)] in find(client, fold(centre.agency.name))
    client.force_login(elsewhere.leader)
    found = "".join(find(client, words) for words in pages)
    assert not [address for address in pages.values() if address in found]


def test_tasks_notices_and_conversations_are_found_by_whoever_may_open_them(client, centre, elsewhere):
    channel = channel_of(centre)
    citizen = Citizen(channel, timezone.now() - dt.timedelta(minutes=5))
    citizen.follows()
    citizen.says("gặp cán bộ")
    talk = Conversation.objects.get(contact__user_id=citizen.user_id)
    talk.contact.name = "Thuỷ Tiên"
    talk.contact.save()
    notice = Broadcast.objects.create(
        account=channel, agency=centre.agency, category="news", title="Mở cửa sáng thứ Bảy", text="Từ 7:30"
    )
    task = assigning.give(centre.agency, "Rà soát niêm yết thủ tục", MONDAY.date(), by=centre.leader, now=MONDAY)
    pages = {
        "thuy tien": reverse("admin:zalo_conversation_change", args=[talk.pk]),
        "mo cua thu bay": reverse("admin:zalo_broadcast_change", args=[notice.pk]),
        "niem yet ra soat": reverse("admin:correspondence_assignment_change", args=[task.pk]),
    }
    seen = {"editor": {*pages}, "leader": {"mo cua thu bay", "niem yet ra soat"}, "clerk": {"thuy tien"}}
    for role, words_seen in seen.items():
        client.force_login(getattr(centre, role))
        for words, address in pages.items():
            opened = client.get(address).status_code == 200
            assert (address in find(client, words, part="1")) == opened, (role, words)
            assert opened or words not in words_seen, (role, words)
    client.force_login(elsewhere.leader)
    assert not [address for words, address in pages.items() if address in find(client, words)]


def test_a_letter_is_found_by_its_number(client, centre, procedure):
    row = factories.in_state("appraising", centre, procedure)
    friday = MONDAY + dt.timedelta(days=4)
    letter = letter_drafts.draft(row, by=centre.handler, now=friday)
    letter_acts.do("submit", letter, by=centre.handler, now=friday)
    letter_acts.do("approve", letter, by=centre.leader, now=friday)
    number = Letter.objects.get(pk=letter.pk).paper.number
    client.force_login(centre.leader)
    for words in ("01", "01/PXL", number):
        assert number in find(client, words), words
    assert number not in find(client, "2/PXL")


def test_quick_find_asks_few_questions_of_the_database(client, centre, dossier, django_assert_max_num_queries):
    client.force_login(centre.leader)
    find(client, "khong co gi")
    with django_assert_max_num_queries(45):
        find(client, "bien dong", part="1")


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


def test_the_bell_tells_of_who_waits_in_the_chat(client, centre, elsewhere):
    citizen = Citizen(channel_of(centre), timezone.now() - dt.timedelta(minutes=5))
    citizen.follows()
    citizen.says("gặp cán bộ")
    client.force_login(centre.clerk)
    rings = {ring["name"]: ring for ring in client.get(reverse("admin:desk_bell")).json()["rings"]}
    assert rings["chat"]["count"] == "1"
    assert client.get(rings["chat"]["address"]).status_code == 200
    client.force_login(elsewhere.clerk)
    assert "chat" not in {ring["name"] for ring in client.get(reverse("admin:desk_bell")).json()["rings"]}


def test_the_bell_is_shut_to_strangers(client, centre):
    assert client.get(reverse("admin:desk_bell")).status_code == 302
    client.force_login(centre.clerk)
    assert client.post(reverse("admin:desk_bell")).status_code == 405
