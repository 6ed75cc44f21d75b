"""R1: how soon the messages go on that a sender held when it was killed with -9, and by what proof.

    .venv/bin/python -m tests.faults.sender_killed [--queued 600] [--kills 3]

An installation of its own with one worker and beat. In the middle of the queue the worker is killed, children and all,
and started again, as systemd would. Every message it held is watched until it goes on: queued again, because it had not
left, or doubtful, to be looked up at Zalo before anything is repeated, or known to have arrived. Seconds are those of
the clock on the wall; nobody moves it. Prints a table as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter

import django

from tests.faults.installation import Installation, missing
from tests.faults.kills import on_the_channel, queue, still_open, wait_for_messages

LIMIT = 30
PATIENCE = 240


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--queued", type=int, default=600)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    if lacking := missing():
        parser.exit(2, f"Không chạy được: {lacking}.\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    with Installation(ZALO_MAX_RATE_PER_MINUTE="4000") as place:
        place.store()
        os.environ.update(place.env)
        django.setup()
        print(json.dumps(rehearse(place, options.queued, options.kills), ensure_ascii=False, indent=1))


def rehearse(place: Installation, queued: int, kills: int) -> dict:
    """Return seconds, proofs and what Zalo counted."""
    from portal.demo import tables
    from tests import people

    tables.prepare()
    channel, followers = on_the_channel(place, people.centre())
    place.zalo.behave(receipts=True, rate_per_minute=0, latency_ms=1500)  # so that many are under way at any moment
    place.zalo.deliver_webhooks_to(f"{place.url}/zalo/webhook/")
    queue(channel, followers, queued)
    place.programs()
    seconds: list[float] = []
    became: Counter[str] = Counter()
    for number in range(1, kills + 1):
        wait_for_messages(place, queued * number // (kills + 1), patience=60)
        place["worker"].kill()
        died, left = time.monotonic(), held()
        place["worker"].start()
        while left and time.monotonic() - died < PATIENCE:
            for pk, state in gone_on(left):
                seconds.append(round(time.monotonic() - died, 1))
                became[state] += 1
                del left[pk]
            time.sleep(0.1)
        became["still held"] += len(left)
    finish()
    return {"held": len(seconds), "seconds_until_they_went_on": summary(seconds), "went_on_as": dict(became)} | at_zalo(
        place, queued
    )


def held() -> dict[int, str]:
    """Return the lease of every message the dead sender still holds."""
    from zalo.models import OutboxMessage, State

    return dict(OutboxMessage.objects.filter(state=State.SENDING).values_list("pk", "lease"))


def gone_on(left: dict[int, str]) -> list[tuple[int, str]]:
    """Return which of them are no longer held by the dead, and what they are now."""
    from zalo.models import OutboxMessage, State

    rows = OutboxMessage.objects.filter(pk__in=left).values_list("pk", "state", "lease")
    return [(pk, state) for pk, state, lease in rows if state != State.SENDING or lease != left[pk]]


def finish() -> None:
    """Wait, on the clock of the wall, until every message has its end."""
    deadline = time.monotonic() + PATIENCE
    while sum(still_open().values()) and time.monotonic() < deadline:
        time.sleep(0.5)


def summary(seconds: list[float]) -> dict:
    """Return the middle and the longest, beside what is to be reached."""
    ordered = sorted(seconds) or [0.0]
    return {"middle": ordered[len(ordered) // 2], "longest": ordered[-1], "to_reach": LIMIT}


def at_zalo(place: Installation, queued: int) -> dict:
    """Return what arrived of what was queued, and how often twice."""
    texts = Counter(
        (message["user_id"], message["content"]["text"])
        for message in place.zalo.messages(channel="cs", fields="user_id,content")
        if message["content"]["text"].startswith("Tin số")
    )
    return {
        "queued": queued,
        "at_zalo": len(texts),
        "twice": sum(texts.values()) - len(texts),
        "open": dict(still_open()),
    }


if __name__ == "__main__":
    main()
