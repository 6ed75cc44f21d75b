"""What a change of the calendar would do to open dossiers, and doing it once a person has confirmed.

A promised date never moves by itself: a holiday decided today leaves every date as it stands until somebody looks at
the list and says yes; each move is a row of the dossier's history (Bộ luật Dân sự 2015, điều 147–148).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db.models import Q

from dossiers.deadlines import clock
from dossiers.deadlines import due as deadlines
from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.rules import deadline_rules
from dossiers.deadlines.time_limit import Rules
from dossiers.deadlines.working_time import ZONE, CalendarError, WorkingCalendar
from dossiers.models import Agency, CalendarException, Dossier
from dossiers.workflow import acts
from dossiers.workflow.moving import Actor, Stale

MOST_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Move:
    """One dossier whose due date would be another."""

    dossier: Dossier
    new: DueDate

    @property
    def later(self) -> bool:
        return self.dossier.due_at is not None and self.new.at > self.dossier.due_at


def preview(
    agencies: Iterable[Agency], *, adding: Iterable[CalendarException] = (), without: Iterable[int] = ()
) -> list[Move]:
    """Return the open dossiers of `agencies` that would get another due date, soonest first, at most MOST_SHOWN.

    Counted by the calendar are the dates it gave; a date stated by a decision, a letter or another system stays, unless
    one of the days added is that very day and off: then the next working day is proposed.
    """
    adding, without = list(adding), list(without)
    newly_off = {day.date for day in adding if day.kind == "off"}
    moves: list[Move] = []
    for agency in agencies:
        try:
            calendar = calendar_of(agency, adding=adding, without=without)
        except CalendarError:
            continue
        rules_by_day: dict[dt.date, Rules] = {}
        waiting = Q(clock_open=True) | Q(paused_at__isnull=False)
        rows = Dossier.objects.filter(waiting, agency=agency, due_at__isnull=False).select_related("agency")
        for dossier in rows.order_by("due_at", "id").iterator(chunk_size=500):
            due_at = cast(dt.datetime, dossier.due_at)  # asked for above
            day = (dossier.received_at or due_at).astimezone(ZONE).date()
            if day not in rules_by_day:
                rules_by_day[day] = deadline_rules(day, agency)
            new = clock.recounted(dossier, calendar, rules_by_day[day])
            if new is None and due_at.astimezone(ZONE).date() in newly_off:
                new = _day_after(dossier, due_at, calendar)
            if new is not None and new.at != dossier.due_at:
                moves.append(Move(dossier, new))
                if len(moves) >= MOST_SHOWN:
                    return moves
    return moves


def _day_after(dossier: Dossier, due_at: dt.datetime, calendar: WorkingCalendar) -> DueDate | None:
    """Return the close of the next working day for a dossier promised on a day off; None when it is none here."""
    day = due_at.astimezone(ZONE).date()
    if calendar.is_working_day(day):
        return None
    at = calendar.closing(calendar.next_working_day(day))
    return deadlines.stated(at, dossier.received_at or due_at, "lịch làm việc: ngày đã hẹn trở thành ngày nghỉ")


def confirm_days(days: Iterable[CalendarException], *, by: Actor, now: dt.datetime) -> int:
    """Make proposed days count from now on; return how many were confirmed."""
    ids = [day.pk for day in days]
    return CalendarException.objects.filter(pk__in=ids, confirmed_at__isnull=True).update(
        confirmed_at=now, confirmed_by=by
    )


def withdraw_days(days: Iterable[CalendarException]) -> int:
    """Make confirmed days proposals again; return how many."""
    ids = [day.pk for day in days]
    return CalendarException.objects.filter(pk__in=ids).update(confirmed_at=None, confirmed_by=None)


def apply(moves: Iterable[Move], *, by: Actor, now: dt.datetime, reason: str) -> tuple[int, list[str]]:
    """Move the due dates; return how many moved and the codes somebody else changed meanwhile. One transaction each."""
    done, left = 0, []
    for move in moves:
        try:
            acts.do("move_due_date", move.dossier, by=by, now=now, due=move.new, reason=reason)
            done += 1
        except Stale:
            left.append(move.dossier.code)
    return done, left
