"""The clock of one dossier: its due date from its limit, and what a pause does to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.deadlines import due as deadlines
from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.explanation import Audience
from dossiers.deadlines.rules import deadline_rules, value_on
from dossiers.deadlines.time_limit import Rules, TimeLimit
from dossiers.deadlines.working_time import ZONE, CalendarError, WorkingCalendar
from dossiers.models import Agency, Dossier


def due_date(*, agency: Agency, received_at: dt.datetime, amount: Any, unit: str) -> DueDate:
    """Return the due date of a limit under the agency's calendar and the rules of the day of receipt.

    Raises CalendarError with a sentence for a limit or a calendar that cannot be counted with. Three queries.
    """
    rules = deadline_rules(received_at.astimezone(ZONE).date(), agency)
    return deadlines.due(received_at, TimeLimit(amount, unit), calendar_of(agency), rules)


def counted_unit(unit: str, day: dt.date, agency: Agency | None = None) -> str:
    """Return the unit to count with; a limit printed without one takes the dated rule's (usually working days)."""
    return value_on("deadline-unit-when-unstated", day, agency) if unit == "unstated" else unit


def start(dossier: Dossier, due: DueDate | None) -> dict:
    """Return the changes that start the clock; without a due date the clock has nothing to run to."""
    if due is None:
        return {"due_at": None, "promised_at": None, "due_explanation": {}, "clock_open": False}
    return {
        "due_at": due.at,
        "promised_at": due.at,
        "due_explanation": due.explanation.as_dict(),
        "clock_open": True,
    }


def resume(dossier: Dossier, now: dt.datetime, *, reason: str) -> dict:
    """Return the changes that let the clock run on, the due date moved by the citizen's stretch."""
    if dossier.paused_at is None:
        return {}
    current = current_due(dossier)
    day = (dossier.received_at or now).astimezone(ZONE).date()
    rules = deadline_rules(day, dossier.agency)
    moved = deadlines.resume(current, dossier.paused_at, now, calendar_of(dossier.agency_id), rules, reason)
    return {
        "due_at": moved.at,
        "due_explanation": moved.explanation.as_dict(),
        "paused_at": None,
        "clock_open": True,
    }


def stop(dossier: Dossier) -> dict:
    """Return the changes that stop the clock for good; the due date stays, to be compared with."""
    return {"clock_open": False, "paused_at": None}


def current_due(dossier: Dossier) -> DueDate:
    """Return the due date the dossier carries, with its explanation."""
    if dossier.due_explanation:
        return DueDate.from_dict(dossier.due_explanation)
    if dossier.due_at is None:
        raise CalendarError("Hồ sơ chưa có ngày hẹn trả.")
    return deadlines.stated(dossier.due_at, dossier.received_at or dossier.due_at, "ngày hẹn đã ghi")


def why_this_date(dossier: Dossier, audience: Audience = "staff") -> str:
    """Return the sentence that explains the due date, for "staff" or "citizen"; empty without a due date."""
    if dossier.due_at is None:
        return ""
    return current_due(dossier).sentence(audience)


def recounted(dossier: Dossier, calendar: WorkingCalendar, rules: Rules) -> DueDate | None:
    """Return the due date counted anew under another calendar, pauses included; None for a date that was stated."""
    if not dossier.due_explanation:
        return None
    before = current_due(dossier).explanation
    if before.stated_by or before.limit is None:
        return None
    due = deadlines.due(before.received, before.limit, calendar, rules)
    for waited in before.pauses:
        due = deadlines.resume(due, waited.paused, waited.resumed, calendar, rules, waited.reason)
    return due
