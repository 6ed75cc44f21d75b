"""When people are reminded of a task: dated rules, the agency's own before everybody's; staff edit them afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers.deadlines.calendars import working_calendar
from dossiers.deadlines.rule_registry import Rule
from dossiers.deadlines.rules import values_on
from dossiers.deadlines.working_time import WorkingCalendar, working_days_between
from dossiers.models import Agency, LegalRule

PREFIX = "task-"
USUAL = {
    "task-remind-before-days": ("Nhắc người làm trước hạn của nhiệm vụ", 3),
    "task-soon-days": ("Nhiệm vụ sắp đến hạn: hiện ở bàn làm việc từ khi còn", 5),
    "task-remind-late-every-days": ("Nhiệm vụ quá hạn: nhắc lại người làm, mỗi lần cách nhau", 1),
    "task-tell-leader-late-days": ("Nhiệm vụ quá hạn từ bao nhiêu ngày thì báo lãnh đạo", 1),
    "task-tell-leader-every-days": ("Nhiệm vụ quá hạn: báo lại lãnh đạo, mỗi lần cách nhau", 3),
    "task-urge-untold-every-days": ("Đơn vị chưa báo người dân: nhắc lãnh đạo, mỗi lần cách nhau", 1),
}
COUNTED = "task-count-working-days"
_OF_THE_HOUSE = "Quy chế làm việc của cơ quan"
RULES = (
    *(
        Rule(key=key, title=title, value=value, unit="ngày", article=_OF_THE_HOUSE)
        for key, (title, value) in USUAL.items()
    ),
    Rule(
        key="task-count-working-days",
        title="Nhắc nhiệm vụ, đôn đốc: đếm ngày làm việc",
        value=True,
        article=_OF_THE_HOUSE,
    ),
)


@dataclass(frozen=True, slots=True)
class Counting:
    """How the days to and after a due date are counted: working days of the agency, or every day without a calendar."""

    calendar: WorkingCalendar | None

    def left(self, due_on: dt.date, today: dt.date) -> int:
        """Return the days left after today up to the due date; negative once it has passed, -1 at the least then."""
        if self.calendar is None:
            return (due_on - today).days
        left = working_days_between(today, due_on, self.calendar)
        return min(left, -1) if due_on < today else left

    def is_quiet(self, today: dt.date) -> bool:
        """Return whether nobody is reminded today: on a day off nobody is at the desk, and the count stands still."""
        return self.calendar is not None and not self.calendar.is_working_day(today)

    def words(self, due_on: dt.date, today: dt.date) -> str:
        """Return "còn 3 ngày làm việc", "hạn hôm nay", "quá hạn 2 ngày làm việc"; days off up to the day are said."""
        left, days = self.left(due_on, today), "ngày làm việc" if self.calendar else "ngày"
        if due_on == today:
            return "hạn hôm nay"
        if left == 0:
            return "hôm nay là ngày làm việc cuối" if not self.is_quiet(today) else "đến hạn toàn ngày nghỉ"
        return f"còn {left} {days}" if left > 0 else f"quá hạn {-left} {days}"


@dataclass(frozen=True, slots=True)
class Reminding:
    """Days before the due date, days between reminders once late, and the same two for the leader; `soon`: from how
    many days left on the task stands on the home page of whoever does it."""

    before: int
    soon: int
    late_every: int
    leader_from: int
    leader_every: int
    counting: Counting

    def person_today(self, due_on: dt.date, today: dt.date) -> bool:
        """Return whether whoever does it is reminded today: once before, on the last day, then again and again."""
        left = self.counting.left(due_on, today)
        return not self.counting.is_quiet(today) and (
            left in {self.before, 0} or (left < 0 and -left % self.late_every == 0)
        )

    def is_soon(self, due_on: dt.date, today: dt.date) -> bool:
        """Return whether the task is late or comes due within the days that count as soon."""
        return self.counting.left(due_on, today) <= self.soon

    def leader_today(self, due_on: dt.date, today: dt.date) -> bool:
        """Return whether the leader is told today."""
        late = -self.counting.left(due_on, today)
        due = late > 0 and late >= self.leader_from and (late - self.leader_from) % self.leader_every == 0
        return due and not self.counting.is_quiet(today)


def on(day: dt.date, agency: Agency) -> Reminding:
    """Return the agency's rules of that day, with its calendar. Three queries."""
    found = values_on(day, agency, prefix=PREFIX)
    return Reminding(
        _days(found, "task-remind-before-days", 0),
        _days(found, "task-soon-days", 0),
        _days(found, "task-remind-late-every-days", 1),
        _days(found, "task-tell-leader-late-days", 1),
        _days(found, "task-tell-leader-every-days", 1),
        _counting(found, agency),
    )


def _counting(found: dict[str, LegalRule], agency: Agency) -> Counting:
    every_day = COUNTED in found and found[COUNTED].value is False
    return Counting(None if every_day else working_calendar(agency))


def urged_today(day: dt.date, agency: Agency, last: dt.date | None) -> bool:
    """Return whether the leader of a unit that leaves people untold is told today, `last` being the time before."""
    key = "task-urge-untold-every-days"
    found = values_on(day, agency, prefix=PREFIX)
    counted = _counting(found, agency)
    return not counted.is_quiet(day) and (last is None or -counted.left(last, day) >= _days(found, key, 1))


def _days(found: dict[str, LegalRule], key: str, least: int) -> int:
    usual = USUAL[key][1]
    value = found[key].value if key in found else usual
    return max(least, int(value)) if isinstance(value, int | float) else usual
