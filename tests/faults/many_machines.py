"""R1 on many machines: one cut off, the pooler and the broker lost, the primary lost and the standby promoted.

    sudo .venv/bin/python -m tests.faults.many_machines [--reported 1500] [--queued 3000] [--pace 3000] [--dark 30]

Seven machines (tests.faults.machines) run while another system reports steps of dossiers to both web servers in turn
and repeats each until it is answered. In the middle, one after the other: `app2` is cut off for --dark seconds and
comes back; PgBouncer is killed and started; Redis is killed and started with nothing; the primary is cut off, and
after a few seconds, as somebody or a watchdog would decide, the standby takes its place. What arrived at the simulated
Zalo is laid beside what was reported as in tests.faults.kills, and for each fault how long the
slowest report took; one sent to the machine that is cut off waits for its sender's own patience of 20 seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from . import kills
from .installation import set_up
from .machines import Machines, inside, missing

DECIDE = 5  # seconds until a lost primary is given up


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reported", type=int, default=1500, help="messages that follow from steps reported by API")
    parser.add_argument("--queued", type=int, default=3000, help="messages that wait from the start")
    parser.add_argument("--pace", type=int, default=3000, help="messages a minute the senders may reach")
    parser.add_argument("--dark", type=int, default=30, help="seconds a machine is cut off")
    options = parser.parse_args()
    if lacking := missing():
        parser.exit(2, f"Không chạy được: {lacking}.\n")
    inside(["-m", "tests.faults.many_machines", *sys.argv[1:]])
    with set_up(Machines, ZALO_MAX_RATE_PER_MINUTE=str(options.pace)) as place:
        print(json.dumps(rehearse(place, options), ensure_ascii=False, indent=1))


def rehearse(place: Machines, options: argparse.Namespace) -> dict:
    """The whole run, with the seconds the slowest report took before any fault and around each."""
    from django.db import connection

    key, codes = kills.prepare(place, -(-options.reported // len(kills.STEPS)), options.queued)
    place.programs()
    begun = time.monotonic()
    reports = kills.Reports(place, key, codes)
    faults: list[tuple[str, Callable[[], None]]] = [
        ("app2 cut off and back", lambda: _dark(place, options.dark)),
        ("pooler killed", lambda: _again(place, "pooler")),
        ("broker killed", lambda: _again(place, "broker")),
        ("primary lost, standby promoted", lambda: _lose_the_primary(place)),
    ]
    slowest: dict[str, float] = {}
    for number, (name, happen) in enumerate(faults, start=1):
        reports.until_taken(reports.total * number // (len(faults) + 1))
        slowest.setdefault("before", reports.settle())
        print(f"{reports.taken} báo, {place.zalo.count(channel='cs')} tin: {name}", file=sys.stderr, flush=True)
        happen()
        slowest[name] = reports.settle()
        print(_restarted(place), file=sys.stderr, flush=True)
    reports.wait()
    connection.close()  # it knew the old primary
    kills.wait_until_still()
    print(_restarted(place), file=sys.stderr, flush=True)
    kills.wait_until_still()
    run = {
        "slowest_report_seconds": slowest,
        "repeated_requests": reports.repeats,
        "seconds": round(time.monotonic() - begun),
        "left_open": dict(kills.still_open()),
    }
    kills.catch_up(place)
    return run | kills.counted(place, reports)


def _dark(place: Machines, seconds: int) -> None:
    place.cut_off("app2")
    time.sleep(seconds)
    place.join("app2")


def _again(place: Machines, name: str) -> None:
    place[name].kill()
    time.sleep(1)
    place[name].start()


def _restarted(place: Machines) -> str:
    """What had ended by itself, with its last words; it runs again, as systemd would see to."""
    last = {name: part.said()[-600:] for name, part in place.parts.items() if part.has_ended()}
    place.raise_the_dead()
    return str(last) if last else "không phần nào tự dừng"


def _lose_the_primary(place: Machines) -> None:
    place.cut_off("database1")
    time.sleep(DECIDE)
    place.promote()


if __name__ == "__main__":
    main()
