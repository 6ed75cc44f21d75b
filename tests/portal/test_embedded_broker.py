"""The queue in a folder: what a worker sees is whole, whatever another process is doing at that moment."""

import json
import os
import subprocess
import sys
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError
from kombu.transport.virtual import BrokerState

from portal import embedded_broker

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def folder_nobody_has_seen(monkeypatch):
    """A process remembers which queues it declared, in whichever folder that was."""
    monkeypatch.setattr(embedded_broker.Transport, "global_state", BrokerState())


@pytest.fixture
def options(tmp_path):
    names = {
        "data_folder_in": "queue",
        "data_folder_out": "queue",
        "processed_folder": "taken",
        "control_folder": "control",
    }
    for folder in set(names.values()):
        (tmp_path / folder).mkdir()
    return {name: str(tmp_path / folder) for name, folder in names.items()} | {"polling_interval": 0.01}


@pytest.fixture
def channel(options):
    with Connection(embedded_broker.URL, transport_options=options) as link:
        yield link.channel()


def test_the_product_uses_it():
    assert settings.CELERY_BROKER_URL == embedded_broker.URL
    with Connection(settings.CELERY_BROKER_URL, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS) as link:
        assert isinstance(link.transport, embedded_broker.Transport)


def test_messages_come_out_as_they_went_in_and_in_order(options):
    queue = Queue("celery", Exchange("celery"), routing_key="celery")
    got = []
    with Connection(embedded_broker.URL, transport_options=options) as link:
        producer = link.Producer(serializer="json")
        for number in range(12):
            producer.publish({"số": number}, exchange=queue.exchange, routing_key="celery", declare=[queue])
        with link.Consumer([queue], callbacks=[lambda body, message: (got.append(body["số"]), message.ack())]):
            while len(got) < 12:
                link.drain_events(timeout=2)
    assert got == list(range(12))
    assert os.listdir(options["data_folder_in"]) == os.listdir(options["processed_folder"]) == []


def test_a_message_being_written_is_not_there_yet(channel, options, monkeypatch):
    seen = []

    def looked_at_just_before_it_is_named(aside, file):
        with pytest.raises(Empty):
            channel._get("celery")
        seen.append(aside)
        os.rename(aside, file)

    monkeypatch.setattr(embedded_broker.os, "replace", looked_at_just_before_it_is_named)
    channel._put("celery", {"a": 1})
    assert seen and channel._get("celery") == {"a": 1}
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_full_disk_is_an_error_for_the_sender_and_nothing_for_the_worker(channel, options, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(embedded_broker.os, "replace", full)
    with pytest.raises(ChannelError):
        channel._put("celery", {"a": 1})
    assert os.listdir(options["data_folder_in"]) == []


BIND = """
import json, sys
from kombu import Connection
from portal import embedded_broker
embedded_broker.register()
with Connection(embedded_broker.URL, transport_options=json.loads(sys.argv[1])) as link:
    channel = link.channel()
    for number in range(40):
        channel._queue_bind(f"e{number}", "k", "", f"q-{sys.argv[2]}")
        assert channel.get_table(f"e{number}")
"""


def test_processes_that_start_together_all_find_their_queues_bound(options, channel):
    """Web, worker and clock declare the same exchanges in their first second."""
    command = [sys.executable, "-c", BIND, json.dumps(options)]
    starting = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE, text=True) for n in range(4)]
    said = [each.communicate(timeout=120)[1] for each in starting]
    assert [each.returncode for each in starting] == [0] * 4, said
    for number in range(40):
        assert {row.queue for row in channel.get_table(f"e{number}")} == {f"q-{n}" for n in range(4)}
