"""A date of return that a person types: a working day, not past, not further than any limit reaches."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.working_time import WorkingCalendar

HORIZON = dt.timedelta(days=365 * 5)
"""No limit of the national catalogue comes near; what lies beyond is a slip in the year."""


def fault_of(day: dt.date, today: dt.date, calendar: WorkingCalendar) -> str:
    """Return the sentence that says why nobody can be told to come that day; "" for a day that can stand."""
    if day < today:
        return "Ngày hẹn trả phải từ hôm nay trở đi."
    if day - today > HORIZON:
        return f"Ngày hẹn trả {day:%d/%m/%Y} xa quá {HORIZON.days // 365} năm: kiểm tra lại năm."
    if not calendar.is_working_day(day):
        name, following = calendar.day_name(day), calendar.next_working_day(day)
        return f"{name[:1].upper()}{name[1:]} {day:%d/%m/%Y} là ngày nghỉ. Ngày làm việc kế tiếp: {following:%d/%m/%Y}."
    return ""
