"""A date of return that a person types: a working day, not past, not further than any limit reaches."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.working_time import WorkingCalendar
from dossiers.written_dates import written_day

HORIZON = dt.timedelta(days=365 * 5)
"""No limit of the national catalogue comes near; what lies beyond is a slip in the year."""


def fault_of(day: dt.date, today: dt.date, calendar: WorkingCalendar) -> str:
    """Return the sentence that says why nobody can be told to come that day; "" for a day that can stand."""
    if day < today:
        return "Ngày hẹn trả phải từ hôm nay trở đi."
    if day - today > HORIZON:
        return f"Ngày hẹn trả {written_day(day)} xa quá {HORIZON.days // 365} năm: kiểm tra lại năm."
    if not calendar.is_working_day(day):
        return off_sentence(day, calendar)
    return ""


def off_sentence(day: dt.date, calendar: WorkingCalendar) -> str:
    """Return the sentence that says a day off is one, and which working day follows."""
    name, following = calendar.day_name(day), written_day(calendar.next_working_day(day))
    return f"{name[:1].upper()}{name[1:]} {written_day(day)} là ngày nghỉ. Ngày làm việc kế tiếp: {following}."
