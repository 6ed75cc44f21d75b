"""The version before and this one at once on one database, as while an update goes from host to host.

    .venv/bin/python -m tests.faults.two_versions [--before COMMIT] [--dossiers 20] [--queued 400]

An installation of its own. The version before makes its tables and serves; the database is migrated under it, then
this version's web server and worker join. Every dossier is received through one of them and its next act is done
through the other, each by whoever does it, with one browser; both workers send what that and a queue of messages
bring; halfway the clock and Zalo's webhook move to this version. Prints a table as JSON: answers 5xx, what arrived at
Zalo beside what was queued, lines of errors in the logs. Without --before it is the commit before the newest
migration.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.bench.desk import dossier_life
from tests.fakes.zalo import ROOT, free_port, request
from tests.faults.installation import Installation, Part, set_up
from tests.faults.kills import catch_up, on_the_channel, queue, still_open, wait_until_still

PAGES = ("/", "/tra-cuu/", "/thu-tuc/", "/gop-y/", "/admin/", "/admin/dossiers/dossier/", "/admin/feedback/case/")
NAMES = ("before", "now")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", default="")
    parser.add_argument("--dossiers", type=int, default=20)
    parser.add_argument("--queued", type=int, default=400)
    options = parser.parse_args()
    commit = git("rev-parse", options.before or before_the_newest_migration())
    with set_up(Installation, ZALO_MAX_RATE_PER_MINUTE="4000") as place:
        told = rehearse(place, Before(place, commit), options.dossiers, options.queued)
    print(json.dumps({"before": commit[:12]} | told, ensure_ascii=False, indent=1))


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def before_the_newest_migration() -> str:
    return git("log", "-1", "--diff-filter=A", "--format=%H", "--", "*/migrations/0*.py") + "^"


class Before:
    """The older version: its files in a folder of their own, its parts beside those of `place`."""

    def __init__(self, place: Installation, commit: str):
        self.root = place.folder / "before"
        self.root.mkdir()
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(self.root)], input=archive, check=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = place.env | {"PYTHONPATH": str(self.root), "STATIC_ROOT": str(place.folder / "static-before")}
        web = [str(port) if word == place.url.rpartition(":")[2] else word for word in place["web"].command]
        self.parts = {
            name: Part(f"{name}-before", command, alive, folder=place.folder, env=self.env, root=self.root)
            for name, command, alive in (
                ("web", web, self._answers),
                ("worker", place["worker"].command, lambda: True),
                ("beat", place["beat"].command, lambda: True),
            )
        }

    def make_tables(self) -> None:
        said = "import django; django.setup(); from portal.demo import tables; tables.prepare()"
        subprocess.run([sys.executable, "-c", said], cwd=self.root, env=self.env, check=True)

    def _answers(self) -> bool:
        try:
            return request("GET", f"{self.url}/healthz", timeout=5)[0] == 200
        except (OSError, ValueError):
            return False


@dataclass
class Side:
    """Where a request goes, as the helpers of the desk read it, and what was answered there."""

    url: str
    answers: Counter[str] = field(default_factory=Counter)


class Unwatched:
    """The helpers of the desk measure phases; here nothing is measured."""

    def of(self, phase: str):
        return nullcontext()


def rehearse(place: Installation, before: Before, dossiers: int, queued: int) -> dict:
    """Return what was answered by each version and what arrived."""
    from tests import people

    sides = {"before": Side(before.url), "now": Side(place.url)}
    failed: list[str] = []
    before.make_tables()
    for part in before.parts.values():
        part.start()
    migrated = migrate(place, sides["before"], failed)
    centre, procedure = people.centre(), people.procedure()
    channel, followers = on_the_channel(place, centre)
    place.zalo.deliver_webhooks_to(f"{before.url}/zalo/webhook/")
    citizens = dossier_life.followed(channel, centre, procedure, dossiers)
    place["worker"].start()
    place["web"].start()
    queue(channel, followers, queued)
    try:
        walk(place, before, sides, failed, centre, citizens)
        wait_until_still()
        errors = logged(place)
    finally:
        for part in before.parts.values():
            part.kill()
    catch_up(place)
    return {
        "migrated_in_seconds": migrated,
        "answers": {name: dict(sides[name].answers) for name in NAMES},
        "5xx": failed,
        "errors_in_logs": errors,
    } | at_zalo(place)


def migrate(place: Installation, side: Side, failed: list[str]) -> float:
    """Migrate as the handbook does, while the version before is asked for its pages."""
    began, stop = time.monotonic(), threading.Event()

    def ask() -> None:
        browser = visitor(side, failed)
        while not stop.is_set():
            for page in PAGES[:4]:
                browser.get(side.url + page, timeout=60)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=place.env, check=True)
    finally:
        stop.set()
        asking.join()
    return round(time.monotonic() - began, 1)


def visitor(side: Side, failed: list[str]) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.hooks["response"].append(lambda answer, **_: note(answer, [side], failed))
    return session


def note(answer: requests.Response, sides: list[Side], failed: list[str]) -> None:
    side = next(side for side in sides if answer.url.startswith(side.url + "/"))
    side.answers[str(answer.status_code)] += 1
    if answer.status_code >= 500:
        failed.append(f"{answer.status_code} {answer.request.method} {answer.url}")


def walk(place, before: Before, sides: dict[str, Side], failed: list[str], centre, citizens: list[str]) -> None:
    """Take every dossier from the counter to its result, each act through the other version than the one before."""
    staff = {}
    for user, side in zip((centre.clerk, centre.handler, centre.leader), itertools.cycle(sides.values()), strict=False):
        session = staff[user] = dossier_life.signed_in(side, user.username)
        session.hooks["response"].append(lambda answer, **_: note(answer, list(sides.values()), failed))
    clerk, handler, leader = (staff[user] for user in (centre.clerk, centre.handler, centre.leader))
    turns = itertools.cycle(sides.values())
    for n, number in enumerate(citizens):
        if n == len(citizens) // 2:
            before.parts["beat"].kill()
            place["beat"].start()
            place.zalo.deliver_webhooks_to(f"{place.url}/zalo/webhook/")
        row = dossier_life.receive(next(turns), clerk, number)
        told = {"how": "counter", "collector": "Nguyễn Văn An", "proof": "card", "collector_number": number}
        for who, name, said in (
            (leader, "assign", {"unit": centre.land.pk, "handler": centre.handler.pk}),
            (handler, "start_appraisal", {}),
            (handler, "request_supplement", dossier_life.REASONS),
            (clerk, "receive_supplement", {"came": ["0"]}),
            (handler, "send_to_signing", {"number": f"{n + 1}/2026"}),
            (leader, "sign", {"place": "Quầy số 3"}),
            (clerk, "return_result", told),
        ):
            dossier_life.act(next(turns), who, row, name, said, Unwatched())
        for side, page in itertools.product(sides.values(), (*PAGES, f"/h/{row.token}/")):
            clerk.get(side.url + page, timeout=60)
        next(turns)  # the next dossier begins at the other one


def logged(place: Installation) -> dict[str, list[str]]:
    """The first lines of errors in the logs of the parts of both versions."""
    found = {}
    for file in sorted(Path(place.folder).glob("*.log")):
        if file.stem.partition("-")[0] in {"web", "worker", "beat"}:
            lines = file.read_text(errors="replace").splitlines()
            found[file.stem] = [line[:300] for line in lines if "Traceback" in line or '"error"' in line][:3]
    return found


def at_zalo(place: Installation) -> dict:
    """What arrived, laid beside what was queued."""
    from zalo.models import OutboxMessage
    from zalo.notices import reconcile

    rows = OutboxMessage.objects.exclude(order_key="").exclude(account=None)
    arrived = place.zalo.messages(channel="cs", fields="id,user_id,content")
    ids = {message["id"] for message in arrived}
    texts = Counter((message["user_id"], json.dumps(message["content"], sort_keys=True)) for message in arrived)
    now = dt.datetime.now(dt.UTC)
    forgotten = reconcile.events_without_message(since=now - dt.timedelta(hours=2), until=now + dt.timedelta(days=1))
    return {
        "messages": rows.count(),
        "at_zalo": len(arrived),
        "states": dict(Counter(rows.values_list("state", flat=True))),
        "lost": sum(bool(key) and key not in ids for key in rows.values_list("remote_id", flat=True)),
        "twice": sum(count - 1 for count in texts.values()),
        "forgotten": len(list(forgotten)),
        "open": dict(still_open()),
    }


if __name__ == "__main__":
    main()
