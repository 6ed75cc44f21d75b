"""A time limit as the catalogue states it, and the dated legal rules it is counted by. Pure data, checked on entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from dossiers.deadlines.working_time import LAST_MINUTE, CalendarError


class Unit(StrEnum):
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    SAME_DAY = "same_day"


UNIT_NAMES: Mapping[str, str] = {
    Unit.WORKING_DAY: "ngày làm việc",
    Unit.CALENDAR_DAY: "ngày",
    Unit.HOUR: "giờ làm việc",
    Unit.MONTH: "tháng",
    Unit.SAME_DAY: "trong ngày",
}
# Ten years in every unit: no procedure comes near, and a mistyped number cannot keep the server counting.
_LONGEST = {Unit.WORKING_DAY: 2500, Unit.CALENDAR_DAY: 3650, Unit.HOUR: 20000, Unit.MONTH: 120}
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,4}|/[1-9][0-9]{0,5})?")
_DIVISIBLE = (Unit.WORKING_DAY, Unit.HOUR)


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a procedure may take; the amount is kept as a Fraction (1.5 working days occur in the catalogue).

    Raises CalendarError for an unknown unit, an amount that is not a positive number, or parts of a calendar day or
    month. The amount of a same-day limit is ignored and stored as 0.
    """

    amount: Fraction
    unit: Unit

    def __init__(self, amount: int | float | str | Decimal | Fraction, unit: str) -> None:
        try:
            unit = Unit(unit)
        except ValueError:
            known = ", ".join(UNIT_NAMES.values())
            raise CalendarError(f"Đơn vị thời hạn {unit!r} không hợp lệ; chọn một trong: {known}.") from None
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "amount", Fraction(0) if unit is Unit.SAME_DAY else _amount(amount, unit))

    def __str__(self) -> str:
        """Return the limit in words: "5 ngày làm việc", "1,5 ngày làm việc", "trong ngày"."""
        if self.unit is Unit.SAME_DAY:
            return UNIT_NAMES[self.unit]
        return f"{amount_in_words(self.amount)} {UNIT_NAMES[self.unit]}"

    def as_dict(self) -> dict[str, str]:
        return {"amount": str(self.amount), "unit": self.unit.value}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> TimeLimit:
        return cls(stored["amount"], stored["unit"])


@dataclass(frozen=True, slots=True)
class Rules:
    """The legal numbers a due date is counted by. The caller reads them from the dated rule records of the day.

    day_zero: the day of receipt is not counted. cut_off_minute: same-day limits received after this minute of the day
    are due the next working day (None: no cut-off). roll_last_day_off: a last day off moves to the next working day.
    hours_per_day: what half a working day is half of. calendar_skip_holidays: calendar-day limits step over holidays
    (weekly days off still count). The *_basis texts are the articles quoted to staff.
    """

    day_zero: bool = True
    cut_off_minute: int | None = 15 * 60
    roll_last_day_off: bool = True
    hours_per_day: int | Fraction = 8
    calendar_skip_holidays: bool = False
    day_zero_basis: str = "Điều 147 Bộ luật Dân sự 2015"
    roll_basis: str = "Điều 148 Bộ luật Dân sự 2015"
    cut_off_basis: str = ""

    def __post_init__(self) -> None:
        if self.cut_off_minute is not None and not 0 <= self.cut_off_minute <= LAST_MINUTE:
            raise CalendarError("Giờ chốt nhận trong ngày phải nằm trong khoảng 00:00–23:59.")
        if not 0 < self.hours_per_day <= 24:
            raise CalendarError("Số giờ của một ngày làm việc phải lớn hơn 0 và không quá 24.")


def amount_in_words(amount: Fraction) -> str:
    """Return a number the Vietnamese way: "5", "1,5"; "1/3" where no short decimal exists."""
    if amount.denominator == 1:
        return str(amount.numerator)
    decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
    return str(decimal.normalize()).replace(".", ",") if Fraction(decimal) == amount else str(amount)


def _amount(given: int | float | str | Decimal | Fraction, unit: Unit) -> Fraction:
    # Through short text: 0.1 stays a tenth, True is no number of days, and "1e999999999" is never worked out.
    text = (
        f"{given.normalize():f}"
        if isinstance(given, Decimal) and given.is_finite() and abs(given.adjusted()) < 12
        else str(given)[:40].strip()
    )
    if not _NUMBER.fullmatch(text):
        raise CalendarError(
            f"Thời hạn “{text}” không phải là một số dùng được; hãy nhập số, ví dụ 5 hoặc 1,5, "
            "nhiều nhất bốn chữ số thập phân."
        )
    amount = Fraction(text.replace(",", "."))
    if amount <= 0:
        raise CalendarError(
            "Thời hạn phải lớn hơn 0; thủ tục giải quyết ngay thì chọn đơn vị “trong ngày”, không nhập 0 hay số âm."
        )
    if amount.denominator != 1 and unit not in _DIVISIBLE:
        raise CalendarError(
            f"Thời hạn tính bằng {UNIT_NAMES[unit]} phải là số nguyên; số lẻ chỉ dùng cho ngày làm việc và giờ."
        )
    if amount > _LONGEST[unit]:
        raise CalendarError(
            f"Thời hạn {amount_in_words(amount)} {UNIT_NAMES[unit]} dài quá 10 năm; kiểm tra lại số đã nhập."
        )
    return amount
