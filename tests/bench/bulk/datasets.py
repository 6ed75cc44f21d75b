"""A pack of a million rows: its load beside PostgreSQL's own COPY, and what an answer costs.

    DATABASE_URL=postgresql://… .venv/bin/python -m tests.bench.bulk.datasets [--rows 1000000]

Uses a database of its own: name one that may be filled. Three packs: land prices asked by words (25,000 streets),
parcels asked by numbers, scores asked by two facts (sealed). "COPY" loads the same ready-made rows into the same table
with its indexes, and the same file as it lies into a table of text columns without any. "answer" is the time of one
question in the process and its database, over many questions; "page" is the whole view.
"""

import argparse
import csv
import datetime as dt
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

NOW = dt.datetime(2026, 11, 16, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
SYLLABLES = (
    "an anh bao binh chi cuong dung giang ha hai hoa hung huong khanh lam lan linh loi long mai minh nam nga".split()
)
TITLES = {
    "land_price": ["Xã, phường", "Tên đường", "Vị trí", "Loại đất", "Giá (đồng/m²)"],
    "planning": ["Xã, phường", "Số tờ", "Số thửa", "Diện tích", "Loại đất theo quy hoạch"],
    "exam": ["Số báo danh", "Họ và tên", "Ngày sinh", "Văn", "Toán", "Anh"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--only", choices=list(TITLES))
    asked = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    for kind in [asked.only] if asked.only else TITLES:
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(TITLES[kind])
            writer.writerows(rows_of(kind, asked.rows))
            file.flush()
            measure(kind, file.name, asked)


def streets(rng: Random) -> list[str]:
    return sorted({" ".join(rng.choices(SYLLABLES, k=rng.choice((2, 3)))).title() for _ in range(60_000)})[:25_000]


def rows_of(kind: str, count: int):
    rng = Random(kind)
    names = streets(rng)
    for number in range(count):
        commune = f"Xã {names[number % 96]}"
        if kind == "land_price":
            yield [commune, f"Đường {names[number // 4 % len(names)]}", number % 4 + 1, "Đất ở", 1_000_000 + number]
        elif kind == "planning":
            yield [commune, number // 1000 + 1, number % 1000 + 1, rng.randrange(80, 4000), "Đất trồng cây lâu năm"]
        else:
            born = dt.date(2010, 1, 1) + dt.timedelta(days=rng.randrange(365))
            yield [f"{number:08d}", f"Nguyễn {names[number % 5000]}", f"{born:%d/%m/%Y}", 8, 7, 9]


def measure(kind: str, path: str, asked) -> None:
    from django.core.files.base import File
    from django.db import connection

    from dossiers.models import Agency
    from portal.datasets import acts, live, loading, rows
    from portal.datasets.models import Dataset, DatasetVersion
    from portal.datasets.proposing import propose

    agency, _ = Agency.objects.get_or_create(code="BENCH", defaults={"name": "Sở đo", "kind": "department"})
    for old in DatasetVersion.objects.filter(dataset__slug=f"do-{kind}".replace("_", "-")):
        rows.remove(old)
        old.delete()
    Dataset.objects.filter(slug=f"do-{kind}".replace("_", "-")).delete()
    pack = Dataset.objects.create(slug=f"do-{kind}".replace("_", "-"), title="Đo", kind=kind, agency=agency)
    with open(path, "rb") as file:
        version = acts.add_version(
            pack, File(file, name="do.csv"), by=None, now=NOW, source="Đo", valid_to=dt.date(2030, 1, 1)
        )
    with loading.table_of(version) as table:
        proposal = propose(table.sheets(), kind)
    chosen = {"sheet": proposal.sheet, "heading_row": proposal.heading_row, "columns": proposal.columns}
    acts.do("choose_columns", version, by=None, now=NOW, **chosen)
    started, before = time.perf_counter(), work()
    version = loading.load(version.pk, now=NOW)
    took = time.perf_counter() - started
    cpu = [(now - then) / 1000 for now, then in zip(work(), before, strict=True)]
    loading.tell_planner()
    print(f"{kind}: {version.row_count:,} rows loaded in {took:.1f} s = {version.row_count / took:,.0f} rows/s; "
          f"{version.problem_count} problems; CPU {cpu[0]:.1f} s here, {cpu[1]:.1f} s in the database; "
          f"peak memory {peak()} MB")  # fmt: skip
    if connection.vendor == "postgresql":
        same, bare = copies(kind, version, path)
        print(f"  COPY of the ready rows into the same table: {same:.1f} s (load = {same / took:.2f} of it); "
              f"COPY of the file into bare text columns: {bare:.1f} s ({bare / took:.2f})")  # fmt: skip
    DatasetVersion.objects.filter(pk=version.pk).update(state="live", approved_at=NOW)
    Dataset.objects.filter(pk=pack.pk).update(live=version)
    live.forget()
    answers(kind, DatasetVersion.objects.select_related("dataset__agency").get(pk=version.pk), asked)


def work() -> tuple[float, float]:
    """Return the milliseconds of CPU this process and its connection's server process have used (0 where unknown)."""
    from django.db import connection

    server = 0.0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
        if stat.exists():
            fields = stat.read_text().rsplit(")", 1)[1].split()
            server = 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 1000 * time.process_time(), server


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def copies(kind: str, version, path: str) -> tuple[float, float]:
    """Return seconds of COPY of the same rows into a table like ours with its indexes, and of the file into text."""
    from django.db import connection

    table = "datasets_protectedrow" if version.protected else "datasets_datasetrow"
    columns = "version_id, line, key_hash, sealed" if version.protected else (
        "version_id, line, key, area, starts_at, ends_at, cells"
    )  # fmt: skip
    with connection.cursor() as cursor, tempfile.TemporaryFile() as out:
        with cursor.copy(f"COPY (SELECT {columns} FROM {table} WHERE version_id = {version.pk}) TO STDOUT") as copy:
            for block in copy:
                out.write(block)
        cursor.execute(f"CREATE TABLE bench_same (LIKE {table} INCLUDING ALL)")
        out.seek(0)
        started = time.perf_counter()
        with cursor.copy(f"COPY bench_same ({columns}) FROM STDIN") as copy:
            while block := out.read(1 << 20):
                copy.write(block)
        same = time.perf_counter() - started
        names = ", ".join(f"c{n} text" for n in range(len(TITLES[kind])))
        cursor.execute(f"CREATE TABLE bench_bare ({names})")
        started = time.perf_counter()
        with cursor.copy("COPY bench_bare FROM STDIN (FORMAT csv, HEADER)") as copy, open(path, "rb") as file:
            while block := file.read(1 << 20):
                copy.write(block)
        bare = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_same, bench_bare")
    return same, bare


def answers(kind: str, version, asked) -> None:
    from portal.datasets import search
    from portal.datasets.search import Question

    rng, names = Random(1), streets(Random(kind))

    def slip(text: str) -> str:
        place = rng.randrange(1, len(text))
        return text[:place] + text[place + 1 :]

    rows = list(rows_of(kind, 2000))
    questions = {
        "land_price": {
            "street": lambda: Question(f"duong {rng.choice(names).lower()}"),
            "street with a slip": lambda: Question(slip(rng.choice(names).lower())),
            "street and commune": lambda: Question(
                f"{rng.choice(names).lower()} xã {names[rng.randrange(96)].lower()}"
            ),
            "nothing there": lambda: Question("khong co zzzz"),
        },
        "planning": {"parcel": lambda: Question(codes=(str(rng.randrange(1, 900)), str(rng.randrange(1, 1000))))},
        "exam": {},
    }[kind]
    cases = {name: (lambda make=make: search.ask(version, make(), now=NOW)) for name, make in questions.items()}
    if kind == "exam":

        def right():
            row = rng.choice(rows)
            day = "-".join(reversed(row[2].split("/")))
            return search.ask_protected(version, (row[0].lstrip("0") or "0",), day)

        cases = {"two facts, right": right, "wrong": lambda: search.ask_protected(version, ("1",), "1999-01-01")}
    for name, ask in cases.items():
        ask()
        taken, found, before = [], 0, work()
        for _ in range(asked.questions):
            began = time.perf_counter()
            found += bool(ask().rows)
            taken.append(1000 * (time.perf_counter() - began))
        taken.sort()
        cpu = [(now - then) / asked.questions for now, then in zip(work(), before, strict=True)]
        print(f"  {name}: CPU {cpu[0]:.1f} ms here and {cpu[1]:.1f} ms in the database; "
              f"median {statistics.median(taken):.2f} ms, 95 of 100 under {taken[int(0.95 * len(taken))]:.2f} ms; "
              f"answered {found} of {asked.questions}")  # fmt: skip


if __name__ == "__main__":
    main()
