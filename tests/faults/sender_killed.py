"""R1: how soon the messages go on that a sender held when it was killed with -9, and by what proof.

    .venv/bin/python -m tests.faults.sender_killed [--queued 600] [--kills 3]

An installation of its own with two workers and beat. Zalo answers slowly, so that much is under way, and one worker is
killed, children and all; the other lives on, as on another machine. Every message the dead one held is watched until it
is no longer the dead one's (queued again because it had not left, or doubtful: to be looked up at Zalo before anything
is repeated), and until it is settled: known to have arrived, or proven not to have and sent. Seconds are those of the
clock on the wall; nobody moves it. Prints a table as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter

from tests.faults.installation import Installation, Part, set_up
from tests.faults.kills import on_the_channel, queue, still_open, wait_for_messages

LIMIT = 30
PATIENCE = 240
ALIVE = 4  # seconds in which a living sender ends what it holds; what is held longer is the dead one's


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--queued", type=int, default=600)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    with set_up(Installation, ZALO_MAX_RATE_PER_MINUTE="4000") as place:
        print(json.dumps(rehearse(place, options.queued, options.kills), ensure_ascii=False, indent=1))


def rehearse(place: Installation, queued: int, kills: int) -> dict:
    """Return seconds, proofs and what Zalo counted."""
    from portal.demo import tables
    from tests import people

    tables.prepare()
    channel, followers = on_the_channel(place, people.centre())
    place.zalo.behave(receipts=True, rate_per_minute=0)
    place.zalo.deliver_webhooks_to(f"{place.url}/zalo/webhook/")
    queue(channel, followers, queued)
    place.programs()
    second = Part("worker-2", place["worker"].command, lambda: True, folder=place.folder, env=place.env)
    second.start()
    try:
        deaths = [one_death(place, queued * number // (kills + 1)) for number in range(1, kills + 1)]
        finish()
    finally:
        second.kill()
    return {"deaths": deaths, "to_reach_seconds": LIMIT} | at_zalo(place, queued)


def one_death(place: Installation, after: int) -> dict:
    """Kill the worker once `after` messages have arrived; return how long what it held took to go on."""
    place.zalo.behave(latency_ms=1500)
    wait_for_messages(place, after, patience=60)
    place["worker"].kill()
    died = time.monotonic()
    place.zalo.behave(latency_ms=20)
    time.sleep(ALIVE)
    left = held()
    freed: list[float] = []
    settled: list[float] = []
    became: Counter[str] = Counter()
    waiting = set(left)
    while waiting and time.monotonic() - died < PATIENCE:
        seconds = round(time.monotonic() - died, 1)
        for pk, state in gone_on(left):
            freed.append(seconds)
            became[state] += 1
            del left[pk]
        done = arrived(waiting)
        settled += [seconds] * len(done)
        waiting -= done
        time.sleep(0.2)
    place["worker"].start()
    told = {"held": len(freed) + len(left), "first seen again as": dict(became), "never settled": len(waiting)}
    return told | {"seconds until free": summary(freed), "seconds until settled": summary(settled)}


def held() -> dict[int, str]:
    """Return the lease of every message that is being sent."""
    from zalo.models import OutboxMessage, State

    return dict(OutboxMessage.objects.filter(state=State.SENDING).values_list("pk", "lease"))


def gone_on(left: dict[int, str]) -> list[tuple[int, str]]:
    """Return which of them are no longer held by the dead, and what they are now."""
    from zalo.models import OutboxMessage, State

    rows = OutboxMessage.objects.filter(pk__in=left).values_list("pk", "state", "lease")
    return [(pk, state) for pk, state, lease in rows if state != State.SENDING or lease != left[pk]]


def arrived(waiting: set[int]) -> set[int]:
    """Return which of them are known to have arrived."""
    from zalo.models import OutboxMessage

    return set(OutboxMessage.objects.filter(pk__in=waiting).exclude(remote_id="").values_list("pk", flat=True))


def finish() -> None:
    """Wait, on the clock of the wall, until every message has its end."""
    deadline = time.monotonic() + PATIENCE
    while sum(still_open().values()) and time.monotonic() < deadline:
        time.sleep(0.5)


def summary(seconds: list[float]) -> dict:
    """Return the middle and the longest."""
    ordered = sorted(seconds) or [0.0]
    return {"middle": ordered[len(ordered) // 2], "longest": ordered[-1]}


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
