"""The real calendar of 2026 the deadline tests count on, and short ways to write a moment."""

from __future__ import annotations

from datetime import date, datetime

from dossiers.deadlines.due import DEFAULT_WEEK, ZONE, DayException, Period, WorkingCalendar

MORNING = Period(7 * 60 + 30, 11 * 60 + 30)
AFTERNOON = Period(13 * 60 + 30, 17 * 60)


def _off(name: str, *days: tuple[int, int]) -> list[DayException]:
    return [DayException(date(2026, month, day), "off", name) for day, month in days]


HOLIDAYS = [
    *_off("Tết Dương lịch", (1, 1), (2, 1)),
    *_off("Tết Nguyên đán", *((day, 2) for day in range(14, 23))),
    *_off("Giỗ Tổ Hùng Vương", (26, 4), (27, 4)),
    *_off("Ngày Chiến thắng", (30, 4)),
    *_off("Quốc tế Lao động", (1, 5)),
    *_off("Quốc khánh", (31, 8), (1, 9), (2, 9)),
]
MAKE_UP = [DayException(date(2026, 1, 10), "work", "Làm bù"), DayException(date(2026, 8, 22), "work", "Làm bù")]

OFFICE = WorkingCalendar(DEFAULT_WEEK, [*HOLIDAYS, *MAKE_UP])
SATURDAY_OFFICE = WorkingCalendar({**DEFAULT_WEEK, 5: (MORNING,)}, [*HOLIDAYS, *MAKE_UP])


def at(day: int, month: int, clock: str = "08:00", year: int = 2026) -> datetime:
    """Return the moment in Vietnam: at(13, 2, "15:20")."""
    hour, minute = clock.split(":")
    return datetime(year, month, day, int(hour), int(minute), tzinfo=ZONE)
