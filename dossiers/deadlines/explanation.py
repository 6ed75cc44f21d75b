"""Why a due date is the date it is: the facts of the computation, storable as JSON, and one Vietnamese sentence.

The facts are frozen with the promise. A later change of the calendar does not change what was said to the citizen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal

from dossiers.deadlines.time_limit import TimeLimit, Unit
from dossiers.deadlines.working_time import Closure, local_minute
from dossiers.written_dates import WEEKDAYS, named_day, named_moment, written_month, written_range

Audience = Literal["staff", "citizen"]
Outside = Literal["", "before_open", "break", "after_close", "day_off"]

_OUTSIDE = {
    "before_open": "trước giờ làm việc",
    "break": "trong giờ nghỉ trưa",
    "after_close": "sau giờ làm việc",
}


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch on the citizen's side, and how far it moved the due date ("3 ngày làm việc"; empty: not at all)."""

    paused: datetime
    resumed: datetime
    moved: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The facts behind a due date; every moment in Vietnam's zone, to the minute.

    `counted_from` is the receipt moved into working hours, `last_day` the last day of the limit before it was rolled
    off a day off, `cut_off_minute` is set only when the cut-off moved the date. A `stated_by` names the paper or
    system that set the date where it was not computed here; such an explanation has no limit.
    """

    due: datetime
    received: datetime
    counted_from: datetime
    limit: TimeLimit | None = None
    outside: Outside = ""
    received_on: Closure | None = None
    day_zero: bool = True
    first_day: date | None = None
    last_day: date | None = None
    skipped: tuple[Closure, ...] = ()
    weekdays_off: tuple[int, ...] = ()
    made_up: tuple[date, ...] = ()
    holidays_skipped: bool = False
    month_shortened: bool = False
    rolled_over: Closure | None = None
    cut_off_minute: int | None = None
    pauses: tuple[Pause, ...] = ()
    stated_by: str = ""
    bases: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, audience: Audience = "staff", *, subject: str = "Hồ sơ", outcome: str = "trả kết quả") -> str:
        """Return one Vietnamese sentence that ends with the due date; staff also see the articles of law.

        `subject` and `outcome` fit it to other limits, as "Phản ánh" and "trả lời".
        """
        staff = audience == "staff"
        clauses = [f"{subject} nhận lúc {named_moment(self.received)}{self._outside_text()}"]
        if self.limit is None:
            clauses.append(f"ngày hẹn {outcome} do {_clean(self.stated_by)} ấn định")
        else:
            clauses += [self._count_text(staff), *self._steps(staff)]
        clauses += [_pause_text(pause) for pause in self.pauses if pause.moved]
        return f"{', '.join(filter(None, clauses))}; vì vậy {outcome} chậm nhất {named_moment(self.due)}."

    def _outside_text(self) -> str:
        if not self.outside:
            return ""
        where = _closure_text(self.received_on) if self.received_on else _OUTSIDE[self.outside]
        return f" ({where}) nên được tính từ {named_moment(self.counted_from)}"

    def _count_text(self, staff: bool) -> str:
        limit = self.limit
        assert limit is not None
        if limit.unit is Unit.SAME_DAY:
            return "thủ tục giải quyết trong ngày"
        if limit.unit is Unit.HOUR:
            return f"thời hạn {limit} đếm ngay từ lúc {'đó' if self.outside else 'nhận'}"
        kind = ""
        if limit.unit is Unit.CALENDAR_DAY:
            kind = " (không tính ngày lễ)" if self.holidays_skipped else " (tính cả ngày nghỉ)"
        basis = self._basis("day_zero", staff)
        if not self.day_zero:
            return f"thời hạn {limit}{kind} đếm cả ngày nhận{basis}"
        if limit.unit is Unit.MONTH:
            return f"thời hạn {limit} kể từ {named_day(self.counted_from)}{basis}"
        note = f" vì không tính ngày nhận{basis}" if staff else ""
        return f"thời hạn {limit}{kind} đếm từ {named_day(self.first_day or self.counted_from)}{note}"

    def _steps(self, staff: bool) -> list[str]:
        steps = []
        off = [WEEKDAYS[weekday] for weekday in self.weekdays_off] + [_closure_text(run) for run in self.skipped]
        if off:
            steps.append(f"không tính {_listed(off)}")
        if self.made_up:
            steps.append(f"có tính ngày làm bù {_listed([named_day(d) for d in self.made_up])}")
        if self.cut_off_minute is not None:
            hour = f"{self.cut_off_minute // 60:02}:{self.cut_off_minute % 60:02}"
            steps.append(f"nhận sau {hour} nên chuyển sang ngày làm việc kế tiếp{self._basis('cut_off', staff)}")
        if self.month_shortened and self.last_day:
            steps.append(f"tháng {written_month(self.last_day)} không có ngày tương ứng nên lấy ngày cuối tháng")
        if self.rolled_over and self.last_day:
            where = _closure_text(self.rolled_over)
            if where.startswith("nghỉ"):
                where = f"{'ngày' if self.rolled_over.first == self.rolled_over.last else 'kỳ'} {where}"
            basis = self._basis("roll", staff)
            steps.append(
                f"ngày cuối {named_day(self.last_day)} rơi vào {where} nên chuyển sang ngày làm việc kế tiếp{basis}"
            )
        return steps

    def _basis(self, rule: str, staff: bool) -> str:
        text = _clean(self.bases.get(rule, "")) if staff else ""
        return f" ({text})" if text else ""

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON-ready values; `from_dict` gives an equal one back."""
        return {name: _stored(getattr(self, name)) for name in _FIELDS}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Explanation:
        """Return the explanation stored by `as_dict`; fields unknown to this version are left out."""
        known = {name: _RESTORE.get(name, _same)(value) for name, value in stored.items() if name in _FIELDS}
        return cls(**known)


def _closure_text(run: Closure) -> str:
    if run.weekly:
        return "ngày nghỉ hằng tuần"
    name = _clean(run.name)
    prefix = "" if name.lower().startswith(("nghỉ", "ngày nghỉ")) else "nghỉ "
    return f"{prefix}{name} {written_range(run.first, run.last)}"


def _pause_text(pause: Pause) -> str:
    reason = f" {_clean(pause.reason)}" if _clean(pause.reason) else ""
    stretch = f"{named_moment(pause.paused)} đến {named_moment(pause.resumed)}"
    return f"tạm dừng{reason} từ {stretch} nên lùi {pause.moved}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} và {names[-1]}"


def _clean(text: str) -> str:
    # Names come from people's tables: a stray line break or full stop would break the one sentence in two.
    return " ".join(text.split()).rstrip(" .;")


def _stored(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, TimeLimit):
        return value.as_dict()
    if isinstance(value, Closure | Pause):
        return {each.name: _stored(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_stored(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value


def _same(value: Any) -> Any:
    return value


def _moment(value: str) -> datetime:
    return local_minute(datetime.fromisoformat(value))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _closure(value: Mapping[str, Any] | None) -> Closure | None:
    if value is None:
        return None
    first, last = date.fromisoformat(value["first"]), date.fromisoformat(value["last"])
    return Closure(value["name"], first, last, value["weekly"])


def _pause(value: Mapping[str, Any]) -> Pause:
    return Pause(_moment(value["paused"]), _moment(value["resumed"]), value["moved"], value["reason"])


_FIELDS = tuple(each.name for each in fields(Explanation))
_RESTORE: Mapping[str, Callable[[Any], Any]] = {
    "due": _moment,
    "received": _moment,
    "counted_from": _moment,
    "limit": lambda value: TimeLimit.from_dict(value) if value else None,
    "received_on": _closure,
    "rolled_over": _closure,
    "first_day": _day,
    "last_day": _day,
    "skipped": lambda value: tuple(_closure(each) for each in value),
    "weekdays_off": tuple,
    "made_up": lambda value: tuple(date.fromisoformat(each) for each in value),
    "pauses": lambda value: tuple(_pause(each) for each in value),
}
