"""R2: Zalo away from ten seconds to a day, in every way it can be: counted at Zalo, on a moved clock.

Steps of dossiers are queued before, during and after the outage while what beat does goes on. Afterwards every message
is at Zalo once, those of one dossier in their order, and the breaker has opened and closed by itself.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict

import aiohttp
import pytest
from django.utils import timezone

from tests.zalo.conftest import channel, simulated_zalo, simulated_zalo_process, zalo_hosts
from zalo.api import client
from zalo.messages import registry as messages
from zalo.models import Breaker, OutboxMessage, State
from zalo.notices import reconcile
from zalo.outbox import rows as outbox

__all__ = ["channel", "simulated_zalo", "simulated_zalo_process", "zalo_hosts"]
pytestmark = pytest.mark.django_db
DOSSIERS, STEPS = 6, 4
LENGTHS = {
    "10 s": [dt.timedelta(seconds=5)] * 2,
    "60 s": [dt.timedelta(seconds=15)] * 4,
    "300 s": [dt.timedelta(seconds=50)] * 6,
    "600 s": [dt.timedelta(seconds=60)] * 10,
    "24 h": [dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 12, 40, 180, 360, 360, 480)],
}
FAULTS = {
    "refuse": {"kind": "refuse"},
    "time-out": {"kind": "timeout", "where": "*", "ms": 2000},
    "500 html": {"kind": "html", "where": "*"},
    "reset": {"kind": "reset", "where": "*"},
    "200 no json": {"kind": "garbage", "where": "*"},
    "-32": {"kind": "rate", "where": "*"},
    "sent, then reset": {"kind": "swallow", "where": "openapi", "then": "reset"},
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch, settings):
    monkeypatch.setattr(client, "TIME_LIMIT", aiohttp.ClientTimeout(total=0.2, sock_connect=0.2))
    settings.ZALO_CONCURRENCY = 3


class Day:
    """The moved clock, the queue and what beat does."""

    def __init__(self, channel):
        self.channel, self.now = channel, timezone.now()
        self.person = channel.follower()
        self.steps = itertools.count()
        self.opened = False

    def queue(self) -> None:
        """One step of every dossier."""
        step = next(self.steps)
        outbox.enqueue(
            outbox.draft(
                messages.get("dossier.appraising"),
                outbox.Recipient(self.person),
                {"text": f"Hồ sơ {number}, bước {step}"},
                account=self.channel.account,
                dedupe=f"{number}-{step}",
                now=self.now,
                order_key=f"ho-so-{number}",
            )
            for number in range(DOSSIERS)
        )

    def pass_by(self, time: dt.timedelta) -> None:
        """Move both clocks, then do what beat does each minute."""
        self.now += time
        self.channel.zalo.advance(seconds=time.total_seconds())
        outbox.rescue(now=self.now)
        reconcile.prove(now=self.now)
        self.channel.drain(now=self.now, budget=dt.timedelta(seconds=0.5))
        self.opened |= Breaker.objects.filter(state=Breaker.State.OPEN).exists()


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_lost_nothing_twice_and_in_order(channel, fault, length):
    day = Day(channel)
    day.queue()
    channel.zalo.fault(**FAULTS[fault])
    during = LENGTHS[length]
    for number, time in enumerate(during):
        day.pass_by(time)
        if number in (0, len(during) // 2):
            day.queue()
    away = channel.zalo.count(channel="cs")
    channel.zalo.lift()
    day.queue()
    for _ in range(40):
        day.pass_by(dt.timedelta(minutes=2))
        if not OutboxMessage.objects.exclude(state=State.SENT).exists():
            break

    rows = OutboxMessage.objects.all()
    assert rows.count() == DOSSIERS * STEPS and set(rows.values_list("state", flat=True)) == {State.SENT}
    arrived = channel.zalo.messages(channel="cs")
    assert len(arrived) == DOSSIERS * STEPS and channel.zalo.repeated() == {}
    assert {row["id"] for row in arrived} == set(rows.values_list("remote_id", flat=True))
    steps = defaultdict(list)
    for row in arrived:
        dossier, _, step = row["content"]["text"].partition(", bước ")
        steps[dossier].append(int(step))
    assert set(map(tuple, steps.values())) == {tuple(range(STEPS))}
    assert away == 0 or fault == "sent, then reset"
    assert day.opened == (fault != "-32"), "an answer, even a refusal, is a sign of life"
    assert not Breaker.objects.filter(state=Breaker.State.OPEN).exists()
