"""The database server and broker the measurements of one run share: their own, or a tuned one that is named."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.installation import KEYS, Installation

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "portal_bench_"


class Stores:
    """Databases made for one run. The first is migrated, the others are copies of it: seconds, not minutes."""

    def __init__(self, server: str, broker: str, folder: Path):
        self.server, self.broker, self.folder = server, broker, folder
        self._made: set[str] = set()

    def environment(self, database: str = "") -> dict[str, str]:
        """Return what a measurement is started with; each database of the run is named once and kept for the next."""
        foreign = ("TEST_", "ZALO_", "EMAIL", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        place = {"VAR_DIR": str(self.folder / "var"), "STATIC_ROOT": str(self.folder / "static")}
        place |= {"PUBLIC_BASE_URL": "http://127.0.0.1:8000", "TRUSTED_PROXIES": "1"}
        stores = {"CELERY_BROKER_URL": f"{self.broker}/3", "CACHE_URL": f"{self.broker}/7"}
        url = {"DATABASE_URL": self.database(database)} if database else {}
        return kept | KEYS | place | stores | url | {"PORTAL_TESTING": "true", "LOG_LEVEL": "ERROR"}

    def database(self, name: str) -> str:
        """Return the address of the run's database of that name, made when it is first asked for."""
        if name not in self._made:
            template = "" if name == "migrated" else f" TEMPLATE {urlsplit(self.database('migrated')).path[1:]}"
            self._execute(f"CREATE DATABASE {PREFIX}{name}{template}")
            self._made.add(name)  # only now is it ours to drop: another run's would have refused
            if name == "migrated":
                self.manage(self.environment("migrated"), "migrate", "-v0")
        return urlsplit(self.server)._replace(path=f"/{PREFIX}{name}").geturl()

    def seeded(self, name: str, dossiers: int) -> str:
        """Return the address of a database with a province's dossiers in it."""
        if name not in self._made:
            self.manage(self.environment(name), "seed", "--scenario", "province", "--dossiers", str(dossiers))
        return self.database(name)

    def manage(self, environment: dict[str, str], *arguments: str) -> None:
        """Run a command of the product."""
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    def drop(self) -> None:
        """Leave a server that is not ours as it was."""
        for name in self._made:
            self._execute(f"DROP DATABASE IF EXISTS {PREFIX}{name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def stores(server: str, broker: str, folder: Path) -> Iterator[Stores]:
    """Yield the stores of one run; without an address a PostgreSQL and a Redis of their own are started."""
    if server:
        found = Stores(server, broker or "redis://127.0.0.1:6379", folder)
        try:
            yield found
        finally:
            found.drop()
        return
    with Installation() as place:
        place.store()
        yield Stores(place.env["DATABASE_URL"], place.env["CELERY_BROKER_URL"].rpartition("/")[0], folder)
