"""P5: old dossiers brought over from a file, beside PostgreSQL's own COPY of the same rows into the same tables.

    DATABASE_URL=postgresql://… .venv/bin/python -m tests.bench.bulk.old_dossiers [--rows 100000] [--xlsx 20000]

Uses a database of its own: name one that may be filled. The import runs in a process of its own, so that its greatest
resident size is its own; then a tenth of the file, to show that memory does not grow with it. "COPY" writes what the
import wrote, taken out to files first, into the same emptied tables with their indexes and keys: of all five tables,
and of the dossiers alone.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.bench import figures

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
GIVEN = "An Bình Châu Dung Giang Hà Hải Hạnh Hiếu Hoa Hùng Hương Khánh Lan Linh Long Mai Minh Nam Nga".split()
HEAD = [
    "Mã hồ sơ",
    "Số biên nhận",
    "Mã TTHC",
    "Họ và tên",
    "CCCD",
    "SĐT",
    "Địa chỉ",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Trạng thái",
    "Ngày kết thúc",
]
RUN = """
import resource, sys, time
import django
django.setup()
from django.core.management import call_command
before, began, cpu = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic(), time.process_time()
call_command("import_dossiers", sys.argv[1], agency=sys.argv[2], stdout=open("/dev/null", "w"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.monotonic() - began, time.process_time() - cpu, before // 1024, peak // 1024)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--xlsx", type=int, default=20_000)
    asked = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    from dossiers.models import Agency
    from tests import people

    call_command("migrate", verbosity=0)
    if not Agency.objects.filter(code="H80.05").exists():
        people.centre()
        people.procedure()
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder), asked)


def report(folder: Path, asked) -> None:
    for name, rows in (("a tenth", asked.rows // 10), ("all", asked.rows)):
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([HEAD, *rows_of(rows)])
        empty()
        wall, cpu, before, peak = imported(path)
        print(
            f"CSV, {rows:,} rows: {wall:.1f} s ({rows / wall:,.0f} rows/s), {cpu:.1f} s CPU of its own;"
            f" greatest size {peak:.0f} MB ({before:.0f} MB before)"
        )
    figures.keep("CSV: greatest size", peak, unit="MB", most=300)
    compared(folder, asked.rows, wall)
    if asked.xlsx:
        from dossiers.table_files.written import Book

        book = Book()
        sheet = book.sheet("Hồ sơ", HEAD)
        for row in rows_of(asked.xlsx):
            sheet.add(row)
        path = folder / "ho-so.xlsx"
        with book.saved() as saved:
            path.write_bytes(saved.read())
        empty()
        wall, cpu, before, peak = imported(path)
        print(f"XLSX, {asked.xlsx:,} rows: {wall:.1f} s ({asked.xlsx / wall:,.0f} rows/s); greatest size {peak:.0f} MB")


def rows_of(count: int):
    """Three years of a centre: every fourth person comes again, every tenth is still waited for."""
    rng, days = Random(5), 365 * 3
    for number in range(count):
        person = number if number % 4 else number // 2
        day = number * days // count
        received, ended = _day(day), _day(day + 7)
        state = ("Đang giải quyết", ended) if number % 10 == 0 else ("Đã trả", ended)
        yield [
            f"MC-{number:08d}",
            f"{number:08d}",
            "1.004441",
            f"{FAMILIES[person % 16]} {GIVEN[person % 19]} {GIVEN[person * 7 % 20]}",
            f"079{person % 4}85{person % 1_000_000:06d}",
            f"09{person % 100_000_000:08d}",
            f"Số {rng.randrange(300)}, ấp {person % 9}, xã Cần Giuộc",
            f"{received} {8 + number % 8:02d}:{number % 60:02d}",
            _day(day + 10),
            *state,
        ]


def _day(number: int) -> str:
    year, rest = divmod(number, 365)
    return f"{rest % 28 + 1:02d}/{rest // 31 + 1:02d}/{2022 + year}"


def imported(path: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(path), "H80.05"], capture_output=True, text=True, check=True, env=os.environ
    )
    return [float(each) for each in done.stdout.split()]


def tables() -> list[str]:
    from dossiers.models import Applicant, Dossier, DossierEvent, Holding, Receipt

    return [model._meta.db_table for model in (Applicant, Receipt, Dossier, DossierEvent, Holding)]


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables())}, dossiers_counter CASCADE")
        cursor.execute("CHECKPOINT")


def compared(folder: Path, rows: int, wall: float) -> None:
    """Print how long PostgreSQL itself takes for what the import wrote, each table after the ones it points at."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        for table in tables():
            with (folder / table).open("wb") as target, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    target.write(block)
    empty()
    took = {}
    for table in tables():
        began = time.monotonic()
        with transaction.atomic(), connection.cursor() as cursor:
            with (folder / table).open("rb") as source, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                while block := source.read(1 << 16):
                    copy.write(block)
        took[table] = time.monotonic() - began
    whole, alone = sum(took.values()), took["dossiers_dossier"]
    figures.keep(f"{rows:,} rows of CSV ÷ COPY of the same five tables", whole / wall, least=0.25)
    figures.keep("the same ÷ COPY of the dossiers alone", alone / wall, least=0.25)
    print(
        f"COPY of the same five tables: {whole:.1f} s, the import reaches {whole / wall:.2f} of it;"
        f" of the dossiers alone {alone:.1f} s ({rows / alone:,.0f} rows/s), {alone / wall:.2f} of it"
    )


if __name__ == "__main__":
    main()
