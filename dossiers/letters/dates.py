"""The new date of a letter: proposed from the calendar, checked before anybody promises it, counted by the rules."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.by_hand import off_sentence
from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError, add_working_days, working_days_between
from dossiers.models import Dossier, Letter
from dossiers.workflow.moving import ActError, Forbidden
from dossiers.written_dates import written_day


def proposed_date(dossier: Dossier, now: dt.datetime) -> dt.datetime | None:
    """Return the close of the day the rule proposes, counted from the old date or from today if that is later.

    None when the calendar cannot be read. Rule "apology-extension-days".
    """
    today = now.astimezone(ZONE).date()
    base = max(today, dossier.due_at.astimezone(ZONE).date())
    try:
        calendar = calendar_of(dossier.agency_id)
        days = int(value_on("apology-extension-days", today, dossier.agency))
        return calendar.closing(add_working_days(base, days, calendar))
    except CalendarError:
        return None


def check_new_date(letter: Letter, day: dt.date, *, now: dt.datetime) -> dt.datetime:
    """Return the new due moment for `day`: its close. Raises ActError for a day that has passed, off, or too far."""
    today = now.astimezone(ZONE).date()
    old = letter.old_due_at.astimezone(ZONE).date()
    try:
        calendar = calendar_of(letter.centre_id)
        if day <= today:
            later = add_working_days(today, 1, calendar)
            raise ActError(
                f"Ngày hẹn mới {written_day(day)} đã qua hoặc là hôm nay. Ngày sớm nhất: {written_day(later)}."
            )
        if day <= old:
            raise ActError(f"Ngày hẹn mới phải sau ngày đã hẹn {written_day(old)}.")
        if not calendar.is_working_day(day):
            raise ActError(off_sentence(day, calendar))
        most = int(value_on("apology-extension-most-days", today, letter.centre))
        if working_days_between(max(old, today), day, calendar) > most:
            last = add_working_days(max(old, today), most, calendar)
            raise ActError(f"Ngày hẹn mới cách ngày cũ quá {most} ngày làm việc. Muộn nhất là {written_day(last)}.")
        return calendar.closing(day)
    except CalendarError as error:
        raise ActError(str(error)) from error


def extension_words(letter: Letter) -> str:
    """Return the time asked for, as "03 ngày làm việc"; counted from the old date."""
    old, new = (each.astimezone(ZONE).date() for each in (letter.old_due_at, letter.new_due_at))
    return f"{working_days_between(old, new, calendar_of(letter.centre_id)):02d} ngày làm việc"


def new_dates_allowed(letter: Letter, day: dt.date) -> int:
    """Return how many new dates the rule of the day allows a dossier (rule "apology-max-new-dates")."""
    return int(value_on("apology-max-new-dates", day, letter.centre))


def needs_override(letter: Letter, day: dt.date) -> bool:
    """Return whether this new date is one more than the rule allows."""
    return letter.dossier.new_dates_given >= new_dates_allowed(letter, day)


def check_override(letter: Letter, *, by, note: str, day: dt.date) -> str:
    """Return the ground for one more new date than allowed; "" when within the rule.

    Raises Forbidden unless the user is of the role the rule "apology-override-role" names, ActError without a ground.
    """
    if not needs_override(letter, day):
        return ""
    allowed = new_dates_allowed(letter, day)
    role = str(value_on("apology-override-role", day, letter.centre) or "").strip()
    if not role:
        raise Forbidden(f"Quy định chỉ cho hẹn lại {allowed} lần và hồ sơ này đã hẹn lại đủ. Không ai được hẹn thêm.")
    if by is None or not (by.is_superuser or by.groups.filter(name=role).exists()):
        raise Forbidden(
            f"Hồ sơ đã hẹn lại {letter.dossier.new_dates_given} lần. Hẹn thêm phải do {role.lower()} quyết định."
        )
    note = " ".join((note or "").split())[:500]
    if not note:
        raise ActError(f"Hồ sơ đã hẹn lại {letter.dossier.new_dates_given} lần. Ghi căn cứ cho phép hẹn thêm lần nữa.")
    return note
