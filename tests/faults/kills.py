"""R1: kill -9 of worker, web, beat, broker and database in the middle of a run of messages, counted at Zalo.

    .venv/bin/python -m tests.faults.kills [--reported 5000] [--queued 15000] [--kills 100] [--seed 1] [--pace 4000]

An installation of its own is started, with messages already queued. Another system reports steps of dossiers through
the API, several at once, and repeats a step until it is answered, as a program that cannot know whether its request
arrived must. Meanwhile parts of the installation are killed at seeded moments and started again. At the end the clock
is moved (the acts of beat are called with later times), so that leases of the dead run out without anybody waiting for
them; then the messages at the simulated Zalo are counted and laid beside the steps. A table as JSON is printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.fakes.zalo import request

from .installation import Installation, set_up

if TYPE_CHECKING:
    from tests.zalo.channel import Channel
    from zalo.models import Contact

STEPS = ("assigned", "appraising", "signing", "result_ready", "result_returned")
PARTS = ("worker", "database", "broker", "web", "beat")
REPORTERS = 4
PATIENT = 20  # seconds a reporter waits for one answer
PEOPLE = 240  # a read-back reaches 400 lines back: a person is told tens of things a run, not a thousand
ROUNDS = 40  # of half an hour on the moved clock: doubts older than a day go to a person
ORDERS = 600  # dossiers of the messages queued at first


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reported", type=int, default=5000, help="messages that follow from steps reported by API")
    parser.add_argument("--queued", type=int, default=15_000, help="messages that wait from the start")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=int, default=4000, help="messages a minute the sender may reach")
    options = parser.parse_args()
    with set_up(Installation, ZALO_MAX_RATE_PER_MINUTE=str(options.pace)) as place:
        print(json.dumps(rehearse(place, options), ensure_ascii=False, indent=1))


def rehearse(place: Installation, options: argparse.Namespace) -> dict:
    """The whole run; what it returns is what the suite asserts on."""
    from django.db import connection

    key, codes = prepare(place, -(-options.reported // len(STEPS)), options.queued)
    place.programs()
    begun = time.monotonic()
    reports = Reports(place, key, codes)
    killed = kill_at_random(place, reports, options)
    reports.wait()
    connection.close()  # it died with the database
    wait_until_still()
    run = {
        "kills": killed,
        "repeated_requests": reports.repeats,
        "seconds": round(time.monotonic() - begun),
        "left_by_the_dead": dict(still_open()),
    }
    catch_up(place)
    return run | counted(place, reports)


def prepare(place: Installation, dossiers: int, queued: int) -> tuple[str, list[str]]:
    """A centre on the channel, followers, dossiers of theirs; gives the other system's key and the dossiers' codes."""
    from dossiers.models import Dossier
    from portal.api import keys
    from portal.api.models import ApiClient
    from portal.demo import tables
    from tests import factories, people
    from zalo.models import ContactLink

    tables.prepare()
    centre, procedure, now = people.centre(), people.procedure(), dt.datetime.now(dt.UTC)
    for number in range(0, dossiers, 20):
        factories.received(centre, procedure, now=now - dt.timedelta(hours=2), count=min(20, dossiers - number))
    old_news()
    channel, followers = on_the_channel(place, centre)
    rows = list(Dossier.objects.order_by("pk"))
    ContactLink.objects.bulk_create(
        ContactLink(contact=followers[n % PEOPLE], dossier=row, proof="code", linked_at=now)
        for n, row in enumerate(rows)
    )
    queue(channel, followers, queued)
    place.zalo.deliver_webhooks_to(f"{place.url}/zalo/webhook/")
    place.zalo.webhook_mode(ladder_ms=[2000, 4000, 8000, 16_000, 60_000])
    _, key = keys.create_client(name="Một cửa điện tử", agency=centre.agency, scope=ApiClient.Scope.WRITE)
    return key, [row.code for row in rows]


def old_news() -> None:
    """What happened before there was an account is told to nobody now, also where the clock passes its hour meanwhile.

    Once an hour the messages an agency without an account owed are taken up (zalo.notices.mute).
    """
    from dossiers.models import DossierEvent
    from dossiers.workflow.events import TOLD_ELSEWHERE
    from zalo.models import OutboxMessage

    OutboxMessage.objects.all().delete()
    for event in DossierEvent.objects.only("facts"):
        DossierEvent.objects.filter(pk=event.pk).update(facts={**event.facts, TOLD_ELSEWHERE: True})


def on_the_channel(place: Installation, centre) -> tuple[Channel, list[Contact]]:
    """The centre's connected account and PEOPLE who follow it."""
    from tests.zalo.channel import Channel, connect

    place.zalo.behave(receipts=True, rate_per_minute=0, latency_ms=100)
    channel = Channel(place.zalo, connect(place.zalo, centre), centre)
    place.zalo.change_app(webhook_enabled=False)  # these follows are old news: nobody is greeted now
    people = [place.zalo.person(f"Người dân số {number}", f"09{number:08d}") for number in range(PEOPLE)]
    return channel, [channel.follower(person) for person in people]


def queue(channel, followers: list, count: int) -> None:
    """`count` messages of ORDERS dossiers, in order within each."""
    from zalo.messages import registry as messages
    from zalo.outbox import rows as outbox

    kind, now = messages.get("dossier.appraising"), dt.datetime.now(dt.UTC)
    outbox.enqueue(
        outbox.draft(
            kind,
            outbox.Recipient(followers[n % ORDERS % PEOPLE]),
            {"text": f"Tin số {n:05d}"},
            account=channel.account,
            dedupe=f"queued{n}",
            now=now,
            order_key=f"queued{n % ORDERS}",
        )
        for n in range(count)
    )


@dataclass
class Reports:
    """The other system: it reports every step of every dossier, in order, until each has been taken."""

    place: Installation
    key: str
    codes: list[str]
    taken: int = 0
    repeats: int = 0
    waited: float = 0
    """Seconds the slowest report took, repeats and all, since somebody last set it to 0."""
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, float] = {}  # when the report each thread is at was begun
        self._pool = ThreadPoolExecutor(REPORTERS)
        # A batch of dossiers goes step by step, so that the steps of one dossier lie apart.
        batches = [self.codes[start : start + 25] for start in range(0, len(self.codes), 25)]
        self._work = [self._pool.submit(self._report, batch) for batch in batches]

    @property
    def total(self) -> int:
        return len(self.codes) * len(STEPS)

    def wait(self) -> None:
        for work in self._work:
            work.result()
        self._pool.shutdown()

    def until_taken(self, count: int) -> None:
        """Return when `count` reports have been taken, or all."""
        while self.taken < count and not all(work.done() for work in self._work):
            time.sleep(0.05)

    def settle(self) -> float:
        """Return the seconds the slowest report took since the last call, when all that are under way now are taken."""
        now = time.monotonic()
        while any(begun <= now for begun in list(self._open.values())):
            time.sleep(0.05)
        waited, self.waited = self.waited, 0.0
        return round(waited, 1)

    def _report(self, batch: list[str]) -> None:
        for step, code in itertools.product(STEPS, batch):
            self._until_taken(code, step)

    def _until_taken(self, code: str, step: str) -> None:
        headers = {"Authorization": f"Api-Key {self.key}", "Content-Type": "application/json"}
        body = {"id": f"{code}-{step}", "state": step, "at": dt.datetime.now(dt.UTC).isoformat()}
        path, raw, begun = f"/api/v1/dossiers/{code}/events", json.dumps(body).encode(), time.monotonic()
        self._open[threading.get_ident()] = begun
        while True:
            try:
                status, said, answer = request("POST", self.place.address() + path, raw, headers, timeout=PATIENT)
            except OSError:
                status, said, answer = 0, dict[str, str](), b""
            except Exception:  # half an answer: http.client has many names for it
                status, said, answer = 0, dict[str, str](), b""
            with self._lock:
                if status in (200, 201):
                    self.taken += 1
                    self.waited = max(self.waited, time.monotonic() - begun)
                    self._open.pop(threading.get_ident(), None)
                    return
                if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:
                    self.refused.append(f"{status} {answer[:200]!r}")
                    self._open.pop(threading.get_ident(), None)
                    return
                self.repeats += 1
            time.sleep(float(said.get("retry-after", 0.1)))


def kill_at_random(place: Installation, reports: Reports, options: argparse.Namespace) -> dict[str, int]:
    """How often each part was killed: spread over the run, every part equally often, in an order the seed decides."""
    dice, killed = random.Random(options.seed), Counter()
    names = [PARTS[n % len(PARTS)] for n in range(options.kills)]
    dice.shuffle(names)
    for number, name in enumerate(names, start=1):
        share = (number - dice.random() * 0.5) / (options.kills + 0.5)
        sent = wait_for_messages(place, int((reports.total + options.queued) * share))
        place[name].kill()
        time.sleep(dice.uniform(0.1, 1.5))
        place[name].start()
        killed[name] += 1
        print(f"{sent} tin: kill -9 {name}", file=sys.stderr, flush=True)
        for dead in place.raise_the_dead():
            killed[f"{dead} (tự dừng)"] += 1
    return dict(killed)


def wait_for_messages(place: Installation, due: int, *, patience: float = 4) -> int:
    """How many messages Zalo has: at least `due`, unless nothing has moved for `patience` seconds."""
    sent, since = place.zalo.count(channel="cs"), time.monotonic()
    while sent < due and time.monotonic() - since < patience:
        time.sleep(0.05)
        last, sent = sent, place.zalo.count(channel="cs")
        since = time.monotonic() if sent != last else since
    return sent


def still_open() -> Counter:
    """How many messages are in each open state."""
    from zalo.models import OutboxMessage
    from zalo.models.outbox import OPEN

    return Counter(OutboxMessage.objects.filter(state__in=OPEN).values_list("state", flat=True))


def wait_until_still() -> None:
    """The living parts did what they could: nothing has moved for five seconds."""
    from zalo.models import OutboxMessage, State

    last, since = None, time.monotonic()
    while time.monotonic() - since < 5:
        now = (still_open(), OutboxMessage.objects.filter(state=State.DELIVERED).count())
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.25)


def catch_up(place: Installation) -> None:
    """The next hours, without anybody waiting for them: leases run out, doubts are settled, Zalo repeats its events."""
    from zalo.inbound import drain as inbound
    from zalo.inbound import inbox
    from zalo.inbound import spool as webhook_spool
    from zalo.notices import reconcile
    from zalo.outbox import delivery
    from zalo.outbox import rows as outbox

    place.stop_workers()
    now = dt.datetime.now(dt.UTC)
    for number in range(ROUNDS):
        now += dt.timedelta(minutes=30)
        outbox.rescue(now=now)
        reconcile.prove(now=now, limit=1000)
        delivery.drain(now=now)
        place.zalo.advance(minutes=1)
        place.zalo.settle()
        webhook_spool.adopt()
        inbox.rescue(now=now)
        inbound.drain(now=now)
        if number >= 4 and not still_open():  # Zalo's own repeats take some rounds too
            break


def counted(place: Installation, reports: Reports) -> dict:
    """What arrived, laid beside what was reported."""
    from dossiers.models import DossierEvent
    from zalo.models import InboxEvent, OutboxMessage
    from zalo.notices import reconcile

    events = DossierEvent.objects.filter(kind__in=STEPS)
    # Lines of the time before the centre had its account went nowhere and are nobody's to send.
    rows = OutboxMessage.objects.exclude(order_key="").exclude(account=None)
    arrived = place.zalo.messages(channel="cs", fields="id,user_id,content")
    times = Counter(message["id"] for message in arrived)
    remote = set(rows.values_list("remote_id", flat=True))
    texts = Counter((message["user_id"], message["content"]["text"]) for message in arrived)
    now = dt.datetime.now(dt.UTC)
    forgotten = reconcile.events_without_message(since=now - dt.timedelta(days=1), until=now + dt.timedelta(days=1))
    return {
        "reported": reports.total,
        "refused": reports.refused[:5],
        "events": events.count(),
        "messages": rows.count(),
        "of_steps": rows.filter(event__in=events).count(),
        "at_zalo": len(arrived),
        "lost": rows.count() - len(remote & set(times)),
        "twice": sum(count - 1 for count in texts.values()),
        "not_ours": len(set(times) - remote),
        "out_of_order": out_of_order(rows, [message["id"] for message in arrived]),
        "forgotten": sum(event.kind in STEPS for event in forgotten),
        "states": dict(Counter(rows.values_list("state", flat=True))),
        "tried_again": rows.filter(attempts__gt=1).count(),
        "webhooks": dict(Counter(InboxEvent.objects.values_list("state", flat=True))),
    }


def out_of_order(rows, arrived: list[str]) -> int:
    """How many messages reached Zalo before an earlier one of the same dossier."""
    place = {remote_id: number for number, remote_id in enumerate(arrived)}
    of_dossier: dict[str, list[int]] = defaultdict(list)
    for key, remote_id in rows.order_by("pk").values_list("order_key", "remote_id"):
        if remote_id in place:
            of_dossier[key].append(place[remote_id])
    return sum(a > b for numbers in of_dossier.values() for a, b in itertools.pairwise(numbers))


if __name__ == "__main__":
    main()
