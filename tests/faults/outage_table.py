"""R2 as Open Zaak publishes it: events a minute long while the receiver is away for 10, 60, 300 and 600 seconds.

    .venv/bin/python -m tests.faults.outage_table [--away 10 60 300 600] [--per-second 25] [--seconds 60]

Real time, real processes (tests/faults/installation.py). Zalo refuses every connection from the first event on; each
event is queued in a transaction of its own and rings the sender, as an act at the desk does. After Zalo is back nobody
touches anything. A table is printed: lost, twice, out of order, requests tried in vain, and how long after Zalo's
return the last message arrived. With `--away 0` nothing fails: the share told within ten seconds, which GOV.UK Notify
publishes of itself.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections import Counter

from .installation import Installation, set_up
from .kills import ORDERS, PEOPLE, on_the_channel, out_of_order

PATIENCE = 600  # seconds after Zalo's return
COLUMNS = ("away", "events", "lost", "twice", "out of order", "tried in vain", "last after", "within 10 s", "slowest")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--away", type=int, nargs="+", default=[10, 60, 300, 600], help="seconds")
    parser.add_argument("--per-second", type=int, default=25)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with set_up(Installation) as place:
        channel, followers = prepare(place)
        place.programs()
        print("  ".join(f"{name:>12}" for name in COLUMNS))
        for seconds in options.away:
            row = outage(place, channel, followers, seconds, options)
            print("  ".join(f"{word:>12}" for word in row), flush=True)


def prepare(place: Installation):
    """A centre on the channel and its followers."""
    from portal.demo import tables
    from tests import people

    tables.prepare()
    return on_the_channel(place, people.centre())


def outage(place: Installation, channel, followers: list, seconds: int, options: argparse.Namespace) -> list[str]:
    """One row of the table."""
    from zalo.models import OutboxMessage, State

    OutboxMessage.objects.all().delete()
    before = place.zalo.count(channel="cs")
    if seconds:
        place.zalo.fault(kind="refuse")
    begun, back = time.monotonic(), 0.0
    for number in range(options.seconds * options.per_second):
        while (wait := begun + number / options.per_second - time.monotonic()) > 0:
            time.sleep(min(wait, 0.01))
        if seconds and not back and time.monotonic() - begun >= seconds:
            place.zalo.lift()
            back = time.monotonic()
        queue_one(channel, followers, number, seconds)
    if seconds and not back:
        time.sleep(max(0.0, begun + seconds - time.monotonic()))
        place.zalo.lift()
        back = time.monotonic()
    given_up = (back or time.monotonic()) + PATIENCE
    while OutboxMessage.objects.exclude(state__in=(State.SENT, State.DELIVERED)).exists():
        if time.monotonic() > given_up:
            break
        time.sleep(0.2)
    return counted(place, before, seconds, dt.timedelta(seconds=time.monotonic() - back) if back else dt.timedelta())


def queue_one(channel, followers: list, number: int, seconds: int) -> None:
    """One step of one of ORDERS dossiers."""
    from zalo.messages import registry as messages
    from zalo.outbox import rows as outbox

    outbox.enqueue(
        [
            outbox.draft(
                messages.get("dossier.appraising"),
                outbox.Recipient(followers[number % ORDERS % PEOPLE]),
                {"text": f"Vắng {seconds} giây, tin số {number:05d}"},
                account=channel.account,
                dedupe=f"away{seconds}-{number}",
                now=dt.datetime.now(dt.UTC),
                order_key=f"away{number % ORDERS}",
            )
        ]
    )


def counted(place: Installation, before: int, seconds: int, after: dt.timedelta) -> list[str]:
    """What arrived at Zalo, laid beside what was queued."""
    from django.db.models import Sum

    from zalo.models import OutboxMessage

    rows = OutboxMessage.objects.all()
    queued, tried = rows.count(), rows.aggregate(Sum("attempts"))["attempts__sum"]
    ours = f"Vắng {seconds} giây, "
    arrived = [
        message
        for message in place.zalo.messages(channel="cs", fields="id,content")[before:]
        if message["content"]["text"].startswith(ours)
    ]
    texts = Counter(message["content"]["text"] for message in arrived)
    waits = sorted((row.sent_at - row.created_at).total_seconds() for row in rows if row.sent_at)
    soon = sum(wait <= 10 for wait in waits) / queued
    return [
        f"{seconds} s",
        f"{queued:,}",
        str(queued - len(texts)),
        str(sum(count - 1 for count in texts.values())),
        str(out_of_order(rows, [message["id"] for message in arrived])),
        str(tried - len(waits)),
        f"{after.total_seconds():.0f} s" if seconds else "–",
        f"{soon:.1%}",
        f"{waits[-1]:.1f} s" if waits else "–",
    ]


if __name__ == "__main__":
    main()
