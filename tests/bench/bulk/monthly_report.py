# ruff: noqa: E402 (Django is set up before its models can be imported)
"""P10: the monthly report over millions of dossiers. Run on a database made by `seed --scenario province`:

    PORTAL_TESTING=true DATABASE_URL=postgresql://… python -m tests.bench.bulk.monthly_report [--one-statement]

Beside each other, in one run: the bare aggregate of a month over the dossiers themselves (one statement by agency,
hand-written), form 06a/06b with the board of the same month from the daily figures, and the boards of a month and a
year as pages. Days not counted yet are counted first, and the time that takes is printed. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Max
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier
from feedback.figures.periods import Period
from portal.reporting import board, form_06, halves, keeping, public_figures, scope
from portal.reporting.models import DossierDay, FigureDay
from tests.bench import figures
from tests.bench.bulk import daily_rows

BARE = """
SELECT agency_id, count(*) FILTER (WHERE received_at >= %(a)s AND received_at < %(b)s),
       count(*) FILTER (WHERE received_at >= %(a)s AND received_at < %(b)s AND channel = 'online'),
       count(*) FILTER (WHERE finished_at >= %(a)s AND finished_at < %(b)s),
       count(*) FILTER (WHERE finished_at >= %(a)s AND finished_at < %(b)s
                          AND (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                           <= (promised_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
  FROM dossiers_dossier
 WHERE (received_at >= %(a)s AND received_at < %(b)s) OR (finished_at >= %(a)s AND finished_at < %(b)s)
 GROUP BY agency_id
"""


def timed(what: str, repeat: int, act) -> float:
    """Print and return the median of some runs, in seconds."""
    took = []
    for _ in range(repeat):
        start = time.perf_counter()
        act()
        took.append(time.perf_counter() - start)
    print(f"{what:58} {statistics.median(took) * 1000:9.1f} ms  (worst {max(took) * 1000:.0f})", flush=True)
    return statistics.median(took)


def opened(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=5)
    asked.add_argument("--one-statement", action="store_true", help="write the days not counted by one statement")
    options = asked.parse_args()
    repeat = options.repeat
    now = timezone.now()
    last = Dossier.objects.aggregate(at=Max("received_at"))["at"]
    today = timezone.localdate(last)
    begin = keeping.first_day()
    known = FigureDay.objects.count()
    if options.one_statement and not known:
        start = time.perf_counter()
        print(f"{daily_rows.fill():,} daily rows by one statement in {time.perf_counter() - start:.0f} s", flush=True)
        told = keeping.rebuild(today - dt.timedelta(days=40), today - dt.timedelta(days=38), now=now)
        print(f"counted {told.days} of these days again, {told.rows:,} rows: {told.changed} differed", flush=True)
    elif known < (today - begin).days:
        start = time.perf_counter()
        told = keeping.rebuild(begin, today, now=now)
        print(f"counted {told.days} days, {told.rows} rows in {time.perf_counter() - start:.0f} s")
    start, kept = time.perf_counter(), 0
    while days := keeping.keep_results(today):
        kept += days
    print(f"results of {kept} days in {time.perf_counter() - start:.0f} s", flush=True)
    start = time.perf_counter()
    made = halves.build(timezone.localdate(now))
    print(f"{made} halves of months in {time.perf_counter() - start:.0f} s", flush=True)
    print(f"{Dossier.objects.count():,} dossiers, {DossierDay.objects.count():,} daily rows")
    whole_month = Period(
        (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1), today.replace(day=1) - dt.timedelta(1)
    )
    reporting_month = Period(whole_month.first.replace(day=15), today.replace(day=14))
    month = whole_month
    root, _ = User.objects.get_or_create(username="bench-root", defaults={"is_superuser": True, "is_staff": True})
    whole = scope.of(None, month.first, month.last)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, {"a": month.start, "b": month.end})
            cursor.fetchall()

    def report() -> None:
        form_06.forms(whole, month, today=today)
        board.of_dossiers(root, whole, month, now=now)

    for words, chosen in (("the month", whole_month), ("the 15th to the 14th", reporting_month)):
        month = chosen
        limit = timed(f"bare aggregate of {words}, all agencies", repeat, bare)
        took = timed(f"06a, 06b and the board of {words}, all agencies", repeat, report)
        figures.keep(f"reports of {words} ÷ a bare aggregate", took / limit, most=2)
        figures.keep(f"reports of {words}", took, unit="s", most=5)
        print(f"{'report ÷ bare aggregate':58} {took / limit:9.2f}")
    month = whole_month
    setup_test_environment()
    client = Client()
    client.force_login(root)
    for words, query in (
        ("page: month, all agencies", f"?tu={month.first:%d/%m/%Y}&den={month.last:%d/%m/%Y}"),
        ("page: twelve months, all agencies", f"?tu={today - dt.timedelta(364):%d/%m/%Y}&den={today:%d/%m/%Y}"),
        ("page: channel, month", f"?bang=kenh&tu={month.first:%d/%m/%Y}&den={month.last:%d/%m/%Y}"),
    ):
        timed(words, repeat, lambda query=query: opened(client, f"/admin/so-lieu/{query}"))
    asked_06 = f"/admin/so-lieu/06/?tu={month.first:%d/%m/%Y}&den={month.last:%d/%m/%Y}"
    timed("page: 06a, 06b of the month", repeat, lambda: opened(client, asked_06))
    year = f"tu={today - dt.timedelta(364):%d/%m/%Y}&den={today:%d/%m/%Y}"
    for words, days in (("the month", asked_06.split("?")[1]), ("twelve months", year)):
        voices = f"{reverse('admin:feedback_boards')}?{days}"
        timed(f"page: voices, ratings, indices of {words}", repeat, lambda voices=voices: opened(client, voices))
    timed("page: 06a, 06b of twelve months", repeat, lambda: opened(client, f"/admin/so-lieu/06/?{year}"))
    timed("page: questions, month", repeat, lambda: opened(client, f"/admin/so-lieu/?bang=hoi&{year}"))
    timed("page: satisfaction, month", repeat, lambda: opened(client, f"/admin/so-lieu/?bang=hai-long&{year}"))
    timed("page: public figures, not kept", repeat, lambda: public_figures._read(today))
    timed("counting the open days, as the clock does", repeat, lambda: keeping.count_due(now=now))


if __name__ == "__main__":
    main()
