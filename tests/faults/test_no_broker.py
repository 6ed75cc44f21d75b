"""R5: the broker dead for an hour while staff work: no act notices, nobody waits for it, everything goes out after."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.utils import timezone
from kombu import Connection

from dossiers.models import Applicant, Dossier
from dossiers.states import State
from tests import factories
from tests.zalo.conftest import channel, simulated_zalo, simulated_zalo_process, zalo_hosts
from zalo import tasks
from zalo.models import OutboxMessage, Outcome
from zalo.models import State as Sent
from zalo.outbox import rows as outbox
from zalo.outbox.wake_up import WakeUp

__all__ = ["channel", "simulated_zalo", "simulated_zalo_process", "zalo_hosts"]
pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "redis://127.0.0.1:1/0"
WALKED = (State.RESULT_RETURNED, State.SUPPLEMENT_REQUESTED, State.REFUSED, State.STOPPED, State.RESULT_READY)


@pytest.fixture
def dead_broker(monkeypatch):
    """Every publication really tries a port where nobody listens; returns the names of the threads that tried."""
    tried: list[str] = []
    publish = tasks.drain.apply_async

    def attempt():
        tried.append(threading.current_thread().name)
        publish(expires=60, retry=False, connection=Connection(NOBODY))

    monkeypatch.setattr(tasks, "sender_wake_up", WakeUp(attempt))
    return tried


def test_an_hour_without_a_broker(channel, procedure, dead_broker):
    now = timezone.now()
    first = factories.dossier(channel.centre, procedure, now=now - dt.timedelta(days=1))
    channel.follower(applicant=Applicant.objects.first())
    minutes = 0
    for _ in range(4):
        for state in WALKED:
            moment = now + dt.timedelta(minutes=minutes)
            row = factories.in_state(state, channel.centre, procedure, now=moment)
            row.refresh_from_db()
            assert row.state == state
            minutes += 3
    assert minutes == 60 and Dossier.objects.exclude(pk=first.pk).count() == 20
    assert dead_broker and threading.main_thread().name not in dead_broker, "who works never talks to the broker"
    assert len(dead_broker) <= 5, "and one that refuses is left alone for a while"

    later = now + dt.timedelta(hours=1)
    waiting = OutboxMessage.objects.filter(state=Sent.QUEUED, contact__isnull=False)
    due = {row.pk for row in waiting}
    assert len(due) > 60
    for _ in range(6):  # what beat does each minute, whoever publishes it
        outbox.rescue(now=later)
        channel.drain(now=later)
        later += dt.timedelta(minutes=1)
    ended = OutboxMessage.objects.filter(pk__in=due)
    sent, folded = ended.filter(state=Sent.SENT), ended.filter(state=Sent.CANCELLED, outcome=Outcome.FOLDED)
    assert sent.count() + folded.count() == len(due), "what a later step overtook in that hour is told with it"
    # An hour that crosses midnight is told as yesterday's where it was.
    heads = ["Trước đó:"] if timezone.localdate(now) == timezone.localdate(later) else ["Trước đó:", "Từ hôm qua:"]
    told = sum(channel.zalo.count(channel="cs", contains=head) for head in heads)
    assert told >= 1 and folded.count() < len(due) / 2
    arrived = [row["id"] for row in channel.zalo.messages(channel="cs")]
    assert sorted(arrived) == sorted(sent.values_list("remote_id", flat=True)) and len(set(arrived)) == sent.count()
