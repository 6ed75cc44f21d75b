"""The channel's staff pages: who may open them, and that each shows what it is for."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import PersonalDataRead
from tests import factories
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.account import oa_menu as menu
from zalo.chat import conversations
from zalo.messages import consent
from zalo.messages import registry as messages
from zalo.models import (
    CannedAnswer,
    ContactLink,
    MenuItem,
    OutboxMessage,
    Outcome,
    ReferralVisit,
    State,
    Template,
    TemplateUse,
    Wording,
)
from zalo.people import linking

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.fixture
def citizen(account):
    return Citizen(account, timezone.now() - dt.timedelta(minutes=5))


@pytest.fixture
def dossier(centre, procedure, account):
    return factories.dossier(centre, procedure, now=timezone.now() - dt.timedelta(hours=1))


def signed_in(client, user):
    client.force_login(user)
    return client


PAGES = [
    ("zalo_conversation_changelist", "clerk", "outsider sees none of it"),
    ("zalo_outboxmessage_changelist", "clerk", ""),
    ("zalo_call_list", "clerk", ""),
    ("zalo_untold", "supervisor", ""),
    ("zalo_health", "leader", ""),
    ("zalo_template_changelist", "editor", ""),
    ("zalo_wording_changelist", "editor", ""),
    ("zalo_menuitem_changelist", "editor", ""),
    ("zalo_cannedanswer_changelist", "editor", ""),
    ("zalo_contact_changelist", "clerk", ""),
    ("zalo_referralvisit_changelist", "leader", ""),
    ("zalo_my_address", "handler", ""),
    ("zalo_account_changelist", "administrator", ""),
]


@pytest.mark.parametrize(("name", "who", "_"), PAGES, ids=[page[0] for page in PAGES])
def test_every_page_opens_for_its_people(client, centre, account, dossier, citizen, name, who, _):
    citizen.follows()
    citizen.says("gặp cán bộ")
    menu.make_usual(account, today=timezone.localdate())
    answer = signed_in(client, getattr(centre, who)).get(reverse(f"admin:{name}"))
    assert answer.status_code == 200
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize(("name", "who", "_"), PAGES, ids=[page[0] for page in PAGES])
def test_without_rights_or_agency_nothing_of_it_shows(
    client, centre, elsewhere, account, dossier, citizen, name, who, _
):
    citizen.follows()
    citizen.says("gặp cán bộ")
    answer = signed_in(client, getattr(elsewhere, who)).get(reverse(f"admin:{name}"))
    text = answer.content.decode()
    assert dossier.code not in text
    assert account.name not in text
    assert f"…{citizen.user_id[-4:]}" not in text


def test_pages_are_refused_without_the_permission(client, centre, account):
    signed_in(client, centre.handler)
    for name in ("zalo_call_list", "zalo_health", "zalo_template_changelist", "zalo_wording_changelist"):
        wanted = 200 if name == "zalo_call_list" else 403
        assert client.get(reverse(f"admin:{name}")).status_code == wanted, name
    for name in ("zalo_account_changelist", "zalo_menuitem_changelist", "zalo_contact_changelist"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403, name


# --- Conversations


def test_a_waiting_person_shows_with_the_countdown_and_last_words(client, centre, citizen):
    citizen.says("gặp cán bộ")
    citizen.says("Sổ đỏ của tôi bao giờ xong")
    text = signed_in(client, centre.clerk).get(reverse("admin:zalo_conversation_changelist")).content.decode()
    assert "Sổ đỏ của tôi bao giờ xong" in text
    assert "miễn phí đến" in text


def test_answering_takes_the_conversation_and_silences_the_machine(client, centre, citizen):
    citizen.says("gặp cán bộ")
    page = reverse("admin:zalo_conversation_act", args=[citizen.conversation.pk, "tra-loi"])
    assert signed_in(client, centre.clerk).post(page, {"text": "Chào bác, hồ sơ đang ký."}).status_code == 302
    assert citizen.conversation.assigned_to == centre.clerk
    assert citizen.says("cảm ơn cháu") is None
    (row,) = citizen.outbox(kind="chat.staff")
    assert row.content["message"]["text"] == "Chào bác, hồ sơ đang ký."
    thread = client.get(reverse("admin:zalo_conversation_change", args=[citizen.conversation.pk])).content.decode()
    assert "Chào bác, hồ sơ đang ký." in thread


def test_a_reply_after_seven_days_is_refused_with_what_to_do(client, centre, citizen):
    citizen.says("gặp cán bộ")
    contact = citizen.contact
    contact.last_interaction_at = timezone.now() - dt.timedelta(days=8)
    contact.save()
    page = reverse("admin:zalo_conversation_act", args=[citizen.conversation.pk, "tra-loi"])
    answer = signed_in(client, centre.clerk).post(page, {"text": "Chào bác"})
    assert answer.status_code == 409
    assert "gọi điện" in answer.content.decode()
    assert citizen.outbox(kind="chat.staff") == []


def test_a_conversation_of_another_agency_does_not_exist(client, elsewhere, citizen):
    citizen.says("gặp cán bộ")
    signed_in(client, elsewhere.clerk)
    for name in ("zalo_conversation_change",):
        assert client.get(reverse(f"admin:{name}", args=[citizen.conversation.pk])).status_code == 404
    page = reverse("admin:zalo_conversation_act", args=[citizen.conversation.pk, "tra-loi"])
    assert client.post(page, {"text": "x"}).status_code == 404


def test_canned_answers_are_offered_and_counted(client, centre, citizen):
    citizen.says("gặp cán bộ")
    canned = CannedAnswer.objects.create(title="Giờ làm việc", text="Chúng tôi làm việc từ 7 giờ 30.")
    foreign = CannedAnswer.objects.create(title="Nơi khác", text="x", agency=centre.agency)
    signed_in(client, centre.clerk)
    page = client.get(reverse("admin:zalo_conversation_change", args=[citizen.conversation.pk])).content.decode()
    assert "Giờ làm việc" in page
    assert foreign.title in page
    client.post(
        reverse("admin:zalo_conversation_act", args=[citizen.conversation.pk, "tra-loi"]),
        {"text": canned.text, "canned": str(canned.pk)},
    )
    canned.refresh_from_db()
    assert canned.uses == 1


def test_staff_link_a_dossier_only_with_the_citizens_yes(client, centre, citizen, dossier):
    citizen.says("gặp cán bộ")
    page = reverse("admin:zalo_conversation_act", args=[citizen.conversation.pk, "ket-noi"])
    signed_in(client, centre.clerk).post(page, {"code": dossier.code, "role": "owner"})
    assert not ContactLink.objects.exists()
    client.post(page, {"code": dossier.code, "role": "owner", "consent": "on"})
    link = ContactLink.objects.get()
    assert (link.proof, link.linked_by, link.role) == ("staff", centre.clerk, "owner")


# --- The dossier's panel


def test_the_panel_shows_linking_and_messages(client, centre, dossier, citizen):
    text = (
        signed_in(client, centre.clerk)
        .get(reverse("admin:dossiers_dossier_change", args=[dossier.pk]))
        .content.decode()
    )
    assert "Chưa kết nối" in text
    assert "Kết nối Zalo tại quầy" in text
    assert "Đã tiếp nhận hồ sơ" in text


def test_a_code_at_the_counter_turns_the_screen_green(client, centre, dossier, citizen):
    signed_in(client, centre.clerk)
    given = client.post(reverse("admin:zalo_link_code", args=[dossier.pk]), HTTP_ACCEPT="application/json").json()
    assert f"/q/{centre.desk.code}/" not in given["words"]
    assert given["qr"].startswith("<svg")
    assert client.get(given["state"]).json() == {"linked": False, "who": "", "expired": False}
    assert "Đã kết nối" in citizen.hears(given["words"])
    assert client.get(given["state"]).json()["linked"] is True
    page = client.get(reverse("admin:dossiers_dossier_change", args=[dossier.pk])).content.decode()
    assert "Mã một lần trên giấy tiếp nhận" in page
    link = ContactLink.objects.get()
    client.post(reverse("admin:zalo_unlink", args=[dossier.pk, link.pk]))
    link.refresh_from_db()
    assert link.unlinked_by == centre.clerk


def test_the_counters_code_is_not_given_to_another_agency(client, elsewhere, dossier):
    signed_in(client, elsewhere.clerk)
    assert client.post(reverse("admin:zalo_link_code", args=[dossier.pk])).status_code == 404


def test_without_scripts_the_code_comes_on_a_page(client, centre, dossier):
    answer = signed_in(client, centre.clerk).post(reverse("admin:zalo_link_code", args=[dossier.pk]))
    assert answer.status_code == 200
    assert "#HS" in answer.content.decode()


def test_a_message_by_hand_carries_the_receipt_number_and_goes_once(client, centre, dossier, citizen):
    citizen.follows()
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=timezone.now())
    signed_in(client, centre.clerk)
    for _ in range(2):
        client.post(reverse("admin:zalo_send", args=[dossier.pk]), {"words": "Mời bác ra ký tên."})
    rows = OutboxMessage.objects.filter(kind="dossier.by_hand")
    assert rows.count() in (1, 2)  # twice only when the minute turned in between
    row = rows.first()
    assert dossier.shown_number in row.content["text"]
    assert "Mời bác ra ký tên." in row.content["text"]
    assert row.contact == citizen.contact
    assert row.handled_by == centre.clerk


def test_message_acts_work_once_and_only_for_ones_own_agency(client, centre, elsewhere, dossier):
    row = OutboxMessage.objects.filter(dossier=dossier).first()
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED, finished_at=timezone.now()
    )
    page = reverse("admin:zalo_message_act", args=[row.pk, "da-goi"])
    assert signed_in(client, elsewhere.clerk).post(page).status_code == 404
    signed_in(client, centre.clerk).post(page, {"note": "Bác An nghe máy", "next": "https://evil.example/"})
    row.refresh_from_db()
    assert (row.handled_by, row.handled_note) == (centre.clerk, "Bác An nghe máy")
    assert client.post(page).url.startswith("/admin/")


# --- Ledger, call list, supervisors


def unreached(dossier):
    rows = OutboxMessage.objects.filter(dossier=dossier)
    rows.update(state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED, finished_at=timezone.now())
    return rows.first()


def test_the_call_list_has_number_and_script_and_is_written_down(client, centre, procedure, account):
    row = factories.in_state("supplement_requested", centre, procedure, now=timezone.now() - dt.timedelta(hours=3))
    unreached(row)
    text = signed_in(client, centre.clerk).get(reverse("admin:zalo_call_list")).content.decode()
    assert "0912 345 678" in text
    assert "Chào ông/bà" in text
    assert PersonalDataRead.objects.filter(user=centre.clerk, dossier=row, via="danh sách gọi điện").exists()


def test_supervisors_see_who_went_untold(client, centre, dossier):
    unreached(dossier)
    text = signed_in(client, centre.supervisor).get(reverse("admin:zalo_untold")).content.decode()
    assert dossier.code in text
    assert "0 %" in text


def test_one_message_explains_itself(client, centre, dossier):
    row = OutboxMessage.objects.filter(dossier=dossier).first()
    text = (
        signed_in(client, centre.clerk).get(reverse("admin:zalo_outboxmessage_change", args=[row.pk])).content.decode()
    )
    assert "Vì sao có tin này" in text
    assert dossier.shown_number in text
    assert PersonalDataRead.objects.filter(user=centre.clerk, dossier=dossier, via="tin nhắn đã gửi").count() == 1


def test_the_wording_and_the_consent_are_those_of_the_message(client, centre, dossier):
    row = OutboxMessage.objects.filter(dossier=dossier).first()
    before, after = row.created_at - dt.timedelta(hours=1), row.created_at + dt.timedelta(hours=1)
    for version, at in ((1, before), (2, after)):
        made = Wording.objects.create(kind=row.kind, version=version, text="Lời", note=f"lần {version}")
        Wording.objects.filter(pk=made.pk).update(created_at=at)
    for granted, at, how in ((True, before, "quan tâm kênh"), (False, after, "nhắn dừng")):
        consent.record(row.purpose, granted, how=how, now=at, phone=row.phone)
    page = reverse("admin:zalo_outboxmessage_change", args=[row.pk])
    text = signed_in(client, centre.clerk).get(page).content.decode()
    assert "Phiên bản 1" in text and "lần 1" in text and "lần 2" not in text
    assert "quan tâm kênh" in text and "nhắn dừng (sau tin này)" in text


def test_what_a_message_says_of_a_person_needs_the_right_to_read_it(client, centre, dossier):
    row = OutboxMessage.objects.filter(dossier=dossier).first()
    page = reverse("admin:zalo_outboxmessage_change", args=[row.pk])
    text = signed_in(client, centre.editor).get(page).content.decode()
    assert "Vì sao có tin này" in text
    assert row.content["text"][-60:] not in text and "cần quyền xem thông tin cá nhân" in text
    assert not PersonalDataRead.objects.filter(user=centre.editor).exists()


def test_the_ledger_is_found_by_the_event_the_inspector_comes_from(client, centre, dossier):
    row = OutboxMessage.objects.filter(dossier=dossier).first()
    ledger_page = reverse("admin:zalo_outboxmessage_changelist")
    signed_in(client, centre.supervisor)
    found = client.get("/admin/nhat-ky/?so=ho-so").content.decode()
    assert f"{ledger_page}?viec={row.event_id}" in found
    page = client.get(ledger_page, {"viec": row.event_id}).content.decode()
    assert dossier.code in page and f"?viec={row.event_id}&amp;muc=loi" in page, "another tab keeps what narrowed it"
    for other in ("0", "x", "9" * 30):
        assert dossier.code not in client.get(ledger_page, {"viec": other}).content.decode()


def test_the_ledger_is_found_by_dossier(client, centre, dossier, account):
    signed_in(client, centre.clerk)
    page = reverse("admin:zalo_outboxmessage_changelist")
    assert dossier.code in client.get(page, {"q": dossier.code.lower()}).content.decode()
    assert dossier.code not in client.get(page, {"q": "H80.05-20200101-0000001"}).content.decode()
    for tab in ("dang-gui", "da-toi", "loi", "tu-choi"):
        assert client.get(page, {"muc": tab}).status_code == 200


# --- Health, accounts, templates, wording, menu, sources


@pytest.mark.parametrize(("quality", "words"), [("HIGH", "tốt"), ("", "chưa hỏi"), ("NEW-WORD", "NEW-WORD")])
def test_the_page_of_an_account_says_its_quality_in_words(client, centre, account, quality, words):
    type(account).objects.filter(pk=account.pk).update(quality=quality)
    signed_in(client, centre.administrator)
    text = client.get(reverse("admin:zalo_account_change", args=[account.pk])).content.decode()
    assert "Chất lượng gửi tin" in text and words in text and "HIGH" not in text


def test_secrets_are_kept_when_left_empty_and_the_old_one_still_verifies(client, centre, account):
    signed_in(client, centre.administrator)
    page = reverse("admin:zalo_account_change", args=[account.pk])
    text = client.get(page).content.decode()
    assert "oa-secret" not in text
    form = {
        "name": "Tên mới",
        "oa_id": account.oa_id,
        "app_id": account.app_id,
        "is_active": "on",
        "phone_basis": "consent",
        "app_secret": "",
        "oa_secret": "",
        "search_keyword": "",
        "alias": "",
        "package": "",
        "agreement_partner": "",
        "services-TOTAL_FORMS": "0",
        "services-INITIAL_FORMS": "0",
    }
    assert client.post(page, form).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.oa_secret, account.previous_oa_secret) == ("Tên mới", "oa-secret", "")
    client.post(page, form | {"oa_secret": "moi"})
    account.refresh_from_db()
    assert (account.oa_secret, account.previous_oa_secret) == ("moi", "oa-secret")


def test_mapping_a_template_to_a_step(client, centre, account):
    template = Template.objects.create(
        account=account,
        template_id="500001",
        name="tiep_nhan_ho_so",
        status="ENABLE",
        params=[
            {
                "name": "ma_ho_so",
                "required": True,
                "kind": "STRING",
                "max_length": 40,
                "min_length": 0,
                "accept_null": False,
            }
        ],
    )
    signed_in(client, centre.editor)
    page = reverse("admin:zalo_template_map", args=[account.pk, "dossier.accepted"])
    assert "số biên nhận" in client.get(page, {"template": template.pk}).content.decode()
    client.post(page, {"template": template.pk, "p-ma_ho_so": "so_bien_nhan", "save": "1"})
    assert TemplateUse.objects.get().mapping == {"ma_ho_so": "so_bien_nhan"}
    client.post(page, {"template": "", "save": "1"})
    assert not TemplateUse.objects.exists()


def test_wording_needs_the_receipt_number_and_keeps_versions(client, centre, account):
    signed_in(client, centre.editor)
    page = reverse("admin:zalo_wording_edit", args=["dossier.accepted"])
    refused = client.post(page, {"text": "Đã tiếp nhận.", "script": "", "version": "0"})
    assert refused.status_code == 422
    assert "so_bien_nhan" in refused.content.decode()
    good = "Đã nhận hồ sơ {so_bien_nhan}."
    assert client.post(page, {"text": good, "script": "", "version": "0"}).status_code == 302
    stale = client.post(page, {"text": good + "!", "script": "", "version": "0"})
    assert stale.status_code == 422
    assert Wording.objects.get().version == 1
    shown = client.post(
        reverse("admin:zalo_wording_preview", args=["dossier.accepted"]), {"text": "Hồ sơ {so_bien_nhan}"}
    )
    assert "H80.05-20261116-0000042" in json.loads(shown.content)["text"]


def test_every_editable_wording_opens(client, centre, account):
    signed_in(client, centre.editor)
    for kind in messages.all_kinds():
        assert client.get(reverse("admin:zalo_wording_edit", args=[kind.slug])).status_code == 200, kind.slug


def test_the_menu_plan_has_the_sections_of_the_sources(client, centre, account):
    signed_in(client, centre.editor)
    client.post(reverse("admin:zalo_menu_act", args=[account.pk, "mau"]))
    titles = set(MenuItem.objects.values_list("title", flat=True))
    assert {"Thông tin", "Dịch vụ công", "Hỗ trợ", "Tra cứu hồ sơ", "Phản ánh, kiến nghị", "Tin tức, video"} <= titles
    assert len(menu.plan(account)) == 3
    assert menu.faults(account) == []
    text = client.get(reverse("admin:zalo_menuitem_changelist")).content.decode()
    assert "Gửi tin nhắn tới OA" in text
    client.post(reverse("admin:zalo_menu_act", args=[account.pk, "da-nhap"]))
    assert MenuItem.objects.filter(entered_at=None).count() == 0
    last = MenuItem.objects.exclude(parent=None).last()
    client.post(reverse("admin:zalo_menuitem_delete", args=[last.pk]), {"post": "yes"})
    assert not MenuItem.objects.filter(pk=last.pk).exists()
    assert "Chưa ghi nhận đã nhập" in client.get(reverse("admin:zalo_menuitem_changelist")).content.decode()


def test_figures_by_source_and_ones_own_address(client, centre, account, citizen):
    client.get(f"/q/{centre.desk.code}/", HTTP_USER_AGENT="Zalo")
    citizen.now = timezone.now()
    citizen.follows()
    signed_in(client, centre.leader)
    text = client.get(reverse("admin:zalo_referralvisit_changelist")).content.decode()
    assert centre.desk.name in text
    assert ReferralVisit.objects.get().contact == citizen.contact
    assert "/q/cb-" in client.get(reverse("admin:zalo_my_address")).content.decode()


def test_consent_and_erasure_at_the_counter(client, centre, citizen):
    citizen.follows()
    citizen.says("Tôi tên An")
    signed_in(client, centre.clerk)
    page = reverse("admin:zalo_contact_act", args=[citizen.contact.pk, "news"])
    client.post(page, {"granted": "0"})
    assert "Từ chối" in client.get(reverse("admin:zalo_contact_change", args=[citizen.contact.pk])).content.decode()
    contact = citizen.contact
    ask, erase = (reverse("admin:zalo_contact_act", args=[contact.pk, act]) for act in ("xin-xoa", "xoa"))
    client.post(erase, {"sure": "XOA"})
    client.post(ask, {"reason": "Yêu cầu tại quầy, đã xem căn cước"})
    client.post(erase, {"sure": "XOA"})
    signed_in(client, centre.leader)
    assert "Yêu cầu tại quầy" in client.get(reverse("admin:zalo_contact_change", args=[contact.pk])).content.decode()
    client.post(erase, {"sure": "không"})
    contact.refresh_from_db()
    assert contact.erased_at is None
    client.post(erase, {"sure": "XOA"})
    contact.refresh_from_db()
    assert contact.erased_at is not None
    assert not conversations.Conversation.objects.filter(contact=contact).exists()
