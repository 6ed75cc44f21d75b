"""Seven machines on one: network namespaces joined by a switch, with the real servers of an installation in them.

    database1 (PostgreSQL, primary)   database2 (its synchronous standby)   pooler (PgBouncer, transactions)
    broker (Redis)                    app1 (web, worker, beat)              app2 (web, worker)

The primary is reached at an address of its own (PRIMARY), which moves to the standby when that is promoted, as
keepalived or a cloud's address would. The simulated Zalo lives outside, on the switch's machine. Everything happens
in a namespace of the caller's process (`inside`), so that nothing is seen from, or left on, the machine itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.fakes.zalo import ROOT, request

from .installation import POSTGRES, Installation, Part, not_root

SWITCH = "10.77.0.1"
PRIMARY = "10.77.0.10"
HOSTS = {
    "database1": "10.77.0.11",
    "database2": "10.77.0.12",
    "pooler": "10.77.0.13",
    "broker": "10.77.0.14",
    "app1": "10.77.0.21",
    "app2": "10.77.0.22",
}
WEB_PORT, POOL_PORT, DATABASE_PORT, BROKER_PORT = 8000, 6432, 5432, 6379
POOLER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
DEPLOY = ROOT / "deploy"


def missing() -> str:
    """What this machine lacks for the rehearsal; empty when nothing."""
    if os.geteuid() != 0:
        return "cần quyền root để tạo không gian mạng"
    lacking = [name for name in ("ip", "unshare", "redis-server") if not shutil.which(name)]
    lacking += [] if (POSTGRES / "initdb").exists() else ["postgresql"]
    lacking += [] if Path(POOLER).exists() else ["pgbouncer"]
    return f"cần {', '.join(lacking)}" if lacking else ""


def inside(arguments: list[str]) -> None:
    """Become the same program in a network of its own, unless it already is."""
    if os.environ.get("PORTAL_FAULTS_NETWORK") == "own":
        return
    environment = os.environ | {"PORTAL_FAULTS_NETWORK": "own"}
    own = 'mkdir -p /run/netns && mount -t tmpfs none /run/netns && exec "$@"'  # names of machines stay here too
    words = ["unshare", "--net", "--mount", "sh", "-c", own, "sh", sys.executable, *arguments]
    os.execvpe("unshare", words, environment)


class Machines(Installation):
    """The seven machines. Parts are named by what they are and where: `web1`, `worker2`, `database1`."""

    def __init__(self, **environment: str):
        super().__init__(
            DATABASE_URL=f"postgresql://portal@{HOSTS['pooler']}:{POOL_PORT}/portal",
            DATABASE_POOLED="true",
            CELERY_BROKER_URL=f"redis://{HOSTS['broker']}:{BROKER_PORT}/0",
            ALLOWED_HOSTS=",".join([HOSTS["app1"], HOSTS["app2"], "127.0.0.1"]),
            **environment,
        )
        self.urls = itertools.cycle([f"http://{HOSTS[name]}:{WEB_PORT}" for name in ("app1", "app2")])
        self.url = f"http://{HOSTS['app1']}:{WEB_PORT}"  # where Zalo calls
        self.env["PUBLIC_BASE_URL"] = self.url
        self.zalo.portal = self.url
        self.parts = {part.name: part for part in self._described()}

    def address(self) -> str:
        """The next web server in turn, as a balancer in front of them would choose."""
        return next(self.urls)

    def stop_workers(self) -> None:
        """No worker and no clock acts any more."""
        for name in ("worker1", "worker2", "beat1"):
            self[name].kill()

    # -- the network -----------------------------------------------------------------------------------------------

    def store(self) -> None:
        """The switch, the machines, both databases, the pooler, the broker and the simulated Zalo are up."""
        _ip("link set lo up")
        _ip("link add switch type bridge")
        _ip(f"addr add {SWITCH}/24 dev switch")
        _ip("link set switch up")
        for name, address in HOSTS.items():
            _ip(f"netns add {name}")
            _ip(f"link add {name} type veth peer name eth0 netns {name}")
            _ip(f"link set {name} master switch up")
            _ip(f"-n {name} addr add {address}/24 dev eth0")
            _ip(f"-n {name} link set eth0 up")
            _ip(f"-n {name} link set lo up")
        self._first_database()
        self._second_database()
        self["pooler"].start()
        self["broker"].start()
        self.zalo.start()
        # It answers on a loopback only: each application's leads over the cable to the one outside.
        forward((SWITCH, self.zalo.port), ("127.0.0.1", self.zalo.port))
        for name in ("app1", "app2"):
            forward(("127.0.0.1", self.zalo.port), (SWITCH, self.zalo.port), host=name)

    def programs(self) -> None:
        """Both web servers, both workers and the clock are up."""
        for name in ("worker1", "worker2", "beat1", "web1", "web2"):
            self[name].start()

    def cut_off(self, host: str) -> None:
        """The machine's cable is pulled: nobody is told, packets vanish."""
        _ip(f"link set {host} down")

    def join(self, host: str) -> None:
        """The cable is in again."""
        _ip(f"link set {host} up")

    def promote(self) -> None:
        """The standby becomes the primary, alone, under the primary's address. The old one must be cut off before."""
        self._ask("database2", "ALTER SYSTEM SET synchronous_standby_names = ''")
        self._ask("database2", "SELECT pg_promote(true, 30)")
        self._ask("database2", "SELECT pg_reload_conf()")
        _ip(f"-n database2 addr add {PRIMARY}/24 dev eth0")
        # The neighbours learn the new place at once, as keepalived's announcement would tell them.
        _ip(f"-n pooler neigh del {PRIMARY} dev eth0", check=False)

    def __exit__(self, *details: object) -> None:
        for name in ("beat1", "worker1", "worker2", "web1", "web2", "pooler", "broker", "database2", "database1"):
            self[name].kill()
        self.zalo.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- the parts -------------------------------------------------------------------------------------------------

    def _described(self):
        celery = [sys.executable, "-m", "celery", "-A", "portal"]
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(WEB_PORT), "--workers", "1"]
        web += ["--blocking-threads", "4", "--no-ws", "portal.wsgi:application", "--host"]
        ini = self.folder / "pgbouncer.ini"
        # What is delivered, but for names and passwords: nobody else is in this network.
        settings = (DEPLOY / "pgbouncer.ini").read_text("utf-8").replace("dbname=portal", "dbname=postgres user=portal")
        settings = settings.replace("auth_type = scram-sha-256", "auth_type = any")
        settings = settings.replace("listen_addr = 127.0.0.1", f"listen_addr = {HOSTS['pooler']}")
        ini.write_text(re.sub(r"^auth_file.*$", "", settings, flags=re.MULTILINE))
        yield self._on("database1", "database1", self._server("one"), lambda: self._answers("database1"))
        yield self._on("database2", "database2", self._server("two"), lambda: self._answers("database2"))
        pooler = [*not_root(), POOLER, str(ini)]
        yield self._on("pooler", "pooler", pooler, lambda: _listens(HOSTS["pooler"], POOL_PORT))
        redis = ["redis-server", "--port", str(BROKER_PORT), "--bind", HOSTS["broker"], "--protected-mode", "no"]
        redis += ["--save", "", "--dir", str(self.folder)]
        yield self._on("broker", "broker", redis, lambda: _listens(HOSTS["broker"], BROKER_PORT))
        for number in ("1", "2"):
            host = f"app{number}"
            worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--hostname", f"worker@{host}"]
            yield self._on(f"worker{number}", host, worker, lambda: True)
            yield self._on(f"web{number}", host, [*web, HOSTS[host]], lambda host=host: _web_answers(HOSTS[host]))
        beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
        yield self._on("beat1", "app1", beat, lambda: True)

    def _on(self, name: str, host: str, command: list[str], alive) -> Part:
        straight = {"DATABASE_URL": f"postgresql://portal@{PRIMARY}:{DATABASE_PORT}/postgres", "DATABASE_POOLED": ""}
        env = self.env | straight if name.startswith(("worker", "beat")) else self.env
        return Part(name, ["ip", "netns", "exec", host, *command], alive, folder=self.folder, env=env)

    def _server(self, data: str) -> list[str]:
        # A pulled cable loses nothing the kernel has: fsync guards against a loss of power, which is not rehearsed.
        options = ["listen_addresses=*", "unix_socket_directories=", "max_connections=60", "fsync=off"]
        delivered = (DEPLOY / "postgresql-replicated.conf").read_text("utf-8").splitlines()
        options += [line.replace(" ", "") for line in delivered if line and not line.startswith("#")]
        command = [*not_root(), str(POSTGRES / "postgres"), "-D", str(self.folder / data), "-p", str(DATABASE_PORT)]
        return command + [word for option in options for word in ("-c", option)]

    def _first_database(self) -> None:
        data = self._folder_of_postgres("one")
        _quietly([*not_root(), POSTGRES / "initdb", "-D", data, "-U", "portal", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8"])  # fmt: skip
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/24 trust\nhost replication all 10.77.0.0/24 trust\n")
        _ip(f"-n database1 addr add {PRIMARY}/24 dev eth0")
        self["database1"].start()

    def _second_database(self) -> None:
        data = self._folder_of_postgres("two")
        copy = [POSTGRES / "pg_basebackup", "-h", PRIMARY, "-p", str(DATABASE_PORT), "-U", "portal", "-D", data, "-R"]
        _quietly(["ip", "netns", "exec", "database2", *not_root(), *copy, "--checkpoint=fast"])
        self["database2"].start()
        # Nothing is told to anybody before it stands on both: what is promoted lacks nothing.
        self._ask("database1", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self._ask("database1", "SELECT pg_reload_conf()")

    def _folder_of_postgres(self, name: str) -> Path:
        data = self.folder / name
        data.mkdir(mode=0o700)
        shutil.chown(data, "postgres")
        shutil.chown(self.folder, "postgres")
        return data

    def _ask(self, host: str, question: str) -> None:
        _quietly(["ip", "netns", "exec", host, POSTGRES / "psql", "-h", HOSTS[host], "-p", str(DATABASE_PORT), "-U",
                  "portal", "-c", question, "postgres"])  # fmt: skip

    def _answers(self, host: str) -> bool:
        ready = [POSTGRES / "pg_isready", "-q", "-h", HOSTS[host], "-p", str(DATABASE_PORT)]
        return subprocess.run(["ip", "netns", "exec", host, *ready], check=False).returncode == 0


def _ip(words: str, *, check: bool = True) -> None:
    done = subprocess.run(["ip", *words.split()], check=False, capture_output=True, text=True)
    assert not check or done.returncode == 0, f"ip {words}: {done.stderr}"


def _quietly(command: list) -> None:
    done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


def _web_answers(host: str) -> bool:
    try:
        return request("GET", f"http://{host}:{WEB_PORT}/healthz", timeout=5)[0] == 200
    except (OSError, ValueError):
        return False


def forward(here: tuple[str, int], there: tuple[str, int], *, host: str = "") -> None:
    """Who calls `here` (on `host`, else on the switch's machine) reaches `there`, as that machine sees it."""

    def let_in() -> None:
        if host:
            with open(f"/run/netns/{host}") as network:
                # Of this thread alone, and of those it starts.
                assert ctypes.CDLL(None, use_errno=True).setns(network.fileno(), 0) == 0, os.strerror(
                    ctypes.get_errno()
                )
        door = socket.create_server(here, backlog=256)
        ready.set()
        while True:
            caller, _ = door.accept()
            threading.Thread(target=join, args=(caller,), daemon=True).start()

    def join(caller: socket.socket) -> None:
        try:
            other = socket.create_connection(there, 5)
        except OSError:
            caller.close()
            return
        other.settimeout(None)
        threading.Thread(target=_copy, args=(other, caller), daemon=True).start()
        _copy(caller, other)

    ready = threading.Event()
    threading.Thread(target=let_in, daemon=True).start()
    assert ready.wait(10), f"{here} on {host or 'the switch'}"


def _copy(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    for end in (here, there):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
