"""What the home page and the bell tell of documents, tasks and proposals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import islice

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from dossiers.scoping import scoped
from dossiers.written_dates import written_day
from portal.correspondence import reminding
from portal.correspondence.models import Assignment, Proposal, Urging
from portal.correspondence.states import Duty, Standing
from portal.desk import notices
from portal.desk.notices import Notice

FURTHEST = dt.timedelta(days=60)
TOLD_FOR = dt.timedelta(days=14)
MOST = 5
LOOKED_AT = 4 * MOST


def register() -> None:
    """Add the notices to the home page."""
    for source in (tasks_near, tasks_late, units_untold, proposals_answered):
        if source not in notices.SOURCES:
            notices.SOURCES.append(source)


def tasks_near(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell a person of the own tasks that are late or soon due, by the dated rule of their agencies."""
    if not user.has_perm("correspondence.do_assignment"):
        return
    today = timezone.localdate(now)
    rows = Assignment.objects.filter(state=Duty.OPEN, person=user, due_on__lte=today + FURTHEST)
    nearest = rows.select_related("agency").order_by("due_on", "id")[:LOOKED_AT]
    for row, line in islice(reminding.lines_of(nearest, today, soon=True), MOST):
        address = reverse("admin:correspondence_assignment_change", args=[row.pk])
        yield Notice(f"{line}.", address, "Mở nhiệm vụ", urgent=row.due_on <= today)


def tasks_late(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell the leader what the own agencies owe and nobody handed in, whoever was to do it."""
    if not user.has_perm("correspondence.issue_document"):
        return
    today = timezone.localdate(now)
    rows = scoped(Assignment.objects.filter(state=Duty.OPEN, due_on__lt=today).exclude(person=user), user)
    oldest = rows.select_related("person", "agency").order_by("due_on", "id")[:MOST]
    for row, line in reminding.lines_of(oldest, today):
        who = row.person.get_full_name() or row.person.get_username() if row.person else "chưa giao ai"
        address = reverse("admin:correspondence_assignment_change", args=[row.pk])
        yield Notice(f"{line} ({who}, {row.agency}).", address, "Mở nhiệm vụ", urgent=True)


def units_untold(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell the leader which of the own units leave citizens untold, as of the last reminder."""
    if not user.has_perm("correspondence.issue_document"):
        return
    today = timezone.localdate(now)
    rows = scoped(Urging.objects.filter(day__gt=today - dt.timedelta(days=2)), user).order_by("agency", "unit", "-at")
    told: dict[tuple[int, str], Urging] = {}
    for row in rows[:100]:
        told.setdefault((row.agency_id, row.unit), row)
    for row in list(told.values())[:MOST]:
        mute = "; cơ quan chưa gắn Official Account" if row.mute else ""
        yield Notice(
            f"{row.unit}: {row.untold} tin chưa tới người dân{mute} (nhắc {written_day(row.day)}).",
            reverse("admin:correspondence_urging_changelist") if user.has_perm("correspondence.view_urging") else "",
            "Xem đơn vị",
        )


def proposals_answered(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who proposed something what the province said, for two weeks."""
    if not user.has_perm("correspondence.view_proposal"):
        return
    said = ~Q(state__in=[Standing.SENT, Standing.WITHDRAWN])
    rows = Proposal.objects.filter(said, created_by=user, changed_at__gt=now - TOLD_FOR)
    for row in rows.order_by("-changed_at")[:MOST]:
        address = reverse("admin:correspondence_proposal_change", args=[row.pk])
        yield Notice(f"Đề xuất “{row.title}”: {row.get_state_display().lower()}.", address, "Xem trả lời")
