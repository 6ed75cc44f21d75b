"""Wake-ups: a kick after the commit, a dead broker that costs nothing, tasks that only call."""

import threading

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.celery import BEAT_SCHEDULE, app
from tests import factories
from zalo import tasks
from zalo.models import OutboxMessage
from zalo.outbox import delivery
from zalo.outbox.delivery import Tally
from zalo.outbox.wake_up import WakeUp

pytestmark = pytest.mark.django_db


@pytest.fixture
def kicks(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.drain, "apply_async", lambda *args, **options: sent.append(options))
    monkeypatch.setattr(tasks.sender_wake_up, "silent_until", 0.0)
    monkeypatch.setattr(tasks.sender_wake_up, "soon", tasks.sender_wake_up.at_once)  # at once, in this thread
    return sent


def test_a_sender_is_woken_after_the_commit_only(channel, procedure, kicks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            factories.dossier(channel.centre, procedure, now=timezone.now())
        assert kicks == [], "not before the commit"
    assert kicks and kicks[0]["retry"] is False


def test_a_rolled_back_act_wakes_nobody(channel, procedure, kicks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        factories.dossier(channel.centre, procedure, now=timezone.now())
        raise ZeroDivisionError
    assert kicks == [] and not OutboxMessage.objects.exists()


def test_a_dead_broker_is_tried_once_in_a_while():
    tries = []

    def refuse():
        tries.append(1)
        raise OperationalError("no broker")

    wake_up = WakeUp(refuse)
    for _ in range(10):
        wake_up.at_once()
    assert len(tries) == 1
    wake_up.silent_until = 0.0
    wake_up.at_once()
    assert len(tries) == 2


def test_a_hanging_broker_keeps_nobody_waiting_and_many_rings_are_few_wake_ups():
    reached, gone = threading.Event(), threading.Event()
    published = []

    def hang():
        published.append(1)
        reached.set()
        gone.wait(30)

    wake_up = WakeUp(hang)
    wake_up.soon()
    assert reached.wait(10)
    for _ in range(1000):
        wake_up.soon()  # returns although the publisher hangs
    assert len(published) == 1
    reached.clear()
    gone.set()
    assert reached.wait(10), "what was rung meanwhile is published afterwards"
    assert len(published) == 2


@pytest.mark.parametrize(("more", "again"), [(True, 1), (False, 0)])
def test_a_drain_with_work_left_asks_for_another(kicks, monkeypatch, more, again):
    monkeypatch.setattr(delivery, "drain", lambda: Tally(more=more))
    tasks.drain()
    assert len(kicks) == again


@pytest.mark.parametrize("name", [name for name in BEAT_SCHEDULE if name.startswith("zalo-")])
def test_every_scheduled_task_exists_and_runs(channel, name):
    task = app.tasks[BEAT_SCHEDULE[name]["task"]]
    task()
