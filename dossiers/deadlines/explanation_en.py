"""The same explanation of a due date in one English sentence, for the English pages of the public site. Pure.

Names of holidays and letters are Vietnamese words of people's tables: holidays are told by their dates, a letter that
set the date is quoted.
"""

from __future__ import annotations

from datetime import date, datetime

from dossiers.deadlines.explanation import Explanation, Pause
from dossiers.deadlines.time_limit import TimeLimit, Unit, amount_in_words
from dossiers.deadlines.working_time import Closure
from dossiers.written_dates import WEEKDAYS_EN, named_day, named_moment, written_day, written_month, written_range

_UNITS = {
    Unit.WORKING_DAY: ("working day", "working days"),
    Unit.CALENDAR_DAY: ("day", "days"),
    Unit.HOUR: ("working hour", "working hours"),
    Unit.MONTH: ("month", "months"),
}
_OUTSIDE = {
    "before_open": "before opening time",
    "break": "during the lunch break",
    "after_close": "after closing time",
    "day_off": "on a day off",
}


def sentence(why: Explanation, *, subject: str = "The file", outcome: str = "the result is due") -> str:
    """Return one English sentence that ends with the due date, for citizens."""
    clauses = [f"{subject} was received at {moment_text(why.received)}{_outside(why)}"]
    if why.limit is None:
        clauses.append(f"the date was set by “{' '.join(why.stated_by.split())}”" if why.stated_by else "")
    else:
        clauses += [_count(why, why.limit), *_steps(why)]
    clauses += [_pause(each) for each in why.pauses if each.moved]
    return f"{', '.join(filter(None, clauses))}; so {outcome} by {moment_text(why.due)}."


def limit_text(limit: TimeLimit) -> str:
    """Return "5 working days", "1.5 working days", "the same day"."""
    if limit.unit is Unit.SAME_DAY:
        return "the same day"
    one, many = _UNITS[limit.unit]
    return f"{amount_in_words(limit.amount).replace(',', '.')} {one if limit.amount == 1 else many}"


def day_text(day: date) -> str:
    return named_day(day, WEEKDAYS_EN)


def moment_text(moment: datetime) -> str:
    return named_moment(moment, WEEKDAYS_EN)


def _outside(why: Explanation) -> str:
    return f" ({_OUTSIDE[why.outside]}), so counted from {moment_text(why.counted_from)}" if why.outside else ""


def _count(why: Explanation, limit: TimeLimit) -> str:
    if limit.unit is Unit.SAME_DAY:
        return "this procedure is settled on the same day"
    if limit.unit is Unit.HOUR:
        return f"the time limit is {limit_text(limit)}, counted from that moment"
    kind = ""
    if limit.unit is Unit.CALENDAR_DAY:
        kind = " (public holidays not counted)" if why.holidays_skipped else " (days off included)"
    if not why.day_zero:
        return f"the time limit is {limit_text(limit)}{kind}, the day of receipt included"
    return f"the time limit is {limit_text(limit)}{kind}, counted from {day_text(why.first_day or why.counted_from)}"


def _steps(why: Explanation) -> list[str]:
    steps = []
    off = [f"{WEEKDAYS_EN[weekday]}s" for weekday in why.weekdays_off] + [_closure(run) for run in why.skipped]
    if off:
        steps.append(f"not counting {_listed(off)}")
    if why.made_up:
        steps.append(f"counting the make-up working {_listed([written_day(d) for d in why.made_up])}")
    if why.cut_off_minute is not None:
        hour = f"{why.cut_off_minute // 60:02}:{why.cut_off_minute % 60:02}"
        steps.append(f"received after {hour} and therefore moved to the next working day")
    if why.month_shortened and why.last_day:
        steps.append(f"{written_month(why.last_day)} has no such day, so its last day counts")
    if why.rolled_over and why.last_day:
        where = _closure(why.rolled_over)
        steps.append(f"the last day {day_text(why.last_day)} falls on {where} and moves to the next working day")
    return steps


def _closure(run: Closure) -> str:
    return "the weekly day off" if run.weekly else f"the holiday {written_range(run.first, run.last)}"


def _pause(pause: Pause) -> str:
    return f"paused from {moment_text(pause.paused)} to {moment_text(pause.resumed)} and moved by the time of waiting"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
