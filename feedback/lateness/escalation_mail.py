"""Letters to staff about what waits too long: one a person and sweep, with codes and limits.

Never a sender nor a word of what was sent: mail boxes are read on many screens. What a letter says of a restricted
record goes to the officers who may open it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Membership, valid_on
from dossiers.scoping import people_with
from dossiers.written_dates import written_moment
from feedback.models import Escalation, TransferRecord
from feedback.petitions import officers, restricted
from feedback.states import UNTAKEN

log = structlog.get_logger("feedback.escalation")
Rung = Escalation.Rung
AT_ONCE = 500
SHOWN = 20
MAILED_WITHIN = dt.timedelta(days=3)
"""What could not be mailed for so long stands on everybody's list anyway."""


@dataclass(slots=True)
class People:
    """The addresses of one agency; whoever approves answers is a leader, not a supervisor as well."""

    supervisors: set[str] = field(default_factory=set)
    leaders: set[str] = field(default_factory=set)


def mail(*, now: dt.datetime) -> int:
    """Return how many letters were sent, with what nobody was mailed about yet. Call it outside transactions."""
    return _send([*_about_cases(now), *_about_records(now)], now)


def mail_alarms(*, now: dt.datetime) -> int:
    """Return how many letters of danger to life were sent: to everybody on duty, not waiting for the next sweep."""
    rows = list(
        _unmailed(now)
        .filter(rung=Rung.DANGER)
        .select_related("case", "case__handler", "record")
        .order_by("id")[:AT_ONCE]
    )
    cases = [row for row in rows if row.case_id]
    people = people_of({row.agency_id for row in cases}, now)
    told = [(row, _addresses(row, people[row.agency_id])) for row in cases]
    return _send([*told, *_for_officers([row for row in rows if row.record_id], now)], now)


def _send(told: list[tuple[Escalation, set[str]]], now: dt.datetime) -> int:
    by_address: dict[str, list[Escalation]] = defaultdict(list)
    for row, addresses in told:
        for address in addresses:
            by_address[address].append(row)
    sent = 0
    for address, rows in by_address.items():
        try:
            send_mail(_subject(rows), _body(rows), None, [address])
        except OSError as error:
            log.warning("escalation_mail_failed", error=type(error).__name__)
            continue
        sent += 1
        Escalation.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    return sent


def _unmailed(now: dt.datetime):
    return Escalation.objects.filter(mailed_at__isnull=True, made_at__gt=now - MAILED_WITHIN)


def _about_cases(now: dt.datetime) -> list[tuple[Escalation, set[str]]]:
    """Return the rungs that still hold, with whom to tell: the clock runs and the limit is the one told of."""
    holds = Q(rung=Rung.UNTAKEN, limit_at=F("case__screen_due_at"), case__status__in=UNTAKEN)
    holds |= Q(rung__in=[Rung.SOON, Rung.LATE], limit_at=F("case__due_at"))
    rows = _unmailed(now).filter(holds, case__clock_open=True).select_related("case", "case__handler")
    rows = list(rows.order_by("limit_at", "id")[:AT_ONCE])
    people = people_of({row.agency_id for row in rows}, now)
    return [(row, _addresses(row, people[row.agency_id])) for row in rows]


def _addresses(row: Escalation, people: People) -> set[str]:
    if row.rung in {Rung.LATE, Rung.DANGER}:
        return people.supervisors | people.leaders
    handler = row.case.handler
    own = {handler.email} if handler is not None and handler.is_active and handler.email else set()
    # An agency without supervisors of its own is watched by its leaders.
    return own | (people.supervisors or people.leaders)


def people_of(agencies: set[int], now: dt.datetime) -> dict[int, People]:
    """Return the people of each agency. Three queries."""
    found: dict[int, People] = defaultdict(People)
    leaders, watchers = (_with_perm(name) for name in ("approve_answer", "supervise_feedback"))
    rows = Membership.objects.filter(
        valid_on(timezone.localdate(now)), agency__in=agencies, user_id__in=leaders | watchers
    )
    for agency_id, user_id, email in rows.values_list("agency_id", "user_id", "user__email"):
        people = found[agency_id]
        (people.leaders if user_id in leaders else people.supervisors).add(email)
    return found


def _with_perm(name: str) -> set[int]:
    return set(people_with(f"feedback.{name}").exclude(email="").values_list("pk", flat=True))


def _about_records(now: dt.datetime) -> list[tuple[Escalation, set[str]]]:
    """Return the rungs of records that wait, with the officers who may open each of them."""
    rows = _unmailed(now).filter(record__status=TransferRecord.Status.RECEIVED, limit_at=F("record__due_at"))
    return _for_officers(list(rows.select_related("record").order_by("limit_at", "id")[:AT_ONCE]), now)


def _for_officers(rows: list[Escalation], now: dt.datetime) -> list[tuple[Escalation, set[str]]]:
    if not rows:
        return []
    named = officers.in_force(now).values("user_id")
    told: dict[int, set[str]] = defaultdict(set)
    for officer in get_user_model().objects.filter(pk__in=named, is_active=True).exclude(email=""):
        mine = restricted.visible_to(officer, now).filter(pk__in=[row.record_id for row in rows])
        for pk in mine.values_list("pk", flat=True):
            told[pk].add(officer.email)
    return [(row, told[row.record_id]) for row in rows]


def _subject(rows: list[Escalation]) -> str:
    if any(row.rung == Rung.DANGER for row in rows):
        return "KHẨN: có tin báo nguy hiểm tính mạng, mở xem ngay"
    late = sum(row.rung in {Rung.LATE, Rung.UNTAKEN} for row in rows)
    return f"Nhắc việc: {late} ý kiến, đơn quá hạn, {len(rows) - late} cần xem"


def _body(rows: list[Escalation]) -> str:
    lines = [
        f"- {(row.case or row.record).code}: {row.get_rung_display().lower()}, hạn {written_moment(row.limit_at)}"
        for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        lines.append(f"… và {len(rows) - SHOWN} việc khác")
    doors = ["feedback_case_changelist"] if any(row.case_id for row in rows) else []
    doors += ["feedback_transferrecord_changelist"] if any(row.record_id for row in rows) else []
    links = [settings.PUBLIC_BASE_URL.rstrip("/") + reverse(f"admin:{door}") for door in doors]
    return "Việc cần anh/chị đôn đốc:\n" + "\n".join(lines) + "\n\nMở danh sách: " + " · ".join(links)
