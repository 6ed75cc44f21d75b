"""Real processes on the test's PostgreSQL database: start several, let them go at once, collect what they print.

They are forked from one process that has imported the product already: starting Python and Django anew for each cost
five seconds of a core, most of what these tests took.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds
NURSERY = """
import json, os, random, select, socket, sys, traceback
import django
django.setup()
from django.conf import settings
from django.db import connections
import dossiers.workflow.acts, zalo.account.tokens, zalo.inbound.drain, zalo.outbox.delivery
connections.close_all()

def say(**values): os.write(1, (json.dumps(values) + "\\n").encode())

def live(line, asked):
    server.close()
    for number in (0, 1): os.dup2(line.fileno(), number)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", buffering=1)
    os.environ.update(asked["environment"])
    for name, value in asked["environment"].items():
        if hasattr(settings, name): setattr(settings, name, type(getattr(settings, name))(value))
    random.seed()
    print("ready", os.getpid(), flush=True)
    sys.stdin.readline()
    exec(compile(asked["body"], "racer", "exec"), {"json": json, "os": os, "sys": sys, "say": say})

server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:  # the tests have ended when it closes
    line, _ = server.accept()
    asked = json.loads(line.makefile().readline())
    if "ended" in asked:
        line.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(asked["ended"], 0)[1]))
    elif os.fork() == 0:
        try: live(line, asked)
        except BaseException: traceback.print_exc(); os._exit(1)
        os._exit(0)
    line.close()
"""
# Children of one process that has already imported everything: they start within a millisecond of each other.
FORK = """
for number in range({copies}):
    if os.fork() == 0:
        break
else:
    while True:
        try: os.wait()
        except ChildProcessError: os._exit(0)
"""


@functools.cache
def _nursery(database: str) -> int:
    """Return the port of the process that racers on this database are forked from."""
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    environment = os.environ | {
        "DATABASE_URL": f"{base}/{database}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "VAR_DIR": str(settings.VAR_DIR),
        "PYTHONPATH": str(ROOT),
    }
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY], cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True
    )
    atexit.register(process.kill)
    return int(process.stdout.readline())


def _ask(asked: dict[str, Any]) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", _nursery(connection.settings_dict["NAME"])), timeout=PATIENCE)
    line.sendall(json.dumps(asked).encode() + b"\n")
    return line


class Racer:
    """One process: it says that it is ready, waits for a line, runs the body, and prints results as JSON lines."""

    def __init__(self, body: str, *, copies: int = 1, **environment: str):
        hosts = ("ZALO_OAUTH_BASE_URL", "ZALO_OPENAPI_BASE_URL", "ZALO_BUSINESS_BASE_URL")
        code = (FORK.format(copies=copies) if copies > 1 else "") + textwrap.dedent(body)
        told = {name: getattr(settings, name) for name in hosts} | environment
        self._line = _ask({"body": code, "environment": told})
        self._words = self._line.makefile()
        self.pid = 0

    def wait_until_ready(self) -> Racer:
        ready, _, pid = self.hear().partition(" ")
        assert ready == "ready", "the process died before it was ready"
        self.pid = int(pid)
        return self

    def go(self) -> None:
        self._line.sendall(b"\n")

    def hear(self) -> str:
        """Return the next line it prints; "" when it has ended."""
        with contextlib.suppress(ConnectionResetError):
            return self._words.readline()
        return ""

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def results(self) -> list[dict[str, Any]]:
        """Return what it says until it ends."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
        lines = list(iter(self.hear, ""))
        self._words.close()
        self._line.close()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def ended_with(self) -> int:
        """Return how the process ended: its exit code, minus the signal that killed it."""
        with _ask({"ended": self.pid}) as line:
            return int(line.recv(16))


def race(body: str, count: int, **environment: str) -> list[dict[str, Any]]:
    """What `count` processes said that ran `body` at the same time."""
    racer = Racer(body, copies=count, **environment).wait_until_ready()
    racer.go()
    return racer.results()
