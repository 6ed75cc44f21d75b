"""Two provinces on one account: each sees its own people and its own part of their talk (issue 10, section 2)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.cases import intake
from tests import factories, people
from tests.people import BINH
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import conversations
from zalo.models import ChatMessage, ContactLink, Conversation, ErasureRequest, FollowRecord, MediaFile, OutboxMessage
from zalo.outbox import ledger
from zalo.people import belonging, linking

pytestmark = pytest.mark.django_db
MINE, THEIRS = "CHUYỆN ĐẤT Ở CẦN GIUỘC", "CHUYỆN HỘ TỊCH Ở SƠN ĐỘNG"


@pytest.fixture
def account(centre, elsewhere):
    """Kept by the centre, used by elsewhere as well."""
    return channel_of(centre, elsewhere)


@pytest.fixture
def citizen(account):
    return Citizen(account, timezone.now() - dt.timedelta(hours=1))


@pytest.fixture
def dossiers(centre, elsewhere, procedure):
    now = timezone.now() - dt.timedelta(hours=2)
    return factories.dossier(centre, procedure, now=now), factories.dossier(elsewhere, procedure, now=now, person=BINH)


def linked(citizen, *dossiers):
    citizen.follows()
    for each in dossiers:
        linking.link(citizen.contact, dossier=each, role="owner", proof="staff", now=timezone.now())
    return citizen


def admin(name: str, *args) -> str:
    return reverse(f"admin:zalo_{name}", args=args)


def read(client, user, address: str) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def thread(client, user, citizen) -> str:
    return read(client, user, admin("conversation_change", citizen.conversation.pk))


def test_a_person_nobody_dealt_with_is_the_keepers(client, centre, elsewhere, citizen):
    citizen.follows()
    citizen.says("chào shop CHUYỆN RIÊNG")
    shown = f"…{citizen.user_id[-4:]}"
    assert shown in read(client, centre.clerk, admin("contact_changelist"))
    assert shown not in read(client, elsewhere.clerk, admin("contact_changelist"))
    assert "CHUYỆN RIÊNG" in read(client, centre.clerk, admin("conversation_changelist") + "?muc=")
    assert "CHUYỆN RIÊNG" not in read(client, elsewhere.clerk, admin("conversation_changelist") + "?muc=")
    for name, args in (
        ("conversation_change", [citizen.conversation.pk]),
        ("contact_change", [citizen.contact.pk]),
    ):
        assert client.get(admin(name, *args)).status_code == 404


@pytest.mark.parametrize("way", ["dossier", "applicant", "case", "choice", "referral"])
def test_each_way_of_dealing_with_an_agency_gives_the_person_to_it(centre, elsewhere, citizen, dossiers, way):
    citizen.follows()
    contact, now = citizen.contact, timezone.now()
    if way == "dossier":
        linking.link(contact, dossier=dossiers[1], role="owner", proof="staff", now=now)
    elif way == "applicant":
        linking.link(contact, applicant=dossiers[1].owner, role="owner", proof="phone", now=now)
    elif way == "case":
        sent = intake.Sent(
            kind="report",
            agency=elsewhere.agency,
            text="Đèn đường tắt đã lâu",
            channel="chat",
            origin_ref=contact.origin_ref,
        )
        intake.receive(sent, now=now)
    elif way == "choice":
        conversations.ask_person(conversations.thread_of(contact), agency=elsewhere.agency, topic="", now=now)
    else:
        FollowRecord.objects.update(agency=elsewhere.agency)
    assert belonging.agencies_of([contact]) == {contact.pk: {elsewhere.agency.pk}}
    assert contact in belonging.contacts_of(elsewhere.clerk)
    assert contact not in belonging.contacts_of(centre.clerk)


def test_each_agency_reads_its_own_part_of_one_conversation(client, centre, elsewhere, citizen, dossiers):
    mine, theirs = dossiers
    linked(citizen, mine, theirs)
    citizen.says("hồ sơ của tôi")
    citizen.says(mine.code)
    citizen.says(theirs.code)
    citizen.says("LỜI CHUNG CHUNG")
    own, other = thread(client, centre.handler, citizen), thread(client, elsewhere.handler, citizen)
    assert mine.code in own and theirs.code not in own
    assert theirs.code in other and mine.code not in other
    assert "LỜI CHUNG CHUNG" in own and "LỜI CHUNG CHUNG" not in other  # of nobody's matter: the keeper's
    assert "không hiện ở đây" in own and "không hiện ở đây" in other


def test_what_is_said_to_one_agencys_staff_is_not_for_the_other(client, centre, elsewhere, citizen, dossiers):
    linked(citizen, *dossiers)
    conversations.ask_person(
        conversations.thread_of(citizen.contact), agency=elsewhere.agency, topic="", now=citizen.now
    )
    citizen.says(THEIRS)
    row = citizen.conversation
    client.force_login(centre.clerk)
    assert THEIRS not in thread(client, centre.clerk, citizen)
    assert THEIRS not in read(client, centre.clerk, admin("conversation_changelist") + "?muc=")
    assert THEIRS not in read(client, centre.clerk, admin("conversation_changelist"))
    answer = client.post(admin("conversation_act", row.pk, "tra-loi"), {"text": "Chào bác"})
    assert answer.status_code == 409 and "cơ quan khác" in answer.content.decode()
    for act in ("nhan", "tra-may"):
        client.post(admin("conversation_act", row.pk, act))
    client.post(admin("conversation_act", row.pk, "giao"), {"user": centre.handler.pk})
    row.refresh_from_db()
    assert (row.mode, row.assigned_to, row.agency) == ("waiting", None, elsewhere.agency)
    client.force_login(elsewhere.clerk)
    assert client.post(admin("conversation_act", row.pk, "tra-loi"), {"text": "LỜI CÁN BỘ"}).status_code == 302
    assert "LỜI CÁN BỘ" in thread(client, elsewhere.handler, citizen)
    assert "LỜI CÁN BỘ" not in thread(client, centre.handler, citizen)


def test_the_tile_counts_what_waits_for_the_own_desk(client, centre, elsewhere, citizen, dossiers):
    linked(citizen, *dossiers)
    conversations.ask_person(
        conversations.thread_of(citizen.contact), agency=elsewhere.agency, topic="", now=citizen.now
    )
    from portal.desk import home

    counts = {
        user: home.channel_tiles(user, timezone.now()).tiles[0].count for user in (centre.handler, elsewhere.handler)
    }
    assert counts == {centre.handler: "0", elsewhere.handler: "1"}


def test_taking_a_conversation_from_the_machine_makes_it_ones_own_agencys(client, centre, elsewhere, citizen, dossiers):
    linked(citizen, dossiers[1])
    citizen.says("xin chào")
    client.force_login(elsewhere.clerk)
    client.post(admin("conversation_act", citizen.conversation.pk, "nhan"))
    assert citizen.conversation.agency == elsewhere.agency
    citizen.says(THEIRS)
    assert ChatMessage.objects.get(agency=elsewhere.agency, author="citizen")
    client.force_login(centre.clerk)
    assert client.get(admin("conversation_change", citizen.conversation.pk)).status_code == 404


def test_files_notices_and_colleagues_of_the_other_agency_stay_out(client, centre, elsewhere, citizen, dossiers):
    mine, theirs = dossiers
    linked(citizen, mine, theirs)
    line = conversations.heard(conversations.thread_of(citizen.contact), "(Ảnh)", at=citizen.now, remote_id="a1")
    ChatMessage.objects.filter(pk=line.pk).update(agency=elsewhere.agency)
    file = MediaFile.objects.create(line=line, state="stored", name="a.jpg", content_type="image/jpeg", source_url="x")
    client.force_login(centre.clerk)
    assert client.get(admin("conversation_media", citizen.conversation.pk, file.pk)).status_code == 404
    page = thread(client, centre.clerk, citizen)
    notices = OutboxMessage.objects.filter(dossier=theirs)
    assert notices.exists() and theirs.procedure_name  # both provinces told their dossiers
    for row in notices:
        assert f"/{row.pk}/change/" not in page
        assert client.get(admin("outboxmessage_change", row.pk)).status_code == 404
    assert elsewhere.clerk.username not in page


def test_messages_about_nobodys_matter_follow_the_person(client, centre, elsewhere, citizen, dossiers):
    linked(citizen, dossiers[1])
    welcome = OutboxMessage.objects.get(kind="channel.welcome")
    assert welcome in belonging.messages_of(elsewhere.clerk)
    assert welcome not in belonging.messages_of(centre.clerk)
    assert not ledger.call_list([centre.agency.pk]).filter(dossier=dossiers[1]).exists()


def test_figures_of_follows_are_of_the_own_addresses(client, centre, elsewhere, citizen):
    client.get(f"/q/{elsewhere.desk.code}/", HTTP_USER_AGENT="Zalo")
    citizen.now = timezone.now()
    citizen.follows()
    counted = {
        place: belonging.follows_of(place.leader).filter(change="follow").count() for place in (centre, elsewhere)
    }
    assert counted == {centre: 0, elsewhere: 1}
    text = read(client, centre.leader, admin("referralvisit_changelist"))
    assert elsewhere.desk.name + " –" not in text and elsewhere.agency.name not in text


def test_the_page_of_a_person_tells_nothing_of_the_other_agency(client, centre, elsewhere, citizen, dossiers):
    mine, theirs = dossiers
    linked(citizen, mine, theirs)
    FollowRecord.objects.update(agency=elsewhere.agency, desk=elsewhere.desk)
    client.force_login(elsewhere.clerk)
    client.post(admin("contact_act", citizen.contact.pk, "news"), {"granted": "0"})
    assert elsewhere.agency.name in read(client, elsewhere.clerk, admin("contact_change", citizen.contact.pk))
    page = read(client, centre.clerk, admin("contact_change", citizen.contact.pk))
    for word in (elsewhere.agency.name, elsewhere.clerk.username, theirs.code):
        assert word not in page


# --- Erasing


def ask(client, user, contact):
    client.force_login(user)
    client.post(admin("contact_act", contact.pk, "xin-xoa"), {"reason": "Tại quầy, đã xem căn cước"})


def erase(client, user, contact):
    client.force_login(user)
    answer = client.post(admin("contact_act", contact.pk, "xoa"), {"sure": "XOA"})
    contact.refresh_from_db()
    return answer


def test_erasing_takes_a_right_and_a_second_person(client, centre, citizen):
    citizen.follows()
    contact = citizen.contact
    for user in (centre.clerk, centre.administrator, centre.leader):
        erase(client, user, contact)
        assert contact.erased_at is None  # nobody asked
    ask(client, centre.administrator, contact)
    erase(client, centre.administrator, contact)
    erase(client, centre.clerk, contact)
    assert contact.erased_at is None
    assert "yêu cầu xoá dữ liệu" in read(client, centre.leader, reverse("admin:index"))
    erase(client, centre.leader, contact)
    assert contact.erased_at is not None
    kept = ErasureRequest.objects.get()
    assert (kept.state, kept.asked_by, kept.settled_by) == ("done", centre.administrator, centre.leader)


def test_a_person_of_two_agencies_is_erased_with_the_keepers_word(client, centre, elsewhere, citizen, dossiers):
    linked(citizen, *dossiers)
    contact = citizen.contact
    ask(client, elsewhere.clerk, contact)
    erase(client, elsewhere.leader, contact)
    assert contact.erased_at is None
    erase(client, centre.leader, contact)
    assert contact.erased_at is not None


def test_a_colleague_of_the_other_province_neither_asks_nor_erases(client, centre, elsewhere, citizen, dossiers):
    linked(citizen, dossiers[0])
    contact = citizen.contact
    client.force_login(elsewhere.clerk)
    assert client.post(admin("contact_act", contact.pk, "xin-xoa"), {"reason": "x"}).status_code == 404
    ask(client, centre.clerk, contact)
    assert erase(client, elsewhere.leader, contact).status_code == 404
    assert contact.erased_at is None


def test_an_erasure_can_be_turned_down(client, centre, citizen):
    citizen.follows()
    ask(client, centre.clerk, citizen.contact)
    client.force_login(centre.leader)
    client.post(admin("contact_act", citizen.contact.pk, "khong-xoa"))
    assert ErasureRequest.objects.get().state == "refused"
    erase(client, centre.leader, citizen.contact)
    assert citizen.contact.erased_at is None


def test_who_sees_all_agencies_reads_the_whole_thread(client, centre, elsewhere, citizen, dossiers):
    from portal.desk import roles

    linked(citizen, *dossiers)
    citizen.says("hồ sơ của tôi")
    all_seeing = people.member(centre.agency, "toan-tinh", roles.PROVINCE, "Toàn tỉnh")
    page = thread(client, all_seeing, citizen)
    assert dossiers[0].code in page and dossiers[1].code in page
    assert ContactLink.objects.count() == 2 and Conversation.objects.count() == 1
