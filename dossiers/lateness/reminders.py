"""Reminders as people get them: on the desk, and one letter a day by e-mail to those who have an address."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q, QuerySet

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Membership, Reminder, valid_on
from dossiers.scoping import people_with, scoped
from dossiers.states import State
from dossiers.written_dates import written_moment

log = structlog.get_logger("dossiers.reminders")
Level = Reminder.Level
PERMISSION = {Level.SUPERVISOR: "supervise_lateness", Level.LEADER: "approve_letter"}
SHOWN = 20


def live(rows: QuerySet | None = None) -> QuerySet:
    """Return the reminders that still hold: the clock runs and the due date is the one reminded of."""
    rows = Reminder.objects.all() if rows is None else rows
    return rows.filter(dossier__clock_open=True, dossier__due_at=F("due_at"))


def of(user) -> QuerySet:
    """Return the live reminders meant for the user: own dossiers, and the levels the user's permissions answer for."""
    # What waits for a signature is its signer's to hurry.
    unsigned = Q(dossier__state=State.SIGNING)
    mine = Q(level=Level.HANDLER) & ((Q(dossier__handler=user) & ~unsigned) | (Q(dossier__signer=user) & unsigned))
    for level, permission in PERMISSION.items():
        if user.has_perm(f"dossiers.{permission}"):
            mine |= Q(level=level)
    return live(scoped(Reminder.objects.filter(mine), user)).select_related("dossier").order_by("due_at", "id")


def mail_digests(*, now: dt.datetime) -> int:
    """Return how many e-mails were sent: one per person, with what they were not told yet. Numbers only, no names."""
    by_address = _by_address(now)
    sent = 0
    for address, rows in by_address.items():
        lines = [f"- {row.dossier.code}, hẹn trả {written_moment(row.due_at)}" for row in rows[:SHOWN]]
        if len(rows) > SHOWN:
            lines.append(f"… và {len(rows) - SHOWN} hồ sơ khác")
        body = "Hồ sơ sắp đến hạn hoặc quá hạn cần bạn xử lý:\n" + "\n".join(lines)
        try:
            send_mail(
                f"Nhắc việc: {len(rows)} hồ sơ sắp hạn, quá hạn",
                f"{body}\n\nMở bàn làm việc: {settings.PUBLIC_BASE_URL}/admin/",
                None,
                [address],
            )
        except OSError as error:
            log.warning("reminder_mail_failed", error=type(error).__name__)
            continue
        sent += 1
        Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    return sent


def _by_address(now: dt.datetime) -> dict[str, list[Reminder]]:
    """Return the unmailed reminders by e-mail address. Two queries and one for the people of each level."""
    waiting = list(
        live(Reminder.objects.filter(mailed_at__isnull=True, made_at__gt=now - dt.timedelta(days=7)))
        .select_related("dossier", "dossier__handler", "dossier__signer")
        .order_by("due_at", "id")
    )
    answering = {level: _people(level, now) for level in PERMISSION}
    found: dict[str, list[Reminder]] = defaultdict(list)
    for row in waiting:
        if row.level == Level.HANDLER:
            holder = row.dossier.signer if row.dossier.state == State.SIGNING else row.dossier.handler
            addresses = [holder.email] if holder else []
        else:
            addresses = answering[Level(row.level)].get(row.agency_id, [])
        for address in filter(None, addresses):
            found[address].append(row)
    return found


def _people(level: Level, now: dt.datetime) -> dict[int, list[str]]:
    users = people_with(f"dossiers.{PERMISSION[level]}")
    rows = Membership.objects.filter(valid_on(now.astimezone(ZONE).date()), user__in=users.exclude(email=""))
    found: dict[int, list[str]] = defaultdict(list)
    for agency_id, email in rows.values_list("agency_id", "user__email"):
        found[agency_id].append(email)
    return found
