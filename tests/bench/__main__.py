"""P1 to P11 in one command: each is measured beside its limit in the same run, the table is printed and kept.

    .venv/bin/python -m tests.bench [--only P3 P7] [--size quality] [--server postgresql://…] [--broker redis://…]

Small sizes show in minutes that everything is measured and roughly where it stands; ratios to a limit count, and those
of large tables only at `--size quality`, the sizes of the requirement (hours, 30 GB, and a tuned server that `--server`
names; without it a PostgreSQL and a Redis of their own are started and thrown away). What was left out and why stands
below the table. Each measurement's own words and the table are kept in var/bench/, a folder a run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.stores import ROOT, Stores, stores

PROVINCE = {"small": 5_000, "quality": 5_000_000}


@dataclass(frozen=True)
class Bench:
    """One measurement: its module, its arguments by size, what it runs on, and what it cannot show at small sizes."""

    number: str
    what: str
    module: str
    small: str = ""
    quality: str = ""
    database: str = ""
    """A database of the run by that name; "province" is one with dossiers in it, "" none."""
    addresses: dict[str, str] = field(default_factory=dict)
    """Options that are given the address of a database of the run."""
    needs: str = ""
    """A program that must be installed."""
    lacking: str = ""
    """What only the sizes of the requirement show."""


BENCHES = (
    Bench(
        "P1", "public look-up beside a bare view", "tests.bench.lookup.speed",
        "--dossiers 20000 --sample 2000 --seconds 1 --rounds 3 --paced-seconds 2 --paced-rounds 1", "",
        addresses={"--database-url": "lookup"}, needs="wrk", lacking="the same cost at 5 million and at 50 thousand",
    ),
    Bench(
        "P2", "webhooks beside a bare INSERT view", "tests.bench.zalo.webhook",
        "--seconds 4 --rounds 3", "--steady 60", "webhook", lacking="300 a second for a minute beside a broadcast",
    ),
    Bench(
        "P3", "messages beside a bare pooled loop and a task per message", "tests.bench.zalo.send",
        "--messages 1000 --rounds 1 --tasks 80", "", "send",
    ),
    Bench(
        "P4", "from an event to the request at Zalo beside a broadcast", "tests.bench.zalo.latency",
        "--seconds 5 --recipients 2000", "--seconds 60", "latency",
    ),
    Bench(
        "P5", "old dossiers from files beside COPY", "tests.bench.bulk.old_dossiers",
        "--rows 2000 --xlsx 500", "--rows 1000000 --xlsx 200000", "old",
    ),
    Bench(
        "P6", "lateness sweep beside bare SQL", "tests.bench.bulk.sweep",
        "--dossiers 20000 --rounds 3", "", "sweep", lacking="flat in finished dossiers",
    ),
    Bench(
        "P7", "statutory forms beside the engine alone", "tests.bench.printing.pdf_forms", "--papers 15", "",
    ),
    Bench(
        "P8", "staff list and search", "tests.bench.desk.dossier_list", "--repeat 2", "", "province",
        lacking="the list at millions of rows",
    ),
    Bench(
        "P9", "a notice to all followers beside INSERT … SELECT", "tests.bench.zalo.broadcast",
        "--people 5000 --sent 1500", "", "broadcast", lacking="a million followers",
    ),
    Bench(
        "P10", "monthly report beside a bare aggregate", "tests.bench.bulk.monthly_report",
        "--repeat 2 --one-statement", "--one-statement", "province", lacking="the report over millions of dossiers",
    ),
    Bench(
        "P11", "one dossier's whole life in CPU", "tests.bench.desk.dossier_life", "--dossiers 3", "--dossiers 40",
    ),
)  # fmt: skip
UNBUILT = (
    "P5 beside django-import-export's default path: no measurement of it here (about 480 rows/s, requirement's figure)",
    "P8 beside a stock ModelAdmin: no measurement of it here (1.9–25 s at 5 million rows, requirement's figure)",
)


@dataclass
class Outcome:
    """What one measurement gave."""

    number: str
    what: str
    seconds: float
    ended: int
    figures: list[Figure]


def main() -> None:
    options = _options()
    chosen = [bench for bench in BENCHES if not options.only or bench.number in options.only]
    kept = ROOT / "var" / "bench" / f"{dt.datetime.now():%Y%m%d-%H%M%S}-{options.size}"
    kept.mkdir(parents=True)
    began, outcomes, left_out = os.getloadavg()[0], [], list(_not_asked(chosen, options))
    table = ""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch:
        with stores(options.server, options.broker, Path(scratch)) as place:
            for bench in chosen:
                if bench.needs and not shutil.which(bench.needs):
                    left_out.append(f"{bench.number}: needs {bench.needs}")
                    continue
                print(f"{bench.number} {bench.what} …", file=sys.stderr, flush=True)
                outcomes.append(_measured(bench, place, kept, options))
                table = _written(kept, outcomes, left_out, options.size, began)  # hours may follow: nothing is lost
    print(f"{table}\n\nkept in {kept.relative_to(ROOT)}")
    raise SystemExit(any(each.ended for each in outcomes))


def _written(kept: Path, outcomes: list[Outcome], left_out: list[str], size: str, began: float) -> str:
    """Keep what was measured so far, as a table and as figures; return the table."""
    table = "\n".join(_table(outcomes, left_out, size, began))
    (kept / "table.md").write_text(table + "\n", encoding="utf-8")
    told = {"size": size, "outcomes": [asdict(each) for each in outcomes], "left_out": left_out}
    (kept / "figures.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[], choices=[bench.number for bench in BENCHES], metavar="P1")
    parser.add_argument("--size", default="small", choices=list(PROVINCE))
    parser.add_argument("--server", default="", help="a PostgreSQL in which databases may be made and dropped")
    parser.add_argument("--broker", default="", help="its Redis, without a number of database")
    parser.add_argument("--weasyprint", default="", help="the Python of an environment with WeasyPrint, for P7")
    return parser.parse_args()


def _not_asked(chosen: list[Bench], options: argparse.Namespace) -> Iterator[str]:
    """Yield what this run does not measure, before anything is run."""
    if others := [bench.number for bench in BENCHES if bench not in chosen]:
        yield f"{', '.join(others)}: not asked for (--only)"
    if options.size == "small":
        yield from (f"{bench.number}: {bench.lacking} (--size quality)" for bench in chosen if bench.lacking)
    if not options.weasyprint and any(bench.number == "P7" for bench in chosen):
        yield "P7 beside WeasyPrint: --weasyprint names no environment that has it"
    yield from (line for line in UNBUILT if line.split()[0] in {bench.number for bench in chosen})


def _measured(bench: Bench, place: Stores, kept: Path, options: argparse.Namespace) -> Outcome:
    words, taken = kept / f"{bench.number}.txt", kept / f"{bench.number}.jsonl"
    command = [sys.executable, "-m", bench.module, *(getattr(bench, options.size)).split()]
    for option, database in bench.addresses.items():
        command += [option, place.database(database)]
    if bench.number == "P1":
        command += ["--cache-url", f"{place.broker}/7"]
        command += ["--small-url", place.database("lookup_small")] if options.size == "quality" else []
    if bench.number == "P7" and options.weasyprint:
        command += ["--weasyprint", options.weasyprint]
    if bench.database == "province":
        place.seeded("province", PROVINCE[options.size])
    environment = place.environment(bench.database) | {figures.FILE: str(taken)}
    began = time.monotonic()
    with words.open("w", encoding="utf-8") as out:
        ended = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT).returncode
    return Outcome(bench.number, bench.what, round(time.monotonic() - began, 1), ended, figures.kept(taken))


def _table(outcomes: list[Outcome], left_out: list[str], size: str, began: float) -> Iterator[str]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    yield f"{dt.date.today():%d/%m/%Y}, {size} sizes, commit {commit.strip() or '–'}, {os.cpu_count()} cores,"
    yield f"load {began:.1f} before and {os.getloadavg()[0]:.1f} after."
    yield ""
    yield "| | figure | to reach | measured | |"
    yield "|---|---|---|---|---|"
    for outcome in outcomes:
        for figure in outcome.figures:
            judged = {True: "reached", False: "**not reached**", None: ""}[figure.reached]
            yield f"| {outcome.number} | {figure.what} | {_aim(figure)} | {_told(figure, figure.value)} | {judged} |"
        if outcome.ended:
            yield f"| {outcome.number} | {outcome.what} | – | ended with {outcome.ended}, see {outcome.number}.txt | |"
    yield ""
    yield f"Took {', '.join(f'{each.number} {each.seconds:.0f} s' for each in outcomes) or 'nothing'}. Left out:"
    yield ""
    yield from (f"- {line}" for line in left_out or ["nothing"])


def _aim(figure: Figure) -> str:
    least = f"≥ {_told(figure, figure.least)}" if figure.least is not None else ""
    most = f"≤ {_told(figure, figure.most)}" if figure.most is not None else ""
    return " ".join(filter(None, (least, most))) or "–"


def _told(figure: Figure, value: float) -> str:
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {figure.unit}".rstrip()


if __name__ == "__main__":
    main()
