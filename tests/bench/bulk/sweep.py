"""P6: the lateness sweep beside the bare SQL that writes the same rows, and its cost as finished dossiers pile up.

    DATABASE_URL=postgresql://… .venv/bin/python -m tests.bench.bulk.sweep [--dossiers 5000000] [--due 0.01]

Uses a database of its own: name one that may be filled. "bare" is four literal INSERT … SELECT and one UPDATE on the
same tables with the moments written in; "sweep" is dossiers.lateness.sweep with its agencies, rules and checks. Both
begin with empty tables of reminders and letters.
"""

import argparse
import datetime as dt
import os
import statistics
import time

from tests.bench import figures

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
AGENCIES = 130

FILL = """
INSERT INTO dossiers_dossier (code, receipt_number, external_code, token, agency_id, agency_name, procedure_id,
  procedure_name, content, channel, sets, owner_id, submitter_id, owner_name, owner_name_folded, state,
  state_changed_at, unit_id, submitted_at, received_at, limit_amount, limit_unit, due_at, promised_at,
  due_explanation, clock_open, finished_at, returned_at, supplement_rounds, new_dates_given, fee_paid, result_place,
  version, updated_at)
SELECT 'B' || n, '', '', 'bench-' || n, {agency} + n %% {agencies}, 'Trung tâm', {procedure}, 'Thủ tục', '', 'counter',
  1, {person}, {person}, 'Nguyễn Văn An', 'nguyen van an',
  CASE WHEN n %% {every} = 0 THEN 'appraising' ELSE 'result_returned' END,
  '2026-11-10', NULL, '2026-11-02', '2026-11-02', 5, 'working_day',
  '2026-11-23 10:00+00', '2026-11-23 10:00+00', '{{}}', n %% {every} = 0,
  CASE WHEN n %% {every} = 0 THEN NULL ELSE TIMESTAMPTZ '2026-11-15' END, NULL, 0, 0, false, '', 1, now()
FROM generate_series({low}, {high}) n
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=5_000_000)
    parser.add_argument("--due", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    import django

    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("Cần DATABASE_URL của một cơ sở dữ liệu PostgreSQL dành riêng để đo.")
    every = round(1 / asked.due)
    base = prepare()
    filled = 0
    for size in (asked.dossiers // 10, asked.dossiers):
        fill(base, every if size == asked.dossiers else round(every / 10), filled + 1, size, size != asked.dossiers)
        filled = size
        report(size, asked.rounds)


def prepare() -> dict:
    """Return the ids the filled rows point at; the tables are emptied first."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from dossiers.models import Agency, Applicant, Procedure

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE dossiers_dossier, dossiers_agency CASCADE")
    procedure, _ = Procedure.objects.get_or_create(code="1.000001", defaults={"name": "Thủ tục"})
    person = Applicant.objects.create(full_name="Nguyễn Văn An")
    agencies = Agency.objects.bulk_create(
        Agency(code=f"B{n}", kind="centre", name=f"Trung tâm {n}", name_folded="x") for n in range(AGENCIES)
    )
    from dossiers.deadlines import lateness_defaults, national_defaults, rule_registry

    rule_registry.install()
    national_defaults.ensure()
    lateness_defaults.ensure()
    return {"procedure": procedure.pk, "person": person.pk, "agency": agencies[0].pk, "agencies": AGENCIES}


def fill(base: dict, every: int, low: int, high: int, dense: bool) -> None:
    """Add rows low…high. `dense` ones hold every due dossier; the rest are finished ones piled on top."""
    from django.db import connection

    from dossiers.models import Dossier
    from portal.seeding import bulk

    began = time.perf_counter()
    bulk.park_indexes(["dossiers_dossier"])
    with connection.cursor() as cursor:
        every = every if dense else high * 10
        for start in range(low, high + 1, 250_000):
            cursor.execute(
                FILL.format(**base, every=every, low=start, high=min(start + 249_999, high)).replace("%%", "%")
            )
    for statement in bulk.pending_ddl():
        bulk.run_ddl(statement)
    bulk.finish([Dossier])
    print(f"filled to {high:,} in {time.perf_counter() - began:.0f} s", flush=True)


def report(size: int, rounds: int) -> None:
    from dossiers.lateness import sweep as overdue

    bare, swept, idle = [], [], []
    for _ in range(rounds):
        empty()
        bare.append(timed(bare_sql))
        empty()
        swept.append(timed(lambda: overdue.sweep(now=NOW)))
        idle.append(timed(lambda: overdue.sweep(now=NOW)))
    from dossiers.models import Letter, Reminder, SweepRun

    run = SweepRun.objects.order_by("id").last()
    load = os.getloadavg()[0]
    ratio = statistics.median(ours / theirs for ours, theirs in zip(swept, bare, strict=True))
    figures.keep(f"sweep ÷ bare SQL, {size:,} dossiers", ratio, most=3)
    print(
        f"{size:>9,} dossiers, {Letter.objects.count():,} letters, {Reminder.objects.count():,} reminders | "
        f"bare SQL {statistics.median(bare):.2f} s | sweep {statistics.median(swept):.2f} s = {ratio:.2f} × | "
        f"second sweep {statistics.median(idle):.2f} s | late {run.late_without_letter} | load {load:.0f}",
        flush=True,
    )


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE dossiers_reminder, dossiers_letter CASCADE")


def bare_sql() -> None:
    from django.db import connection, transaction

    from dossiers.lateness.sweep_sql import DRAFT, PROPOSE, REMIND

    day = {n: f"'2026-11-{n} 00:00+07'" for n in range(19, 27)}
    fixed = {
        "%(now)s": "'2026-11-20 08:00+07'",
        "%(settled)s": day[19],
        "%(soon)s": "'2026-11-20 10:00+07'",
        "{scope}": "",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for level, before in (("handler", day[26]), ("supervisor", day[25]), ("leader", day[24])):
            cursor.execute(_with(REMIND, {**fixed, "%(level)s": f"'{level}'", "%(before)s": before}))
        cursor.execute(_with(DRAFT, {**fixed, "%(no)s": "false", "%(before)s": day[25]}))
        cursor.execute(
            _with(
                PROPOSE,
                {**fixed, "%(since)s": "'2016-01-01'", "%(before)s": day[25], "%(new)s": "'2026-11-26 17:00+07'"},
            )
        )


def _with(statement: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        statement = statement.replace(name, value)
    return statement


def timed(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
