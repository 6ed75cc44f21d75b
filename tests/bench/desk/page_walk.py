# ruff: noqa: E402 (Django is set up before its models can be imported)
"""Every page and every beat task on a province's data: time, queries, size, and rows read of the big tables.

    DATABASE_URL=postgresql://… python -m tests.bench.desk.page_walk [--all]

Needs a database made by `seed --scenario province`; adds one centre's worth of rows to it (staff, a few dossiers). Rows
read come from PostgreSQL's own counters, so they do not depend on how busy the machine is: "seq" are rows of a big
table read from its beginning, which no page may do, "index" those found through an index. Prints what is worth a look,
or every line with --all.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.contrib.auth.models import User
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import Agency, CalendarException, Counter, Dossier, LegalRule, WeekPattern
from portal.api.models import ApiClient
from portal.desk import roles
from tests import people
from tests.portal import staff_walk

BIG = 50_000  # rows; below it the planner is right to read a table whole
SLOW_MS, MANY_QUERIES, HEAVY_KB, MANY_ROWS = 300, 40, 200, 20_000
PROVINCE_CENTRE = "H80.01"
PUBLIC = ("/", "/tra-cuu/", "/thu-tuc/", "/nop-ho-so/", "/huong-dan/", "/ho-tro/", "/quy-che/", "/gop-y/")
PUBLIC += ("/danh-gia/", "/hoi-dap/", "/thu-tuc/?q=dat+dai", "/thu-tuc/?q=khong+co+thu+tuc+nay")
_COUNTERS = """
SELECT pg_class.relname, seq_tup_read, coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
JOIN pg_class ON pg_class.oid = relid WHERE reltuples >= %s
"""


def rows_read() -> dict[str, tuple[int, int]]:
    """Return by big table the rows read so far, whole-table and by index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_COUNTERS, [BIG])
        return {name: (whole, indexed) for name, whole, indexed in cursor.fetchall()}


def watched(what: Callable[[], tuple[int, int]]) -> dict:
    """Return what one call cost; it returns (status, bytes)."""
    before = rows_read()
    reset_queries()  # the log keeps the last 9,000 only
    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        status, size = what()
        took = (time.perf_counter() - began) * 1000
    after = rows_read()
    spent = {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in before}
    slowest = max(captured.captured_queries, key=lambda each: float(each["time"]), default={"time": "0", "sql": ""})
    return {
        "status": status,
        "kb": size / 1000,
        "ms": took,
        "queries": len(captured),
        "seq": {name: seq for name, (seq, _index) in spent.items() if seq},
        "index": sum(index for _seq, index in spent.values()),
        "slowest": slowest,
    }


def told(who: str, what: str, cost: dict, everything: bool) -> bool:
    """Print a line when it is worth one; return whether a big table was read whole."""
    over = cost["ms"] > SLOW_MS or cost["queries"] > MANY_QUERIES or cost["kb"] > HEAVY_KB
    if everything or over or cost["seq"] or cost["index"] > MANY_ROWS or cost["status"] >= 500:
        print(
            f"{who:10} {what[:70]:70} {cost['status']:3} {cost['ms']:8.0f} ms {cost['queries']:4} q"
            f" {cost['kb']:6.0f} kB  index {cost['index']:>9,}  seq {cost['seq'] or ''}",
            flush=True,
        )
        if cost["seq"] or cost["index"] > MANY_ROWS or cost["ms"] > SLOW_MS:
            print(f"    {cost['slowest']['time']} s: {cost['slowest']['sql'][:600]}", flush=True)
    return bool(cost["seq"])


def world() -> staff_walk.World:
    """Return a world of the province's own centre, the biggest, with new members of staff in every role."""
    roles.ensure()
    agency = Agency.objects.get(code=PROVINCE_CENTRE)
    forget_rules(agency)
    # The cast receives on a day of the past, whose numbers the seed has used.
    key = f"dossier:{PROVINCE_CENTRE}:{people.MONDAY:%Y%m%d}"
    Counter.objects.get_or_create(key=key, defaults={"last": 1_000_000})
    units = list(agency.units.order_by("-is_front_office", "id"))
    mark = f"{timezone.now():%H%M%S}"
    jobs = {
        "clerk": roles.RECEPTION,
        "handler": roles.HANDLER,
        "leader": roles.LEADER,
        "supervisor": roles.SUPERVISOR,
        "editor": roles.EDITOR,
        "administrator": roles.ADMINISTRATOR,
    }
    staff = {job: people.member(agency, f"walk-{job}-{mark}", role, job) for job, role in jobs.items()}
    centre = people.Centre(agency=agency, front=units[0], land=units[-1], desk=agency.desks.first(), **staff)
    made = staff_walk.World(centre, people.procedure(code=f"9.{mark}"))
    made.print_receipt()
    return made


def forget_rules(agency: Agency) -> None:
    """Take away what would change the centre's due dates after the walk, or stand in the way of the next one."""
    for model in (CalendarException, WeekPattern, LegalRule, ApiClient):
        model.objects.filter(agency=agency).delete()


def page(client: Client, address: str) -> Callable[[], tuple[int, int]]:
    def ask() -> tuple[int, int]:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, len(body)

    return ask


def beat_tasks() -> dict[str, Callable[[], object]]:
    """Return what the beat calls, by name; what would talk to Zalo has nobody to talk to here."""
    from dossiers import tasks
    from feedback import tasks as feedback_tasks
    from zalo import tasks as zalo_tasks

    found = {name: getattr(tasks, name) for name in ("sweep_deadlines", "mail_reminders", "measure_pace")}
    found["sweep_cases"] = feedback_tasks.sweep_cases
    names = ("drain", "rescue", "reconcile_events", "handle_events", "rescue_events", "sweep_events", "sweep_retention")
    return found | {f"zalo {name}": getattr(zalo_tasks, name) for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    here = world()
    people_of_it = {
        "lãnh đạo": here.centre.leader,
        "giám sát": here.centre.supervisor,
        "tiếp nhận": here.centre.clerk,
        "toàn tỉnh": User.objects.get(username="admin"),
    }
    whole, asked = 0, 0
    for who, user in people_of_it.items():
        client = Client(HTTP_HOST="localhost", raise_request_exception=False)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page(client, "/admin/")()
        for address, name in staff_walk.addresses(here):
            if name in {"logout", "jsi18n"}:
                continue
            whole += told(who, address, watched(page(client, address)), options.all)
            asked += 1
    row = Dossier.objects.order_by("-id")[1000]
    stranger = Client(HTTP_HOST="localhost", raise_request_exception=False)
    for address in (*PUBLIC, f"/h/{row.token}/", f"/x/{here.paper.token}/"):
        whole += told("dân", address, watched(page(stranger, address)), options.all)
        asked += 1
    for name, task in beat_tasks().items():
        whole += told("beat", name, watched(lambda task=task: (200, len(str(task() or "")))), options.all)
        asked += 1
    forget_rules(here.centre.agency)
    print(f"{asked} pages and tasks, {whole} of them read a big table whole")


if __name__ == "__main__":
    main()
