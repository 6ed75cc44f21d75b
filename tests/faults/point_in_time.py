"""Point in time recovery as docs/van-hanh.md says it, on a PostgreSQL of its own, while a counter works.

    .venv/bin/python -m tests.faults.point_in_time [--before 40] [--after 20]

The lines of configuration and the commands are taken from the handbook itself, with its folders put elsewhere. A clerk
receives dossiers one after the other, over a base backup, a moment T, and what a person regrets afterwards: dossiers
gone, a citizen erased. The server is killed (-9), its folder put aside, and the database brought back to T. Printed as
JSON: received before T and there, received after T and gone, whether every row and sealed text is as it was at T, that
who was erased after T is erased again, that the counter goes on, and how long the recovery took.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from django.db import transaction

from tests.fakes.zalo import ROOT

from .installation import POSTGRES, Installation, not_root, set_up

HANDBOOK = ROOT / "docs" / "van-hanh.md"
ERASED = "079085999999"
"""Of a citizen without an open dossier, which would have to be kept."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", type=int, default=40, help="dossiers received before the moment")
    parser.add_argument("--after", type=int, default=20, help="dossiers received after it")
    options = parser.parse_args()
    with set_up(Installation) as place:
        found = rehearse(place, options.before, options.after)
        print(json.dumps(found, ensure_ascii=False, indent=1))
        sys.exit(0 if all(value for value in found.values() if isinstance(value, bool)) else 1)


def handbook() -> tuple[list[str], str, list[str]]:
    """Return the handbook's lines for archiving, its command for a base backup, and its lines for going back."""
    block = re.search(r"\*\*Về đúng một thời điểm.*?```\n(.*?)```", HANDBOOK.read_text(), re.S)
    assert block, "van-hanh.md không còn đoạn về đúng một thời điểm"
    lines = [line for line in block[1].splitlines() if line and not line.startswith("#")]
    base = next(line for line in lines if line.startswith("pg_basebackup"))
    at = lines.index(base)
    return lines[:at], base, [line for line in lines[at + 1 :] if "=" in line]


def rehearse(place: Installation, before: int, after: int) -> dict:
    """The whole run."""
    from django.core.management import call_command
    from django.db import connection

    from dossiers.models import Agency, Applicant

    archiving, base, going_back = handbook()
    wal, bases = _folder(place, "wal"), _folder(place, "co-so")
    where = {"/wal/": f"{wal}/", "/co-so/$(date +%F)": f"{bases}/nen"}
    place["database"].kill()
    _configure(place.folder / "pg", [_elsewhere(line, where) for line in archiving])
    place["database"].start()
    call_command("migrate", verbosity=0)
    counter = work()
    early = [next(counter) for _ in range(before // 2)]
    Applicant.objects.create(agency=Agency.objects.get(code="H80.05"), full_name="Lê Văn Xóa", id_number=ERASED)
    port = connection.settings_dict["PORT"]
    command = shlex.split(_elsewhere(base, where))
    command[0] = str(POSTGRES / command[0])
    subprocess.run([*not_root(), *command, "-h", "127.0.0.1", "-p", str(port), "-U", "portal"], check=True, cwd="/")
    early += [next(counter) for _ in range(before - len(early))]
    moment, wanted = _now(), _rows()
    late = [next(counter) for _ in range(after)]
    _regret()
    _run("SELECT pg_switch_wal()")
    _until(lambda: _value("SELECT last_archived_wal IS NOT NULL AND failed_count = 0 FROM pg_stat_archiver"))
    _until(lambda: _value("SELECT pg_walfile_name(pg_current_wal_lsn()) > last_archived_wal FROM pg_stat_archiver"))
    connection.close()
    place["database"].kill()

    begun = time.monotonic()
    (place.folder / "pg").rename(place.folder / "pg-cu")
    subprocess.run(["cp", "-a", str(bases / "nen"), str(place.folder / "pg")], check=True)  # owners are kept
    day = re.sub(r"recovery_target_time = '.*?'", f"recovery_target_time = '{moment}'", "\n".join(going_back))
    _configure(place.folder / "pg", [_elsewhere(line, where) for line in day.splitlines()])
    subprocess.run([*not_root(), "touch", str(place.folder / "pg" / "recovery.signal")], check=True, cwd="/")
    place["database"].start()
    _until(lambda: not _value("SELECT pg_is_in_recovery()"))
    seconds = round(time.monotonic() - begun, 1)
    return {"received_before": len(early), "received_after": len(late), "seconds_to_recover": seconds} | _compared(
        place, early, late, moment, wanted
    )


def _compared(place: Installation, early: list[str], late: list[str], moment: str, wanted: dict) -> dict:
    from django.core.management import call_command

    from dossiers.models import Applicant, Dossier

    there = set(Dossier.objects.values_list("code", flat=True))
    found = {
        "all_before_are_there": there.issuperset(early),
        "none_after_is_there": there.isdisjoint(late),
        "every_row_as_it_was": _rows() == wanted,
        "sealed_texts_open": all(row.full_name and row.id_number for row in Applicant.objects.all()),
    }
    erased_came_back = Applicant.objects.with_id(ERASED).exists()
    call_command("erase_person", since=moment, stdout=open(os.devnull, "w"))
    found["erased_again"] = erased_came_back and not Applicant.objects.with_id(ERASED).exists()
    call_command("migrate", check_unapplied=True, verbosity=0)
    found["the_counter_goes_on"] = next(work(first=9000)) in set(Dossier.objects.values_list("code", flat=True))
    place["web"].start()  # it answers, else this raises
    return found


def work(first: int = 0) -> Iterator[str]:
    """Receive one dossier after the other, each of a person of its own; committed when its code is given."""
    from django.utils import timezone

    from dossiers.intake.people import PersonData
    from dossiers.models import Procedure
    from tests import factories, people

    centre = people.centre() if not first else _centre()
    procedure = Procedure.objects.first() or people.procedure()
    for number in count(first):
        person = PersonData(full_name=f"Nguyễn Văn {number}", id_number=f"07908500{number:04d}", phone="0912345678")
        yield factories.dossier(centre, procedure, person=person, now=timezone.now()).code


def _centre():
    """Return what receiving at the counter needs of the centre that is there already."""
    from types import SimpleNamespace

    from django.contrib.auth.models import User

    from dossiers.models import Agency, Desk, Unit

    agency = Agency.objects.get(code="H80.05")
    return SimpleNamespace(
        agency=agency,
        desk=Desk.objects.filter(agency=agency).first(),
        front=Unit.objects.filter(agency=agency, is_front_office=True).first(),
        clerk=User.objects.filter(memberships__agency=agency).first(),
    )


def _regret() -> None:
    """Do what a person wishes undone: rows gone, words written over; and one thing that must stay, an erasure."""
    from django.core.management import call_command
    from django.db import connection

    from dossiers.models import DossierEvent

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # logs refuse even an administrator's slip
        _run(f"DELETE FROM {DossierEvent._meta.db_table} WHERE dossier_id % 2 = 0 RETURNING 1")
        _run("UPDATE dossiers_dossier SET content = 'ghi đè' RETURNING 1")
    with open(os.devnull, "w") as nowhere:
        call_command("erase_person", id=ERASED, stdout=nowhere)


def _rows() -> dict[str, str]:
    """Return a mark of every row of every table but the sessions and locks of this run."""
    from django.db import connection

    with connection.cursor() as cursor:
        marks = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {table} t")
            marks[table] = cursor.fetchone()
    return marks


def _configure(data: Path, lines: list[str]) -> None:
    with (data / "postgresql.conf").open("a") as target:
        target.write("\n" + "\n".join(lines) + "\n")


def _elsewhere(line: str, where: dict[str, str]) -> str:
    for said, ours in where.items():
        line = line.replace(said, ours)
    return line


def _folder(place: Installation, name: str) -> Path:
    made = place.folder / name
    made.mkdir()
    if not_root():
        shutil.chown(made, "postgres")
    return made


def _run(statement: str):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


_value = _run


def _now() -> str:
    """Return this moment as the database's clock has it; what comes next is later."""
    said = str(_value("SELECT clock_timestamp()"))
    time.sleep(0.05)
    return said


def _until(true) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline, "quá hai phút"
        time.sleep(0.1)


if __name__ == "__main__":
    main()
