"""An installation of its own to break: PostgreSQL, Redis, simulated Zalo, web, worker and beat as real processes.

Every part can be killed with SIGKILL, children and all, as a power cut or the kernel's out-of-memory killer would, and
started again on what is left on its disk. Redis keeps nothing on disk: every kill of the broker loses all its tasks.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import django

from tests.fakes.zalo import PATIENCE, ROOT, SimulatedZalo, free_port, request

POSTGRES = (
    next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    or Path(shutil.which("postgres") or "/nowhere/postgres").parent
)
REDIS = shutil.which("redis-server")
Place = TypeVar("Place", bound="Installation")
START = 3 * PATIENCE  # a part imports the whole product, perhaps beside other work
KEYS = {
    "SECRET_KEY": "chi-dung-khi-thu-" + "x" * 50,
    "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ",
}


def missing() -> str:
    """What this machine lacks for an installation; empty when nothing."""
    if not (POSTGRES / "initdb").exists():
        return "cần PostgreSQL"
    return "" if REDIS else "cần Redis"


class Part:
    """One process (group) of the installation."""

    def __init__(
        self, name: str, command: list[str], alive: Callable[[], bool], *, folder: Path, env: dict[str, str],
        root: Path = ROOT,
    ):  # fmt: skip
        self.name, self.command, self.alive, self.env, self.root = name, command, alive, env, root
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, again and again until it stays: PostgreSQL refuses while children of a killed one are dying."""
        deadline = time.monotonic() + START
        while True:
            with self.log.open("ab") as out:
                self.process = subprocess.Popen(
                    self.command, cwd=self.root, env=self.env, stdout=out, stderr=out, start_new_session=True
                )
            while self.process.poll() is None and not self.alive():
                assert time.monotonic() < deadline, f"{self.name} không chạy: {self.said()}"
                time.sleep(0.05)
            if self.process.poll() is None:
                return
            assert time.monotonic() < deadline, f"{self.name} không chạy: {self.said()}"
            time.sleep(0.2)

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-2000:]

    def has_ended(self) -> bool:
        """True when it ended without being told to."""
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL to the whole group, and wait until it is gone."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process = None


class Installation(contextlib.AbstractContextManager["Installation"]):
    """Everything, in a folder and on ports of its own. `store()` starts the stores, `programs()` the portal."""

    def __init__(self, **environment: str):
        self.folder = Path(tempfile.mkdtemp(prefix="portal-faults-"))
        self.folder.chmod(0o755)  # PostgreSQL, which refuses to be root, must get through
        database, broker, web = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{web}"
        self.zalo = SimulatedZalo(portal=self.url, fast=True)
        foreign = ("TEST_", "ZALO_", "EMAIL")
        base = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(foreign) and not name.lower().endswith("_proxy")
        }
        self.env = base | KEYS | {
            "DATABASE_URL": f"postgresql://portal@127.0.0.1:{database}/postgres",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{broker}/0",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_TESTING": "true",
            "PUBLIC_BASE_URL": self.url,
            "TRUSTED_PROXIES": "0",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": str(self.folder / "var"),
            "PYTHONPATH": str(ROOT),
            **{f"ZALO_{name}_BASE_URL": self.zalo.url for name in ("OAUTH", "OPENAPI", "BUSINESS")},
            **environment,
        }  # fmt: skip
        celery = [sys.executable, "-m", "celery", "-A", "portal"]
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(web)]
        redis = [REDIS or "redis-server", "--port", str(broker), "--bind", "127.0.0.1", "--save", "", "--dir"]
        self.parts = {
            name: Part(name, command, alive, folder=self.folder, env=self.env)
            for name, command, alive in (
                ("database", self._postgres(database), lambda: self._database_answers(database)),
                ("broker", [*redis, str(self.folder)], lambda: _listens(broker)),
                (
                    "web",
                    [*granian, "--workers", "1", "--blocking-threads", "4", "--no-ws", "portal.wsgi:application"],
                    self._web_answers,
                ),
                ("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"], lambda: True),
                ("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="], lambda: True),
            )
        }

    def __getitem__(self, name: str) -> Part:
        return self.parts[name]

    def store(self) -> None:
        """A new database server, the broker and the simulated Zalo are up."""
        data = self.folder / "pg"
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(data, "postgres")
        subprocess.run(
            [*not_root(), str(POSTGRES / "initdb"), "-D", str(data), "-U", "portal", "--auth=trust",
             "--encoding=UTF8", "--locale=C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        self["database"].start()
        self["broker"].start()
        self.zalo.start()

    def programs(self) -> None:
        """Web server, worker and beat are up."""
        for name in ("worker", "beat", "web"):
            self[name].start()

    def address(self) -> str:
        """Where a caller finds the web server."""
        return self.url

    def stop_workers(self) -> None:
        """No worker and no clock acts any more."""
        for name in ("worker", "beat"):
            self[name].kill()

    def raise_the_dead(self) -> list[str]:
        """The names of parts that had ended by themselves; they run again, as systemd would see to."""
        dead = [name for name, part in self.parts.items() if part.has_ended()]
        for name in dead:
            self[name].kill()
            self[name].start()
        return dead

    def __exit__(self, *details: object) -> None:
        for name in ("beat", "worker", "web", "broker", "database"):
            self[name].kill()
        self.zalo.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _postgres(self, port: int) -> list[str]:
        # A killed process loses nothing the kernel has: fsync guards against a loss of power, which is not rehearsed.
        options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=60"]
        command = [*not_root(), str(POSTGRES / "postgres"), "-D", str(self.folder / "pg"), "-p", str(port)]
        return command + [word for option in options for word in ("-c", option)]

    def _database_answers(self, port: int) -> bool:
        ready = [str(POSTGRES / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(ready, check=False).returncode == 0

    def _web_answers(self) -> bool:
        try:
            return request("GET", f"{self.url}/healthz", timeout=5)[0] == 200
        except (OSError, ValueError):
            return False


def not_root() -> list[str]:
    """The words before a command of PostgreSQL, which refuses to be root; empty when we are not."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def set_up(place_of: type[Place], **environment: str) -> Iterator[Place]:
    """Yield an installation whose stores run, with Django set up on it here.

    Whatever ends the block, SIGTERM included, stops what was started. Where the machine lacks something the program
    ends with a sentence.
    """
    if lacking := missing():
        print(f"Không chạy được: {lacking}.", file=sys.stderr)
        sys.exit(2)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with place_of(**environment) as place:
        place.store()
        os.environ.update(place.env)
        django.setup()
        yield place
