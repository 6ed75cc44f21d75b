"""Several senders and refreshers as real processes: one token pair, no message twice, none lost when one is killed."""

import datetime as dt
import json
import time

import pytest
from django.utils import timezone

from tests import people
from tests.fakes.zalo import simulated_zalo, simulated_zalo_process
from tests.zalo.channel import Channel, connect
from zalo.messages import registry as messages
from zalo.models import Account, OutboxMessage, State
from zalo.notices import reconcile
from zalo.outbox import claims, delivery
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient

from .racing import Racer, race

__all__ = ["simulated_zalo", "simulated_zalo_process"]
pytestmark = pytest.mark.django_db(transaction=True)
KIND = messages.get("dossier.appraising")


@pytest.fixture
def channel(simulated_zalo, settings, transactional_db):
    from django.contrib.auth.models import Group

    from portal.desk import roles

    settings.ZALO_OAUTH_BASE_URL = settings.ZALO_OPENAPI_BASE_URL = settings.ZALO_BUSINESS_BASE_URL = simulated_zalo.url
    for name in (roles.RECEPTION, roles.HANDLER, roles.LEADER, roles.SUPERVISOR, roles.EDITOR, roles.ADMINISTRATOR):
        Group.objects.get_or_create(name=name)
    simulated_zalo.behave(rate_per_minute=0)
    centre = people.centre()
    return Channel(simulated_zalo, connect(simulated_zalo, centre), centre)


def queue(channel, count: int) -> None:
    contact, now = channel.follower(), timezone.now()
    outbox.enqueue(
        outbox.draft(
            KIND,
            Recipient(contact),
            {"text": f"tin số {n:04d} của hồ sơ {n % 100:02d}", "values": {}},
            account=channel.account,
            dedupe=f"e{n}",
            now=now,
            order_key=f"d{n % 100}",
        )
        for n in range(count)
    )


REFRESH = """
from django.utils import timezone
import datetime as dt
from zalo.account import tokens
from zalo.models import Account
account = Account.objects.get()
rejected = os.environ.get("REJECTED", "")
later = timezone.now() + dt.timedelta(hours=21)
token = tokens.refresh(account.pk, rejected=rejected) if rejected else tokens.current(account, now=later)
say(token=token)
"""


@pytest.mark.parametrize("rejected", [False, True], ids=["early", "rejected"])
def test_eight_processes_refresh_one_single_use_token(channel, rejected):
    channel.zalo.fault("slow", where="oauth", ms=400)
    before = Account.objects.get()
    told = race(REFRESH, 8, REJECTED=before.access_token if rejected else "")
    after = Account.objects.get()
    assert len(told) == 8 and {line["token"] for line in told} == {after.access_token}
    assert after.access_token != before.access_token and after.grant == Account.Grant.GOOD
    assert channel.zalo.call("GET", "/v2.0/oa/getoa", token=after.access_token)["error"] == 0


def test_a_refresher_killed_between_answer_and_commit_loses_nothing(channel, monkeypatch):
    body = """
    import datetime as dt, time
    from django.utils import timezone
    from zalo.account import tokens
    from zalo.models import Account
    tokens.adopt = lambda *args, **more: (say(spent=True), time.sleep(60))
    tokens.refresh(Account.objects.get().pk, now=timezone.now() + dt.timedelta(hours=21))
    """
    racer = Racer(body).wait_until_ready()
    racer.go()
    assert "spent" in racer.hear()
    racer.kill()
    racer.results()
    from zalo.account import tokens

    before = Account.objects.get()
    healed = tokens.refresh(before.pk, now=timezone.now() + dt.timedelta(hours=21) + 2 * tokens.LEASE)
    assert healed != before.access_token
    assert channel.zalo.call("GET", "/v2.0/oa/getoa", token=healed)["error"] == 0


DRAIN = """
from zalo.outbox import delivery
tally = delivery.drain()
say(accepted=tally.accepted, claimed=tally.claimed)
"""


def test_four_senders_share_the_work_and_keep_order(channel):
    queue(channel, 400)
    channel.zalo.behave(latency_ms=30)
    told = race(DRAIN, 4, ZALO_CONCURRENCY="5")
    delivery.drain()
    assert sum(line["accepted"] for line in told) <= 400 and sum(1 for line in told if line["accepted"]) >= 2
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}
    texts = channel.texts(channel="cs", limit=1000)
    assert len(texts) == len(set(texts)) == 400
    for dossier in range(100):
        mine = [text for text in texts if text.endswith(f"hồ sơ {dossier:02d}")]
        assert mine == sorted(mine)


def test_claims_of_two_open_transactions_never_meet(channel):
    queue(channel, 40)
    body = """
    from django.db import transaction
    from django.utils import timezone
    from zalo.outbox import claims
    from zalo.models import Account
    with transaction.atomic():
        rows = claims.claim([Account.objects.get().pk], most={2: 10}, limit=10, now=timezone.now())
        say(ids=[row.pk for row in rows])
        sys.stdin.readline()
    """
    first, second = Racer(body).wait_until_ready(), Racer(body).wait_until_ready()
    first.go()
    ids = [json.loads(first.hear())["ids"]]
    second.go()
    ids.append(json.loads(second.hear())["ids"])
    for racer in (first, second):
        racer.go()
        racer.results()
    assert len(ids[0]) == 10 and len(ids[1]) == 10 and not set(ids[0]) & set(ids[1])


def test_a_killed_sender_loses_nothing_and_nothing_goes_twice(channel):
    channel.zalo.behave(latency_ms=40)
    queue(channel, 300)
    racer = Racer(DRAIN, ZALO_CONCURRENCY="10").wait_until_ready()
    racer.go()
    deadline = time.monotonic() + 20
    while channel.zalo.count(channel="cs") < 60 and time.monotonic() < deadline:
        time.sleep(0.02)
    racer.kill()
    racer.results()
    channel.zalo.behave(latency_ms=0)
    left = OutboxMessage.objects.exclude(state=State.SENT).count()
    assert left > 100, "it was killed in the middle"
    now = timezone.now() + claims.LEASE
    for _ in range(6):
        delivery.drain(now=now)
        outbox.rescue(now=now)
        reconcile.prove(now=now)
        now += dt.timedelta(minutes=5)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}
    assert channel.zalo.count(channel="cs") == 300 and channel.zalo.repeated() == {}


def test_the_pace_is_shared_by_processes(channel, settings):
    queue(channel, 150)
    started = time.time()
    race(DRAIN, 3, ZALO_MAX_RATE_PER_MINUTE="1200")
    sent = sorted(OutboxMessage.objects.filter(state=State.SENT).values_list("requested_at", flat=True))
    assert len(sent) == 150
    within = max(sum(1 for other in sent if at <= other < at + dt.timedelta(seconds=2)) for at in sent)
    assert within <= 1200 / 20 + 2 * 20 + 2 * 20 + 5, "a burst of a twentieth, what was booked ahead, then 20 a second"
    assert time.time() - started < 60
