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
    "quy": "Quý này",
    "quy-truoc": "Quý trước",
    "nam": "Năm nay",
    "nam-truoc": "Năm trước",
    "ky-thang": "Kỳ báo cáo tháng (15 – 14)",
    "ky-thang-truoc": "Kỳ báo cáo tháng trước",
    "ky-quy": "Kỳ báo cáo quý",
    "ky-nam": "Kỳ báo cáo năm (15/12 – 14/12)",
}
LONGEST = dt.timedelta(days=3660)


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
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period it is compared with: as many months for whole ones (also the 15th to the 14th), else days."""
        following = self.last + dt.timedelta(days=1)
        if self.first.day == following.day and self.first.day in (1, 15):
            count = (following.year - self.first.year) * 12 + following.month - self.first.month
            begins = _months(self.first.replace(day=1), -count).replace(day=self.first.day)
        else:
            begins = self.first - dt.timedelta(days=self.days)
        return Period(begins, self.first - dt.timedelta(days=1))

    def before_until(self, today: dt.date) -> Period:
        """The period to compare with on a day of it: as many days of `before` as have passed, all when it is over."""
        whole = self.before
        if not self.first <= today < self.last:
            return whole
        return Period(whole.first, min(whole.last, whole.first + (today - self.first)))

    @property
    def words(self) -> str:
        return f"từ {written_day(self.first)} đến {written_day(self.last)}"


def chosen(name: str, first: str, last: str, today: dt.date) -> tuple[str, Period]:
    """Return (name, period) for a name of CHOICES, or for two days; this month for anything else."""
    return asked(name, first, last, today)[:2]


def asked(name: str, first: str, last: str, today: dt.date) -> tuple[str, Period, str]:
    """Return (name, period, what is wrong) as `chosen`; the sentence is "" when the days or the name make sense."""
    usual = name if name in CHOICES else "thang"
    if not first and not last:
        return usual, _named(usual, today), ""
    begins, ends = typed.day(first), typed.day(last)
    if begins is None or ends is None:
        wrong = "Ngày chưa đúng. Hãy ghi cả hai ngày dạng ngày/tháng/năm, ví dụ 01/11/2026."
    elif begins > ends:
        wrong = "Ngày đầu phải không sau ngày cuối. Hãy đổi lại hai ngày."
    elif ends - begins > LONGEST:
        wrong = "Kỳ dài quá mười năm. Hãy chọn kỳ ngắn hơn."
    else:
        return "", Period(begins, ends), ""
    return usual, _named(usual, today), wrong


def _named(name: str, today: dt.date) -> Period:
    shape = name.removesuffix("-truoc")
    period = _around(shape, today)
    return period if shape == name else period.before


def _around(shape: str, today: dt.date) -> Period:
    """Return the period of this shape that the day stands in."""
    first = today.replace(day=1)
    if shape == "ky-thang":
        # From the 15th of one month to the 14th of the next.
        start = today.replace(day=15) if today.day >= 15 else _months(first, -1).replace(day=15)
        return Period(start, _months(start, 1).replace(day=14))
    if shape == "ky-quy":
        # A quarter's period ends on the 14th of its last month.
        ahead = _months(first, 1) if today.day >= 15 else first
        end_month = ahead.month + (-ahead.month) % 3
        end = dt.date(ahead.year, end_month, 14)
        return Period(_months(end.replace(day=1), -3).replace(day=15), end)
    if shape == "ky-nam":
        year = today.year + (today >= dt.date(today.year, 12, 15))
        return Period(dt.date(year - 1, 12, 15), dt.date(year, 12, 14))
    if shape == "nam":
        return Period(today.replace(month=1, day=1), today.replace(month=12, day=31))
    if shape == "quy":
        begins = today.replace(month=today.month - (today.month - 1) % 3, day=1)
        return Period(begins, _months(begins, 3) - dt.timedelta(days=1))
    return Period(first, _months(first, 1) - dt.timedelta(days=1))


def _months(first: dt.date, count: int) -> dt.date:
    """Return the first of the month `count` months away."""
    months = first.year * 12 + first.month - 1 + count
    return dt.date(months // 12, months % 12 + 1, 1)
