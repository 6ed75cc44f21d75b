"""Zalo silent, slow or babbling: nothing lost, nothing twice, and it heals by itself."""

import datetime as dt

import aiohttp
import pytest
from django.utils import timezone

from dossiers.models import Applicant
from tests import factories
from zalo.api import client
from zalo.api.errors import Host
from zalo.health import breaker
from zalo.models import Breaker, OutboxMessage, Outcome, Route, State
from zalo.notices import reconcile
from zalo.outbox import rows as outbox

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(client, "TIME_LIMIT", aiohttp.ClientTimeout(total=0.5, sock_connect=0.3))


@pytest.fixture
def waiting(channel, procedure):
    """`count` messages of as many dossiers of one follower."""

    def make(count: int) -> list[OutboxMessage]:
        factories.dossier(channel.centre, procedure, now=timezone.now())
        channel.follower(applicant=Applicant.objects.get())
        OutboxMessage.objects.all().delete()
        factories.received(channel.centre, procedure, now=timezone.now(), count=count)
        OutboxMessage.objects.filter(required=False).delete()
        return list(OutboxMessage.objects.order_by("pk"))

    return make


def states() -> set[str]:
    return set(OutboxMessage.objects.values_list("state", flat=True))


def heal(channel, *, after: dt.timedelta) -> None:
    """What beat does for a while: prove, drain."""
    now = timezone.now() + after
    for _ in range(4):
        outbox.rescue(now=now)
        reconcile.prove(now=now)
        channel.drain(now=now)
        now += 20 * MINUTE


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse"},
        {"kind": "timeout", "where": "openapi", "ms": 2000},
        {"kind": "reset", "where": "openapi"},
        {"kind": "html", "where": "openapi"},
        {"kind": "garbage", "where": "openapi"},
        {"kind": "swallow", "where": "openapi", "then": "html"},
        {"kind": "swallow", "where": "openapi", "then": "reset"},
    ],
    ids=lambda fault: "-".join(str(fault[key]) for key in ("kind", "then") if key in fault),
)
def test_nothing_is_lost_or_sent_twice(channel, waiting, fault):
    rows = waiting(8)
    channel.zalo.fault(**fault)
    channel.drain()
    assert State.SENT not in states()
    channel.drain(now=timezone.now() + MINUTE)
    channel.zalo.lift()
    heal(channel, after=10 * MINUTE)
    assert states() == {State.SENT}
    numbers = {row.dossier.shown_number for row in rows}
    assert channel.zalo.count(channel="cs") == len(rows) and channel.zalo.repeated() == {}
    assert all(any(number in text for text in channel.texts()) for number in numbers)


def test_the_breaker_opens_spares_the_rest_and_closes_by_itself(channel, waiting, settings):
    settings.ZALO_CONCURRENCY = 4
    waiting(40)
    channel.zalo.fault("refuse")
    channel.drain()
    row = Breaker.objects.get(host=Host.OA)
    assert row.state == Breaker.State.OPEN and row.retry_at and row.words
    untouched = OutboxMessage.objects.filter(state=State.QUEUED, attempts=0).count()
    assert untouched >= 20, "what had not left when it opened is neither counted nor delayed"
    before = timezone.now()
    channel.drain()
    assert OutboxMessage.objects.filter(state=State.QUEUED, attempts=0).count() == untouched
    channel.drain(now=before + MINUTE)
    row.refresh_from_db()
    assert row.state == Breaker.State.OPEN and row.trips == 2 and row.probe_until is None
    channel.zalo.lift()
    channel.drain(now=before + 10 * MINUTE)
    row.refresh_from_db()
    assert (row.state, row.failures, row.trips) == (Breaker.State.CLOSED, 0, 0)
    heal(channel, after=20 * MINUTE)
    assert states() == {State.SENT} and channel.zalo.repeated() == {}


def test_only_one_process_probes(db):
    now = timezone.now()
    assert breaker.failed(Host.OA, 5, "im lặng", now=now)
    assert not breaker.take_probe(Host.OA, now=now), "not before the pause is over"
    assert breaker.take_probe(Host.OA, now=now + MINUTE)
    assert not breaker.take_probe(Host.OA, now=now + MINUTE)
    breaker.probed(Host.OA, alive=False, now=now + MINUTE)
    assert breaker.down_hosts(now=now)[Host.OA] == now + MINUTE + dt.timedelta(seconds=30), "a longer pause"
    assert breaker.take_probe(Host.OA, now=now + 2 * MINUTE)
    breaker.probed(Host.OA, alive=True, now=now + 2 * MINUTE)
    assert breaker.down_hosts(now=now) == {}
    assert breaker.failed(Host.OA, 1, "lại im lặng", now=now + 3 * MINUTE), "one more failure is enough now"
    breaker.succeeded(Host.OA)
    assert not breaker.failed(Host.OA, 4, "x", now=now + 4 * MINUTE)


def test_a_swallowed_message_is_found_and_not_repeated(channel, waiting):
    [row] = waiting(1)
    channel.zalo.fault("swallow", where="openapi", then="reset", times=1)
    channel.drain()
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN and row.error and row.requested_at
    assert reconcile.prove().arrived == 0, "Zalo is given a moment first"
    assert reconcile.prove(now=timezone.now() + MINUTE).arrived == 1
    row.refresh_from_db()
    assert row.state == State.SENT and row.remote_id
    channel.drain(now=timezone.now() + 60 * MINUTE)
    assert channel.zalo.count(channel="cs") == 1


def test_the_echo_proves_it_sooner(channel, waiting):
    [row] = waiting(1)
    channel.zalo.fault("swallow", where="openapi", then="reset", times=1)
    channel.drain()
    [message] = channel.zalo.messages(channel="cs")
    echo = (channel.account.pk, row.contact.user_id, message["id"], message["content"]["text"])
    assert not reconcile.confirm_echo(*echo[:3], "một tin khác", at=timezone.now())
    assert reconcile.confirm_echo(*echo, at=timezone.now())
    assert not reconcile.confirm_echo(*echo, at=timezone.now()), "an echo proves one message once"
    row.refresh_from_db()
    assert (row.state, row.remote_id) == (State.SENT, message["id"])


def test_a_swallowed_template_is_recognised_by_its_number(channel, waiting):
    channel.map_templates()
    [row] = waiting(1)
    row.contact.__class__.objects.update(last_interaction_at=timezone.now() - dt.timedelta(days=8))
    channel.zalo.fault("swallow", where="openapi", then="reset", times=1)
    channel.drain()
    row.refresh_from_db()
    assert (row.state, row.route) == (State.UNCERTAIN, Route.UID)
    assert reconcile.prove(now=timezone.now() + MINUTE).arrived == 1


def test_an_unexplained_line_forbids_calling_a_template_absent(channel, waiting):
    channel.map_templates()
    [row] = waiting(1)
    row.contact.__class__.objects.update(last_interaction_at=timezone.now() - dt.timedelta(days=8))
    channel.zalo.fault("reset", where="openapi", times=1)
    channel.drain()
    token = channel.zalo.tokens()["access_token"]
    body = {"recipient": {"user_id": row.contact.user_id}, "message": {"text": "Cán bộ gõ tay"}}
    assert channel.zalo.call("POST", "/v3.0/oa/message/cs", body, token=token)["error"] == 0
    proof = reconcile.prove(now=timezone.now() + MINUTE)
    assert (proof.arrived, proof.absent, proof.unknown) == (0, 0, 1)


def test_a_doubtful_message_by_phone_is_never_repeated_on_a_guess(channel, waiting):
    [row] = waiting(1)
    OutboxMessage.objects.update(
        state=State.UNCERTAIN, route=Route.PHONE, requested_at=timezone.now(), next_at=timezone.now()
    )
    reconcile.prove(now=timezone.now() + MINUTE)
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN
    OutboxMessage.objects.update(next_at=timezone.now())
    reconcile.prove(now=timezone.now() + dt.timedelta(hours=25))
    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.UNREACHABLE, Outcome.FAILED)


def test_two_equal_texts_are_not_confused(channel, waiting):
    first, second = waiting(2)
    OutboxMessage.objects.filter(pk=second.pk).update(payload=first.payload)
    channel.zalo.fault("swallow", where="openapi", then="reset", times=1)
    channel.drain()
    assert sorted(OutboxMessage.objects.values_list("state", flat=True)) == [State.SENT, State.UNCERTAIN]
    proof = reconcile.prove(now=timezone.now() + MINUTE)
    assert proof.arrived == 1 and channel.zalo.count(channel="cs") == 2
    ids = set(OutboxMessage.objects.values_list("remote_id", flat=True))
    assert ids == {message["id"] for message in channel.zalo.messages(channel="cs")}
