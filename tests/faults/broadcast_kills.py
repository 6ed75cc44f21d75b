"""kill -9 of worker and database in the middle of a notice to 100,000: nobody told twice, nobody forgotten.

    .venv/bin/python -m tests.faults.broadcast_kills [--people 100000] [--kills 20] [--seed 1] [--pace 0]

An installation of its own is started. A leader sends one notice to everybody who follows; while real worker and beat
send it, worker and database are killed with SIGKILL by turns at seeded moments, and once the notice is stopped and goes
on. At the end the clock is moved, so that leases of the dead run out, and what the simulated Zalo took is counted by
person and laid beside the list of recipients. A table as JSON is printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import time
from collections import Counter

from .installation import Installation, set_up
from .kills import ROUNDS, still_open, wait_for_messages

PARTS = ("worker", "database")
PATIENCE = 90  # seconds without a message: a worker that starts imports the whole product, perhaps beside other work


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=int, default=0, help="messages a minute the sender may reach; 0: no limit")
    options = parser.parse_args()
    with set_up(Installation, ZALO_MAX_RATE_PER_MINUTE=str(options.pace)) as place:
        print(json.dumps(rehearse(place, options), ensure_ascii=False, indent=1))


def rehearse(place: Installation, options: argparse.Namespace) -> dict:
    """The whole run; what it returns is what the suite asserts on."""
    from django.db import connection

    leader, number = begin(place, options.people)
    for name in ("worker", "beat"):
        place[name].start()
    begun = time.monotonic()
    killed = kill(place, options)
    stop_and_go_on(number, leader)
    wait_for_messages(place, options.people, patience=PATIENCE)
    run = {
        "kills": killed,
        "seconds": round(time.monotonic() - begun),
        "at_zalo_before_the_clock_moved": place.zalo.count(channel="cs"),
        "left_by_the_dead": dict(still_open()),
    }
    connection.close()
    catch_up(place)
    return run | counted(place, number)


def begin(place: Installation, count: int):
    """An emergency, which no quiet hour holds, to so many followers, sent by its leader; gives (leader, its id)."""
    from portal.demo import tables
    from tests import people
    from tests.zalo.channel import connect
    from zalo.broadcasts import acts, drafting
    from zalo.models import Contact

    tables.prepare()
    centre, now = people.centre(), dt.datetime.now(dt.UTC)
    place.zalo.behave(receipts=False, echo=False, rate_per_minute=0, latency_ms=20)
    account = connect(place.zalo, centre)
    account.keeper = centre.agency
    account.save()
    place.zalo.change_app(webhook_enabled=False)
    Contact.objects.bulk_create(
        (
            Contact(
                account=account, user_id=user_id, is_follower=True, followed_at=now, last_interaction_at=now
            )
            for user_id in place.zalo.crowd(count)
        ),
        batch_size=5000,
    )  # fmt: skip
    row = drafting.begin(account, centre.agency, "urgent", "Xả lũ", by=centre.leader, now=now)
    said = {"title": "Xả lũ", "text": "Hồ xả lũ lúc 20 giờ. Không qua đập tràn.", "asked": {"everyone": True}}
    acts.do("edit", row, by=centre.leader, now=now, **said)
    acts.do("send_urgent", row, by=centre.leader, now=now, note="Công điện 15", typed=str(count))
    return centre.leader, row.pk


def kill(place: Installation, options: argparse.Namespace) -> dict[str, int]:
    """Kill worker and database by turns, spread over the run; what ended by itself meanwhile is started again."""
    dice, killed = random.Random(options.seed), Counter[str]()
    wait_for_messages(place, 1, patience=600)  # the list of recipients comes first
    for number in range(options.kills):
        name = PARTS[number % len(PARTS)]
        share = (number + dice.random()) / (options.kills + 1)
        sent = wait_for_messages(place, int(options.people * share), patience=PATIENCE)
        place[name].kill()
        time.sleep(dice.uniform(0.1, 1.5))
        place[name].start()
        killed[name] += 1
        print(f"{sent} tin: kill -9 {name}", file=sys.stderr, flush=True)
        for dead in place.raise_the_dead():
            killed[f"{dead} (tự dừng)"] += 1
    return dict(killed)


def stop_and_go_on(number: int, leader) -> None:
    """Stop what still runs and let it go on, as a person would: nobody is told again for that."""
    from django.db import connection
    from django.utils import timezone

    from zalo.broadcasts import acts
    from zalo.models import Broadcast

    connection.close()  # it died with the database
    row = Broadcast.objects.get(pk=number)
    if row.state == Broadcast.State.RUNNING:
        acts.do("stop", row, by=leader, now=timezone.now())
        time.sleep(3)
        acts.do("resume", Broadcast.objects.get(pk=number), by=leader, now=timezone.now())


def catch_up(place: Installation) -> None:
    """The next hours, without anybody waiting for them: leases run out, doubts are settled, the rest is sent."""
    from zalo.broadcasts import sending
    from zalo.models import Broadcast
    from zalo.notices import reconcile
    from zalo.outbox import delivery
    from zalo.outbox import rows as outbox

    place["worker"].kill()
    place["beat"].kill()
    now = dt.datetime.now(dt.UTC)
    for _ in range(ROUNDS):
        now += dt.timedelta(minutes=10)
        place.zalo.advance(minutes=10)
        outbox.rescue(now=now)
        reconcile.prove(now=now, limit=1000)
        sending.tick(now=now)
        while delivery.drain(now=now).more:
            sending.tick(now=now)
        if not Broadcast.objects.filter(state=Broadcast.State.RUNNING).exists():
            break


def counted(place: Installation, number: int) -> dict:
    """What arrived, person by person, laid beside the list of recipients."""
    from zalo.models import Broadcast, BroadcastRecipient, OutboxMessage

    row = Broadcast.objects.get(pk=number)
    rows = BroadcastRecipient.objects.filter(broadcast=row)
    meant = set(rows.values_list("contact__user_id", flat=True))
    times = Counter(message["user_id"] for message in place.zalo.messages(channel="cs", fields="user_id"))
    return {
        "state": row.state,
        "meant": len(meant),
        "at_zalo": sum(times.values()),
        "twice": sum(count - 1 for count in times.values()),
        "forgotten": len(meant - set(times)),
        "not_meant": len(set(times) - meant),
        "results": dict(Counter(rows.values_list("result", flat=True))),
        "messages": dict(Counter(OutboxMessage.objects.filter(broadcast=row).values_list("state", flat=True))),
        "tried_again": OutboxMessage.objects.filter(broadcast=row, attempts__gt=1).count(),
    }


if __name__ == "__main__":
    main()
