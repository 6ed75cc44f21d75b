"""The ladder of what waits too long: handler and supervisors first, supervisors and leaders when it is late.

A case climbs when it is not taken up in time, a working day before its answer is due, and once that is late. A
restricted record climbs for its named officers alone: when it comes, before its limit, and after it. Each rung is a row
(mailed by escalation_mail), and for a case a line of its history.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dossiers.deadlines.calendars import working_calendar
from dossiers.deadlines.working_time import ZONE
from dossiers.written_dates import written_moment
from feedback.cases import events
from feedback.models import Case, Escalation, FeedbackEvent, TransferRecord
from feedback.states import UNTAKEN

Rung = Escalation.Rung
AT_ONCE = 500
_OF_A_CASE = {Rung.UNTAKEN: "screen_due_at", Rung.SOON: "due_at", Rung.LATE: "due_at"}


def climb(*, now: dt.datetime) -> int:
    """Return how many rungs were climbed; each once per limit, whatever happens twice."""
    soon = _end_of_next_working_day(now)
    cases = sum(_climb_case(rung, now, soon) for rung in _OF_A_CASE)
    return cases + sum(_climb_record(rung, now, soon) for rung in (Rung.PETITION, Rung.SOON, Rung.LATE))


def _climb_case(rung: str, now: dt.datetime, soon: dt.datetime) -> int:
    limit = _OF_A_CASE[rung]
    reached = {
        Rung.UNTAKEN: Q(status__in=UNTAKEN, screen_due_at__lt=now),
        Rung.SOON: Q(due_at__gte=now, due_at__lt=soon),
        Rung.LATE: Q(due_at__lt=now),
    }[rung]
    known = Escalation.objects.filter(case=OuterRef("pk"), rung=rung, limit_at=OuterRef(limit))
    rows = Case.objects.filter(reached, ~Exists(known), clock_open=True).order_by(limit, "id")
    count = 0
    for case in rows.select_related("agency", "category", "parent")[:AT_ONCE]:
        at = getattr(case, limit)
        with transaction.atomic():
            _row, made = Escalation.objects.get_or_create(
                case=case, rung=rung, limit_at=at, defaults={"agency": case.agency, "made_at": now}
            )
            if made:
                note = f"{Rung(rung).label} ({written_moment(at)})"
                events.record(case, FeedbackEvent.Kind.ESCALATED, at=now, internal_note=note)
        count += made
    return count


def _climb_record(rung: str, now: dt.datetime, soon: dt.datetime) -> int:
    reached = {Rung.PETITION: Q(), Rung.SOON: Q(due_at__gte=now, due_at__lt=soon), Rung.LATE: Q(due_at__lt=now)}[rung]
    known = Escalation.objects.filter(record=OuterRef("pk"), rung=rung, limit_at=OuterRef("due_at"))
    waiting = TransferRecord.objects.filter(status=TransferRecord.Status.RECEIVED, due_at__isnull=False)
    rows = waiting.filter(reached, ~Exists(known)).order_by("due_at", "id")[:AT_ONCE]
    made = [
        Escalation(record=row, agency_id=row.agency_id, rung=rung, limit_at=row.due_at, made_at=now)
        for row in rows.only("pk", "agency_id", "due_at")
    ]
    # Somebody else's sweep may have been here in between: its row stays.
    Escalation.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _end_of_next_working_day(now: dt.datetime) -> dt.datetime:
    """By the common calendar: what is due on Monday is told on Friday."""
    following = working_calendar(None).next_working_day(timezone.localdate(now))
    return dt.datetime.combine(following + dt.timedelta(days=1), dt.time.min, ZONE)
