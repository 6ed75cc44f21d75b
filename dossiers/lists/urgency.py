"""How pressing a dossier is, in colour and words; colour is never the only sign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.working_time import ZONE, WorkingCalendar, working_days_between
from dossiers.kept import Kept
from dossiers.lateness.horizons import soon_before
from dossiers.models import CalendarException, Dossier, WeekPattern
from dossiers.states import CLOCK_STOPPED, FINAL
from dossiers.written_dates import WEEKDAYS, named_day, written_day

FRESH_SECONDS = 60
A_WEEK = 7
"""Days within which a dossier may have stood for less than one working day; longer, no calendar is known."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """`level`: late | today | soon | calm | waiting | done | none; `words` says it in Vietnamese."""

    level: str
    words: str


def urgency(dossier: Dossier, now: dt.datetime) -> Urgency:
    """Return how pressing the dossier is at `now`; due dates are compared by date, distances told in working days.

    No query but for the calendars and horizons of all agencies, read once a minute."""
    if dossier.state in FINAL:
        return Urgency("done", "Đã kết thúc")
    if dossier.state in CLOCK_STOPPED:
        return Urgency("done", "Chờ trả kết quả")
    if dossier.is_paused or dossier.paused_at:
        return Urgency("waiting", "Đồng hồ tạm dừng")
    if dossier.due_at is None:
        return Urgency("none", "Chưa có ngày hẹn")
    due = dossier.due_at.astimezone(ZONE).date()
    today = now.astimezone(ZONE).date()
    days = (due - today).days
    if days == 0:
        return Urgency("today", "Hạn hôm nay")
    working = _working_days(dossier.agency_id, today, due)
    if days < 0:
        return Urgency("late", f"Quá hạn {-working} ngày làm việc" if working else f"Quá hạn từ {named_day(due)}")
    level = "soon" if dossier.due_at < soon_before(dossier.agency_id, today) else "calm"
    if days == 1:
        return Urgency(level, "Hạn ngày mai")
    # The weekday says what the number hides over a weekend or a holiday.
    weekday = f", {WEEKDAYS[due.weekday()]}" if days < 7 else ""
    return Urgency(level, f"Còn {working} ngày làm việc{weekday}" if working else f"Hạn {named_day(due)}")


def stood_for(dossier: Dossier, now: dt.datetime) -> str:
    """Return "đã 3 ngày làm việc": how long the dossier has been where it is."""
    since, today = dossier.state_changed_at.astimezone(ZONE).date(), now.astimezone(ZONE).date()
    working = _working_days(dossier.agency_id, since, today)
    if working > 0:
        return f"đã {working} ngày làm việc"
    return "chưa đến một ngày làm việc" if (today - since).days < A_WEEK else f"từ {written_day(since)}"


def _working_days(agency_id: int | None, today: dt.date, due: dt.date) -> int:
    """Return the agency's working days between the two, negative when the due date has passed; 0 when unknown."""
    if agency_id is None:
        return 0
    known = _calendars.get()
    calendar = known.get(agency_id) or known.get(None)
    return working_days_between(today, due, calendar) if calendar else 0


def _read_calendars() -> dict[int | None, WorkingCalendar]:
    """Return the calendars of the agencies that have something of their own, None's for the others. Four queries,
    however many agencies a list shows."""
    of_their_own = (
        WeekPattern.objects.exclude(agency=None).order_by().values_list("agency_id").distinct(),
        CalendarException.objects.exclude(agency=None).order_by().values_list("agency_id").distinct(),
    )
    return calendars_of([None, *{agency_id for rows in of_their_own for (agency_id,) in rows}])


_calendars: Kept[dict[int | None, WorkingCalendar]] = Kept(_read_calendars, FRESH_SECONDS)
