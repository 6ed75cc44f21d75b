"""When a case must be screened, answered and published, in working time of the agency's own calendar."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q
from django.utils import timezone

from dossiers.deadlines import due as deadlines
from dossiers.deadlines import in_words as due_in_words
from dossiers.deadlines.calendars import working_calendar
from dossiers.deadlines.due import Audience, DueDate
from dossiers.deadlines.rules import deadline_rules
from dossiers.deadlines.time_limit import TimeLimit
from dossiers.models import Agency, valid_on
from feedback.lateness import rules
from feedback.models import Case, ServiceLevel

WHOLE = "ý kiến chung mà phần này được tách ra"
"""By what the limit of a part is stated, where its own would end after the whole's."""


def first_limits(case: Case, now: dt.datetime) -> dict:
    """Return the column values that start the clock: screening, asking and answering, from `now`.

    Used when a case arrives and again at each transfer: the national limit runs from the last transfer.
    """
    day = timezone.localdate(now)
    found = rules.rules_on(day, case.agency)
    calendar, counting = working_calendar(case.agency_id), deadline_rules(day, case.agency)

    def at(limit: TimeLimit) -> DueDate:
        return deadlines.due(now, limit, calendar, counting)

    answer = at(answer_limit(case, day, found))
    # A local limit of hours leaves no two days for screening.
    screen = min(at(rules.limit(found, "pakn-screen-limit")).at, answer.at)
    values = {
        "screen_due_at": screen,
        "ask_due_at": at(rules.limit(found, "pakn-ask-limit")).at,
        "due_at": answer.at,
        "due_explanation": answer.explanation.as_dict(),
        "clock_open": True,
        "paused_at": None,
    }
    return within_whole(case, values)


def within_whole(case: Case, values: dict) -> dict:
    """Return the values with no limit of a part after the answer owed to the whole, which waits for its parts."""
    whole = case.parent.due_at if case.parent else None
    if whole is None or values["due_at"] <= whole:
        return values
    stated = deadlines.stated(whole, case.sent_at, WHOLE)
    kept = {name: min(value, whole) for name, value in values.items() if name in {"screen_due_at", "ask_due_at"}}
    return {**values, **kept, "due_at": whole, "due_explanation": stated.explanation.as_dict()}


def answer_limit(case: Case, day: dt.date, found: dict) -> TimeLimit:
    """Return the limit: what is urgent first, then the theme, then the agency's own; else the rule for all.

    A local limit (ServiceLevel) goes before the rules; an urgent case without a local urgent limit has the rule's.
    """
    rows = ServiceLevel.objects.filter(valid_on(day)).filter(
        Q(category=case.category_id) | Q(category__isnull=True), Q(agency=case.agency_id) | Q(agency__isnull=True)
    )
    if not case.urgent:
        rows = rows.filter(urgent=False)
    elif "pakn-urgent-limit" in found and not rows.filter(urgent=True).exists():
        return rules.limit(found, "pakn-urgent-limit")
    row = rows.order_by(
        "-urgent", F("category").desc(nulls_last=True), F("agency").desc(nulls_last=True), "-valid_from"
    ).first()
    return TimeLimit(row.amount, row.unit) if row else rules.limit(found, "pakn-answer-limit")


def paused(now: dt.datetime) -> dict:
    """Return the changes that stop the clock while the citizen has the word."""
    return {"paused_at": now, "clock_open": False}


def resumed(case: Case, now: dt.datetime) -> dict:
    """Return the changes that start the clock again, the due date moved by the citizen's own time."""
    if case.paused_at is None or case.due_at is None:
        return {"paused_at": None, "clock_open": True}
    moved = deadlines.resume(
        current_due(case),
        case.paused_at,
        max(now, case.paused_at),
        working_calendar(case.agency_id),
        deadline_rules(timezone.localdate(now), case.agency),
        "chờ người gửi bổ sung",
    )
    values = {
        "due_at": moved.at,
        "due_explanation": moved.explanation.as_dict(),
        "paused_at": None,
        "clock_open": True,
    }
    return within_whole(case, values)


def extended(case: Case, until: dt.datetime, by: str) -> dict:
    """Return the changes for a due date set by a decision (`by`)."""
    due = deadlines.stated(until, case.sent_at, by)
    return {"due_at": due.at, "due_explanation": due.explanation.as_dict()}


def moment(agency: Agency, now: dt.datetime, key: str) -> dt.datetime:
    """Return when the limit of rule `key` ends, counted from `now` in the agency's working time."""
    day = timezone.localdate(now)
    limit = rules.limit(rules.rules_on(day, agency), key)
    return deadlines.due(now, limit, working_calendar(agency), deadline_rules(day, agency)).at


def days_on(agency: Agency, now: dt.datetime, key: str) -> dt.datetime:
    """Return `now` plus the calendar days of rule `key`."""
    days = rules.value(rules.rules_on(timezone.localdate(now), agency), key)
    return now + dt.timedelta(days=int(days))


def current_due(case: Case) -> DueDate:
    """Return the due date the case carries, with its explanation."""
    if case.due_explanation:
        return DueDate.from_dict(case.due_explanation)
    return deadlines.stated(case.due_at, case.sent_at, "hạn đã ghi")


def why_this_date(case: Case, audience: Audience = "staff") -> str:
    """Return the sentence that explains the due date, to citizens in their page's language; empty without one."""
    if not case.due_at:
        return ""
    due = current_due(case)
    if audience == "citizen":
        return due_in_words.why(due.explanation, due_in_words.CASE)
    return due.sentence(audience, subject="Ý kiến", outcome="trả lời")
