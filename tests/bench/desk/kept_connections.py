# ruff: noqa: E402 (Django is set up before its connections can be used)
"""What a connection costs each request: ours (portal.postgresql), Django's own kept one, Django's own psycopg pool.

    DATABASE_URL=postgresql://… python -m tests.bench.desk.kept_connections [--requests 2000] [--rounds 5] [--threads 4]

A request is what a web thread does around its queries: the signals of its beginning and end, and between them two small
queries, as the public look-up asks. The ways take turns in each round; a figure is the median of the rounds.
Health checks are on in each, as production asks; jit is off in each, so that only the connection differs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django
from django.conf import settings

KEPT = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
QUIET = {"options": "-c jit=off"}
WAYS = {
    "ours": {"ENGINE": "portal.postgresql", **KEPT},
    "kept": {"ENGINE": "django.db.backends.postgresql", **KEPT, "OPTIONS": QUIET},
    "pool": {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**QUIET, "pool": {"min_size": 4, "max_size": 16}},
    },
}
WORDS = {"ours": "portal.postgresql", "kept": "Django, CONN_MAX_AGE=600", "pool": "Django, OPTIONS pool"}
base = settings.DATABASES["default"]
if "postgresql" not in base["ENGINE"]:
    raise SystemExit("Cần DATABASE_URL của PostgreSQL.")
for way, changed in WAYS.items():
    settings.DATABASES[way] = {**base, **changed}

django.setup()

from django.db import connections


def request(way: str) -> None:
    """Go through one request on this thread's connection."""
    connection = connections[way]
    connection.close_if_unusable_or_obsolete()
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE oid = %s", [1259])
            cursor.fetchone()
    connection.close_if_unusable_or_obsolete()


def measured(way: str, requests: int, threads: int) -> tuple[float, float]:
    """Return (wall, CPU of this process) in ms a request."""

    def work() -> None:
        for _ in range(requests // threads):
            request(way)

    request(way)
    workers = [threading.Thread(target=work) for _ in range(threads)]
    began, spent = time.perf_counter(), time.process_time()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done = requests // threads * threads
    return (time.perf_counter() - began) / done * 1000, (time.process_time() - spent) / done * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=4)
    asked = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(asked.rounds):
        for way in WAYS:
            found[way].append(measured(way, asked.requests, asked.threads))
    print(f"{'':<28}{'ms/request':>12}{'CPU ms':>9}   ({asked.threads} threads, {asked.rounds} rounds)")
    for way, rounds in found.items():
        wall, spent = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{WORDS[way]:<28}{wall:>12.3f}{spent:>9.3f}")
    for way in WAYS:
        connections[way].close()
        getattr(connections[way], "close_pool", lambda: None)()


if __name__ == "__main__":
    main()
