"""Units that leave citizens untold: their leader is told each morning and on demand; every time is kept (S5-03).

Counts and names of units alone leave the desk. An agency without an Official Account is among them, and one with nobody
of its own is told through the agency above it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Agency
from dossiers.scoping import agency_ids_of
from dossiers.workflow.moving import ActError, Forbidden
from portal.correspondence import reminder_rules, reminding
from portal.correspondence.models import Urging
from zalo.notices import mute, untold_letters

log = structlog.get_logger(__name__)
MOST_READ = 2000  # reminders looked back through, the newest first


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of one agency: how many were not told in the last week, and when its leader was told of it."""

    agency: Agency
    unit: str
    untold: int
    mute: bool
    last: Urging | None = None


def lines(allowed: frozenset[int] | None, *, now: dt.datetime) -> list[Line]:
    """Return the units that leave people untold, worst first; None for `allowed` means every agency. Four queries."""
    silent = {agency.pk: agency for agency in mute.agencies(timezone.localdate(now))}
    counted = untold_letters.by_unit(now)
    wanted = [pk for pk in {*counted, *silent} if allowed is None or pk in allowed]
    agencies = Agency.objects.in_bulk(wanted)
    told: dict[tuple[int, str], Urging] = {}
    for row in Urging.objects.filter(agency__in=wanted).select_related("by").order_by("-at", "-id")[:MOST_READ]:
        told.setdefault((row.agency_id, row.unit), row)
    found = []
    for pk, agency in agencies.items():
        units = counted.get(pk) or [(agency.name, 0)]
        found += [Line(agency, unit, count, pk in silent, told.get((pk, unit))) for unit, count in units]
    return sorted(found, key=lambda line: (-line.untold, not line.mute, line.agency.name, line.unit))


def urge(line: Line, *, by, now: dt.datetime) -> Urging:
    """Tell the leader of the unit's agency; keep that it was done. Raises ActError when it was done just now."""
    day = timezone.localdate(now)
    if by is not None:
        allowed = agency_ids_of(by)
        if allowed is not None and line.agency.pk not in allowed:
            raise Forbidden("Đơn vị này của cơ quan khác, bạn không đôn đốc được.")
        if not by.has_perm("correspondence.urge_unit"):
            raise Forbidden("Bạn chưa được giao quyền đôn đốc. Hãy nhờ quản trị viên của trung tâm.")
        if line.last is not None and line.last.by_id and line.last.at > now - dt.timedelta(hours=1):
            raise ActError(f"{line.unit} vừa được nhắc trong giờ qua. Hãy chờ đơn vị xử lý rồi nhắc lại.")
    leaders = reminding.people(line.agency, reminding.LEADS, day)
    names = ", ".join(user.get_full_name() or user.get_username() for user in leaders)
    with transaction.atomic():
        row = Urging.objects.create(
            agency=line.agency,
            unit=line.unit[:255],
            day=day,
            untold=line.untold,
            mute=line.mute,
            told=(names or "chưa có lãnh đạo nào được khai báo")[:300],
            by=by,
            at=now,
        )
    row.letters = sum(_letter(user.email, line) for user in leaders if user.email)
    row.save(update_fields=["letters"])
    return row


def urge_all(*, now: dt.datetime) -> int:
    """Return how many units were told of: each at most once in the days its agency's rule says."""
    day, done = timezone.localdate(now), 0
    for line in lines(None, now=now):
        if not reminder_rules.urged_today(day, line.agency, line.last.day if line.last else None):
            continue
        try:
            urge(line, by=None, now=now)
        except IntegrityError:
            continue  # another run told it in this very moment
        done += 1
    return done


def _letter(address: str, line: Line) -> bool:
    said = [f"{line.untold} tin trong bảy ngày qua chưa tới người dân"] if line.untold else []
    said += ["cơ quan chưa gắn vào Official Account nào nên không tin nào đi được"] if line.mute else []
    page = settings.PUBLIC_BASE_URL + reverse("admin:correspondence_urging_changelist")
    body = f"{line.unit} ({line.agency}): {'; '.join(said)}.\n\nXem và phân công người gọi điện: {page}"
    try:
        send_mail(f"Đôn đốc: {line.unit} chưa báo người dân"[:150], body, None, [address])
    except OSError as error:
        log.warning("urging letter not sent", error=type(error).__name__)
        return False
    return True
