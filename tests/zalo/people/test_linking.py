"""Who speaks for which dossier: one-time codes, a shared phone with a second fact, several people, unlinking."""

import datetime as dt

import pytest
from django.db import connection

from dossiers.models import Applicant
from dossiers.privacy import guessing
from dossiers.states import State as DossierState
from tests import factories
from tests.people import AN, BINH, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import link_words
from zalo.chat.words import Said
from zalo.models import ContactLink, FollowRecord, LinkCode, OutboxMessage, Outcome, ReferralVisit, State
from zalo.notices import dossier as dossier_notices
from zalo.people import linking, referrals
from zalo.people.linking import LinkRefused

pytestmark = pytest.mark.django_db
NOW = MONDAY + dt.timedelta(hours=1)


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.fixture
def citizen(account):
    return Citizen(account, NOW)


@pytest.fixture
def dossier(centre, procedure, account):
    return factories.dossier(centre, procedure)


def known(citizen):
    citizen.says("menu")
    return citizen.contact


def test_a_code_works_once_for_one_person_and_only_its_hash_is_kept(citizen, account, dossier):
    issued = linking.issue_code(dossier, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_hash FROM zalo_linkcode")
        assert issued.code not in cursor.fetchone()[0]
    assert "Đã kết nối hồ sơ" in citizen.hears(f"#HS {issued.code}")
    assert "đã kết nối từ trước" in citizen.hears(f"#HS {issued.code}")
    other = Citizen(account, NOW)
    assert "không đúng hoặc đã hết hạn" in other.hears(f"#HS {issued.code}")
    link = ContactLink.objects.get()
    assert (link.proof, link.role, link.contact) == ("code", "owner", citizen.contact)


@pytest.mark.parametrize(
    "typed",
    [
        "#HS {code}",
        "#hs{code}",
        "hs {code}",
        "{code}",
        "{spaced}",
        "#HS: {spaced}",
        "hồ sơ {code}",
        "mã {code}",
        "HS.{code}",
    ],
)
def test_a_code_is_read_however_it_is_typed(citizen, dossier, typed):
    issued = linking.issue_code(dossier, now=NOW)
    said = typed.format(code=issued.code, spaced=f"{issued.code[:3]} {issued.code[3:]}")
    assert "Đã kết nối hồ sơ" in citizen.hears(said)


def test_a_code_read_aloud(citizen, dossier):
    words = dict(zip("0123456789", "không một hai ba bốn năm sáu bảy tám chín".split(), strict=True))
    issued = linking.issue_code(dossier, now=NOW)
    assert "Đã kết nối hồ sơ" in citizen.hears("mã " + " ".join(words[digit] for digit in issued.code))


@pytest.mark.parametrize("spoken", ["không " * 6, "ba chín một chín bảy không", "một hai ba bốn năm sáu"])
def test_no_code_is_too_long_to_be_read_aloud(spoken):
    assert len(link_words.code_in(Said(f"mã kết nối {spoken}"), strict=False)) == linking.CODE_DIGITS


def test_a_code_dies_after_half_an_hour(citizen, dossier):
    issued = linking.issue_code(dossier, now=NOW)
    citizen.later(minutes=31)
    assert "hết hạn" in citizen.hears(f"#HS {issued.code}")


def test_guessing_is_stopped_for_everybody_it_could_hurt(citizen, dossier):
    contact = known(citizen)
    for number in range(guessing.GUESSES[0].most):
        citizen.says(f"#HS {number:06d}")
    with pytest.raises(LinkRefused, match=r"chờ \d+ phút"):
        linking.redeem(contact, linking.issue_code(dossier, now=NOW).code, now=citizen.now)
    citizen.later(hours=1, minutes=5)
    assert "Đã kết nối" in citizen.hears(f"#HS {linking.issue_code(dossier, now=citizen.now).code}")


def test_only_a_few_codes_of_a_dossier_stay_open(dossier):
    codes = [linking.issue_code(dossier, now=NOW) for _ in range(linking.MOST_OPEN + 3)]
    assert LinkCode.objects.filter(expires_at__gt=NOW).count() == linking.MOST_OPEN
    assert not LinkCode.objects.filter(pk=codes[0].pk, expires_at__gt=NOW).exists()


def test_a_code_sent_to_another_channel_is_sent_on(elsewhere, citizen, procedure):
    foreign = factories.dossier(elsewhere, procedure)
    issued = linking.issue_code(foreign, now=NOW)
    assert "Hãy gửi mã tới" in citizen.hears(f"#HS {issued.code}")
    assert LinkCode.objects.get().used_at is None


def test_all_dossiers_of_one_receipt_are_linked(centre, procedure, account, citizen):
    receipt = factories.received(centre, procedure, count=3)
    issued = linking.issue_code(receipt.dossiers.first(), now=NOW)
    citizen.says(f"#HS {issued.code}")
    assert linking.dossiers_of(citizen.contact).count() == 3


def test_several_people_hear_of_one_dossier(account, citizen, dossier):
    other = Citizen(account, NOW)
    for person in (citizen, other):
        person.says(f"#HS {linking.issue_code(dossier, now=NOW).code}")
    assert linking.holders_of(dossier).count() == 2
    event = dossier.events.first()
    recipients = dossier_notices.recipients_of(event, account)
    assert {recipient.contact for recipient in recipients} == {citizen.contact, other.contact}
    told = OutboxMessage.objects.get(kind="dossier.linked_by_another")
    assert told.contact == citizen.contact, "who held it before hears of the other; the other hears nothing"
    assert dossier.shown_number in told.content["text"] and "mã #HS" in told.content["text"]


def test_unlinking_ends_it_and_linking_again_is_possible(citizen, centre, dossier):
    contact = known(citizen)
    link, made = linking.link(contact, dossier=dossier, role="owner", proof="staff", now=NOW, by=centre.clerk)
    assert made
    assert linking.unlink(link, by=centre.clerk, now=NOW)
    assert not linking.unlink(link, by=centre.clerk, now=NOW)
    assert not linking.dossiers_of(contact).exists()
    again, made = linking.link(contact, dossier=dossier, role="owner", proof="staff", now=NOW)
    assert made
    assert again.pk != link.pk


def test_roles_follow_who_owns_and_who_hands_in(centre, procedure, account):
    assert linking.likely_role(factories.dossier(centre, procedure)) == "owner"
    dossier = factories.dossier(centre, procedure, person=BINH)
    dossier.owner = Applicant.objects.create(
        full_name="Công ty TNHH Vĩnh Phát", kind="enterprise", id_number="0100109106"
    )
    assert linking.likely_role(dossier) == "firm"
    dossier.owner = Applicant.objects.create(full_name="Cụ Tư", id_number="080045001111")
    assert linking.likely_role(dossier) == "submitter"


# --- By phone


def test_the_phone_alone_links_nothing(citizen, dossier):
    citizen.says("chia sẻ số điện thoại")
    citizen.shares(phone="84912345678", name="Nguyễn Văn An")
    assert not ContactLink.objects.exists()
    assert citizen.contact.phone == "+84912345678"
    assert "Đã kết nối" in citizen.hears("1234")
    assert linking.dossiers_of(citizen.contact).get() == dossier


def test_a_number_nobody_handed_in_under_links_nothing(citizen, dossier):
    citizen.shares(phone="0909999999")
    assert "nhắn 4 số cuối" in citizen.lines().last().text, "as for a number somebody has: no oracle"
    assert "chưa khớp" in citizen.hears("1234")
    with pytest.raises(LinkRefused):
        linking.confirm_phone(citizen.contact, "1234", now=NOW)


def test_wrong_digits_are_counted(citizen, dossier):
    citizen.shares(phone="0912345678")
    for _ in range(guessing.GUESSES[0].most):
        citizen.says("9999")
    assert "sai nhiều lần" in citizen.hears("1234")
    assert not ContactLink.objects.exists()


def test_the_display_name_never_links(citizen, dossier):
    contact = known(citizen)
    contact.name = AN.full_name
    contact.save()
    citizen.says("hồ sơ của tôi")
    citizen.says(f"tôi là {AN.full_name}")
    assert not ContactLink.objects.exists()


@pytest.mark.parametrize("phone", ["", "abc", "0912", "+1 202 555 0101", None, 84912345678])
def test_odd_phones_are_answered(citizen, phone):
    citizen.shares(phone=phone)
    assert citizen.lines().last().author == "bot"


# --- What was missed is told


def test_messages_that_reached_nobody_turn_to_the_person_just_linked(citizen, centre, procedure, account):
    dossier = factories.in_state(DossierState.APPRAISING, centre, procedure)
    OutboxMessage.objects.filter(dossier=dossier).update(
        state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED, finished_at=MONDAY
    )
    newest = OutboxMessage.objects.filter(dossier=dossier).order_by("-id").first()
    citizen.says(f"#HS {linking.issue_code(dossier, now=NOW).code}")
    newest.refresh_from_db()
    assert (newest.state, newest.contact, newest.outcome) == (State.QUEUED, citizen.contact, "")
    others = OutboxMessage.objects.filter(dossier=dossier, contact=None)
    assert others.count() == 2
    assert all(row.handled_at for row in others)
    assert citizen.outbox(kind="dossier.receipt_file")


def test_waiting_messages_follow_the_link_and_are_not_doubled(citizen, dossier):
    waiting = OutboxMessage.objects.get(dossier=dossier, kind="dossier.accepted")
    citizen.says(f"#HS {linking.issue_code(dossier, now=NOW).code}")
    waiting.refresh_from_db()
    assert waiting.contact == citizen.contact
    assert OutboxMessage.objects.filter(dossier=dossier, kind="dossier.accepted").count() == 1


# --- Where followers come from


def test_a_follow_after_one_counters_address_is_the_counters(client, centre, citizen):
    client.get(f"/q/{centre.desk.code}/", HTTP_USER_AGENT="Zalo iOS")
    ReferralVisit.objects.update(at=NOW - dt.timedelta(minutes=2))
    citizen.follows()
    record = FollowRecord.objects.get()
    assert (record.desk, record.agency, record.visit.contact) == (centre.desk, centre.agency, citizen.contact)


def test_two_counters_at_once_leave_the_centre_only(client, centre, citizen):
    other = centre.agency.desks.create(code="Q2", name="Quầy 2")
    for desk in (centre.desk, other):
        client.get(f"/q/{desk.code}/", HTTP_USER_AGENT="Zalo")
    ReferralVisit.objects.update(at=NOW - dt.timedelta(minutes=2))
    citizen.follows()
    record = FollowRecord.objects.get()
    assert (record.desk, record.agency) == (None, centre.agency)


def test_an_old_visit_is_nobodys(client, centre, citizen):
    client.get(f"/q/{centre.desk.code}/", HTTP_USER_AGENT="Zalo")
    ReferralVisit.objects.update(at=NOW - referrals.MATCH_WITHIN - dt.timedelta(minutes=1))
    citizen.follows()
    assert FollowRecord.objects.get().desk is None


def test_linking_by_the_receipts_code_proves_the_counter(citizen, centre, dossier):
    citizen.follows()
    citizen.says(f"#HS {linking.issue_code(dossier, now=NOW).code}")
    assert FollowRecord.objects.get().desk == centre.desk


def test_short_addresses_lead_to_the_account_and_machines_are_not_counted(client, centre, account):
    code = referrals.officer_code(centre.handler)
    for path in (
        "/q/",
        f"/q/{centre.desk.code.lower()}/",
        f"/q/cq-{centre.agency.code}/",
        f"/q/{code}/",
        "/q/khong-co/",
    ):
        answer = client.get(path, HTTP_USER_AGENT="Mozilla")
        assert (answer.status_code, answer["Location"]) == (302, f"https://zalo.me/{account.oa_id}")
    assert ReferralVisit.objects.filter(officer=centre.handler).count() == 1
    before = ReferralVisit.objects.count()
    client.get("/q/", HTTP_USER_AGENT="facebookexternalhit/1.1")
    client.head("/q/")
    assert ReferralVisit.objects.count() == before


@pytest.mark.parametrize("code", ["cb-1-000000", "cb-zz-abcdef", "cb-1", "cq-nowhere"])
def test_forged_referral_codes_are_nobodys(db, code):
    assert referrals.origin_of(code) is None


# --- The citizen's page


def test_the_page_of_a_receipt_gives_a_code_by_a_press_only(client, dossier, citizen):
    page = f"/zalo/ket-noi/{dossier.token}/"
    assert "Lấy mã kết nối" in client.get(page).content.decode()
    assert not LinkCode.objects.exists()
    assert "#HS" not in client.post(page).content.decode()
    answer = client.post(page, {"last4": "1234"})
    assert "#HS" in answer.content.decode()
    assert answer["Cache-Control"].startswith("no-store")
    state = answer.context["state"]
    assert client.get(page + "trang-thai/", {"ma": state}).json() == {"linked": False}
    LinkCode.objects.update(expires_at=NOW + dt.timedelta(minutes=30))
    citizen.says(answer.context["issued"].words)
    assert client.get(page + "trang-thai/", {"ma": state}).json() == {"linked": True}
    assert client.get(page + "trang-thai/", {"ma": "giả"}).status_code == 400


def test_unknown_addresses_and_places_without_a_channel(client, elsewhere, procedure, account):
    assert client.get("/zalo/ket-noi/khong-co-ho-so-nay/").status_code == 404
    foreign = factories.dossier(elsewhere, procedure)
    assert client.get(f"/zalo/ket-noi/{foreign.token}/").status_code == 404


def test_the_public_page_invites_where_there_is_a_channel(client, dossier, account):
    from zalo.templatetags import zalo_invite

    zalo_invite._kept.forget()
    assert "Nhận tin qua Zalo" not in client.get(f"/h/{dossier.token}/").content.decode()
    type(account).objects.update(grant="good")
    zalo_invite._kept.forget()
    assert f"/zalo/ket-noi/{dossier.token}/" in client.get(f"/h/{dossier.token}/").content.decode()
    zalo_invite._kept.forget()


def test_who_links_by_shared_phone_gets_what_waited_for_every_open_dossier(citizen, centre, procedure, account):
    first = factories.in_state(DossierState.APPRAISING, centre, procedure)
    second = factories.dossier(centre, procedure)
    returned = factories.in_state(DossierState.RESULT_RETURNED, centre, procedure)
    ended = {"state": State.UNREACHABLE, "outcome": Outcome.NOT_LINKED, "finished_at": MONDAY}
    OutboxMessage.objects.filter(required=True).update(**ended)
    citizen.says("chào")
    linking.share_phone(citizen.contact, AN.phone)
    citizen.contact.refresh_from_db()
    linking.confirm_phone(citizen.contact, AN.id_number[-4:], now=NOW)
    turned = OutboxMessage.objects.filter(contact=citizen.contact, required=True, state=State.QUEUED)
    assert set(turned.filter(event__isnull=False).values_list("dossier_id", "kind")) == {
        (first.pk, "dossier.appraising"),
        (second.pk, "dossier.accepted"),
    }
    files = OutboxMessage.objects.filter(contact=citizen.contact, kind="dossier.receipt_file")
    assert set(files.values_list("dossier_id", flat=True)) == {first.pk, second.pk}
    assert not OutboxMessage.objects.filter(dossier=returned, contact=citizen.contact).exists()


def test_who_is_linked_at_the_counter_gets_what_waited(client, citizen, centre, dossier):
    ended = {"state": State.UNREACHABLE, "outcome": Outcome.NOT_LINKED, "finished_at": MONDAY, "error": "x"}
    OutboxMessage.objects.filter(dossier=dossier, required=True).update(**ended)
    citizen.says("gặp cán bộ")
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=NOW, by=centre.clerk)
    row = OutboxMessage.objects.get(dossier=dossier, kind="dossier.accepted")
    assert (row.contact, row.state, row.outcome, row.error) == (citizen.contact, State.QUEUED, "", "")
    assert OutboxMessage.objects.filter(contact=citizen.contact, kind="dossier.receipt_file").count() == 1
