"""What the demonstration consists of: the processes, the environment they share, and how each shows that it answers."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
PLAYED = "Đã có một tháng ở hai trung tâm, đang cộng số liệu…"
"""Said when one core is free again: from then on the parts may load."""
# The demonstration is self-contained: what a shell has set for another installation must not leak into it.
NOT_INHERITED = (
    "DATABASE_URL CELERY_BROKER_URL CACHE_URL SECRET_KEY FIELD_ENCRYPTION_KEYS DEBUG ALLOWED_HOSTS EMAIL_URL "
    "SENTRY_DSN PORTAL_TESTING STATIC_ROOT MEDIA_ROOT TRUSTED_PROXIES LOG_FORMAT DJANGO_SETTINGS_MODULE"
).split()


@dataclass(frozen=True)
class Part:
    """One process. `answers` tells from its log (so far) whether it is up; a `waiting` one reads a line first."""

    name: str
    label: str
    command: list[str]
    answers: Callable[[str], bool]
    waiting: bool = False


def web_address(port: int) -> str:
    return f"http://{HOST}:{port}"


def environment(root: Path, var: Path, port: int, zalo_port: int) -> dict[str, str]:
    """Return the environment of every part: embedded everything, and Zalo's three addresses at the simulated one."""
    zalo = web_address(zalo_port)
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "PORTAL_DEMO": "true",
        "VAR_DIR": str(var),
        "PUBLIC_BASE_URL": web_address(port),
        "ZALO_OAUTH_BASE_URL": zalo,
        "ZALO_OPENAPI_BASE_URL": zalo,
        "ZALO_BUSINESS_BASE_URL": zalo,
        "ZALO_MEDIA_HOSTS": f"{HOST}:{zalo_port}",
    }


def simulated_zalo(var: Path, port: int, zalo_port: int) -> Part:
    command = [sys.executable, "-m", "zalo.sandbox", "--port", str(zalo_port), "--portal", web_address(port)]
    return Part(
        "zalo",
        "Zalo mô phỏng",
        [*command, "--state", str(var / "sandbox.sqlite3")],
        lambda log: fetched(f"{web_address(zalo_port)}/phone/"),
    )


def portal_parts(port: int) -> list[Part]:
    """Return the processes that need the database: web server, worker and clock. They load the product, then wait."""
    loaded = [sys.executable, "-m", "portal.demo.loaded"]
    celery = [*loaded, "portal.celery", "celery", "-A", "portal"]
    return [
        Part(
            "web",
            "Máy chủ web",
            [
                *[*loaded, "portal.wsgi", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)],
                *["--workers", "1", "--blocking-threads", "6", "--no-ws", "portal.wsgi:application"],
            ],
            lambda log: fetched(f"{web_address(port)}/readyz"),
            waiting=True,
        ),
        Part(
            "worker",
            "Xử lý nền (Celery worker)",
            # Threads: the PDF engine refuses to run in a forked child, and SQLite has one writer anyway.
            [
                *[*celery, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"],
                *["--without-gossip", "--without-mingle", "--without-heartbeat"],
            ],
            lambda log: " ready." in log,
            waiting=True,
        ),
        Part(
            "beat",
            "Lịch định kỳ (Celery beat)",
            [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
            lambda log: "beat: Starting" in log,
            waiting=True,
        ),
    ]


def fetched(address: str) -> bool:
    """Return whether the address answers 200 within two seconds."""
    try:
        # No proxy: this machine only.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
