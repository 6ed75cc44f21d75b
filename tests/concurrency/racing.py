"""Real processes on the test's PostgreSQL database: start several, let them go at once, collect what they print."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START = """
import json, os, sys
import django
django.setup()
def say(**values): os.write(1, (json.dumps(values) + "\\n").encode())
print("ready", flush=True)
sys.stdin.readline()
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


class Racer:
    """One process: it prints "ready", waits for a line, runs the body, and prints results as JSON lines."""

    def __init__(self, body: str, *, copies: int = 1, **environment: str):
        name = connection.settings_dict["NAME"]
        base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        env = os.environ | {
            "DATABASE_URL": f"{base}/{name}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "VAR_DIR": str(settings.VAR_DIR),
            "ZALO_OAUTH_BASE_URL": settings.ZALO_OAUTH_BASE_URL,
            "ZALO_OPENAPI_BASE_URL": settings.ZALO_OPENAPI_BASE_URL,
            "ZALO_BUSINESS_BASE_URL": settings.ZALO_BUSINESS_BASE_URL,
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        code = START + (FORK.format(copies=copies) if copies > 1 else "") + textwrap.dedent(body)
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True
        )

    def wait_until_ready(self) -> Racer:
        while self.process.stdout.readline().strip() != "ready":
            assert self.process.poll() is None, "the process died before it was ready"
        return self

    def go(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def results(self, timeout: float = 60) -> list[dict[str, Any]]:
        out, _ = self.process.communicate(timeout=timeout)
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def race(body: str, count: int, **environment: str) -> list[dict[str, Any]]:
    """What `count` processes said that ran `body` at the same time."""
    racer = Racer(body, copies=count, **environment).wait_until_ready()
    racer.go()
    return racer.results()
