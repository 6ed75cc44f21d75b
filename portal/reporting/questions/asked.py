"""Questions how a dossier stands: counted by procedure, step and days in the step, without who asked (idea 8).

Held in the process first (portal.content.held_counts): a dossier asked after several times through one door before that
is written down is one question, so that a second fact or a turned page is none of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Min, QuerySet, Sum
from django.utils import timezone

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier, Procedure
from dossiers.states import CLOCK_PAUSED, CLOCK_RUNS, WITH_RESULT, State
from feedback.figures.periods import Period
from portal.content.held_counts import HeldCounts, add_up
from portal.reporting import charts, sums
from portal.reporting.models import QuestionDay
from portal.reporting.scope import Scope

log = structlog.get_logger(__name__)
MOST_LINES = 15
SINCE = ((0, "ngay trong ngày"), (1, "ngày 1–2"), (3, "ngày 3–5"), (6, "ngày 6–10"), (11, "sau 10 ngày"))
"""Days a dossier has stood in its step when it is asked after: from how many on, and in words."""
LATE = "quá hẹn"
_held = HeldCounts()
forget = _held.forget


def heard(where: str, codes: tuple[str, ...]) -> None:
    """Note that these dossiers were asked after."""
    if _held.add((where, code) for code in codes):
        write()


def write() -> None:
    """Write down what was asked since the last time."""
    taken, now = set(_held.take()), timezone.now()
    codes = {code for _, code in taken}
    try:
        with transaction.atomic():
            rows = Dossier.objects.order_by().filter(code__in=codes)
            facts = {row[0]: row[1:] for row in rows.values_list("code", *_FACTS)}
            counts = Counter(_row_of(where, facts[code], now) for where, code in taken if code in facts)
            for key, times in sorted(counts.items(), key=repr):
                add_up(QuestionDay, dict(zip(_KEY, key, strict=True)), times)
    except DatabaseError as error:
        log.warning("questions_not_counted", lost=len(taken), why=str(error)[:200])


_FACTS = ("agency_id", "procedure_id", "state", "state_changed_at", "due_at", "clock_open")
_KEY = ("day", "agency_id", "procedure_id", "state", "where", "since", "late")


def _row_of(where: str, facts: tuple, now: dt.datetime) -> tuple:
    agency, procedure, state, since, due_at, runs = facts
    days = (now.astimezone(ZONE).date() - since.astimezone(ZONE).date()).days
    begins = max(start for start, _ in SINCE if start <= max(0, days))
    late = bool(runs and due_at and due_at < now)
    return now.astimezone(ZONE).date(), agency, procedure, state, where, begins, late


@dataclass(frozen=True, slots=True)
class Line:
    """Questions about one procedure in one step: how many, when most of them come, what would spare them."""

    key: str
    procedure: str
    state: str
    times: int
    share: int  # per cent of all questions of the period
    when: str
    when_share: int
    message: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The board of questions; `per_hundred` is of dossiers received in the same days, None without any.

    What lies before the first day ever counted is not known: None, and a gap in the line.
    """

    times: int
    before: int | None
    per_hundred: float | None
    per_hundred_before: float | None
    doors: list[tuple[str, int]]
    lines: list[Line]
    chart: charts.Chart


def of(scope: Scope, period: Period, *, today: dt.date) -> Asked:
    """Return what was asked of the scope in the period; of the whole agency, for a question is nobody's room's.

    Seven queries over daily figures.
    """
    scope = replace(scope, unit=None)
    before = period.before_until(today)
    came = sums.by_day(scope, Period(before.first, period.last))
    doors: Counter[str] = Counter(dict(_rows(scope, period).values_list("where").annotate(n=Sum("times"))))
    times = sum(doors.values())
    begins = QuestionDay.objects.aggregate(day=Min("day"))["day"] or dt.date.max
    earlier = None if before.first < begins else _rows(scope, before).aggregate(n=Sum("times"))["n"] or 0
    return Asked(
        times,
        earlier,
        _per_hundred(times, sums.of_period(came, period).received),
        None if earlier is None else _per_hundred(earlier, sums.of_period(came, before).received),
        [(str(label), doors[value]) for value, label in QuestionDay.Where.choices],
        _lines(scope, period, times),
        _chart(scope, Period(period.first, min(period.last, max(today, period.first))), came, begins),
    )


def _rows(scope: Scope, period: Period) -> QuerySet[QuestionDay]:
    rows = sums.narrowed(QuestionDay.objects.order_by(), scope)
    return rows.filter(day__range=(period.first, period.last))


def _per_hundred(times: int, received: int) -> float | None:
    return round(100 * times / received, 1) if received else None


def _lines(scope: Scope, period: Period, whole: int) -> list[Line]:
    by: dict[tuple[int, str], Counter[tuple[int, bool]]] = {}
    rows = _rows(scope, period).values_list("procedure", "state", "since", "late").annotate(n=Sum("times"))
    for procedure, state, since, late, times in rows:
        by.setdefault((procedure, state), Counter())[since, late] += times
    most = sorted(by, key=lambda key: (-sum(by[key].values()), key))[:MOST_LINES]
    names = dict(Procedure.objects.filter(pk__in={pk for pk, _ in most}).values_list("pk", "name"))
    found = []
    for procedure, state in most:
        counts = by[procedure, state]
        times, (since, late), peak = sum(counts.values()), *counts.most_common(1)[0]
        when = LATE if late else dict(SINCE)[since]
        found.append(
            Line(
                f"{procedure}:{state}", names[procedure], str(State(state).label), times,
                round(100 * times / whole), when, round(100 * peak / times), spared_by(State(state), since, late=late),
            )
        )  # fmt: skip
    return found


def spared_by(state: State, since: int, *, late: bool) -> str:
    """Return the message that answers the question before it is asked, and when it should go."""
    if late:
        return "Văn bản xin lỗi có ngày hẹn mới, gửi trước ngày đã hẹn."
    if state in CLOCK_PAUSED:
        return "Tin yêu cầu bổ sung ghi từng giấy, nơi nộp và ngày cuối; nhắc lại trước ngày cuối."
    if state in WITH_RESULT:
        return "Tin có kết quả ghi nơi nhận, giờ nhận, giấy mang theo; nhắc lại khi chưa ai đến lấy."
    if state not in CLOCK_RUNS:
        return (
            "Tin “đã nộp” nói khi nào được trả lời tiếp nhận."
            if not state.record.final
            else "Tin kết thúc nói rõ lý do và cách nộp lại."
        )
    if since < SINCE[2][0]:
        return "Tin của bước này ghi ngày hẹn và việc tiếp theo."
    return f"Tin giữa kỳ “vẫn đúng hẹn, đang ở bước {state.label}”, gửi trước ngày thứ {since} của bước."


def _chart(scope: Scope, period: Period, came: dict[dt.date, sums.Totals], begins: dt.date) -> charts.Chart:
    """Return questions for a hundred dossiers received, step by step: a line that should fall."""
    by_day = dict(_rows(scope, period).values_list("day").annotate(n=Sum("times")))
    cut = charts.steps(period)
    values = []
    for step in cut:
        asked = sum(times for day, times in by_day.items() if step.first <= day <= step.last)
        received = sums.of_period(came, Period(step.first, step.last)).received
        values.append(None if step.last < begins else _per_hundred(asked, received))
    line = charts.Series("Lượt hỏi trên 100 hồ sơ nhận", tuple(values))
    return charts.Chart("Hỏi tiến độ trên 100 hồ sơ tiếp nhận", tuple(step.name for step in cut), (line,), "lượt")
