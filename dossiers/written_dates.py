"""Days and moments as Vietnamese offices write them, in Vietnam's time wherever the machine stands.

The one place that knows the order of day, month and year; sentences, cells, messages and papers all ask here. What
people type is read in dossiers.typed. Moments must be aware: a naive one raises ValueError.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def written_day(at: dt.date) -> str:
    """Return "02/03/2026"; of a moment its day in Vietnam."""
    return f"{_here(at):%d/%m/%Y}"


def marked_day(at: dt.date) -> str:
    """Return "02/03": a mark on the axis of a chart whose title says the years, and nowhere else."""
    return f"{_here(at):%d/%m}"


def written_time(at: dt.datetime | dt.time, *, seconds: bool = False) -> str:
    """Return "08:15", or "08:15:30"."""
    local = _here(at) if isinstance(at, dt.datetime) else at
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"


def written_moment(at: dt.datetime) -> str:
    """Return "08:15 02/03/2026", for cells and lists."""
    return f"{written_time(at)} {written_day(at)}"


def said_moment(at: dt.datetime) -> str:
    """Return "08:15 ngày 02/03/2026", for sentences."""
    return f"{written_time(at)} ngày {written_day(at)}"


def spoken_moment(at: dt.datetime) -> str:
    """Return "08 giờ 15 ngày 02/03/2026", as officials write it and a clerk reads it out."""
    local = _here(at)
    return f"{local:%H} giờ {local:%M} ngày {written_day(local)}"


def date_words(day: dt.date) -> str:
    """Return "ngày 05 tháng 02 năm 2026": a 0 before days below 10 and before months 1 and 2 only.

    As administrative papers write it (Nghị định 30/2020, Phụ lục I).
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def moment_words(at: dt.datetime) -> str:
    """Return "08 giờ 05 phút, ngày 05 tháng 02 năm 2026"."""
    local = _here(at)
    return f"{local:%H} giờ {local:%M} phút, {date_words(local)}"


def named_day(at: dt.date, names: tuple[str, ...] = WEEKDAYS) -> str:
    """Return "thứ Hai 02/03/2026"; `names` are those of the weekdays, Monday first."""
    return f"{names[_here(at).weekday()]} {written_day(at)}"


def named_moment(at: dt.datetime, names: tuple[str, ...] = WEEKDAYS) -> str:
    """Return "08:15 thứ Hai 02/03/2026"."""
    return f"{written_time(at)} {named_day(at, names)}"


def written_month(at: dt.date) -> str:
    """Return "03/2026"."""
    return f"{_here(at):%m/%Y}"


def written_range(first: dt.date, last: dt.date) -> str:
    """Return "24/11/2026", "14–22/02/2026", "30/04–03/05/2026" or "31/12/2026–03/01/2027"."""
    if first == last:
        return written_day(first)
    if first.year != last.year:
        return f"{written_day(first)}–{written_day(last)}"
    begin = f"{first:%d}" if first.month == last.month else f"{first:%d/%m}"
    return f"{begin}–{written_day(last)}"


def _here(at: dt.date) -> dt.date:
    if not isinstance(at, dt.datetime):
        return at
    if at.tzinfo is None:
        raise ValueError("moments must be aware datetimes")
    return at.astimezone(ZONE)
