"""P1: the public look-up beside a bare view, on the same server, database and machine, in the same run.

    python -m tests.bench.lookup --database-url postgresql://…/bench_5m [--small-url postgresql://…/bench_50k]

Fills the databases first (tests/bench/lookup_data.py), starts one granian process for each site, lets wrk ask for
random dossiers in turns, then asks at a fixed rate. Needs PostgreSQL, Redis and wrk. Prints one table.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITES = {"bare": "tests.bench.lookup_bare", "product": "portal.settings"}
WAYS = ("token", "code")
KEYS = {
    "SECRET_KEY": "bench-only-" + "x" * 50,
    "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ",
    "TRUSTED_PROXIES": "1",
    "LOG_LEVEL": "WARNING",
}


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bench-lookup-") as folder:
        large = _measure(options, options.database_url, options.dossiers, Path(folder))
        small = _measure(options, options.small_url, 50_000, Path(folder)) if options.small_url else None
    _report(large, small, options)


def _measure(options, database_url: str, dossiers: int, folder: Path) -> dict:
    """Return {way: {site: requests a second}} with latencies at the fixed rate, for one database."""
    environment = {**os.environ, **KEYS, "DATABASE_URL": database_url, "CACHE_URL": options.cache_url}
    environment |= {"STATIC_ROOT": str(folder / "static"), "VAR_DIR": str(folder / "var")}
    _manage(environment, "migrate", "-v0")
    _manage(environment, "collectstatic", "--noinput", "-v0")
    _python(environment, "tests.bench.lookup_data", str(dossiers))
    walk = folder / f"walk-{dossiers}.txt"
    queries = _python(environment, "tests.bench.lookup_probe", str(walk), str(options.sample), capture=True)
    found: dict = {"queries": json.loads(queries), "throughput": {}, "paced": {}}
    servers = {}
    try:
        servers["product"] = _serve(environment, "product", options.port)
        size = _size(options.port, walk)
        servers["bare"] = _serve({**environment, "BARE_BYTES": str(size)}, "bare", options.port + 1)
        found["bytes"] = size
        ports = {"product": options.port, "bare": options.port + 1}
        for port in ports.values():
            _wait_for(port, walk)
            _wrk(port, walk, "code", 3)
        for way in WAYS:
            rounds = {site: [] for site in ports}
            for number in range(options.rounds):
                # In turns, and the other way round each time: what disturbs the machine disturbs both.
                for site in sorted(ports, reverse=bool(number % 2)):
                    spent = _cpu_seconds(servers[site].pid)
                    speed = _wrk(ports[site], walk, way, options.seconds)
                    spent = _cpu_seconds(servers[site].pid) - spent
                    rounds[site].append((speed, 1000 * spent / (speed * options.seconds)))
            found["throughput"][way] = rounds
            found["paced"][way] = asyncio.run(_paced(ports["product"], walk, way, options.rate, options.seconds * 2))
    finally:
        for server in servers.values():
            server.terminate()
            server.wait(20)
    return found


def _serve(environment: dict, site: str, port: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "2", "--log-level", "warning", "portal.wsgi:application"]
    return subprocess.Popen(command, cwd=ROOT, env={**environment, "DJANGO_SETTINGS_MODULE": SITES[site]})


def _cpu_seconds(parent: int) -> float:
    """Return the processor time of the server and its workers: what others on the machine disturb least."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(entry.name) == parent or int(fields[1]) == parent:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wrk(port: int, walk: Path, way: str, seconds: int) -> float:
    environment = {
        **os.environ,
        "LOOKUP_LIST": str(walk),
        "LOOKUP_WAY": way,
        "LOOKUP_SEED": str(random.randrange(10**6)),
    }
    script = str(ROOT / "tests" / "bench" / "lookup_walk.lua")
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}"]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    result = json.loads(next(line for line in out.splitlines() if line.startswith("RESULT ")).removeprefix("RESULT "))
    if result["not_200"] or result["errors"]:
        raise SystemExit(f"{way} on port {port}: {result}")
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


def _size(port: int, walk: Path) -> int:
    return len(_wait_for(port, walk))


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


def _report(large: dict, small: dict | None, options) -> None:
    print(f"\n{options.dossiers:,} dossiers; page of {large['bytes']:,} bytes; queries {large['queries']}\n")
    print("way    bare/s  product/s  ratio (to reach 0.80)   cpu ms bare  product  ratio")
    for way in WAYS:
        rounds = large["throughput"][way]
        bare, product = _middle(rounds["bare"], 0), _middle(rounds["product"], 0)
        bare_cpu, product_cpu = _middle(rounds["bare"], 1), _middle(rounds["product"], 1)
        print(f"{way:5} {bare:7.0f} {product:10.0f} {product / bare:6.2f}", end="")
        print(f" {bare_cpu:28.2f} {product_cpu:8.2f} {bare_cpu / product_cpu:6.2f}")
    for way in WAYS:
        paced = large["paced"][way]
        p50, p95, p99 = (paced[int(len(paced) * share)] for share in (0.5, 0.95, 0.99))
        print(f"{way:5} at {options.rate}/s: p50 {p50:.1f} ms  p95 {p95:.1f} ms (to reach 50)  p99 {p99:.1f} ms")
    for way in WAYS if small else ():
        costs = [_middle(each["throughput"][way]["product"], 1) for each in (large, small)]
        # Against each bare view, so that a busier minute does not count as a slower database.
        shares = [
            _middle(each["throughput"][way]["product"], 1) / _middle(each["throughput"][way]["bare"], 1)
            for each in (large, small)
        ]
        print(f"{way:5} cpu ms at 50,000 rows {costs[1]:.2f}, large table {costs[0]:.2f};", end=" ")
        print(f"large against small, beside the bare view: {shares[0] / shares[1]:.2f} (to reach 0.90–1.10)")


def _middle(rounds: list[tuple[float, float]], place: int) -> float:
    return statistics.median(each[place] for each in rounds)


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--small-url", default="")
    parser.add_argument("--dossiers", type=int, default=5_000_000)
    parser.add_argument("--cache-url", default="redis://127.0.0.1:6379/7")
    parser.add_argument("--port", type=int, default=8124)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=400)
    parser.add_argument("--sample", type=int, default=50_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
