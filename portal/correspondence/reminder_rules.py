"""When people are reminded of a task: dated rules, the agency's own before everybody's; staff edit them afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers.deadlines.rule_registry import Rule
from dossiers.deadlines.rules import values_on
from dossiers.models import Agency, LegalRule

PREFIX = "task-"
USUAL = {
    "task-remind-before-days": ("Nhắc người làm trước hạn của nhiệm vụ", 3),
    "task-remind-late-every-days": ("Nhiệm vụ quá hạn: nhắc lại người làm, mỗi lần cách nhau", 1),
    "task-tell-leader-late-days": ("Nhiệm vụ quá hạn từ bao nhiêu ngày thì báo lãnh đạo", 1),
    "task-tell-leader-every-days": ("Nhiệm vụ quá hạn: báo lại lãnh đạo, mỗi lần cách nhau", 3),
    "task-urge-untold-every-days": ("Đơn vị chưa báo người dân: nhắc lãnh đạo, mỗi lần cách nhau", 1),
}
RULES = tuple(
    Rule(key=key, title=title, value=value, unit="ngày", article="Quy chế làm việc của cơ quan")
    for key, (title, value) in USUAL.items()
)


@dataclass(frozen=True, slots=True)
class Reminding:
    """Days before the due date, days between reminders once late, and the same two for the leader."""

    before: int
    late_every: int
    leader_from: int
    leader_every: int

    def person_today(self, due_on: dt.date, today: dt.date) -> bool:
        """Return whether whoever does it is reminded today: once before, on the day, then again and again."""
        left = (due_on - today).days
        return left in {self.before, 0} or (left < 0 and -left % self.late_every == 0)

    def leader_today(self, due_on: dt.date, today: dt.date) -> bool:
        """Return whether the leader is told today."""
        late = (today - due_on).days
        return late >= self.leader_from and (late - self.leader_from) % self.leader_every == 0


def on(day: dt.date, agency: Agency) -> Reminding:
    """Return the agency's rules of that day. One query."""
    found = values_on(day, agency, prefix=PREFIX)
    return Reminding(
        _days(found, "task-remind-before-days", 0),
        _days(found, "task-remind-late-every-days", 1),
        _days(found, "task-tell-leader-late-days", 1),
        _days(found, "task-tell-leader-every-days", 1),
    )


def urged_every(day: dt.date, agency: Agency) -> int:
    """Return how many days lie between two reminders of a unit that leaves people untold. One query."""
    key = "task-urge-untold-every-days"
    return _days(values_on(day, agency, prefix=key), key, 1)


def _days(found: dict[str, LegalRule], key: str, least: int) -> int:
    usual = USUAL[key][1]
    value = found[key].value if key in found else usual
    return max(least, int(value)) if isinstance(value, int | float) else usual
