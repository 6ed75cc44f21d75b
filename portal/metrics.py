"""Prometheus figures of the installation: what users would notice, read from the database when asked."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpResponse, HttpResponseForbidden
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from dossiers.models import Dossier
from dossiers.privacy.callers import client_address
from dossiers.states import on_list

LOCAL = {"127.0.0.1", "::1"}
CEILING = 100_000
"""Counting stops here: a figure above it means trouble whatever it is, and counting on would cost seconds."""


def metrics(request):
    """Answer the figures to this machine or to whoever carries METRICS_TOKEN; 403 to everybody else."""
    if not allowed(request):
        return HttpResponseForbidden("Không công khai.\n", content_type="text/plain; charset=utf-8")
    registry = CollectorRegistry()
    for source in SOURCES:
        source(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def allowed(request) -> bool:
    """Return whether the caller may read the figures."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    return "HTTP_X_FORWARDED_FOR" not in request.META and client_address(request) in LOCAL


def capped(queryset) -> int:
    """Return the number of rows, at most CEILING."""
    return len(queryset.order_by().values_list("pk", flat=True)[:CEILING])


def dossiers(registry: CollectorRegistry) -> None:
    """Open dossiers past their due date, and submitted ones nobody has answered."""
    now = timezone.now()
    late = Gauge("portal_dossiers_late", "Hồ sơ đang giải quyết đã quá hạn", registry=registry)
    late.set(capped(Dossier.objects.due_by(now)))
    waiting = Gauge("portal_dossiers_waiting", "Hồ sơ trực tuyến chờ tiếp nhận", registry=registry)
    waiting.set(capped(Dossier.objects.filter(state__in=on_list("online"))))


SOURCES = [dossiers]
"""Other parts of the project add their own figures here."""
