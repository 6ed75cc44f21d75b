"""Days as people name them: "mai", "chiều nay", "thứ bảy", "30/11". Pure."""

from __future__ import annotations

import datetime as dt
import re

from dossiers.search_text import fold

_WORDS: tuple[tuple[str, int], ...] = (
    ("ngay hom nay", 0), ("hom nay", 0),
    ("sang nay", 0), ("chieu nay", 0), ("toi nay", 0), ("trua nay", 0), ("bua nay", 0),
    ("ngay mai", 1), ("sang mai", 1), ("chieu mai", 1), ("toi mai", 1), ("trua mai", 1), ("bua mai", 1),
    ("ngay kia", 2), ("ngay mot", 2),
)  # fmt: skip
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5}
_AFTER_TOMORROW = frozenset("co nha cup mat cat tat xa phuong o ap khu duong nay dien lich may".split())
_DATE = re.compile(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?\b")


def day_in(text: str, today: dt.date) -> tuple[dt.date | None, str]:
    """Return (the day named in the text, None if none; the folded text without it)."""
    match = _DATE.search(text)
    if match:
        found = _dated(match, today)
        if found:
            return found, fold(text[: match.start()] + " " + text[match.end() :])
    folded = f" {fold(text)} "
    for said, days in _WORDS:
        if f" {said} " in folded:
            return today + dt.timedelta(days=days), folded.replace(f" {said} ", " ", 1).strip()
    words = folded.split()
    if words[:1] == ["mai"] and (len(words) == 1 or words[1] in _AFTER_TOMORROW):
        return today + dt.timedelta(days=1), " ".join(words[1:])
    weekday = re.search(r" (?:thu (hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat)) ", folded)
    if weekday:
        wanted = 6 if weekday[2] else _WEEKDAYS[weekday[1]]
        found = today + dt.timedelta(days=(wanted - today.weekday()) % 7)
        return found, (folded[: weekday.start()] + " " + folded[weekday.end() :]).strip()
    return None, folded.strip()


def _dated(match: re.Match, today: dt.date) -> dt.date | None:
    """Return the date written; without a year the next one to come, or one of the last weeks."""
    day, month, year = int(match[1]), int(match[2]), match[3]
    try:
        if year:
            return dt.date(int(year), month, day)
        found = dt.date(today.year, month, day)
        return dt.date(today.year + 1, month, day) if found < today - dt.timedelta(days=60) else found
    except ValueError:
        return None
