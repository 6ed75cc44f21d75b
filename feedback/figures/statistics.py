"""Shares with their uncertainty, medians, and hiding what too few people said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

NOT_APPLICABLE = "N/A"
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; `value`, `low` and `high` are fractions 0–1, None when there is nothing to divide by."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval: honest for small counts and for shares near 0 and 1, where the usual one is not."""
        if not self.whole:
            return None
        n, p, z2 = self.whole, self.part / self.whole, _Z * _Z
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        spread = _Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, centre - spread), min(1.0, centre + spread)

    @property
    def drawn(self) -> tuple[int, int, int] | None:
        """Where the low end, the value and the high end stand on a line of 100; None when there is nothing."""
        if self.interval is None:
            return None
        low, high = self.interval
        return round(low * 100), round(self.value * 100), round(high * 100)

    @property
    def percent(self) -> str:
        """As people read it, "87,5 %"; N/A when there is nothing to divide by."""
        return NOT_APPLICABLE if self.value is None else percent(self.value)

    @property
    def interval_text(self) -> str:
        """The interval, "72–95 %"; "" when there is none."""
        if self.interval is None:
            return ""
        low, high = self.interval
        return f"{round(low * 100)}–{round(high * 100)} %"


def percent(value: float) -> str:
    """Return a fraction as "87,5 %", whole numbers without the comma."""
    text = f"{value * 100:.1f}".removesuffix(".0").replace(".", ",")
    return f"{text} %"


def number(value: float | None, digits: int = 2) -> str:
    """Return a number the Vietnamese way, "12,5"; N/A for None."""
    if value is None:
        return NOT_APPLICABLE
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def median(values: Iterable[float]) -> float | None:
    """Return the middle value; None for no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
