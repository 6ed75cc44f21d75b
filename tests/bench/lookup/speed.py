"""P1: the public look-up beside a bare view, on the same server, database and machine, in the same run.

    python -m tests.bench.lookup.speed --database-url postgresql://…/bench_5m --small-url postgresql://…/bench_50k

Databases made by `seed --scenario province` are taken as they are, empty ones filled (tests/bench/lookup/data.py). A
granian of the same shape serves each site on each database; wrk asks all of them in turns, in short slices, so that
what disturbs the machine disturbs all alike. Processor time counts the server and its database connections. At last
both sites on the large database are asked at a fixed rate, in turns too. Needs PostgreSQL, Redis and wrk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import figures

ROOT = Path(__file__).resolve().parents[3]
SITES = {"bare": "tests.bench.lookup.bare", "product": "portal.settings"}
WAYS = ("token", "code")
SMALL = 50_000
KEYS = {
    "SECRET_KEY": "bench-only-" + "x" * 50,
    "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ",
    "TRUSTED_PROXIES": "1",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Database:
    """One filled database and the dossiers to ask it for."""

    url: str
    dossiers: int
    walk: Path
    environment: dict[str, str]
    queries: dict[str, int]


@dataclass(frozen=True)
class Served:
    """A site on a database, answering at a port."""

    site: str
    database: Database
    port: int
    process: subprocess.Popen


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bench-lookup-") as folder:
        sizes = {options.database_url: options.dossiers} | ({options.small_url: SMALL} if options.small_url else {})
        databases = [_filled(options, url, size, Path(folder)) for url, size in sizes.items()]
        with _all_served(options, databases) as (served, page):
            slices = _in_turns(options, served)
            paced = _at_a_rate(options, [each for each in served if each.database is databases[0]])
    _report(options, databases, page, slices, paced)


def _filled(options, url: str, dossiers: int, folder: Path) -> Database:
    environment = {**os.environ, **KEYS, "DATABASE_URL": url, "CACHE_URL": options.cache_url}
    environment |= {"STATIC_ROOT": str(folder / "static"), "VAR_DIR": str(folder / "var")}
    _manage(environment, "migrate", "-v0")
    _manage(environment, "collectstatic", "--noinput", "-v0")
    _python(environment, "tests.bench.lookup.data", str(dossiers))
    walk = folder / f"walk-{dossiers}.txt"
    queries = _python(environment, "tests.bench.lookup.probe", str(walk), str(options.sample), capture=True)
    return Database(url, dossiers, walk, environment, json.loads(queries))


@contextmanager
def _all_served(options, databases: list[Database]) -> Iterator[tuple[list[Served], int]]:
    """Serve the product and then the bare view on each database; yield them, warm, and the size of the page."""
    served: list[Served] = []
    try:
        size = 0
        for database in databases:
            for site in ("product", "bare"):
                environment = {**database.environment, "BARE_BYTES": str(size or 8000)}
                port = options.port + len(served)
                served.append(Served(site, database, port, _serve(options, environment, site, port)))
                size = size or len(_wait_for(port, database.walk))
        for each in served:
            _wait_for(each.port, each.database.walk)
            for way in WAYS * 2:
                # The other processes of the servers are still being loaded: a first answer may take seconds.
                _wrk(each, way, 4, warming=True)
        yield served, size
    finally:
        for each in served:
            each.process.terminate()
        for each in served:
            each.process.wait(20)


def _serve(options, environment: dict, site: str, port: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(options.workers), "--blocking-threads", "2", "--log-level", "warning"]
    command += ["portal.wsgi:application"]
    return subprocess.Popen(command, cwd=ROOT, env={**environment, "DJANGO_SETTINGS_MODULE": SITES[site]})


def _in_turns(options, served: list[Served]) -> dict[tuple[str, str, int], list[tuple[float, float]]]:
    """Return by (way, site, dossiers) what each round gave: requests a second, processor ms a request."""
    found = defaultdict(list)
    for number in range(options.rounds):
        for way in WAYS:
            # The other way round each time: what disturbs the machine disturbs all.
            for each in sorted(served, key=lambda each: each.port, reverse=bool(number % 2)):
                spent = _cpu_seconds(each)
                speed = _wrk(each, way, options.seconds)
                spent = _cpu_seconds(each) - spent
                found[way, each.site, each.database.dossiers].append((speed, 1000 * spent / (speed * options.seconds)))
    return found


def _at_a_rate(options, served: list[Served]) -> dict[tuple[str, str], list[list[float]]]:
    """Return by (way, site) the sorted latencies of each round at the fixed rate."""
    found = defaultdict(list)
    for number in range(options.paced_rounds):
        for way in WAYS:
            for each in sorted(served, key=lambda each: each.port, reverse=bool(number % 2)):
                paced = _paced(each.port, each.database.walk, way, options.rate, options.paced_seconds)
                found[way, each.site].append(asyncio.run(paced))
    return found


def _cpu_seconds(served: Served) -> float:
    """Return the processor time of the server, its workers and its database's connections.

    Others on the machine disturb it least. Connections count when the database runs on this machine.
    """
    import psycopg

    with psycopg.connect(served.database.url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    connections = {pid for (pid,) in rows}
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, _, rest = (entry / "stat").read_text().rpartition(")")
        except OSError:
            continue
        fields, pid = rest.split(), int(entry.name)
        ours = served.process.pid in {pid, int(fields[1])}
        if ours or (pid in connections and name.endswith("(postgres")):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wrk(served: Served, way: str, seconds: int, *, warming: bool = False) -> float:
    environment = {
        **os.environ,
        "LOOKUP_LIST": str(served.database.walk),
        "LOOKUP_WAY": way,
        "LOOKUP_SEED": str(random.randrange(10**6)),
    }
    script = str(Path(__file__).with_name("walk.lua"))
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{served.port}"]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    result = json.loads(next(line for line in out.splitlines() if line.startswith("RESULT ")).removeprefix("RESULT "))
    if result["not_200"] or (result["errors"] and not warming):
        raise SystemExit(f"{way} on port {served.port}: {result}")
    return result["requests"] / result["seconds"]


async def _paced(port: int, walk: Path, way: str, rate: int, seconds: int) -> list[float]:
    """Return the latencies in ms of requests begun at a fixed rate, whether earlier ones were answered or not."""
    import aiohttp

    rows = [line.split() for line in walk.read_text().splitlines()]
    latencies: list[float] = []

    async def ask(session) -> None:
        token, code = random.choice(rows)
        begun = time.perf_counter()
        caller = {"X-Forwarded-For": ".".join(["10", *(str(random.randrange(250)) for _ in range(3))])}
        address = f"http://127.0.0.1:{port}"
        if way == "token":
            request = session.get(f"{address}/h/{token}/")
        else:
            request = session.post(f"{address}/tra-cuu/", data={"number": code}, headers=caller)
        async with request as response:
            await response.read()
            assert response.status == 200, response.status
        latencies.append((time.perf_counter() - begun) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
        tasks, begun = [], time.perf_counter()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0, begun + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(ask(session)))
        await asyncio.gather(*tasks)
    return sorted(latencies)


def _wait_for(port: int, walk: Path) -> bytes:
    token = walk.read_text().split(" ", 1)[0]
    for _attempt in range(60):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/h/{token}/", timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"No answer on port {port}.")


def _manage(environment: dict, *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def _python(environment: dict, module: str, *arguments: str, capture: bool = False) -> str:
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, text=True, stdout=-1 if capture else None)
    return done.stdout or ""


def _report(options, databases: list[Database], page: int, slices: dict, paced: dict) -> None:
    large = databases[0].dossiers
    print(f"\n{large:,} dossiers; page of {page:,} bytes; queries {databases[0].queries}; {options.workers} processes")
    print("way    bare/s  product/s  ratio (to reach 0.80)   cpu ms bare  product  ratio")
    for way in WAYS:
        bare, product = slices[way, "bare", large], slices[way, "product", large]
        print(f"{way:5} {_middle(bare, 0):7.0f} {_middle(product, 0):10.0f} {_share(product, bare, 0):6.2f}", end="")
        print(f" {_middle(bare, 1):28.2f} {_middle(product, 1):8.2f} {_share(bare, product, 1):6.2f}")
        figures.keep(f"by {way}: requests a second ÷ the bare view", _share(product, bare, 0), least=0.8)
        figures.keep(f"by {way}: CPU of the bare view ÷ ours", _share(bare, product, 1), least=0.8)
        figures.keep(f"by {way}: queries", databases[0].queries[way], unit="", most=3)
    for database in databases[1:]:
        for way in WAYS:
            few, many = (slices[way, "product", each.dossiers] for each in (database, databases[0]))
            print(
                f"{way:5} cpu ms at {database.dossiers:,} {_middle(few, 1):.2f}, at {large:,} {_middle(many, 1):.2f}:",
                end="",
            )
            print(f" {_share(many, few, 1):.2f} (to reach 0.90–1.10)")
            sizes = f"{large:,} ÷ {database.dossiers:,} dossiers"
            figures.keep(f"by {way}: CPU at {sizes}", _share(many, few, 1), most=1.1)
    for (way, site), rounds in paced.items():
        told = ", ".join(f"{_at(latencies, 0.95):.0f}" for latencies in rounds)
        p50, p95, p99 = (statistics.median(_at(each, share) for each in rounds) for share in (0.5, 0.95, 0.99))
        print(
            f"{way:5} {site:7} at {options.rate}/s: p50 {p50:.1f} ms  p95 {p95:.1f} ms (to reach 50; rounds {told})",
            end="",
        )
        print(f"  p99 {p99:.1f} ms")
        figures.keep(
            f"by {way}, {site}: p95 at {options.rate}/s", p95, unit="ms", most=50 if site == "product" else None
        )
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


def _at(latencies: list[float], share: float) -> float:
    return latencies[int(len(latencies) * share)]


def _middle(rounds: list[tuple[float, float]], place: int) -> float:
    return statistics.median(each[place] for each in rounds)


def _share(of: list[tuple[float, float]], by: list[tuple[float, float]], place: int) -> float:
    """Return the median of the rounds' own ratios."""
    return statistics.median(one[place] / other[place] for one, other in zip(of, by, strict=True))


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--small-url", default="")
    parser.add_argument("--dossiers", type=int, default=5_000_000)
    parser.add_argument("--cache-url", default="redis://127.0.0.1:6379/7")
    parser.add_argument("--port", type=int, default=8124)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--paced-seconds", type=int, default=8)
    parser.add_argument("--paced-rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=400)
    parser.add_argument("--sample", type=int, default=20_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
