"""Is the process alive, and is every part it needs there?"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse, JsonResponse
from kombu import Connection


def alive(request):
    """Answer "ok" whenever the process can answer at all; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request):
    """Answer 200 when database, migrations, cache and broker answer, else 503; JSON names every part."""
    parts = {name: outcome(check) for name, check in CHECKS.items()}
    # A dead broker delays messages and loses none: intake goes on, so the web process stays in rotation.
    working = all(part["ok"] for name, part in parts.items() if name != "broker")
    return JsonResponse({"ready": working, "parts": parts}, status=200 if working else 503)


def outcome(check) -> dict:
    """Return {"ok", "ms"} of one check, and the kind of error when it failed (never its text: it may hold secrets)."""
    begun = time.perf_counter()
    try:
        check()
    except Exception as error:
        return {"ok": False, "ms": elapsed(begun), "error": type(error).__name__}
    return {"ok": True, "ms": elapsed(begun)}


def elapsed(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 1)


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    """Raise RuntimeError while a migration waits: an old schema under new code answers wrongly."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations wait")


def shared_cache() -> None:
    cache.set("readyz", "1", 10)
    if cache.get("readyz") != "1":
        raise RuntimeError("cache forgot")


def broker() -> None:
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    with Connection(settings.CELERY_BROKER_URL, transport_options=options, connect_timeout=2) as link:
        link.ensure_connection(max_retries=1, timeout=2)


CHECKS = {"database": database, "migrations": migrations, "cache": shared_cache, "broker": broker}
