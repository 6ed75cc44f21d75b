"""Each morning one e-mail to those who call citizens: how many were not told, by unit; which agency is mute (S5-03).

Numbers and names of units only; nobody's name, phone or dossier leaves the desk.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.models import Membership, valid_on
from dossiers.scoping import people_with
from zalo.models import OutboxMessage
from zalo.notices import mute
from zalo.outbox import ledger

log = structlog.get_logger(__name__)
PERMISSION = "zalo.handle_call_list"
LOOKED_BACK = dt.timedelta(days=7)
ONCE = 20 * 60 * 60  # seconds in which a person gets one letter


def send(*, now: dt.datetime | None = None) -> int:
    """How many letters were sent; nobody gets one when everybody was told."""
    now = now or timezone.now()
    day = timezone.localdate(now)
    units = by_unit(now)
    silent = {agency.pk: agency.name for agency in mute.agencies(day)}
    return sum(
        _letter(email, [line for pk in agencies for line in _lines(pk, units, silent)], day)
        for email, agencies in _people(day).items()
    )


def by_unit(now: dt.datetime) -> dict[int, list[tuple[str, int]]]:
    """Agency id → (unit, how many nobody told and nobody handled), worst first. One query."""
    rows = OutboxMessage.objects.filter(
        required=True,
        outcome__in=ledger.UNTOLD,
        handled_at=None,
        agency__isnull=False,
        happened_at__gt=now - LOOKED_BACK,
        happened_at__lte=now,
    )
    rows = rows.annotate(unit=Coalesce("event__unit__name", "feedback_event__case__unit__name", "agency__name"))
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    counted = rows.order_by().values("agency", "unit").annotate(n=Count("id")).order_by("-n", "unit")
    for row in counted:
        found[row["agency"]].append((row["unit"] or "", row["n"]))
    return found


def _lines(agency_id: int, units: dict[int, list[tuple[str, int]]], silent: dict[int, str]) -> list[str]:
    lines = [f"- {name}: {count} tin chưa tới người dân" for name, count in units.get(agency_id, ())]
    if agency_id in silent:
        lines.insert(0, f"- {silent[agency_id]} chưa gắn vào Official Account nào: không tin nào đi được")
    return lines


def _people(day: dt.date) -> dict[str, list[int]]:
    rows = Membership.objects.filter(valid_on(day), user__in=people_with(PERMISSION).exclude(email=""))
    found: dict[str, list[int]] = defaultdict(list)
    for email, agency_id in rows.order_by("agency_id").values_list("user__email", "agency_id").distinct():
        found[email].append(agency_id)
    return found


def _letter(email: str, lines: list[str], day: dt.date) -> bool:
    # Written down before it is sent: a task that runs twice writes to nobody twice.
    if not lines or not cache.add(f"untold:{day}:{email}", True, ONCE):
        return False
    page = f"{settings.PUBLIC_BASE_URL}/admin/zalo/outboxmessage/chua-bao/"
    body = "Trong bảy ngày qua có người dân chưa được báo và chưa ai gọi điện:\n" + "\n".join(lines)
    try:
        send_mail("Nhắc việc: người dân chưa được báo tin", f"{body}\n\nXem và gọi điện: {page}", None, [email])
    except OSError as error:
        log.warning("untold letter not sent", error=type(error).__name__)
        return False
    return True
