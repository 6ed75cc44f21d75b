"""The periods a report may cover: calendar ones and the reporting ones of Nghị định 09/2019/NĐ-CP, điều 12. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers import typed
from dossiers.deadlines.working_time import ZONE
from dossiers.written_dates import written_day

CHOICES = {
    "thang": "Tháng này",
    "thang-truoc": "Tháng trước",
    "ky-thang": "Kỳ báo cáo tháng (15 – 14)",
    "ky-quy": "Kỳ báo cáo quý",
    "ky-nam": "Kỳ báo cáo năm (15/12 – 14/12)",
    "nam": "Năm nay",
}


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time.min, ZONE)

    @property
    def end(self) -> dt.datetime:
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min, ZONE)

    @property
    def whole_months(self) -> Period | None:
        """The months that lie in it from their first day to their last; None without any."""
        first = self.first if self.first.day == 1 else _months(self.first.replace(day=1), 1)
        following = self.last + dt.timedelta(days=1)
        last = following.replace(day=1) - dt.timedelta(days=1)
        return Period(first, last) if first <= last else None

    @property
    def words(self) -> str:
        return f"từ {written_day(self.first)} đến {written_day(self.last)}"


def chosen(name: str, first: str, last: str, today: dt.date) -> tuple[str, Period]:
    """Return (name, period) for a name of CHOICES, or for two days; this month for anything else."""
    begins, ends = typed.day(first), typed.day(last)
    if begins and ends and dt.timedelta(0) <= ends - begins <= dt.timedelta(days=3660):
        return "", Period(begins, ends)
    name = name if name in CHOICES else "thang"
    return name, _named(name, today)


def _named(name: str, today: dt.date) -> Period:
    first = today.replace(day=1)
    if name == "thang-truoc":
        before = first - dt.timedelta(days=1)
        return Period(before.replace(day=1), before)
    if name == "ky-thang":
        # The period the day stands in: the 15th of one month to the 14th of the next.
        start = today.replace(day=15) if today.day >= 15 else _months(first, -1).replace(day=15)
        return Period(start, _months(start, 1).replace(day=14))
    if name == "ky-quy":
        # A quarter's period ends on the 14th of its last month.
        ahead = _months(first, 1) if today.day >= 15 else first
        end_month = ahead.month + (-ahead.month) % 3
        end = dt.date(ahead.year, end_month, 14)
        return Period(_months(end.replace(day=1), -3).replace(day=15), end)
    if name == "ky-nam":
        year = today.year + (today >= dt.date(today.year, 12, 15))
        return Period(dt.date(year - 1, 12, 15), dt.date(year, 12, 14))
    if name == "nam":
        return Period(today.replace(month=1, day=1), today.replace(month=12, day=31))
    return Period(first, _months(first, 1) - dt.timedelta(days=1))


def _months(first: dt.date, count: int) -> dt.date:
    """Return the first of the month `count` months away."""
    months = first.year * 12 + first.month - 1 + count
    return dt.date(months // 12, months % 12 + 1, 1)
