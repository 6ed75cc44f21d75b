"""P4: from a committed event to the request at Zalo, 20 events a second, while a broadcast of 100,000 runs.

    DATABASE_URL=postgresql://… .venv/bin/python -m tests.bench.zalo.latency [--seconds 30] [--recipients 100000]

Two sender processes drain as the workers do, at the product's own pace of 4,000 a minute. Each event is one row queued
in its own transaction; nobody kicks: the senders look by themselves every half second, so a kick only improves this.
Zalo's night, when bulk waits for the morning, is switched off in the senders: the figure is the same at any hour.
"""

import argparse
import contextlib
import datetime as dt
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.bench import figures
from tests.bench.zalo.product import set_up

SENDER = """
import django, time
django.setup()
from tests.bench.zalo.latency import without_night
from zalo.outbox import delivery
without_night()
print("ready", flush=True)
while True:
    delivery.drain()
    time.sleep(0.5)
"""


def without_night() -> None:
    """Let bulk leave at any hour in this process: a figure must not depend on when it is taken."""
    from zalo.health import night

    night.NIGHT_FROM = night.NIGHT_TO = dt.time(0)


@contextlib.contextmanager
def senders(count: int = 2) -> Iterator[None]:
    """Processes that drain as the workers do, for as long as the block lasts."""
    started = [subprocess.Popen([sys.executable, "-c", SENDER], stdout=subprocess.PIPE) for _ in range(count)]
    try:
        for sender in started:
            assert sender.stdout.readline(), "a sender did not come up"
        yield
    finally:
        for sender in started:
            sender.kill()
            sender.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--per-second", type=int, default=20)
    options = parser.parse_args()
    from tests.fakes.zalo import SimulatedZalo

    with SimulatedZalo(fast=True) as zalo:
        set_up(zalo, paced=True)
        zalo.behave(unknown_users="accept", keep_messages=False, echo=False, receipts=False)
        from tests.bench.zalo.send import prepare

        account = prepare(zalo)
        broadcast(account, options.recipients)
        with senders():
            time.sleep(2)
            latencies, bulk = events(account, options.seconds, options.per_second)
    report(latencies, bulk, options)


def broadcast(account, recipients: int) -> None:
    """`recipients` bulk rows, due since a second."""
    from django.utils import timezone

    from zalo.messages import registry as messages
    from zalo.models import Contact, Lane, OutboxMessage
    from zalo.outbox import rows as outbox

    kind, now = messages.get("dossier.appraising"), timezone.now()
    people = list(Contact.objects.filter(account=account))
    content = {"text": "Thông báo lịch cúp điện", "values": {}}
    batch = []
    for number in range(recipients):
        row = outbox.draft(
            kind,
            outbox.Recipient(people[number % len(people)]),
            content,
            account=account,
            dedupe=f"bulk{number}",
            now=now - dt.timedelta(seconds=1),
        )
        row.lane = Lane.BULK
        batch.append(row)
        if len(batch) == 5000 or number == recipients - 1:
            OutboxMessage.objects.bulk_create(batch)
            batch = []


def events(account, seconds: int, per_second: int) -> tuple[list[float], int]:
    """Latencies in seconds of the dossier messages, and how many bulk messages left meanwhile."""
    from django.utils import timezone

    from zalo.messages import registry as messages
    from zalo.models import Contact, Lane, OutboxMessage, State
    from zalo.outbox import rows as outbox

    kind = messages.get("dossier.appraising")
    content = messages.render(kind, kind.samples)
    people = list(Contact.objects.filter(account=account)[:500])
    sent_before = OutboxMessage.objects.filter(lane=Lane.BULK, state=State.SENT).count()
    start = time.monotonic()
    for number in range(seconds * per_second):
        time.sleep(max(0.0, start + number / per_second - time.monotonic()))
        person = outbox.Recipient(people[number % len(people)])
        row = outbox.draft(
            kind, person, content, account=account, dedupe=f"event{number}", now=timezone.now(), order_key=f"d{number}"
        )
        outbox.enqueue([row])
    bulk = OutboxMessage.objects.filter(lane=Lane.BULK, state=State.SENT).count() - sent_before
    mine = OutboxMessage.objects.filter(lane=Lane.TRANSACTIONAL)
    deadline = time.monotonic() + 30
    while mine.exclude(state=State.SENT).exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    return [row.latency.total_seconds() if row.latency else float("inf") for row in mine], bulk


def report(latencies: list[float], bulk: int, options) -> None:
    ordered = sorted(latencies)
    centiles = {p: ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))] for p in (50, 95, 99)}
    words = "  ".join(f"p{p} {value:.2f} s" for p, value in centiles.items())
    print(f"{len(ordered)} events  {words}  max {ordered[-1]:.2f} s  mean {statistics.fmean(ordered):.2f} s")
    figures.keep("event to request at Zalo beside a broadcast: 95 %", centiles[95], unit="s", most=3)
    figures.keep("the same: 99 %", centiles[99], unit="s", most=10)
    print("to reach: p95 < 3 s, p99 < 10 s")
    print(f"broadcast meanwhile: {bulk / options.seconds:.0f} messages/s")


if __name__ == "__main__":
    main()
