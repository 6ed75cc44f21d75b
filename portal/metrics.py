"""Prometheus figures of the installation: what users would notice, read from the database when asked."""

from __future__ import annotations

import datetime as dt
import hmac

from django.conf import settings
from django.db.models import Min
from django.http import HttpResponse, HttpResponseForbidden
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from dossiers.models import Agency, Dossier, SweepRun
from dossiers.privacy.callers import client_address
from dossiers.states import on_list
from portal import health
from portal.api.models import Delivery
from zalo.models import InboxEvent, Incident, OutboxMessage
from zalo.models.outbox import CLAIMABLE
from zalo.outbox import ledger

LOCAL = {"127.0.0.1", "::1"}
CEILING = 100_000
"""Counting stops here: a figure above it means trouble whatever it is, and counting on would cost seconds."""


def metrics(request):
    """Answer the figures to this machine or to whoever carries METRICS_TOKEN; 403 to everybody else."""
    if not allowed(request):
        return HttpResponseForbidden("Không công khai.\n", content_type="text/plain; charset=utf-8")
    registry = CollectorRegistry()
    if parts(registry)["database"]:
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


def parts(registry: CollectorRegistry) -> dict[str, bool]:
    """Return which parts that web and workers need answer, and tell it: 1 or 0."""
    up = Gauge("portal_part_up", "Phần của hệ thống trả lời", ["part"], registry=registry)
    answers = {name: health.outcome(health.CHECKS[name])["ok"] for name in ("database", "cache", "broker")}
    for name, ok in answers.items():
        up.labels(name).set(ok)
    return answers


def channel(registry: CollectorRegistry) -> None:
    """Messages and webhooks that are due and not taken, messages a person has to call about, open incidents.

    A notice to many is due for hours at the rate Zalo allows: it is no trouble and is left out.
    """
    now = timezone.now()
    due = OutboxMessage.objects.filter(state__in=CLAIMABLE, next_at__lte=now, broadcast__isnull=True)
    heard = InboxEvent.objects.filter(state=InboxEvent.State.STORED, next_at__lte=now)
    to_mend = ledger.call_list(Agency.objects.values_list("pk", flat=True), now=now)
    incidents = Incident.objects.filter(closed_at__isnull=True)
    for name, words, value in (
        ("messages_due", "Tin đến giờ gửi mà chưa gửi", capped(due)),
        ("messages_oldest_seconds", "Tin chờ lâu nhất quá giờ gửi, giây", _age(due, "next_at", now)),
        ("messages_to_mend", "Tin không tới, cần người gọi", capped(to_mend)),
        ("webhooks_oldest_seconds", "Sự kiện Zalo chờ lâu nhất, giây", _age(heard, "next_at", now)),
        ("incidents_open", "Sự cố kênh đang mở", capped(incidents)),
    ):
        Gauge(f"portal_{name}", words, registry=registry).set(value)


def work(registry: CollectorRegistry) -> None:
    """How long ago the half-hourly sweep ran: it stands for beat and worker; what is owed to other systems."""
    now = timezone.now()
    swept = SweepRun.objects.order_by("-at").values_list("at", flat=True).first()
    age = Gauge("portal_sweep_age_seconds", "Lần rà soát hạn gần nhất, giây trước; -1: chưa lần nào", registry=registry)
    age.set((now - swept).total_seconds() if swept else -1)
    owed = Delivery.objects.filter(state=Delivery.State.WAITING)
    oldest = Gauge("portal_callbacks_oldest_seconds", "Sự kiện nợ phần mềm khác lâu nhất, giây", registry=registry)
    oldest.set(_age(owed, "noted_at", now))


def _age(rows, name: str, now: dt.datetime) -> float:
    """Return how many seconds ago the oldest was; 0 when there is none."""
    oldest = rows.aggregate(oldest=Min(name))["oldest"]
    return (now - oldest).total_seconds() if oldest else 0


SOURCES = [dossiers, channel, work]
"""What is read from the database; other parts of the project add their own figures here."""
