"""From an act on a dossier to the citizen's phone, against the simulated Zalo: routes, refusals, tokens, files."""

import dataclasses
import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from dossiers.models import Applicant
from tests import factories
from tests.people import BINH
from zalo.messages import consent
from zalo.models import (
    Account,
    ConsentRecord,
    Incident,
    Lane,
    OutboxMessage,
    Outcome,
    Route,
    RouteStop,
    State,
    Template,
    UploadedFile,
)
from zalo.outbox import attachments, delivery
from zalo.outbox.attachments import MessageFile

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def told(channel, procedure):
    """The message of a dossier just received, from a citizen who follows."""

    def make(*, person=BINH, follows: bool = True, interacted: dt.timedelta = dt.timedelta(0)) -> OutboxMessage:
        before = factories.dossier(channel.centre, procedure, now=timezone.now(), person=person)
        if follows:
            contact = channel.follower(applicant=Applicant.objects.get())
            contact.last_interaction_at = timezone.now() - interacted
            contact.save()
        OutboxMessage.objects.all().delete()
        dossier = factories.dossier(channel.centre, procedure, now=timezone.now(), person=person)
        assert dossier.pk != before.pk
        OutboxMessage.objects.filter(kind="dossier.receipt_file").delete()
        return OutboxMessage.objects.get(dossier=dossier)

    return make


def after_drain(channel, row: OutboxMessage, **more) -> OutboxMessage:
    channel.drain(**more)
    row.refresh_from_db()
    return row


def test_a_follower_is_told_at_once(channel, told):
    row = after_drain(channel, told())
    assert (row.state, row.route, row.error) == (State.SENT, Route.REPLY, "") and row.remote_id and row.route_reason
    assert row.latency is not None and row.price == 0
    assert [row.dossier.shown_number in text for text in channel.texts()] == [True]


def test_after_a_week_the_template_goes_by_user_id(channel, told):
    channel.map_templates()
    row = after_drain(channel, told(interacted=8 * DAY))
    assert (row.state, row.route) == (State.SENT, Route.UID) and row.price > 0
    [message] = channel.zalo.messages(channel="uid")
    assert row.dossier.shown_number in str(message)


def test_zalo_knows_better_when_the_window_closed(channel, told):
    channel.map_templates()
    row = told()
    channel.zalo.advance(days=8)  # by Zalo's clock the last interaction is long ago: -230
    channel.zalo.behave(expires_in_number=True)
    row = after_drain(channel, row)
    assert row.route == Route.UID and row.state == State.SENT
    assert [step["code"] for step in row.tried] == [-230]


def test_nobody_linked_goes_by_phone_with_consent(channel, told):
    channel.map_templates()
    person = dataclasses.replace(BINH, phone="0912000102")
    consent.record("dossier", True, how="tại quầy", now=timezone.now(), phone="+84912000102")
    row = after_drain(channel, told(person=person, follows=False))
    assert (row.state, row.route) == (State.SENT, Route.PHONE)
    assert channel.zalo.count(tracking_id=row.tracking_id) == 1
    channel.account.refresh_from_db()
    assert channel.account.template_quota_left is not None


def test_a_phone_without_zalo_falls_back_to_email(channel, told):
    Account.objects.update(phone_basis=Account.PhoneBasis.PUBLIC_TASK)
    channel.map_templates()
    person = dataclasses.replace(BINH, email="binh@example.vn")
    row = after_drain(channel, told(person=person, follows=False))
    assert (row.state, row.route) == (State.SENT, Route.EMAIL)
    assert [step["code"] for step in row.tried] == [-118]
    [letter] = mail.outbox
    assert letter.to == ["binh@example.vn"] and row.dossier.shown_number in letter.body
    assert row.tracking_id in letter.extra_headers["Message-ID"]


def test_no_way_ends_on_the_ledger_with_the_reasons(channel, told):
    row = after_drain(channel, told(follows=False))
    assert (row.state, row.outcome) == (State.UNREACHABLE, Outcome.NOT_LINKED)
    assert "đồng ý" in row.route_reason and row.content["script"] == ""


def test_a_citizens_no_at_zalo_becomes_a_record_and_an_outcome(channel, told):
    row = told()
    channel.zalo.fault("error", where="openapi", code=-244, times=1)
    row = after_drain(channel, row)
    assert (row.state, row.outcome) == (State.CANCELLED, Outcome.REFUSED)
    record = ConsentRecord.objects.get()
    assert record.contact == row.contact and not record.granted and "-244" in record.how


def test_a_rejected_token_is_refreshed_once_for_the_whole_batch(channel, procedure, told):
    told()
    for _ in range(5):
        factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
    channel.zalo.revoke_tokens("access")
    channel.drain()
    assert not OutboxMessage.objects.filter(required=True).exclude(state=State.SENT).exists()
    assert channel.account.refreshed_at < Account.objects.get().refreshed_at


def test_without_a_grant_messages_wait_and_leave_when_it_is_back(channel, told):
    row = told()
    channel.zalo.revoke_tokens("access", "refresh")
    row = after_drain(channel, row)
    assert row.state == State.WAITING and row.attempts == 0
    assert Incident.objects.filter(subject="grant", closed_at=None).exists()
    from zalo.account import tokens

    pair = channel.zalo.tokens()
    tokens.connect_with_pair(channel.account, pair["access_token"], pair["refresh_token"])
    row = after_drain(channel, row, now=timezone.now() + dt.timedelta(minutes=2))
    assert row.state == State.SENT


@pytest.mark.parametrize("code", [-204, -221])
def test_a_stopped_account_keeps_its_messages(channel, told, code):
    row = told()
    fault = channel.zalo.fault("error", where="openapi", code=code)
    row = after_drain(channel, row)
    assert row.state == State.WAITING and row.error_code == code and row.attempts == 0
    assert RouteStop.objects.get().route == RouteStop.ANY
    incident = Incident.objects.get()
    assert incident.advice and incident.code == code
    channel.drain()
    assert channel.zalo.count() == 0, "nothing is tried while the account is stopped"
    channel.zalo.lift(fault)
    row = after_drain(channel, row, now=timezone.now() + dt.timedelta(minutes=16))
    assert row.state == State.SENT
    incident.refresh_from_db()
    assert incident.closed_at, "the first success closes it"


def test_a_refused_template_is_set_aside_for_everybody(channel, told):
    channel.map_templates()
    row = told(interacted=8 * DAY)
    channel.zalo.fault("error", where="openapi", code=-131, times=1)
    row = after_drain(channel, row)
    template = Template.objects.get(stopped_until__isnull=False)
    assert not template.is_usable(timezone.now()) and row.state == State.UNREACHABLE
    assert Incident.objects.filter(subject=f"template:{template.template_id}").exists()


def test_an_empty_purse_stops_the_route_and_is_told(channel, told):
    channel.map_templates()
    Account.objects.update(phone_basis=Account.PhoneBasis.PUBLIC_TASK)
    person = dataclasses.replace(BINH, phone="0912000102")
    row = told(person=person, follows=False)
    channel.zalo.fault("error", where="business", code=-115)
    row = after_drain(channel, row)
    assert row.state == State.WAITING and row.tried == [], "there is no other way: it waits for the purse"
    assert RouteStop.objects.get().route == Route.PHONE


def test_a_daily_allowance_waits_for_the_next_day(channel, told):
    row = told()
    OutboxMessage.objects.update(expires_at=timezone.now() + 3 * DAY)
    channel.zalo.fault("error", where="openapi", code=-218, times=1)
    row = after_drain(channel, row)
    local = timezone.localtime(row.next_at)
    assert row.state == State.WAITING and local.date() == timezone.localdate() + DAY and local.hour == 0


def test_too_fast_slows_everybody_down(channel, told):
    row = told()
    channel.zalo.fault("rate", where="openapi", times=1)
    row = after_drain(channel, row)
    assert row.state == State.WAITING and row.attempts == 0
    row = after_drain(channel, row, now=timezone.now() + dt.timedelta(minutes=1))
    assert row.state == State.SENT


def test_a_batch_keeps_order_per_dossier(channel, procedure, told):
    row = told()
    from dossiers.workflow import acts

    dossier, centre = row.dossier, channel.centre
    acts.do("assign", dossier, by=centre.leader, now=timezone.now(), handler=centre.handler)
    acts.do("start_appraisal", dossier, by=centre.handler, now=timezone.now())
    acts.do("send_to_signing", dossier, by=centre.handler, now=timezone.now())
    tally = channel.drain()
    assert tally.accepted == 4 and not tally.more
    words = ["tiếp nhận", "phân công", "thẩm định", "ký duyệt"]
    assert [word in text for word, text in zip(words, channel.texts(), strict=True)] == [True] * 4


class TestReceiptFile:
    PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"

    @pytest.fixture
    def receipt(self, monkeypatch):
        made = []

        def maker(event_id):
            made.append(event_id)
            return MessageFile(f"receipt:{event_id}", "Giấy tiếp nhận.pdf", self.PDF)

        monkeypatch.setitem(attachments._makers, "receipt", maker)
        return made

    def test_the_receipt_follows_the_message_as_a_file(self, channel, procedure, receipt):
        factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
        channel.follower(applicant=Applicant.objects.get())
        OutboxMessage.objects.all().delete()
        dossier = factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
        channel.drain()
        text, file = OutboxMessage.objects.filter(dossier=dossier).order_by("pk")
        assert (file.kind, file.state, file.required) == ("dossier.receipt_file", State.SENT, False)
        assert [row["kind"] for row in channel.zalo.messages()] == ["text", "file"]
        assert text.state == State.SENT and UploadedFile.objects.get().source == f"receipt:{file.event_id}"

    def test_an_expired_upload_is_done_again(self, channel, procedure, receipt):
        self.test_the_receipt_follows_the_message_as_a_file(channel, procedure, receipt)
        file = OutboxMessage.objects.get(kind="dossier.receipt_file")
        OutboxMessage.objects.filter(pk=file.pk).update(state=State.QUEUED, remote_id="", outcome="")
        UploadedFile.objects.update(handle="gone")
        now = timezone.now()
        file = after_drain(channel, file, now=now)
        assert file.state == State.WAITING and not UploadedFile.objects.exists()
        file = after_drain(channel, file, now=now + dt.timedelta(minutes=1))
        assert file.state == State.SENT

    def test_without_a_maker_the_companion_ends_quietly(self, channel, procedure):
        factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
        channel.follower(applicant=Applicant.objects.get())
        factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
        channel.drain()
        row = OutboxMessage.objects.get(kind="dossier.receipt_file")
        assert row.state == State.CANCELLED and not row.required


def test_a_broken_row_does_not_stop_the_others(channel, told):
    row = told()
    broken = OutboxMessage.objects.get(pk=row.pk)
    broken.pk, broken.dedupe_key, broken.kind = None, "broken", "khong.con"
    broken.save()
    row = after_drain(channel, row)
    broken.refresh_from_db()
    assert row.state == State.SENT and broken.state == State.FAILED and broken.outcome == Outcome.FAILED


def test_lanes_can_be_drained_apart(channel, told):
    row = after_drain(channel, told(), lanes=(Lane.REPLY,))
    assert row.state == State.QUEUED
    assert delivery.drain(lanes=(Lane.TRANSACTIONAL,)).accepted == 1
