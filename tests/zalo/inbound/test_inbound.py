"""Webhook events handled: in order per person, once, whatever comes twice, late or broken."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.people import MONDAY
from tests.zalo import signing
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.inbound import drain as inbound
from zalo.inbound import handlers as inbound_handlers
from zalo.inbound import inbox
from zalo.models import (
    Account,
    ChatMessage,
    Contact,
    FollowRecord,
    InboxEvent,
    Incident,
    OutboxMessage,
    Outcome,
    State,
    Template,
)

pytestmark = pytest.mark.django_db
CATALOGUE = """
follow unfollow user_send_text user_send_image user_send_link user_send_audio user_send_video user_send_sticker
user_send_location user_send_file user_send_business_card user_send_gif oa_send_text oa_send_image oa_send_gif
oa_send_list oa_send_file oa_send_sticker oa_send_template user_received_message user_seen_message user_reacted_message
oa_reacted_message user_click_chatnow user_submit_info update_user_info user_withdraw add_user_to_tag
remove_user_from_tag remove_tag anonymous_send_text anonymous_send_image anonymous_send_file anonymous_send_sticker
widget_interaction_accepted widget_failed_to_sync_user_external_id user_feedback user_click_response_button
change_template_status change_template_quality change_oa_daily_quota change_oa_template_tags change_template_quota
permission_revoked oa_send_consent user_reply_consent user_call_oa oa_call_user
""".split()


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.fixture
def citizen(account):
    return Citizen(account, MONDAY)


def test_every_event_of_the_catalogue_has_a_handler():
    assert set(CATALOGUE) <= set(inbound_handlers.HANDLERS)


@pytest.mark.parametrize("name", [*CATALOGUE, "create_group", "event_journey_x", "gì đó"])
def test_every_event_survives_missing_fields(citizen, name):
    for body in (
        {"event_name": name, "app_id": citizen.account.app_id, "oa_id": citizen.account.oa_id},
        signing.user_event(citizen.account, name, citizen.user_id),
        signing.follow_event(citizen.account, name, citizen.user_id, message=[], info="x", status=3, quota=None),
    ):
        event = citizen.event(body)
        assert event.state in ("done", "ignored", "stored"), (name, event.note)


def test_unknown_events_are_kept_and_ignored(citizen):
    event = citizen.event(signing.user_event(citizen.account, "create_group", citizen.user_id))
    assert (event.state, event.raw != "") == ("ignored", True)


def test_the_same_event_has_one_effect(citizen):
    body = signing.text_event(citizen.account, "menu", citizen.user_id)
    citizen.event(dict(body))
    before = ChatMessage.objects.count()
    again = dict(body) | {"extra": "field Zalo added in a retry"}
    citizen.event(again)
    assert ChatMessage.objects.count() == before
    assert len(citizen.outbox(kind="chat.answer")) == 1


def test_follow_consent_and_welcome_once(citizen):
    citizen.follows()
    citizen.later(minutes=1).unfollows()
    citizen.later(minutes=1).follows()
    assert citizen.contact.is_follower
    assert citizen.contact.consents.filter(purpose="dossier", granted=True).count() == 2
    (welcome,) = citizen.outbox(kind="channel.welcome")
    assert "Chính quyền số" in welcome.content["text"]
    assert FollowRecord.objects.count() == 3


def test_a_late_unfollow_changes_history_not_the_present(citizen):
    citizen.follows()
    late = signing.follow_event(citizen.account, "unfollow", citizen.user_id)
    now, citizen.now = citizen.now, citizen.now - dt.timedelta(hours=1)
    citizen.event(late)
    citizen.now = now
    assert citizen.contact.is_follower
    assert FollowRecord.objects.filter(change="unfollow").count() == 1


def test_events_of_one_person_are_handled_in_the_order_they_happened(citizen):
    first = signing.text_event(citizen.account, "góp ý", citizen.user_id)
    second = signing.text_event(citizen.account, "2", citizen.user_id)
    citizen.now = MONDAY + dt.timedelta(seconds=2)
    citizen.event(second, drain=False)
    citizen.now = MONDAY
    citizen.event(first, drain=False)
    inbound.drain(now=MONDAY + dt.timedelta(seconds=5))
    said = [line.text for line in citizen.lines() if line.author == "citizen"]
    assert said == ["góp ý", "2"]
    assert "ghi nội dung" in citizen.lines().last().text


def test_an_earlier_open_event_of_the_person_holds_the_later_ones(citizen):
    blocked = citizen.event(signing.text_event(citizen.account, "a", citizen.user_id), drain=False)
    later = citizen.event(signing.text_event(citizen.account, "b", citizen.user_id), drain=False)
    other = Citizen(citizen.account, citizen.now)
    free = other.event(signing.text_event(citizen.account, "c", other.user_id), drain=False)
    InboxEvent.objects.filter(pk=blocked.pk).update(state="working", lease="x", lease_until=timezone.now())
    inbound.drain(now=citizen.now)
    states = dict(InboxEvent.objects.values_list("pk", "state"))
    assert (states[later.pk], states[free.pk]) == ("stored", "done")


def test_a_broken_handler_is_tried_again_and_then_reported(citizen, monkeypatch):
    def broken(event):
        Contact.objects.create(account=event.account, user_id="nửa chừng")
        raise RuntimeError("lỗi")

    monkeypatch.setitem(inbound_handlers.HANDLERS, "user_send_text", broken)
    event = citizen.event(signing.text_event(citizen.account, "a", citizen.user_id))
    for _ in range(inbox.MAX_ATTEMPTS):
        citizen.later(minutes=5)
        inbound.drain(now=citizen.now)
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("failed", inbox.MAX_ATTEMPTS)
    assert not Contact.objects.filter(user_id="nửa chừng").exists()
    assert Incident.objects.get(subject="inbound").words
    monkeypatch.undo()
    assert inbox.again(event, now=citizen.now)
    inbound.drain(now=citizen.now)
    event.refresh_from_db()
    assert event.state == "done"


def test_a_poisoned_event_does_not_block_the_person_for_ever(citizen, monkeypatch):
    real = inbound_handlers.HANDLERS["user_send_text"]

    def picky(event):
        if event.text == "độc":
            raise RuntimeError
        return real(event)

    monkeypatch.setitem(inbound_handlers.HANDLERS, "user_send_text", picky)
    citizen.event(signing.text_event(citizen.account, "độc", citizen.user_id))
    good = citizen.event(signing.text_event(citizen.account, "menu", citizen.user_id))
    for _ in range(inbox.MAX_ATTEMPTS):
        citizen.later(minutes=5)
        inbound.drain(now=citizen.now)
    good.refresh_from_db()
    assert good.state == "done"


def test_a_dead_workers_event_is_handled_again(citizen):
    event = citizen.event(signing.text_event(citizen.account, "menu", citizen.user_id), drain=False)
    (claimed,) = inbox.claim(limit=5, now=citizen.now)
    assert claimed.pk == event.pk
    assert inbox.claim(limit=5, now=citizen.now) == []
    later = citizen.now + inbox.LEASE + dt.timedelta(seconds=1)
    assert inbox.rescue(now=later) == 1
    inbound.drain(now=later)
    event.refresh_from_db()
    assert event.state == "done"
    assert not inbox.finish(claimed, "done", "muộn", now=later)


def test_a_lost_lease_leaves_nothing(citizen):
    event = citizen.event(signing.text_event(citizen.account, "menu", citizen.user_id), drain=False)
    (claimed,) = inbox.claim(limit=5, now=citizen.now)
    InboxEvent.objects.filter(pk=event.pk).update(lease="người khác")
    assert not inbound.handle(claimed, now=citizen.now)
    assert not ChatMessage.objects.exists()


# --- Receipts and echoes


@pytest.fixture
def sent(citizen, centre, procedure):
    dossier = factories.dossier(centre, procedure)
    row = OutboxMessage.objects.filter(dossier=dossier, kind="dossier.accepted").get()
    citizen.follows()
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=State.SENT, remote_id="abc123", contact=citizen.contact, sent_at=MONDAY
    )
    return row


def oa_event(citizen, name, **message):
    return {
        "app_id": citizen.account.app_id,
        "sender": {"id": citizen.account.oa_id},
        "recipient": {"id": citizen.user_id},
        "event_name": name,
        "message": message,
    }


def test_receipts_mark_delivery_and_reading_in_any_order(citizen, sent):
    citizen.event(oa_event(citizen, "user_seen_message", msg_ids=["abc123", "khác"]))
    citizen.event(oa_event(citizen, "user_received_message", msg_id="abc123"))
    sent.refresh_from_db()
    assert (sent.state, sent.outcome) == (State.SEEN, Outcome.SEEN)
    assert sent.delivered_at is not None


def test_a_receipt_that_outruns_its_message_waits_for_it(citizen, sent):
    OutboxMessage.objects.filter(pk=sent.pk).update(remote_id="", state=State.SENDING)
    event = citizen.event(oa_event(citizen, "user_received_message", msg_id="abc123"))
    assert event.state == "stored"
    assert "menu" not in citizen.hears("menu")[:4]  # the person is not held up
    OutboxMessage.objects.filter(pk=sent.pk).update(remote_id="abc123", state=State.SENT)
    citizen.later(minutes=1)
    inbound.drain(now=citizen.now)
    sent.refresh_from_db()
    assert sent.state == State.DELIVERED


def test_a_strangers_receipt_is_let_go(citizen):
    event = citizen.event(oa_event(citizen, "user_received_message", msg_id="của phần mềm khác"))
    for _ in range(inbox.MAX_ATTEMPTS):
        citizen.later(minutes=5)
        inbound.drain(now=citizen.now)
    event.refresh_from_db()
    assert event.state == "ignored"
    assert not Incident.objects.exists()


def test_a_template_by_phone_is_delivered_at_its_own_time(citizen, sent):
    body = oa_event(citizen, "user_received_message", msg_id="abc123", tracking_id=f"tin{sent.pk}")
    body["recipient"] = {"id": "84912000101"}
    when = MONDAY + dt.timedelta(minutes=3)
    body["message"]["delivery_time"] = str(int(when.timestamp() * 1000))
    event = citizen.event(body)
    sent.refresh_from_db()
    assert sent.delivered_at == when
    assert event.person == ""


def test_our_own_echo_is_never_answered(citizen):
    citizen.follows()
    before = len(citizen.outbox())
    citizen.event(oa_event(citizen, "oa_send_text", msg_id="x", text="menu"))
    assert len(citizen.outbox()) == before
    assert not any(line.text == "menu" for line in ChatMessage.objects.all())


def test_what_staff_type_in_zalos_console_silences_the_machine(citizen):
    citizen.says("xin chào")
    body = oa_event(citizen, "oa_send_text", msg_id="x1", text="Em chào bác, em là Hà")
    body["sender"]["admin_id"] = "123"
    citizen.event(body)
    citizen.event(dict(body))
    assert citizen.lines().filter(author="console").count() == 1
    assert citizen.says("menu gì vậy em") is None
    assert citizen.conversation.mode == "staff"


# --- The account


def test_templates_follow_zalos_word(citizen):
    template = Template.objects.create(account=citizen.account, template_id="5", name="m", status="PENDING_REVIEW")
    base = {"app_id": citizen.account.app_id, "oa_id": citizen.account.oa_id, "template_id": "5"}
    status = {"event_name": "change_template_status", "status": {"prev_status": "X", "new_status": "ENABLE"}}
    citizen.event(base | status)
    template.refresh_from_db()
    assert template.status == "ENABLE"
    status["status"] = {"new_status": "REJECT"}
    citizen.event(base | status | {"reason": "Sai nội dung"})
    assert "Sai nội dung" in Incident.objects.get(subject="template:5").words
    citizen.event(base | {"event_name": "change_template_quality", "quality": "LOW"})
    template.refresh_from_db()
    assert template.quality == "LOW"


def test_a_revoked_permission_is_loud(citizen, mailoutbox, settings):
    settings.ADMINS = [("Kỹ thuật", "kt@example.vn")]
    Account.objects.update(grant="good")
    citizen.event(
        {"app_id": citizen.account.app_id, "oa_id": citizen.account.oa_id, "event_name": "permission_revoked"}
    )
    citizen.account.refresh_from_db()
    assert citizen.account.grant == "consent_needed"
    assert len(mailoutbox) == 1


def test_the_daily_quota_is_kept(citizen):
    body = {"app_id": citizen.account.app_id, "oaId": citizen.account.oa_id, "event_name": "change_oa_daily_quota"}
    citizen.event(body | {"quota": {"prev_value": "500", "new_value": "2000"}})
    citizen.account.refresh_from_db()
    assert citizen.account.template_quota == 2000


def test_withdrawing_erases_the_person(citizen, settings):
    citizen.follows()
    citizen.says("Tên tôi là Bí Mật")
    contact = citizen.contact
    citizen.event(
        {"app_id": citizen.account.app_id, "oa_id": citizen.account.oa_id, "user_id": citizen.user_id}
        | {"event_name": "user_withdraw"}
    )
    contact.refresh_from_db()
    assert contact.erased_at is not None
    assert contact.user_id == f"erased-{contact.pk}"
    assert not ChatMessage.objects.exists()
    assert not any("Bí Mật" in row.raw or citizen.user_id in row.raw for row in InboxEvent.objects.all())
    assert all(row.payload == "" for row in OutboxMessage.objects.filter(contact=contact))


def test_old_bodies_are_emptied_and_old_lines_deleted(citizen):
    event = citizen.event(signing.text_event(citizen.account, "menu", citizen.user_id))
    inbox.sweep(now=citizen.now + inbox.KEEP_RAW + dt.timedelta(days=1))
    event.refresh_from_db()
    assert event.raw == ""
    inbox.sweep(now=citizen.now + inbox.KEEP_LINES + dt.timedelta(days=1))
    assert not InboxEvent.objects.filter(pk=event.pk).exists()


def test_opening_the_chat_right_after_the_welcome_greets_once(citizen):
    citizen.follows()
    citizen.event(signing.user_event(citizen.account, "user_click_chatnow", citizen.user_id))
    assert [row.kind for row in citizen.outbox()] == ["channel.welcome"]
    stranger = Citizen(citizen.account, MONDAY)
    stranger.event(signing.user_event(citizen.account, "user_click_chatnow", stranger.user_id))
    assert [row.kind for row in stranger.outbox()] == ["chat.answer"], "who only opens the chat is greeted there"
