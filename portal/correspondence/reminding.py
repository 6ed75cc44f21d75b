"""Each morning: recurring reports make their task, who owes something is reminded, what is late goes to the leader.

A reminder is kept (Nudge) before its letter goes, once a day for each; letters name the task and its day, no citizen.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Agency, Membership, valid_on
from dossiers.scoping import people_with
from dossiers.written_dates import written_day
from portal.correspondence import assigning, reminder_rules
from portal.correspondence.models import Assignment, Nudge, Recurrence
from portal.correspondence.states import Duty

log = structlog.get_logger(__name__)
LEADS = "correspondence.issue_document"
ANSWERS = "correspondence.do_assignment"
MOST_MADE = 500
MOST_AHEAD = dt.timedelta(days=60)
LAST_MONTHS = {
    Recurrence.Every.MONTH: range(1, 13),
    Recurrence.Every.QUARTER: (3, 6, 9, 12),
    Recurrence.Every.YEAR: (12,),
}


def make_recurring(*, now: dt.datetime) -> int:
    """Return how many tasks were made: one for each period whose day comes near, never twice.

    What more than MOST_MADE would be new is left to the next run.
    """
    today, made = timezone.localdate(now), 0
    for each in Recurrence.objects.filter(valid_on(today)).select_related("agency", "person"):
        for due_on in _days(each, today):
            if made >= MOST_MADE:
                return made
            if Assignment.objects.filter(recurrence=each, due_on=due_on).exists():
                continue
            title = f"{each.title} ({_period(each, due_on)})"
            detail = f"Căn cứ: {each.basis}" if each.basis else ""
            person = _still_there(each, today)
            try:
                with transaction.atomic():
                    assigning.give(
                        each.agency, title, due_on, by=None, now=now, person=person, detail=detail, recurrence=each
                    )
            except IntegrityError:
                continue  # another run made it in this very moment
            made += 1
    return made


def _days(each: Recurrence, today: dt.date) -> Iterator[dt.date]:
    """Yield the days the report is due between today and as far ahead as its task is made."""
    until = today + min(dt.timedelta(days=each.made_before), MOST_AHEAD)
    year, month = today.year, today.month
    while dt.date(year, month, 1) <= until:
        day = dt.date(year, month, min(each.day, calendar.monthrange(year, month)[1]))
        inside = each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
        if month in LAST_MONTHS[Recurrence.Every(each.every)] and today <= day <= until and inside:
            yield day
        year, month = (year + month // 12, month % 12 + 1)


def _period(each: Recurrence, due_on: dt.date) -> str:
    if each.every == Recurrence.Every.YEAR:
        return f"năm {due_on.year}"
    if each.every == Recurrence.Every.QUARTER:
        return f"quý {(due_on.month + 2) // 3} năm {due_on.year}"
    return f"tháng {due_on.month:02}/{due_on.year}"


def _still_there(each: Recurrence, today: dt.date):
    """Return the person of the report while they work there; a task of nobody is everybody's."""
    here = Membership.objects.filter(valid_on(today), user=each.person_id, agency=each.agency_id)
    return each.person if each.person and each.person.is_active and here.exists() else None


def remind(*, now: dt.datetime) -> int:
    """Return how many letters went: one a person, with all of theirs. A second run of the day sends none."""
    today = timezone.localdate(now)
    rows = Assignment.objects.filter(state=Duty.OPEN, due_on__lte=today + dt.timedelta(days=60))
    rules: dict[int, reminder_rules.Reminding] = {}
    boxes: dict[str, list[tuple[Nudge, str]]] = defaultdict(list)
    for row in rows.select_related("agency", "person").order_by("due_on", "id"):
        if row.agency_id not in rules:
            rules[row.agency_id] = reminder_rules.on(today, row.agency)
        rule = rules[row.agency_id]
        levels = ((Nudge.Level.PERSON, rule.person_today), (Nudge.Level.LEADER, rule.leader_today))
        for level, is_due in levels:
            if not is_due(row.due_on, today):
                continue
            nudge, fresh = Nudge.objects.get_or_create(assignment=row, level=level, day=today)
            if fresh:
                for address in _addresses(row, level, today):
                    boxes[address].append((nudge, line_of(row, today, rule.counting)))
    return sum(_letter(address, told, today) for address, told in boxes.items())


def line_of(row: Assignment, today: dt.date, counting: reminder_rules.Counting) -> str:
    """Return "Báo cáo UBND tỉnh: chậm nhất 15/08/2019, còn 3 ngày làm việc"."""
    return f"{row.title}: chậm nhất {written_day(row.due_on)}, {counting.words(row.due_on, today)}"


def lines_of(rows: Iterable[Assignment], today: dt.date, *, soon: bool = False) -> Iterator[tuple[Assignment, str]]:
    """Yield the tasks with their line, with `soon` only those late or soon due; an agency's rules are read once."""
    known: dict[int, reminder_rules.Reminding] = {}
    for row in rows:
        if row.agency_id not in known:
            known[row.agency_id] = reminder_rules.on(today, row.agency)
        rule = known[row.agency_id]
        if not soon or rule.is_soon(row.due_on, today):
            yield row, line_of(row, today, rule.counting)


def _addresses(row: Assignment, level: str, today: dt.date) -> Iterable[str]:
    if level == Nudge.Level.PERSON and row.person is not None and row.person.is_active:
        return [row.person.email] if row.person.email else []
    return sorted({user.email for user in people(row.agency, LEADS if level == Nudge.Level.LEADER else ANSWERS, today)
                   if user.email})  # fmt: skip


def people(agency: Agency, permission: str, day: dt.date) -> list:
    """Return who holds the permission at the agency that day; at an agency with nobody, those of the one above it."""
    seen: set[int] = set()
    here: Agency | None = agency
    while here is not None and here.pk not in seen:
        seen.add(here.pk)
        places = Membership.objects.filter(valid_on(day), agency=here).values("user")
        found = list(people_with(permission).filter(pk__in=places).order_by("pk"))
        if found:
            return found
        here = here.parent
    return []


def _letter(address: str, told: list[tuple[Nudge, str]], today: dt.date) -> bool:
    late = sum("quá hạn" in line for _, line in told)
    about = f"Nhắc việc: {len(told)} nhiệm vụ có hạn" + (f", {late} quá hạn" if late else "")
    page = settings.PUBLIC_BASE_URL + reverse("admin:correspondence_assignment_changelist")
    lines = "\n".join(f"- {line}" for _, line in told[:40])
    try:
        send_mail(about, f"Nhiệm vụ đến ngày {written_day(today)}:\n{lines}\n\nMở danh sách: {page}", None, [address])
    except OSError as error:
        log.warning("task letter not sent", error=type(error).__name__)
        return False
    Nudge.objects.filter(pk__in={nudge.pk for nudge, _ in told}).update(letters=F("letters") + 1)
    return True
