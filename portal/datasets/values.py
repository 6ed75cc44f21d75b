"""Cells as people write them: text, numbers, dates and hours in every habit. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from dossiers.catalogue.portal_text import one_line
from dossiers.deadlines.working_time import ZONE
from dossiers.search_text import fold
from dossiers.written_dates import written_day, written_moment, written_time

LONGEST_CELL = 2000
FIRST_YEAR, LAST_YEAR = 1900, 2200
_SERIAL_ZERO = dt.date(1899, 12, 30)  # day 0 of spreadsheets
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"(?<!\d)(\d{1,2})\s+(?:tháng|thang)\s+(\d{1,2})(?:\s+(?:năm|nam))?\s+(\d{4})", re.I)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})\s*(?:(?:giờ|gio|[hg])(?![^\W\d_])\s*(\d{2})?|:\s*(\d{2}))(?::\d{2})?(?!\d)(?:\s*(?:phút|p)\b)?",
    re.I,
)
_AFTERNOON = re.compile(r"^\s*(chiều|tối|pm)", re.I)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:[.,]\d{3})+$")


def text_of(value: object) -> str:
    """Return a cell as one line of composed text; dates and times of a workbook in Vietnamese order."""
    if value.__class__ is str:
        return value if value.isascii() and value.isalnum() else one_line(value)
    if isinstance(value, dt.datetime):
        local = value if value.tzinfo else value.replace(tzinfo=ZONE)  # the cells of a workbook know no zone
        return written_day(local) if value.time() == dt.time() else written_moment(local)
    if isinstance(value, dt.date):
        return written_day(value)
    if isinstance(value, dt.time):
        return written_time(value)
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return one_line(value)


def tidy_code(text: str) -> str:
    """Return a number that names something without blanks, signs and leading zeros: "SBD 049.123" → "sbd49123"."""
    bare = text if text.isascii() and text.isdigit() else fold(text).replace(" ", "")
    return bare.lstrip("0") or ("0" if bare else "") if bare.isdigit() else bare


def tidy_area(text: str) -> str:
    """Return a commune's name folded, without "xã", "phường", "thị trấn" and the like in front."""
    words = fold(text).split()
    for kind in (["thi", "tran"], ["thi", "xa"], ["dac", "khu"], ["xa"], ["phuong"], ["x"], ["p"], ["tt"]):
        if len(words) > len(kind) and words[: len(kind)] == kind:
            words = words[len(kind) :]
            break
    return " ".join(words)[:80]


def is_number(text: str) -> bool:
    """Whether the text is an amount: digits, in groups or with decimals."""
    bare = text.replace(" ", "")
    return bool(_GROUPED.match(bare)) or bool(re.fullmatch(r"[+-]?\d{1,15}(?:[.,]\d{1,6})?", bare))


def grouped(text: str) -> str:
    """Return a whole amount of five digits or more in groups of three, as Vietnamese writes it; others as they are."""
    bare = text.replace(" ", "")
    if bare.isascii() and bare.isdigit() and len(bare) > 4 and not bare.startswith("0"):
        return f"{int(bare):,}".replace(",", ".")
    return text


@dataclass(frozen=True, slots=True)
class Moments:
    """The dates and times of day that a text names, in order."""

    dates: list[dt.date] = field(default_factory=list)
    times: list[dt.time] = field(default_factory=list)


def moments_of(value: object, *, month_first: bool = False) -> Moments:
    """Return the dates and times named in a cell; empty lists when there are none."""
    if isinstance(value, dt.datetime):
        return Moments(
            [value.date()], [value.time().replace(second=0, microsecond=0)] if value.time() != dt.time() else []
        )
    if isinstance(value, dt.date):
        return Moments([value])
    if isinstance(value, dt.time):
        return Moments([], [value.replace(second=0, microsecond=0)])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _serial(float(value))
    text = one_line(value)
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?|0[.,]\d+", text):
        return _serial(float(text.replace(",", ".")))
    dates, rest = _dates(text, month_first)
    return Moments(dates, _times(rest))


def date_of(value: object, *, month_first: bool = False) -> dt.date | None:
    """Return the one date of a cell, None when there is none or several."""
    found = moments_of(value, month_first=month_first).dates
    if not found and isinstance(value, str) and re.fullmatch(r"\d{8}", value.strip()):
        digits = value.strip()  # 12052008
        return _date(digits[4:], digits[2:4], digits[:2])
    return found[0] if len(found) == 1 else None


def looks_month_first(texts: list[str]) -> bool:
    """Whether the dates of a column are written 11/30/2026: a second part above 12, and no first part above 12."""
    first, second = 0, 0
    for text in texts:
        for match in _DMY.finditer(one_line(text)):
            first, second = max(first, int(match[1])), max(second, int(match[2]))
    return second > 12 >= first


def _serial(number: float) -> Moments:
    """Dates and times as spreadsheets count them: whole days since 1899, the time of day as a fraction."""
    days, fraction = int(number // 1), number % 1
    minutes = round(fraction * 24 * 60) % (24 * 60)
    times = [dt.time(minutes // 60, minutes % 60)] if fraction else []
    if 0 <= number < 1:
        return Moments([], times)
    if 10_000 <= days <= 100_000:
        return Moments([_SERIAL_ZERO + dt.timedelta(days=days)], times)
    return Moments()


def _dates(text: str, month_first: bool) -> tuple[list[dt.date], str]:
    """Return the dates in the order they stand, and the text without them."""
    found: list[tuple[int, dt.date]] = []

    def take(match, year, month, day) -> str:
        date = _date(year, month, day)
        if date is None:
            return match[0]
        found.append((match.start(), date))
        return " " * len(match[0])

    rest = _ISO.sub(lambda m: take(m, m[1], m[2], m[3]), text)
    rest = _DMY.sub(lambda m: take(m, m[3], m[1], m[2]) if month_first else take(m, m[3], m[2], m[1]), rest)
    rest = _WORDS.sub(lambda m: take(m, m[3], m[2], m[1]), rest)
    return [date for _, date in sorted(found)], rest


def _date(year: str, month: str, day: str) -> dt.date | None:
    whole = int(year) + (2000 if len(year) == 2 and int(year) < 70 else 1900 if len(year) == 2 else 0)
    try:
        date = dt.date(whole, int(month), int(day))
    except ValueError:
        return None
    return date if FIRST_YEAR <= date.year <= LAST_YEAR else None


def _times(text: str) -> list[dt.time]:
    found = []
    for match in _TIME.finditer(text):
        hour, minute = int(match[1]), int(match[2] or match[3] or 0)
        if hour < 12 and _AFTERNOON.match(text[match.end() :]):
            hour += 12
        if hour == 24 and minute == 0:
            hour, minute = 23, 59
        if hour < 24 and minute < 60:
            found.append(dt.time(hour, minute))
    return found


LONGEST_NIGHT = dt.timedelta(hours=14)


def span_of(
    day: object, start: object, end: object, *, month_first: bool = False
) -> tuple[dt.datetime, dt.datetime] | None:
    """Return from when to when a row holds, from its cells for day, start and end (each may be empty); None if unclear.

    The start's cell may hold the whole span ("từ 8h00 đến 16h00 ngày 30/11/2026"). Without hours it is the whole day;
    an end before the start with no day of its own is of the next morning, unless that is longer than a night: then the
    hours stand the wrong way round.
    """
    days, first, last = (moments_of(value, month_first=month_first) for value in (day, start, end))
    dates = first.dates or days.dates or last.dates
    if not dates:
        return None
    from_day = dates[0]
    from_time = (first.times or days.times or [dt.time()])[0]
    to_days = last.dates or first.dates[1:] or days.dates[1:]
    to_times = last.times or first.times[1:] or days.times[1:]
    to_day = to_days[-1] if to_days else from_day
    to_time = to_times[-1] if to_times else dt.time(23, 59)
    starts = dt.datetime.combine(from_day, from_time, ZONE)
    ends = dt.datetime.combine(to_day, to_time, ZONE)
    if ends <= starts and not to_days:
        ends += dt.timedelta(days=1)
        if ends - starts > LONGEST_NIGHT:
            return None
    return (starts, ends) if ends > starts else None
