"""What the citizens' voice has to say reaches its sender: every kind, the right person, once, nothing secret told."""

import datetime as dt

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Agency, Applicant
from dossiers.workflow import acts
from feedback.cases import acts as case_acts
from feedback.cases import events, intake, joining
from feedback.cases.events import TELLS_SENDER
from feedback.cases.routing import Nature
from feedback.models import Case, Channel, FeedbackEvent, TransferRecord
from feedback.petitions import acts as petition_acts
from feedback.states import Status
from tests import factories, people
from tests.feedback.conftest import case_in, new_case, sent
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, buttons, channel_of
from zalo.messages import registry as messages
from zalo.models import ConsentRecord, Contact, ContactLink, OutboxMessage, Outcome, Route, State
from zalo.notices import feedback as feedback_notices
from zalo.notices import reconcile
from zalo.outbox import ledger
from zalo.outbox import rows as outbox
from zalo.people import followers

pytestmark = pytest.mark.django_db
K = FeedbackEvent.Kind
MINUTE = dt.timedelta(minutes=1)
PETITION = {K.TRANSFER_RECEIVED, K.TRANSFER_SENT}
OF_RATING = {K.RATING_INVITED, K.FOLLOW_UP_CONTACTED}
OF_CASE = sorted(TELLS_SENDER - PETITION - OF_RATING)
WORDS = "Ông trưởng phòng địa chính nhận tiền của tôi ngày 12/11"


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.fixture
def citizen(account):
    return Citizen(account, MONDAY)


def told(event_or_case) -> list[OutboxMessage]:
    name = "feedback_event" if isinstance(event_or_case, FeedbackEvent) else "feedback_event__case"
    return list(OutboxMessage.objects.filter(**{name: event_or_case}).order_by("pk"))


def happen(case: Case, kind: str, **more) -> FeedbackEvent:
    with transaction.atomic():
        return events.record(case, kind, at=MONDAY + MINUTE, public_note="Đã thay bóng đèn.", **more)


# --- Every kind


@pytest.mark.parametrize("kind", sorted(TELLS_SENDER))
def test_every_event_for_the_sender_has_exactly_one_message(kind):
    assert len([each for each in messages.all_kinds() if kind in each.feedback]) == 1


def test_inner_work_of_feedback_is_not_told():
    assert all(messages.for_feedback(kind) is None for kind in set(K.values) - TELLS_SENDER)


@pytest.mark.parametrize("kind", OF_CASE)
def test_a_case_about_ones_own_dossier_always_carries_code_and_receipt_number(centre, procedure, account, kind):
    dossier = factories.dossier(centre, procedure)
    case = new_case(centre, dossier_token=dossier.token)
    [row] = told(happen(case, kind))
    text = row.content["text"]
    assert case.code in text and dossier.shown_number in text and "/gop-y/" in text, "S3-23"
    assert (row.agency, row.dossier, row.required) == (centre.agency, None, True)
    if messages.get(row.kind).script:
        assert dossier.shown_number in row.content["script"]
    assert dossier.shown_number in row.content["values"]["tom_tat"], "by template, too"


@pytest.mark.parametrize("kind", OF_CASE)
def test_a_typed_code_never_tells_that_the_dossier_exists(centre, procedure, account, kind):
    dossier = factories.dossier(centre, procedure)
    stranger = Citizen(account, MONDAY)
    stranger.says("menu")
    ContactLink.objects.create(contact=stranger.contact, dossier=dossier, role="owner", proof="code", linked_at=MONDAY)
    case = new_case(centre, dossier_code=dossier.code, phone="")
    assert case.dossier == dossier and not case.dossier_proved
    [row] = told(happen(case, kind))
    assert dossier.shown_number not in row.payload and row.contact is None, "nobody hears of a stranger's report"
    assert row.outcome == Outcome.ANONYMOUS


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.HELD, Status.RESTRICTED}))
def test_the_real_acts_owe_one_row_for_each_event(centre, account, status):
    case_in(status, centre)
    owed = FeedbackEvent.objects.filter(kind__in=TELLS_SENDER)
    assert owed.exists() and all(len(told(event)) == 1 for event in owed)
    assert OutboxMessage.objects.exclude(feedback_event=None).count() == owed.count()


def test_wording_is_edited_like_the_others_and_keeps_its_places(centre):
    with pytest.raises(Exception, match="ma_y_kien"):
        messages.reword("feedback.answered", "Đã trả lời {ve_ho_so}", by=centre.editor)
    with pytest.raises(Exception, match="ve_ho_so"):
        messages.reword("feedback.answered", "Đã trả lời {ma_y_kien}", by=centre.editor)
    messages.reword("feedback.answered", "Mã {ma_y_kien}. {ve_ho_so} {noi_dung}", by=centre.editor)
    assert "YK-4F7K9-QWM2X" in messages.preview(messages.get("feedback.answered"), "Mã {ma_y_kien}")


# --- The right person


def test_sent_by_chat_the_chats_answer_is_the_acknowledgement(citizen):
    citizen.says("phản ánh")
    citizen.says("Đèn đường trước cổng trường tắt một tuần nay rồi")
    last = citizen.hears("gửi")
    case = Case.objects.get()
    [row] = told(case)
    assert case.code in last and row.kind == "chat.answer" and row.contact == citizen.contact, "told once, not twice"
    happen(case, K.ANSWERED)
    answer = told(case)[-1]
    assert (answer.contact, answer.kind, answer.order_key) == (
        citizen.contact,
        "feedback.answered",
        f"y{case.pk}:c{citizen.contact.pk}",
    )
    assert "Xem chi tiết" in str(answer.content["message"])


def test_a_phone_proved_on_zalo_is_told_there_and_one_merely_typed_is_not(centre, procedure, account, citizen):
    factories.dossier(centre, procedure)
    applicant = Applicant.objects.get()
    citizen.shares(name="Kẻ lạ", phone=applicant.phone)
    case = new_case(centre, phone=applicant.phone)
    assert told(case)[0].contact is None, "anybody may type a number into Zalo's form"
    ContactLink.objects.create(contact=citizen.contact, applicant=applicant, proof="phone", linked_at=MONDAY)
    [row] = told(happen(case, K.ACCEPTED))
    assert row.contact == citizen.contact and row.phone == applicant.phone, "the phone is the way that follows"


def test_the_owner_of_a_proved_dossier_is_told_when_nothing_else_was_left(centre, procedure, account, citizen):
    dossier = factories.dossier(centre, procedure)
    citizen.says("menu")
    link = ContactLink.objects.create(
        contact=citizen.contact, dossier=dossier, role="submitter", proof="code", linked_at=MONDAY
    )
    [row] = told(new_case(centre, dossier_token=dossier.token, phone=""))
    assert row.outcome == Outcome.ANONYMOUS, "whoever handed it in for the owner hears nothing"
    ContactLink.objects.filter(pk=link.pk).update(role="owner")
    [row] = told(new_case(centre, dossier_token=dossier.token, phone="", text="Quạt ở phòng chờ hỏng đã lâu."))
    assert row.contact == citizen.contact and row.state == State.QUEUED


def test_an_erased_or_silenced_sender_is_not_written_to(citizen, centre):
    citizen.says("menu")
    contact = citizen.contact
    case = new_case(centre, phone="", channel=Channel.CHAT, origin_ref=f"zalo:{contact.pk}")
    followers.erase(contact, how="Yêu cầu", now=MONDAY)
    [row] = told(happen(case, K.ANSWERED))
    assert row.contact is None and row.outcome == Outcome.ANONYMOUS


@pytest.mark.parametrize("ref", ["zalo:", "zalo:x", "zalo:99999999999999999999", "viber:1", "zalo:1²"])
def test_a_strange_origin_is_nobody(centre, account, ref):
    [row] = told(new_case(centre, phone="", origin_ref=ref))
    assert row.outcome == Outcome.ANONYMOUS


def test_nobody_to_tell_is_an_outcome_and_no_blame(centre, account):
    [row] = told(new_case(centre, phone=""))
    assert (row.state, row.outcome) == (State.CANCELLED, Outcome.ANONYMOUS) and row.finished_at
    span = {"start": MONDAY - MINUTE, "end": MONDAY + MINUTE}
    assert ledger.by_unit([centre.agency.pk], **span) == []
    assert not ledger.call_list([centre.agency.pk], everything=True).exists()


def test_a_flood_under_somebody_elses_number_costs_no_message(centre, account):
    rows = []
    for number in range(14):
        case = new_case(centre, phone="0900000001", text=f"Một chuyện khác hẳn số {number} ở ngõ {number * 7}.")
        rows += told(case)
        if case.status == Status.HELD:
            break
    assert case.status == Status.HELD and rows[-1].state == State.CANCELLED and not rows[-1].required


def test_parts_are_silent_and_the_whole_speaks(centre, elsewhere, account):
    case = new_case(centre)
    halves = [joining.Part(title=f"Phần {n}", text="Nội dung phần này dài.", agency=centre.agency) for n in (1, 2)]
    parts = case_acts.do("split", case, by=centre.leader, now=MONDAY, parts=halves)
    assert all(told(part) == [] for part in parts)
    case_acts.do("accept", parts[0], by=centre.handler, now=MONDAY)
    case_acts.do("draft", parts[0], by=centre.handler, now=MONDAY, text="Trả lời riêng phần một.")
    case_acts.do("submit", parts[0], by=centre.handler, now=MONDAY)
    case_acts.send_answer(parts[0], by=centre.leader, now=MONDAY)
    assert told(case)[-1].kind == "feedback.part_answered" and "Trả lời riêng" in told(case)[-1].content["text"]
    assert all(told(part) == [] for part in parts)


def test_senders_of_merged_duplicates_get_the_same_answer(centre, account):
    duplicate = new_case(centre)
    main = new_case(centre)
    case_acts.do("merge", duplicate, into=main, by=centre.leader, now=MONDAY)
    case_acts.do("accept", main, by=centre.handler, now=MONDAY)
    case_acts.do("draft", main, by=centre.handler, now=MONDAY, text="Đã thay bóng đèn.")
    case_acts.do("submit", main, by=centre.handler, now=MONDAY)
    case_acts.send_answer(main, by=centre.leader, now=MONDAY)
    for case in (main, duplicate):
        text = told(case)[-1].content["text"]
        assert "Đã thay bóng đèn." in text and case.code in text
    assert main.code not in told(duplicate)[-1].payload, "the other sender's code is a key"


# --- Petitions


def petition(centre, **more) -> TransferRecord:
    return intake.receive(sent(centre, text=WORDS, nature=Nature.DENUNCIATION, **more), now=MONDAY)


def test_a_petition_is_told_by_code_and_address_alone(centre, account, client):
    record = petition(centre, sender_name="Lê Thị Kín", phone="0987654321", email="kin@example.vn")
    people.named_officer(centre.leader)
    petition_acts.do("send_on", record, by=centre.leader, now=MONDAY + MINUTE, body="Thanh tra tỉnh", number="12/CV")
    rows = list(OutboxMessage.objects.filter(feedback_event__record=record).order_by("pk"))
    assert [row.kind for row in rows] == ["feedback.transfer_received", "feedback.transfer_sent"]
    for row in rows:
        said = row.payload.lower()
        assert record.code in row.content["text"] and record.token.lower() in said
        for secret in ("tố cáo", "khiếu nại", "đơn", "địa chính", "lê thị kín", "thanh tra", "nhận tiền"):
            assert secret not in said, secret
        assert (row.agency, row.dossier, row.contact, row.phone) == (None, None, None, "+84987654321")
        assert Route.CALL not in messages.get(row.kind).routes


def test_nobody_at_the_counter_learns_who_sent_a_petition(centre, citizen, client, django_user_model):
    citizen.says("menu")
    record = petition(centre, phone="", origin_ref=f"zalo:{citizen.contact.pk}")
    [row] = OutboxMessage.objects.filter(feedback_event__record=record)
    assert row.contact == citizen.contact
    page = reverse("admin:zalo_outboxmessage_change", args=[row.pk])
    for user in (centre.clerk, centre.supervisor, centre.leader):
        client.force_login(user)
        assert client.get(page).status_code == 404
        assert record.code not in client.get(reverse("admin:zalo_outboxmessage_changelist")).content.decode()
        thread = client.get(reverse("admin:zalo_conversation_change", args=[citizen.conversation.pk]))
        assert record.code not in thread.content.decode()
        assert record.code not in client.get(reverse("admin:zalo_call_list") + "?tat-ca=1").content.decode()
    client.force_login(django_user_model.objects.create_superuser("root", password="x"))
    for address in (page, reverse("admin:zalo_outboxmessage_changelist")):
        shown = client.get(address).content.decode()
        assert "Giữ kín" in shown and record.code not in shown and citizen.user_id[-4:] not in shown


def test_a_case_that_becomes_a_petition_takes_back_what_was_said(citizen, centre):
    citizen.says("góp ý")
    citizen.says("2")
    citizen.says("Làm sổ đỏ ở ấp 3 chờ lâu quá")  # what is behind it comes out when staff call back
    citizen.says("gửi")
    case = Case.objects.get()
    waiting = told(happen(case, K.ACCEPTED))[0]
    case_acts.do("restrict", case, by=centre.handler, now=citizen.now, kind="denunciation")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.outcome, waiting.payload, waiting.agency) == (State.CANCELLED, "withdrawn", "", None)
    record = TransferRecord.objects.get()
    [row] = OutboxMessage.objects.filter(feedback_event__record=record)
    assert row.contact == citizen.contact and record.code in row.content["text"]
    assert not any("chờ lâu quá" in line.text for line in citizen.lines()), "staff of the chat cannot read it there"


# --- Staff


def test_a_units_own_members_do_not_read_what_was_said_about_them(centre, account, client):
    case = new_case(centre)
    case_acts.do("about", case, by=centre.leader, now=MONDAY, unit=centre.land)
    [row] = told(case)
    page = reverse("admin:zalo_outboxmessage_change", args=[row.pk])
    client.force_login(centre.handler)
    assert client.get(page).status_code == 404
    assert case.code not in client.get(reverse("admin:zalo_outboxmessage_changelist")).content.decode()
    client.force_login(centre.supervisor)
    assert case.code in client.get(page).content.decode()
    client.force_login(centre.editor)
    shown = client.get(page).content.decode()
    assert "chỉ người xử lý" in shown and case.title not in shown, "the channel's editor sees that it went, not what"


def test_the_ledger_finds_a_case_and_the_call_list_points_to_it(centre, account, client):
    case = new_case(centre)
    [row] = told(happen(case, K.MORE_REQUESTED))
    OutboxMessage.objects.filter(pk=row.pk).update(state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED)
    client.force_login(centre.clerk)
    found = client.get(reverse("admin:zalo_outboxmessage_changelist"), {"q": case.code.lower().replace("-", " ")})
    assert found.content.decode().count(case.code) >= 2
    listed = client.get(reverse("admin:zalo_call_list")).content.decode()
    assert case.code in listed and "Xin ông/bà cho biết thêm" in listed and case.phone not in listed
    client.force_login(centre.supervisor)
    assert case.code in client.get(reverse("admin:zalo_untold"), {"tu": "2026-11-16"}).content.decode()


# --- Rating


@pytest.fixture
def returned(centre, procedure, account):
    dossier = factories.in_state("result_ready", centre, procedure)
    acts.do("return_result", dossier, by=centre.clerk, now=MONDAY + dt.timedelta(hours=1))
    return dossier


def test_a_returned_result_invites_one_person_after_the_news(returned):
    [row] = OutboxMessage.objects.filter(kind="feedback.rating_invited")
    news = OutboxMessage.objects.get(kind="dossier.result_returned")
    assert row.dossier == returned and row.purpose == ConsentRecord.Purpose.SURVEY
    assert row.next_at > news.next_at and row.order_key != news.order_key, "the question never overtakes the news"
    assert returned.shown_number in row.content["text"] and "/danh-gia/" in row.content["text"]
    assert "Đánh giá tại đây" in str(row.content["message"])


def test_the_word_back_to_a_low_rating_is_kept_from_the_officer(returned, centre, client):
    from feedback.ratings import follow_ups
    from feedback.ratings import rating as ratings

    rating = ratings.give(returned.rating_invitations.get(), {"attitude": 1, "result": 1}, now=MONDAY)
    follow_ups.contacted(rating.follow_up, by=centre.supervisor, now=MONDAY, done="Đã nhắc cán bộ.")
    [row] = OutboxMessage.objects.filter(kind="feedback.follow_up_contacted")
    assert "Đã nhắc cán bộ." in row.content["text"] and returned.shown_number in row.content["text"]
    assert (row.agency, row.dossier) == (None, None)
    client.force_login(centre.handler)
    page = client.get(reverse("admin:dossiers_dossier_change", args=[returned.pk])).content.decode()
    assert "đánh giá thấp" not in page


# --- What comes of it


def delivered(row: OutboxMessage, at: dt.datetime) -> OutboxMessage:
    OutboxMessage.objects.filter(pk=row.pk).update(state=State.SENT, remote_id=f"m{row.pk}", sent_at=at)
    outbox.mark_delivered(row.account_id, at=at, remote_id=f"m{row.pk}")
    feedback_notices.answer_arrived(row.account_id, [f"m{row.pk}", ""], at=at)
    return row


def test_the_receipt_of_the_answer_is_noted_on_the_case(centre, account):
    case = case_in(Status.ANSWERED, centre)
    row = told(case)[-1]
    delivered(row, MONDAY + dt.timedelta(hours=2))
    case.refresh_from_db()
    assert case.answer_received_at == MONDAY + dt.timedelta(hours=2)
    delivered(row, MONDAY + dt.timedelta(hours=3))
    assert case.events.filter(kind=K.ANSWER_RECEIVED).count() == 1


def test_a_late_receipt_of_an_earlier_answer_says_nothing_of_the_new_one(centre, account):
    case = case_in(Status.ANSWERED, centre)
    first = told(case)[-1]
    case_acts.do("reopen", case, by=None, now=MONDAY + dt.timedelta(hours=1), text="Đèn vẫn tắt")
    delivered(first, MONDAY + dt.timedelta(hours=2))
    case.refresh_from_db()
    assert case.answer_received_at is None
    at = MONDAY + dt.timedelta(hours=4)
    case_acts.do("draft", case, by=centre.handler, now=at, text="Đã thay cả dây.")
    case_acts.do("submit", case, by=centre.handler, now=at)
    case_acts.send_answer(case, by=centre.leader, now=at)
    delivered(first, at)
    case.refresh_from_db()
    assert case.answer_received_at is None


def test_what_was_lost_to_an_error_is_told_later(centre, account, monkeypatch):
    def broken(event, **more):
        raise ZeroDivisionError

    monkeypatch.setattr(feedback_notices, "tell", broken)
    case = new_case(centre, now=timezone.now() - dt.timedelta(minutes=5))
    assert told(case) == [], "the channel's trouble is not the citizen's"
    monkeypatch.undo()
    assert reconcile.tell_forgotten() == 1 and reconcile.tell_forgotten() == 0
    assert len(told(case)) == 1


def test_what_the_chat_or_the_whole_told_is_not_forgotten(citizen, centre):
    citizen.later(days=(timezone.now() - MONDAY).days)
    citizen.says("phản ánh")
    citizen.says("Đèn đường trước cổng trường tắt một tuần nay rồi")
    citizen.says("gửi")
    assert reconcile.tell_forgotten(now=citizen.now + dt.timedelta(minutes=9)) == 0


def test_an_agency_off_the_channel_tells_nobody(centre):
    Agency.objects.update(rollout=Agency.Rollout.PAUSED)
    centre.agency.refresh_from_db()
    assert told(new_case(centre)) == [] and reconcile.tell_forgotten() == 0


# --- By the routes, against the simulated Zalo


def test_by_reply_then_template_then_mail(channel):
    channel.map_templates()
    type(channel.account).objects.update(phone_basis="public_task")
    now = timezone.now()
    contact = channel.follower("lan")
    by_chat = new_case(channel.centre, now=now, phone="", origin_ref=f"zalo:{contact.pk}")
    by_uid = new_case(channel.centre, now=now, phone="", origin_ref=f"zalo:{channel.follower('hung').pk}")
    Contact.objects.filter(user_id=channel.zalo.user_id("hung")).update(last_interaction_at=now - dt.timedelta(days=9))
    by_phone = new_case(channel.centre, now=now, phone="0912000104")
    by_mail = new_case(channel.centre, now=now, phone="02723874001", email="an@example.vn")
    nobody = new_case(channel.centre, now=now, phone="02723874002")
    while channel.drain().more:
        pass
    routes = [told(case)[0].route for case in (by_chat, by_uid, by_phone, by_mail)]
    assert routes == [Route.REPLY, Route.UID, Route.PHONE, Route.EMAIL]
    assert all(told(case)[0].state == State.SENT for case in (by_chat, by_uid, by_phone, by_mail))
    [letter] = mail.outbox
    assert by_mail.code in letter.subject and by_mail.code in letter.body
    assert (told(nobody)[0].state, told(nobody)[0].outcome) == (State.UNREACHABLE, Outcome.NOT_LINKED)
    template = channel.zalo.messages(channel="phone")[0]
    assert by_phone.code in str(template["content"])


def test_a_refused_purpose_is_respected(channel):
    contact = channel.follower("lan")
    followers.restrict(contact, ["dossier"], how="Nhắn “dừng”", now=timezone.now())
    case = new_case(channel.centre, now=timezone.now(), phone="", origin_ref=f"zalo:{contact.pk}")
    channel.drain()
    assert told(case)[0].outcome == Outcome.REFUSED and not channel.zalo.count()


def test_every_template_of_the_usual_register_fits_the_feedback_kinds(channel):
    from zalo.account import template_register

    channel.map_templates()
    lines = {line.kind.slug: line.faults for line in template_register.mapping(channel.account)}
    assert {slug: faults for slug, faults in lines.items() if slug.startswith("feedback.") and faults} == {}


def test_buttons_lead_to_the_case(citizen):
    citizen.says("phản ánh")
    citizen.says("Đèn đường trước cổng trường tắt một tuần nay rồi")
    line = citizen.says("gửi")
    assert "Xem tiến độ" in buttons(line)
