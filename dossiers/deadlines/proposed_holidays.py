"""Proposals for the holiday table of a year. Nothing here decides: a person confirms each line with its decision.

The days come from the `holidays` library, which predicts the lunar days, follows past decrees and sometimes misses a
swap the Government decided. `_KNOWN` holds what was found missing or wrong, each with where it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import holidays

from dossiers.deadlines.working_time import CalendarError
from dossiers.written_dates import written_day

FIRST_YEAR, LAST_YEAR = 2013, 2100
"""The Labour Code of 2012 is the first the library follows closely; its lunar table ends in 2100."""

Confidence = Literal["high", "medium", "low"]
CONFIDENCE_LABELS = {"high": "chắc chắn", "medium": "cần đối chiếu văn bản", "low": "cần hỏi lại"}

_LIBRARY = f"thư viện holidays {holidays.__version__}"
_LAST_DECREED_YEAR = 2026  # later years are predictions until the Government announces them

_OCCASIONS = (
    ("Tết Dương lịch", "Tết Dương lịch"),
    ("Giỗ Tổ", "Giỗ Tổ Hùng Vương"),
    ("Chiến thắng", "Ngày Chiến thắng 30/4"),
    ("Quốc tế Lao động", "Quốc tế Lao động 1/5"),
    ("Quốc khánh", "Quốc khánh"),
    ("Văn hóa", "Ngày Văn hóa Việt Nam"),
    ("Tết", "Tết Nguyên đán"),
    ("Mùng", "Tết Nguyên đán"),
)
_SWAPPED_WITH = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One date to confirm: a day off or a make-up working day ("work"), with what it rests on."""

    date: date
    kind: Literal["off", "work"]
    name: str
    basis: str
    source: str
    confidence: Confidence

    @property
    def confidence_label(self) -> str:
        return CONFIDENCE_LABELS[self.confidence]


_KNOWN = (
    Proposal(
        date(2026, 1, 2),
        "off",
        "Tết Dương lịch",
        "hoán đổi với thứ Bảy 10/01/2026",
        "Thông báo đồng ý của Chính phủ ngày 25/12/2025 (24h.com.vn); thư viện holidays bỏ sót",
        "medium",
    ),
    Proposal(
        date(2026, 1, 10),
        "work",
        "Làm bù cho ngày 02/01/2026",
        "hoán đổi với thứ Sáu 02/01/2026",
        "Thông báo đồng ý của Chính phủ ngày 25/12/2025 (24h.com.vn); thư viện holidays bỏ sót",
        "medium",
    ),
    Proposal(
        date(2026, 11, 24),
        "off",
        "Ngày Văn hóa Việt Nam",
        "Nghị quyết 80-NQ/TW ngày 07/01/2026; việc sửa Điều 112 Bộ luật Lao động chưa xác nhận được",
        "cafef.vn 13/01/2026, vneconomy.vn 26/02/2026; hỏi cơ quan có thẩm quyền trước khi xác nhận",
        "low",
    ),
)


def proposals(year: int) -> list[Proposal]:
    """Return the proposed days off and make-up working days of the year, in order of date, one a date.

    Raises CalendarError outside 2013–2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarError(
            f"Chỉ đề xuất được ngày nghỉ cho các năm {FIRST_YEAR}–{LAST_YEAR}; năm {year} phải nhập tay."
        )
    # The neighbouring years too: a day off can be worked for across New Year's Eve.
    found = holidays.country_holidays("VN", years=[year - 1, year, year + 1], language="vi")
    swaps = {day: _swapped_with(name) for day, name in found.items()}
    by_date = {day: _day_off(day, name, found) for day, name in found.items() if day.year == year}
    # The library also lists make-up days of long past years whatever year is asked for.
    for worked in (day for day in found.weekend_workdays if day.year == year):
        by_date[worked] = _make_up(worked, next((off for off, other in swaps.items() if other == worked), None))
    by_date |= {known.date: known for known in _KNOWN if known.date.year == year}
    return [by_date[day] for day in sorted(by_date)]


def _day_off(day: date, name: str, found: holidays.HolidayBase) -> Proposal:
    swapped = _swapped_with(name)
    occasion = _nearest_occasion(day, found) if swapped else _occasion(name)
    confidence: Confidence = "medium" if swapped or day.year > _LAST_DECREED_YEAR else "high"
    if occasion == "Ngày Văn hóa Việt Nam":
        confidence = "low"
    article = "Điều 112 Bộ luật Lao động 2019" if day.year >= 2021 else "Điều 115 Bộ luật Lao động 2012"
    basis = f"nghỉ bù, {article}" if "nghỉ bù" in name else article
    if swapped:
        basis = f"hoán đổi với ngày {written_day(swapped)}"
    return Proposal(day, "off", occasion or name, basis, _LIBRARY, confidence)


def _make_up(worked: date, off: date | None) -> Proposal:
    name = f"Làm bù cho ngày {written_day(off)}" if off else "Ngày làm bù"
    basis = f"hoán đổi với ngày {written_day(off)}" if off else "chưa rõ ngày nghỉ được hoán đổi"
    return Proposal(worked, "work", name, basis, _LIBRARY, "medium" if off else "low")


def _swapped_with(name: str) -> date | None:
    match = _SWAPPED_WITH.search(name)
    return date(int(match[3]), int(match[2]), int(match[1])) if match else None


def _occasion(name: str) -> str:
    return next((occasion for part, occasion in _OCCASIONS if part in name), "")


def _nearest_occasion(day: date, found: holidays.HolidayBase) -> str:
    """Return the holiday a swapped day bridges to, which the library leaves unnamed."""
    for distance in range(1, 5):
        for neighbour in (day + timedelta(days=distance), day - timedelta(days=distance)):
            occasion = _occasion(found.get(neighbour) or "")
            if occasion:
                return occasion
    return ""
