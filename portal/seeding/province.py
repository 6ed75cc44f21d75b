"""The province seed: millions of dossiers with their events, for measurements. Deterministic by seed and day."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed

from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import connection, transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Applicant, Counter, Dossier, DossierEvent, DossierPaper, Holding, Receipt
from dossiers.workflow.series import series_key
from portal.desk import roles
from portal.seeding import agencies, bulk, holidays, pilot, province_plan, staff
from portal.seeding.province_plan import Plan
from portal.seeding.province_rows import Drawer, Rows, people, register_lines

MODELS = [Applicant, Dossier, DossierEvent, Holding, DossierPaper, Receipt]
BATCH = 20_000
PROCESSES = 2


def sow(
    *, now: dt.datetime, seed: int = 1, dossiers: int = 100_000, followers: int = 0, say: Callable[[str], None] = print
) -> list[str]:
    """Return Vietnamese lines of what was written. Raises CommandError where dossiers exist already."""
    for statement in bulk.pending_ddl():  # of a load that was killed
        bulk.run_ddl(statement)
    if Dossier.objects.exists():
        raise CommandError("Kịch bản này cần cơ sở dữ liệu chưa có hồ sơ. Hãy tạo cơ sở dữ liệu mới rồi chạy lại.")
    plan = _plan(now.astimezone(ZONE), seed, dossiers)
    bulk.park_indexes([model._meta.db_table for model in MODELS])
    lines = register_lines(plan)
    _write_all(plan, lines, say)
    _make_indexes(say)
    bulk.finish(MODELS)
    _go_on_numbering(plan, lines[-1])
    told = [f"{grouped(plan.totals[-1])} hồ sơ, {grouped(plan.people)} người, {len(plan.places)} trung tâm."]
    if followers:
        told.append(_followers(now, seed, followers))
    return told


def grouped(number: float) -> str:
    """Return the whole number as it is written here, "5.000.000"."""
    return f"{number:,.0f}".replace(",", ".")


def _plan(now: dt.datetime, seed: int, dossiers: int) -> Plan:
    today = now.date()
    with transaction.atomic():
        roles.ensure()
        agencies.plant(today, today - dt.timedelta(days=35))
        staff.engage()
        holidays.confirm(now, today, User.objects.get(username="admin"))
        return province_plan.make(now, seed, dossiers)


def _write_all(plan: Plan, lines: list[list[int]], say: Callable[[str], None]) -> None:
    """Write people, then dossiers day by day; on PostgreSQL in two processes at once."""
    jobs: list[tuple[str, int, int]] = [
        ("people", first, min(first + BATCH, plan.people)) for first in range(0, plan.people, BATCH)
    ]
    start = 0
    for day in range(plan.received_days):
        before = plan.totals[start - 1] if start else 0
        if plan.totals[day] - before >= BATCH or day == plan.received_days - 1:
            jobs.append(("dossiers", start, day + 1))
            start = day + 1
    began, done, told = time.monotonic(), 0, 0.0
    for count in _results(plan, lines, jobs):
        done += count
        if time.monotonic() - told > 10:
            told = time.monotonic()
            rate = done / max(told - began, 0.001)
            say(f"  {grouped(done)} hồ sơ, {grouped(rate)} hồ sơ/giây")
    seconds = max(time.monotonic() - began, 0.001)
    say(f"  ghi xong {grouped(done)} hồ sơ sau {seconds:.0f} giây, {grouped(done / seconds)} hồ sơ/giây")


def _results(plan: Plan, lines: list[list[int]], jobs: list[tuple[str, int, int]]):
    if connection.vendor != "postgresql":
        _begin(plan, lines)
        with connection.constraint_checks_disabled():
            for job in jobs:
                yield _do(job)
        return
    with _pool(_begin, plan, lines) as pool:
        for future in as_completed([pool.submit(_do, job) for job in jobs]):
            yield future.result()


def _pool(initializer=None, *arguments) -> ProcessPoolExecutor:
    """Return processes with connections of their own; forked, because everything is loaded here already."""
    connection.close()
    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=initializer, initargs=arguments)


_drawer: Drawer | None = None


def _begin(plan: Plan, lines: list[list[int]]) -> None:
    """Make this process ready to draw rows of the plan."""
    global _drawer
    _drawer = Drawer(plan, lines)


def _do(job: tuple[str, int, int]) -> int:
    """Write one job's rows and return how many dossiers they were."""
    assert _drawer is not None
    what, first, last = job
    with bulk.unchecked(), transaction.atomic():
        if what == "people":
            bulk.Table(Applicant).write(people(_drawer.plan, first, last))
            return 0
        rows = Rows()
        for day in range(first, last):
            _drawer.day(day, rows)
        _drawer.receipt.write(rows.receipts)
        _drawer.dossier.write(rows.dossiers)
        _drawer.event.write(rows.events)
        _drawer.holding.write(rows.holdings)
        _drawer.paper.write(rows.papers)
    return len(rows.dossiers)


def _make_indexes(say: Callable[[str], None]) -> None:
    """Make the parked indexes again, two at a time."""
    statements = bulk.pending_ddl()
    if not statements:
        return
    began = time.monotonic()
    with _pool() as pool:
        for future in as_completed([pool.submit(bulk.run_ddl, statement) for statement in statements]):
            future.result()
    say(f"  {len(statements)} chỉ mục sau {time.monotonic() - began:.0f} giây")


def _go_on_numbering(plan: Plan, entered: list[int]) -> None:
    """Let the counters of the last day, and of the year's register, go on after the rows written for them."""
    last = plan.received_days - 1
    day, counts = plan.days[last], plan.counts(last)
    rows = [
        Counter(key=f"dossier:{place.code}:{day:%Y%m%d}", last=count)
        for place, count in zip(plan.places, counts, strict=True)
    ]
    rows += [
        Counter(key=series_key("receipt", int(place.agency), day.year), last=count)
        for place, count in zip(plan.places, entered, strict=True)
    ]
    Counter.objects.bulk_create(rows, ignore_conflicts=True)


def _followers(now: dt.datetime, seed: int, followers: int) -> str:
    """Hand the followers over to the channel's own seed."""
    offered = pilot.offer("zalo.seeding.channel", "sow_followers")
    if offered is None:
        raise CommandError("Chưa có phần tạo người quan tâm của kênh Zalo; bỏ --followers rồi chạy lại.")
    return offered(now=now, seed=seed, followers=followers)
