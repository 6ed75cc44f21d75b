"""P11: what one dossier's whole life costs, in CPU milliseconds of web, worker, clock, database and broker.

    .venv/bin/python -m tests.bench.desk.dossier_life [--dossiers 40]

An installation of real processes (tests.faults.installation) is started on this machine. Each dossier is received on
the intake page, its receipt printed, and taken through seven acts on its page, each by whoever does it; form 02 and
the slip of the result are printed; the citizen, who follows the account, is told each step and looks the dossier up
three times. Between the phases nothing waits but messages: a phase ends when they have arrived. CPU is read from
/proc, of all processes of a part together; what the parts spend when nothing happens is measured first and taken off.
Prints a table as JSON.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import time
from pathlib import Path

import requests

from tests.bench import figures
from tests.faults.installation import Installation, set_up

PARTS = ("web", "worker", "beat", "database", "broker")
HERTZ = os.sysconf("SC_CLK_TCK")
QUIET = 20  # seconds of idling measured
ADD = "/admin/dossiers/dossier/add/"
REASONS = {"reason-0-what": "Nộp bản có xác nhận", "reason-0-why": "Bản đã nộp chưa có dấu"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dossiers", type=int, default=40)
    options = parser.parse_args()
    with set_up(Installation, ZALO_MAX_RATE_PER_MINUTE="100000") as place:
        told = lives(place, options.dossiers)
    for part, milliseconds in told["cpu_ms_a_dossier"]["life"].items():
        figures.keep(f"CPU of one dossier's life: {part}", milliseconds, unit="ms")
    print(json.dumps(told, ensure_ascii=False, indent=1))


def lives(place: Installation, count: int) -> dict:
    """CPU milliseconds a dossier, by phase and part; how many messages arrived a dossier."""
    from portal.demo import tables
    from tests import people
    from tests.faults.kills import on_the_channel

    tables.prepare()
    centre, procedure = people.centre(), people.procedure()
    channel, _ = on_the_channel(place, centre)
    place.zalo.behave(latency_ms=20)
    citizens = followed(channel, centre, procedure, count)
    place.programs()
    staff = {user.username.split("-")[0]: signed_in(place, user.username) for user in (
        centre.clerk, centre.handler, centre.leader)}  # fmt: skip
    clerk, handler, leader = staff["clerk"], staff["handler"], staff["leader"]
    life(place, clerk, handler, leader, centre, citizens[0], Watch(place, 0))  # warm
    idle, watch = idling(place), Watch(place, count - 1)
    watch.idle = idle
    for number in citizens[1:]:
        life(place, clerk, handler, leader, centre, number, watch)
    arrived = place.zalo.count(channel="cs") - watch.before
    return {
        "dossiers": count - 1,
        "messages_a_dossier": round(arrived / (count - 1), 1),
        "idle_ms_a_second": {name: round(value, 1) for name, value in idle.items()},
        "cpu_ms_a_dossier": watch.table(),
    }


def followed(channel, centre, procedure, count: int) -> list[str]:
    """The numbers of identity cards of people who came before and follow the account."""
    from dossiers.intake.people import PersonData
    from tests import factories

    numbers = []
    for n in range(count):
        number = f"0800850{n:05d}"
        person = PersonData(full_name="Nguyễn Văn An", id_number=number, phone=f"0912{n:06d}")
        now = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        applicant = factories.received(centre, procedure, person=person, now=now).dossiers.get().submitter
        channel.follower(channel.zalo.person(f"Người số {n}", f"0912{n:06d}"), applicant=applicant)
        numbers.append(number)
    return numbers


def signed_in(place: Installation, username: str) -> requests.Session:
    """A colleague's browser."""
    session = requests.Session()
    session.trust_env = False
    page = session.get(f"{place.url}/admin/login/").text
    sent = {"username": username, "password": "x", "csrfmiddlewaretoken": token_of(page), "next": "/admin/"}
    answer = session.post(f"{place.url}/admin/login/", sent, allow_redirects=False)
    assert answer.status_code == 302, (username, answer.status_code)
    return session


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def life(place, clerk, handler, leader, centre, number: str, watch: Watch) -> None:
    """One dossier from the counter to its result."""
    with watch.of("intake, receipt printed"):
        row = receive(place, clerk, number)
    act(place, leader, row, "assign", {"unit": centre.land.pk, "handler": centre.handler.pk}, watch)
    act(place, handler, row, "start_appraisal", {}, watch)
    act(place, handler, row, "request_supplement", REASONS, watch)
    paper(place, handler, row, "supplement", watch)
    act(place, clerk, row, "receive_supplement", {"came": ["0"]}, watch)
    act(place, handler, row, "send_to_signing", {"number": "15/2026"}, watch)
    act(place, leader, row, "sign", {"place": "Quầy số 3"}, watch)
    told = {"how": "counter", "collector": "Nguyễn Văn An", "proof": "card", "collector_number": number}
    act(place, clerk, row, "return_result", told, watch)
    paper(place, clerk, row, "result_handover", watch)
    with watch.of("three look-ups"):
        for _ in range(3):
            answer = requests.get(f"{place.url}/h/{row.token}/", timeout=20)
            assert answer.ok, answer.status_code


def receive(place, clerk: requests.Session, number: str):
    """The dossier received for this number on the intake page, its receipt printed; nobody else receives meanwhile."""
    from dossiers.models import Dossier

    page = clerk.get(place.url + ADD).text
    asked = {
        "item-0-procedure": "1.004441",
        "channel": "counter",
        "item-0-listed": "1.004441::counter",
        "item-0-all": "on",
    }
    clerk.get(f"{place.url}{ADD}chi-tiet/", params=asked)
    key = re.search(r'name="key" value="([^"]+)"', page)
    person = {"id_number": number, "full_name": "Nguyễn Văn An", "phone": f"0912{number[-6:]}", "kind": "person"}
    once = {"key": key[1] if key else number, "csrfmiddlewaretoken": token_of(page)}
    answer = clerk.post(place.url + ADD, asked | person | once)
    refused = re.findall(r"<li[^>]*>(.*?)</li>", answer.text.split("mc-error-box", 1)[-1], re.DOTALL)[:3]
    assert answer.ok and ADD not in answer.url, refused
    row = Dossier.objects.order_by("-pk").first()
    printed = f"{place.url}/admin/dossiers/dossier/bien-nhan/{row.receipt_id}/"
    answer = clerk.post(printed, {"csrfmiddlewaretoken": clerk.cookies["csrftoken"]})
    assert answer.content.startswith(b"%PDF"), answer.url
    return row


def act(place: Installation, session: requests.Session, row, name: str, said: dict, watch: Watch) -> None:
    """One act on the dossier's page, by the buttons and forms of that page."""
    address = f"{place.url}/admin/dossiers/dossier/{row.pk}/"
    with watch.of("seven acts, each told"):
        page = session.get(f"{address}change/").text
        assert f"/viec/{name}/" in page, (name, session.cookies.get_dict())
        row.refresh_from_db()
        sent = said | {"version": row.version, "csrfmiddlewaretoken": token_of(page)}
        answer = session.post(f"{address}viec/{name}/", sent)
        assert answer.ok, (name, answer.status_code)
        before = row.version
        row.refresh_from_db()
        assert row.version > before, f"{name} was not done"


def paper(place: Installation, session: requests.Session, row, form: str, watch: Watch) -> None:
    """The paper of the last act, issued and opened."""
    with watch.of("two papers of acts printed"):
        event = row.events.order_by("-pk").first()
        sent = {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
        answer = session.post(f"{place.url}/admin/dossiers/dossier/{row.pk}/in/{event.pk}/{form}/", sent)
        assert answer.content.startswith(b"%PDF"), answer.url


class Watch:
    """CPU of each part by phase; a phase lasts until no message waits."""

    def __init__(self, place: Installation, count: int):
        self.place, self.count = place, count
        self.idle = dict.fromkeys(PARTS, 0.0)
        self.spent: dict[str, dict[str, float]] = {}
        self.before = place.zalo.count(channel="cs")

    def of(self, phase: str) -> Phase:
        """What the parts spend inside belongs to the phase."""
        return Phase(self, phase)

    def table(self) -> dict:
        """Milliseconds a dossier."""
        rows = {
            phase: {part: round(ms / self.count, 1) for part, ms in parts.items()}
            for phase, parts in self.spent.items()
        }
        for parts in rows.values():
            parts["all"] = round(sum(parts.values()), 1)
        rows["life"] = {part: round(sum(row[part] for row in rows.values()), 1) for part in (*PARTS, "all")}
        return rows


class Phase:
    """One stay in a phase."""

    def __init__(self, watch: Watch, name: str):
        self.watch, self.name = watch, name

    def __enter__(self) -> None:
        self.began, self.cpu = time.monotonic(), spent(self.watch.place)

    def __exit__(self, kind, *details: object) -> None:
        if kind:
            return
        from zalo.models import OutboxMessage
        from zalo.models.outbox import CLAIMABLE

        while OutboxMessage.objects.filter(state__in=CLAIMABLE).exists():
            time.sleep(0.05)
        seconds, now = time.monotonic() - self.began, spent(self.watch.place)
        row = self.watch.spent.setdefault(self.name, dict.fromkeys(PARTS, 0.0))
        for part in PARTS:
            row[part] += max(0.0, now[part] - self.cpu[part] - seconds * self.watch.idle[part])


def idling(place: Installation) -> dict[str, float]:
    """CPU milliseconds a second each part spends when nothing happens."""
    began, before = time.monotonic(), spent(place)
    time.sleep(QUIET)
    seconds, now = time.monotonic() - began, spent(place)
    return {part: (now[part] - before[part]) / seconds for part in PARTS}


def spent(place: Installation) -> dict[str, float]:
    """CPU milliseconds so far of each part, all its processes, those that ended among them."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        pid = int(folder.name)
        children.setdefault(int(fields[1]), []).append(pid)
        ticks[pid] = sum(int(fields[n]) for n in (11, 12, 13, 14))
    found = {}
    for part in PARTS:
        process = place[part].process
        waiting, total = [process.pid] if process else [], 0
        while waiting:
            pid = waiting.pop()
            total += ticks.get(pid, 0)
            waiting += children.get(pid, [])
        found[part] = total * 1000 / HERTZ
    return found


if __name__ == "__main__":
    main()
