"""A day of another một cửa system: its events pushed through the API, twice, late and out of order, counted at Zalo.

    .venv/bin/python -m tests.faults.day_of_events [--events 20000] [--seed 1]

An installation of its own. The other system puts its dossiers in (`:batch`), each for a citizen who follows its
account, and tells their steps of the day: four senders at once, each dossier's steps told by one of them; every fifth
dossier has its steps shuffled, every fifth event is told again later with the same id, every twentieth at once. What
must arrive is worked out here from what was sent, not read from the portal: a step that leads on gives one message,
one that comes after a later step is history and gives none. Prints a table as JSON.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.fakes.zalo import request
from tests.faults.installation import Installation, set_up
from tests.faults.kills import PEOPLE, STEPS, on_the_channel, out_of_order, still_open

SENDERS = 4
BATCH = 100
PATIENCE = 30
TOGETHER = 50
"""Dossiers told of in one breath: their events are mixed, so that those of one dossier lie apart."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with set_up(Installation, ZALO_MAX_RATE_PER_MINUTE="100000") as place:
        print(json.dumps(rehearse(place, options.events, options.seed), ensure_ascii=False, indent=1))


def rehearse(place: Installation, events: int, seed: int) -> dict:
    """Return what was sent, what had to arrive, what did."""
    from portal.api import keys
    from portal.api.models import ApiClient
    from portal.demo import tables
    from tests import people

    tables.prepare()
    centre, procedure = people.centre(), people.procedure()
    _, followers = on_the_channel(place, centre)
    place.zalo.behave(receipts=True, rate_per_minute=0, latency_ms=20)
    place.zalo.deliver_webhooks_to(f"{place.url}/zalo/webhook/")
    _, key = keys.create_client(name="Một cửa điện tử", agency=centre.agency, scope=ApiClient.Scope.WRITE)
    place.programs()
    system = OtherSystem(place, key, seed)
    began = time.monotonic()
    system.put(-(-events // len(STEPS)), centre.agency.code, procedure.code)
    follow(system.codes, followers)
    put_in = time.monotonic() - began
    began = time.monotonic()
    system.tell()
    told = time.monotonic() - began
    wait_for_the_end()
    arrived_after = time.monotonic() - began
    return {
        "dossiers": len(system.codes),
        "events": len(system.codes) * len(STEPS),
        "requests": dict(system.answers),
        "refused": system.refused[:5],
        "seconds": {"dossiers put in": round(put_in), "steps told": round(told), "all at Zalo": round(arrived_after)},
    } | counted(place, system)


@dataclass
class OtherSystem:
    """The một cửa software: careless, and sure that whatever it is not sure of can be told again."""

    place: Installation
    key: str
    seed: int
    codes: list[str] = field(default_factory=list)
    must_arrive: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(code of the dossier, step) → 1 for every step that leads on."""
    answers: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def put(self, count: int, agency: str, procedure: str) -> None:
        """Put the dossiers of the day in."""
        self.opened = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=9)
        self.codes = [f"{agency}-{self.opened:%Y%m%d}-{number:07d}" for number in range(1, count + 1)]
        for first in range(0, count, BATCH):
            items = [
                {
                    "code": code,
                    "procedure_code": procedure,
                    "agency_code": agency,
                    "applicant": {"full_name": "Nguyễn Văn An", "phone": f"09{first + place:08d}"},
                    "received_at": self.opened.isoformat(),
                }
                for place, code in enumerate(self.codes[first : first + BATCH])
            ]
            self._ask("/api/v1/dossiers:batch", {"items": items}, patience=300)

    def tell(self) -> None:
        """Tell every step of the day."""
        groups = [self.codes[first : first + TOGETHER] for first in range(0, len(self.codes), TOGETHER)]
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._tell_group, groups, range(len(groups))))

    def _tell_group(self, codes: list[str], number: int) -> None:
        dice = random.Random(f"{self.seed}-{number}")
        waiting = {code: list(range(len(STEPS))) for code in codes}
        for code in codes:
            if dice.random() < 0.2:
                dice.shuffle(waiting[code])
        again: list[tuple[str, int]] = []
        reached = dict.fromkeys(codes, -1)
        while waiting:
            code = dice.choice(list(waiting))
            step = waiting[code].pop(0)
            if not waiting[code]:
                del waiting[code]
            if step > reached[code]:
                reached[code] = step
                self.must_arrive[code, STEPS[step]] += 1
            self._step(code, step)
            if dice.random() < 0.05:
                self._step(code, step)
            if dice.random() < 0.2:
                again.append((code, step))
            if again and dice.random() < 0.2:
                self._step(*again.pop(dice.randrange(len(again))))
        for code, step in again:
            self._step(code, step)

    def _step(self, code: str, step: int) -> None:
        at = self.opened + dt.timedelta(minutes=90 * (step + 1))
        body = {"id": f"{code}-{step}", "state": STEPS[step], "at": at.isoformat()}
        self._ask(f"/api/v1/dossiers/{code}/events", body)

    def _ask(self, path: str, body: dict, patience: int = PATIENCE) -> None:
        headers = {"Authorization": f"Api-Key {self.key}", "Content-Type": "application/json"}
        while True:
            try:
                status, said, answer = request(
                    "POST", self.place.address() + path, json.dumps(body).encode(), headers, timeout=patience
                )
            except OSError:
                self.answers["no answer, asked again"] += 1
                continue
            self.answers[str(status)] += 1
            if status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
                time.sleep(float(said.get("retry-after", 1)))
                continue
            if status >= 400:
                self.refused.append(f"{path} {status} {answer[:200]!r}")
            return


def follow(codes: list[str], followers: list) -> None:
    """Each dossier is followed by one citizen."""
    from dossiers.models import Dossier
    from zalo.models import ContactLink

    ids = dict(Dossier.objects.filter(code__in=codes).values_list("code", "pk"))
    now = dt.datetime.now(dt.UTC)
    ContactLink.objects.bulk_create(
        ContactLink(contact=followers[number % PEOPLE], dossier_id=ids[code], proof="code", linked_at=now)
        for number, code in enumerate(codes)
    )


def wait_for_the_end() -> None:
    """Wait until no message is open and none has been made for ten seconds."""
    from zalo.models import OutboxMessage

    last, since = None, time.monotonic()
    while time.monotonic() - since < 10:
        now = (still_open(), OutboxMessage.objects.count())
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.5)


def counted(place: Installation, system: OtherSystem) -> dict:
    """Return what reached Zalo beside what had to."""
    from zalo.models import OutboxMessage

    rows = OutboxMessage.objects.exclude(order_key="").exclude(account=None)
    steps = rows.filter(event__kind__in=STEPS).values_list("remote_id", "event__dossier__code", "event__kind")
    meant = {remote: (code, kind) for remote, code, kind in steps}
    order = [message["id"] for message in place.zalo.messages(channel="cs", fields="id")]
    arrived = Counter(meant[remote] for remote in order if remote in meant)
    return {
        "must_arrive": sum(system.must_arrive.values()),
        "at_zalo": sum(arrived.values()),
        "lost": sum((system.must_arrive - arrived).values()),
        "doubled_or_not_due": sum((arrived - system.must_arrive).values()),
        "out_of_order": out_of_order(rows, order),
        "further_messages": len(order) - sum(arrived.values()),
        "open": dict(still_open()),
    }


if __name__ == "__main__":
    main()
