"""The outbox table: one message per fact and person, order, lanes, leases, rescue, receipts, acts of staff."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from zalo.messages import registry as messages
from zalo.models import Account, Contact, Lane, OutboxMessage, Outcome, Route, State
from zalo.outbox import claims
from zalo.outbox import rows as outbox
from zalo.outbox.claims import Accepted
from zalo.outbox.rows import Recipient

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MINUTE = dt.timedelta(minutes=1)
KIND = messages.get("dossier.appraising")
LANES = tuple(Lane.values)


@pytest.fixture
def account(db):
    return Account.objects.create(name="OA", oa_id="38861328087", app_id="36084652494")


@pytest.fixture
def contact(account):
    return Contact.objects.create(account=account, user_id="77", last_interaction_at=NOW)


def put(account, contact=None, *, fact: str = "e1", **more) -> OutboxMessage:
    values = {key: more.pop(key) for key in list(more) if key in ("lane", "state", "next_at")}
    content = {"text": f"tin {fact}", "values": {}}
    row = outbox.draft(KIND, Recipient(contact), content, account=account, dedupe=fact, now=NOW, **more)
    for key, value in values.items():
        setattr(row, key, value)
    outbox.enqueue([row])
    return OutboxMessage.objects.get(dedupe_key=row.dedupe_key)


def claim(account, *, limit: int = 10, lanes=LANES, now=None) -> list[OutboxMessage]:
    now = now or NOW + MINUTE
    with transaction.atomic():
        rows = claims.claim([account.pk], most=dict.fromkeys(lanes, limit), limit=limit, now=now)
        claims.take(rows, "l1", route=Route.REPLY, reason="thử", requested_at=now, now=now)
    return rows


def sent(row: OutboxMessage, remote_id: str = "m1") -> int:
    return claims.record_accepted([Accepted(row, remote_id, NOW + MINUTE, NOW + 2 * MINUTE, 165)])


def test_a_fact_is_told_to_a_person_once(account, contact):
    put(account, contact)
    put(account, contact)
    assert OutboxMessage.objects.count() == 1
    put(account, contact, fact="e2")
    assert OutboxMessage.objects.count() == 2


def test_the_text_is_sealed_in_the_database(account, contact):
    from django.db import connection

    row = put(account, contact)
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM zalo_outboxmessage")
        assert "tin e1" not in cursor.fetchone()[0]
    assert row.content["text"] == "tin e1"


def test_a_dossiers_messages_leave_one_after_another(account, contact):
    first, second = (put(account, contact, fact=f, order_key="d1") for f in ("e1", "e2"))
    other = put(account, contact, fact="e3", order_key="d2")
    assert {row.pk for row in claim(account)} == {first.pk, other.pk}
    assert claim(account) == [], "the second waits while the first is under way"
    mine = OutboxMessage.objects.get(pk=first.pk)
    claims.doubt(mine, "?", requested_at=NOW, now=NOW)
    assert claim(account, now=NOW + 9 * MINUTE) == [], "and while nobody knows what became of it"
    outbox.proven_sent(mine, "m1", at=NOW)
    assert [row.pk for row in claim(account)] == [second.pk]


def test_a_doubtful_message_does_not_silence_the_dossier(account, contact):
    second = [put(account, contact, fact=f, order_key="d1") for f in ("e1", "e2")][1]
    [mine] = claim(account)
    claims.doubt(mine, "?", requested_at=NOW, now=NOW)
    assert claim(account, now=NOW + 11 * MINUTE) == [], "what Zalo can be asked about is waited for"
    OutboxMessage.objects.filter(pk=mine.pk).update(route=Route.PHONE)
    assert [row.pk for row in claim(account, now=NOW + 11 * MINUTE)] == [second.pk]


def test_what_zalo_refuses_until_tomorrow_does_not_hold_later_news(account, contact):
    second = [put(account, contact, fact=f, order_key="d1") for f in ("e1", "e2")][1]
    [mine] = claim(account)
    claims.postpone(mine, NOW + 300 * MINUTE, "hết hạn mức", code=-144)
    assert [row.pk for row in claim(account)] == [second.pk]


def test_a_postponed_message_holds_its_successors_too(account, contact):
    first = put(account, contact, fact="e1", order_key="d1")
    put(account, contact, fact="e2", order_key="d1")
    [mine] = claim(account)
    claims.postpone(mine, NOW + 60 * MINUTE, "hết hạn mức")
    assert claim(account) == []
    assert [row.pk for row in claim(account, now=NOW + 61 * MINUTE)] == [first.pk]


def test_urgent_lanes_first_and_never_more_than_asked(account, contact):
    lanes = [Lane.BULK, Lane.TRANSACTIONAL, Lane.REPLY, Lane.URGENT]
    for number, lane in enumerate(lanes):
        put(account, contact, fact=f"e{number}", lane=lane)
    assert [row.lane for row in claim(account, limit=3)] == [Lane.REPLY, Lane.URGENT, Lane.TRANSACTIONAL]
    assert claim(account, lanes=[Lane.REPLY]) == []
    assert [row.lane for row in claim(account)] == [Lane.BULK]


def test_what_is_not_due_or_not_ours_is_left_alone(account, contact):
    other = Account.objects.create(name="Khác", oa_id="999999", app_id="888888")
    put(other, Contact.objects.create(account=other, user_id="1"), fact="e1")
    put(account, contact, fact="e2", next_at=NOW + 60 * MINUTE)
    assert claim(account) == []


def test_recording_is_one_statement_and_stamps_the_latency(account, contact, django_assert_num_queries):
    put(account, contact)
    [mine] = claim(account)
    with django_assert_num_queries(1):
        assert sent(mine) == 1
    row = OutboxMessage.objects.get()
    assert (row.state, row.remote_id, row.price, row.attempts) == (State.SENT, "m1", 165, 1)
    assert row.requested_at == NOW + MINUTE and row.sent_at == NOW + 2 * MINUTE and row.latency == MINUTE


def test_a_result_after_the_lease_was_taken_away_changes_nothing(account, contact):
    put(account, contact)
    [mine] = claim(account)
    OutboxMessage.objects.update(lease="somebody else")
    assert sent(mine) == 0
    claims.postpone(mine, NOW, "x")
    assert OutboxMessage.objects.get().state == State.SENDING


def test_a_dead_senders_rows_are_doubted_not_repeated(account, contact):
    put(account, contact)
    [mine] = claim(account)
    OutboxMessage.objects.update(route=Route.REPLY)
    assert outbox.rescue(now=NOW + claims.LEASE / 2) == 0, "the lease still runs"
    assert outbox.rescue(now=NOW + 5 * MINUTE) == 1
    assert OutboxMessage.objects.get().state == State.UNCERTAIN
    assert sent(mine) == 1, "the answer of a slow, living sender still fits"


def test_a_dead_senders_email_is_sent_again_under_its_own_identity(account, contact):
    put(account, contact)
    claim(account)
    OutboxMessage.objects.update(route=Route.EMAIL)
    outbox.rescue(now=NOW + 5 * MINUTE)
    assert OutboxMessage.objects.get().state == State.QUEUED


def test_backoff_doubles_with_jitter_to_a_day():
    first = [outbox.backoff(1).total_seconds() for _ in range(50)]
    assert min(first) >= 9 and max(first) <= 15 and len(set(first)) > 40
    assert outbox.backoff(5) > 3 * outbox.backoff(2)
    assert outbox.backoff(40) <= dt.timedelta(hours=24)


def test_an_unprovable_message_goes_to_a_person_after_a_day(account, contact):
    put(account, contact)
    [mine] = claim(account)
    claims.doubt(mine, "?", requested_at=NOW, now=NOW)
    row = OutboxMessage.objects.get()
    outbox.unproven(row, now=NOW + 60 * MINUTE)
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN and row.next_at > NOW + 60 * MINUTE and row.checks == 1
    outbox.unproven(row, now=NOW + dt.timedelta(hours=25))
    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.UNREACHABLE, Outcome.FAILED) and "gọi điện" in row.error


def test_absence_proves_only_the_request_it_was_looked_for(account, contact):
    put(account, contact)
    [mine] = claim(account)
    claims.doubt(mine, "?", requested_at=NOW, now=NOW)
    seen = OutboxMessage.objects.get()
    OutboxMessage.objects.update(requested_at=NOW + MINUTE)
    assert not outbox.proven_absent(seen, now=NOW)
    assert outbox.proven_absent(OutboxMessage.objects.get(), now=NOW)


class TestReceipts:
    @pytest.fixture
    def row(self, account, contact):
        put(account, contact)
        [mine] = claim(account)
        sent(mine)
        return OutboxMessage.objects.get()

    def test_delivered_then_seen(self, account, row):
        assert outbox.mark_delivered(account.pk, at=NOW, remote_id="m1")
        row.refresh_from_db()
        assert (row.state, row.outcome, row.delivered_at) == (State.DELIVERED, Outcome.DELIVERED, NOW)
        assert outbox.mark_seen(account.pk, ["m1"], at=NOW + MINUTE) == 1
        row.refresh_from_db()
        assert (row.state, row.outcome, row.seen_at) == (State.SEEN, Outcome.SEEN, NOW + MINUTE)

    def test_seen_before_delivered_and_twice(self, account, row):
        assert outbox.mark_seen(account.pk, ["m1", "", "khác"], at=NOW) == 1
        assert outbox.mark_seen(account.pk, ["m1"], at=NOW + MINUTE) == 0
        assert outbox.mark_delivered(account.pk, at=NOW + MINUTE, remote_id="m1")
        row.refresh_from_db()
        assert (row.state, row.seen_at, row.delivered_at) == (State.SEEN, NOW, NOW)

    def test_another_accounts_ids_and_unknown_ids_touch_nothing(self, account, row):
        other = Account.objects.create(name="Khác", oa_id="999999", app_id="888888")
        assert not outbox.mark_delivered(other.pk, at=NOW, remote_id="m1")
        assert not outbox.mark_delivered(account.pk, at=NOW, remote_id="")
        assert not outbox.mark_delivered(account.pk, at=NOW, tracking_id="tin999999999999999999999")
        row.refresh_from_db()
        assert row.state == State.SENT

    def test_a_receipt_by_tracking_id_proves_an_uncertain_message(self, account, contact):
        row = put(account, contact, fact="e9")
        [mine] = claim(account)
        claims.doubt(mine, "?", requested_at=NOW, now=NOW)
        assert outbox.mark_delivered(account.pk, at=NOW, remote_id="m9", tracking_id=row.tracking_id)
        row.refresh_from_db()
        assert (row.state, row.remote_id) == (State.DELIVERED, "m9")


class TestStaff:
    @pytest.fixture
    def failed(self, account, contact):
        put(account, contact)
        [mine] = claim(account)
        claims.end(mine, State.UNREACHABLE, Outcome.FAILED, "hết cách", now=NOW)
        return OutboxMessage.objects.get()

    def test_a_call_takes_the_line_off_the_list(self, failed, django_user_model):
        clerk = django_user_model.objects.create_user("clerk")
        assert outbox.handle(failed, by=clerk, now=NOW, note="Đã gọi, bà Lan hẹn chiều nay")
        assert not outbox.handle(failed, by=clerk, now=NOW, note="lần hai")
        failed.refresh_from_db()
        assert failed.handled_by == clerk and failed.outcome == Outcome.FAILED

    def test_sending_again_starts_over(self, account, failed):
        assert outbox.send_again(failed, by=None, now=NOW)
        assert not outbox.send_again(failed, by=None, now=NOW)
        assert [row.pk for row in claim(account)] == [failed.pk]

    def test_a_message_that_has_not_left_can_be_withdrawn(self, account, contact):
        row = put(account, contact)
        assert outbox.cancel(row, by=None, now=NOW, note="nhầm hồ sơ")
        assert claim(account) == []
        row.refresh_from_db()
        assert (row.state, row.outcome) == (State.CANCELLED, Outcome.WITHDRAWN)
        assert not outbox.cancel(row, by=None, now=NOW)


def test_a_finished_row_without_an_outcome_cannot_exist(account, contact):
    from django.db import IntegrityError, transaction

    row = put(account, contact)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.filter(pk=row.pk).update(state=State.FAILED)
