# ruff: noqa: E402 (Django is set up before its models can be imported)
"""P8: the staff list of dossiers at millions of rows. Run on a database made by `seed --scenario province`:

    DATABASE_URL=postgresql://… python -m tests.bench.desk.dossier_list [--repeat 30] [--only name] [--search]

Every case is a whole page through middleware, view and template (or, with --search, the search alone), asked by a user
of one commune's centre, of the province's own centre (8 % of all dossiers, with a supervisor's rights too), of 50
centres, and by one who sees all. Prints milliseconds, queries and kilobytes; nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.contrib.auth.models import Group, User
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.lateness.worklists import WORKLISTS
from dossiers.lists.dossier_search import Asked, page_of
from dossiers.models import Agency, Dossier, Membership
from dossiers.states import State
from portal.desk.roles import HANDLER, LEADER, RECEPTION, SUPERVISOR
from tests.bench import figures

LIST = "/admin/dossiers/dossier/"
LIMIT_MS, LIMIT_QUERIES, LIMIT_KB = 300, 12, 200


@dataclass(frozen=True)
class Case:
    """One thing people do; `queries` yields what they ask, a new one each time."""

    name: str
    queries: Iterator[dict[str, str]]


def staff(name: str, codes: list[str]) -> User:
    """Return a member of these agencies with every role a page can show something for; made once."""
    user, new = User.objects.get_or_create(username=f"bench-{name}", defaults={"is_staff": True})
    if new:
        user.groups.set(Group.objects.filter(name__in=[RECEPTION, HANDLER, LEADER, SUPERVISOR]))
        today = timezone.localdate()
        Membership.objects.bulk_create(
            Membership(user=user, agency=agency, valid_from=today) for agency in Agency.objects.filter(code__in=codes)
        )
    return User.objects.get(pk=user.pk)


def drawn(rng: Random, agencies: list[int] | None, count: int) -> list[Dossier]:
    """Return dossiers of the scope, strewn over all time."""
    last = Dossier.objects.order_by("-id").values_list("id", flat=True).first()
    found: list[Dossier] = []
    while len(found) < count:
        rows = Dossier.objects.filter(id__gte=rng.randrange(1, last)).order_by("id").select_related("owner")
        row = next((each for each in rows[:3000] if agencies is None or each.agency_id in agencies), None)
        if row is not None:
            found.append(row)
    return found


def cases(rng: Random, user: User, agencies: list[int] | None, repeat: int) -> list[Case]:
    rows = drawn(rng, agencies, repeat)
    middles = ["van an", "thi ngoc bich", "kim oanh", "hoang long", "quoc huy", "thi my linh", "duc thang", "huu nghia"]

    def each(make: Callable[[Dossier], dict[str, str]]) -> Iterator[dict[str, str]]:
        return (make(row) for row in rows)

    def deep() -> Iterator[dict[str, str]]:
        return ({"after": str(row.pk)} for row in rows)

    found = [Case("trang 1", each(lambda row: {})), Case("trang sâu (keyset)", deep())]
    found += [
        Case(f"việc: {kind.label}", each(lambda row, name=name: {"worklist": name})) for name, kind in WORKLISTS.items()
    ]
    found += [
        Case(f"trạng thái: {state.label}", each(lambda row, state=state: {"state": state.value})) for state in State
    ]
    found += [
        Case("phòng", each(lambda row: {"unit": str(row.unit_id)})),
        Case("người thụ lý", each(lambda row: {"handler": str(row.handler_id or 0)})),
        Case("việc và trạng thái, trang sâu", each(lambda row: {"state": row.state, "after": str(row.pk)})),
        Case("tên và trạng thái", each(lambda row: {"q": row.owner_name, "state": "result_returned"})),
        Case("tên và việc (hiếm)", each(lambda row: {"q": row.owner_name, "worklist": "late"})),
        Case("họ và trạng thái (hiếm)", each(lambda row: {"q": "nguyen", "state": "supplement_requested"})),
        Case("trang sâu của tìm theo họ", each(lambda row: {"q": "nguyen", "after": str(row.pk)})),
        Case("mã đầy đủ", each(lambda row: {"q": row.code})),
        Case("đầu mã (cơ quan, ngày)", each(lambda row: {"q": row.code[:-5]})),
        Case("đầu mã (cơ quan)", each(lambda row: {"q": row.code.split("-")[0]})),
        Case("mã không có", each(lambda row: {"q": row.code[:-7] + "9999999"})),
        Case("họ (nguyen)", each(lambda row: {"q": "nguyen"})),
        Case("đầu tên", each(lambda row: {"q": " ".join(row.owner_name.split()[:2])})),
        Case("cả tên", each(lambda row: {"q": row.owner_name})),
        Case("giữa tên", ({"q": middles[number % len(middles)]} for number in range(repeat))),
        Case("giữa tên, một tiếng", ({"q": middles[number % len(middles)].split()[-1]} for number in range(repeat))),
        Case("tên không có", ({"q": f"khong co ai {chr(97 + number % 26)}"} for number in range(repeat))),
        Case("đầu tên có, cả tên không", ({"q": f"nguyen van zu{chr(97 + number % 26)}"} for number in range(repeat))),
        Case("số định danh", each(lambda row: {"q": row.owner.id_number})),
        Case("điện thoại", each(lambda row: {"q": "0" + row.owner.phone[3:]})),
        Case("điện thoại không có", ({"q": f"0399{number:06d}"} for number in range(repeat))),
    ]
    return found


def measure(case: Case, ask: Callable[[dict[str, str]], int]) -> tuple[list[float], int, int, list[str]]:
    """Return milliseconds of each asking, the most queries, the largest answer in bytes, and whole-table counts.

    The first asking fills what a process keeps for a while (rules, calendars); it is measured only when it is alone.
    """
    took, queries, size, counts = [], 0, 0, []
    for number, query in enumerate(case.queries):
        if number == 1:
            took, queries = [], 0
        reset_queries()  # the log keeps the last 9,000 only
        with CaptureQueriesContext(
            connection,
        ) as captured:
            began = time.perf_counter()
            size = max(size, ask(query))
            took.append((time.perf_counter() - began) * 1000)
        queries = max(queries, len(captured))
        counts += [each["sql"] for each in captured.captured_queries if "COUNT(" in each["sql"].upper()]
    return took, queries, size, counts


def machine_slowdown() -> float:
    """Return wall time over processor time of the same work: 1 on a quiet machine."""
    began, spent = time.perf_counter(), time.process_time()
    while time.process_time() - spent < 0.1:
        sum(range(1000))
    return (time.perf_counter() - began) / 0.1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("--only", default="")
    parser.add_argument("--search", action="store_true", help="the search alone, without page and template")
    options = parser.parse_args()
    codes = ["H80.05.01"] + [f"H80.{number}" for number in range(101, 150)]
    users = {
        "1 trung tâm": staff("mot-xa", ["H80.101"]),
        "trung tâm tỉnh": staff("tinh-giam-sat", ["H80.01"]),
        "50 trung tâm": staff("nam-muoi-xa", codes),
        "tất cả": User.objects.get(username="admin"),
    }
    print(f"{'ai':16} {'việc':38} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'truy vấn':>9} {'kB':>6}")
    worst, most_queries, most_kb, whole_counts = 0.0, 0, 0.0, 0
    slowdown = machine_slowdown()
    for who, user in users.items():
        agencies = None if user.is_superuser else list(user.memberships.values_list("agency_id", flat=True))
        client = Client(HTTP_HOST="localhost")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

        def page(query: dict[str, str], client=client) -> int:
            answer = client.get(f"{LIST}?{urlencode(query)}")
            assert answer.status_code == 200, answer.status_code
            return len(answer.content)

        def search(query: dict[str, str], user=user) -> int:
            user = User.objects.get(pk=user.pk)
            return len(page_of(Asked.from_query(query), user, timezone.now()).rows)

        ask = search if options.search else page
        ask({})
        for case in cases(Random(8), user, agencies, options.repeat):
            if options.only and options.only not in case.name:
                continue
            took, queries, size, counts = measure(case, ask)
            p95 = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
            worst = max(worst, p95)
            flag = " !" if p95 > LIMIT_MS or queries > LIMIT_QUERIES or size > LIMIT_KB * 1000 or counts else ""
            print(
                f"{who:16} {case.name:38} {statistics.median(took):8.1f} {p95:8.1f} {max(took):8.1f} {queries:9}"
                f" {size / 1000:6.0f}{flag}",
                flush=True,
            )
            slowdown = max(slowdown, machine_slowdown())
            most_queries, most_kb = max(most_queries, queries), max(most_kb, size / 1000)
            whole_counts += len(counts)
            for sql in counts[:1]:
                print(f"    COUNT: {sql[:200]}")
    figures.keep("the slowest question, p95", worst, unit="ms", most=LIMIT_MS)
    figures.keep("queries of a page", most_queries, unit="", most=LIMIT_QUERIES)
    figures.keep("largest page", most_kb, unit="kB", most=LIMIT_KB)
    figures.keep("COUNT(*) over dossiers", whole_counts, unit="", most=0)
    print(f"chậm nhất p95: {worst:.0f} ms (giới hạn {LIMIT_MS}) – {dt.datetime.now():%d/%m/%Y %H:%M}")
    print(f"máy bận gấp {slowdown:.1f} lần lúc rảnh trong khi đo")


if __name__ == "__main__":
    main()
