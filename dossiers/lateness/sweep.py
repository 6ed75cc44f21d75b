"""The sweep of due dates: reminds, drafts apologies, closes drafts nobody needs, checks the invariant. Journey 3.

It looks at how things stand, not at what happened since last time: run twice it does nothing the second time, run
after days without beat it does what is due now. A dossier the database refuses is named and the others go on.
Measured by tests/bench/bulk/sweep.py (P6).
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Count, Max, Min

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import horizons as due_horizons
from dossiers.lateness import sweep_sql
from dossiers.lateness.horizons import Group
from dossiers.lateness.moments import Moments
from dossiers.lateness.worklists import NEW_DATE_PASSED, WITHOUT_LETTER, late
from dossiers.models import Dossier, LatenessBreach, Reminder, SweepRun

log = structlog.get_logger("dossiers.overdue")
Level = Reminder.Level
NOT_NEEDED = "Không còn cần: hồ sơ đã có kết quả, đang chờ người dân hoặc đã đổi ngày hẹn."
MOST_PROBLEMS = 50
FRESH = dt.timedelta(minutes=70)  # beat sweeps every half hour


@dataclass
class _Sweep:
    now: dt.datetime
    counts: Counter = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def do(self, what: str, words: str, statement: str, group: Group, column: str, **values) -> None:
        """Run one statement for a group; when the database refuses it, halve until only the bad dossiers are left."""
        scope = sweep_sql.agencies(column, group.agency_ids, group.others)
        values = {"now": self.now, "no": False, **values}
        try:
            with transaction.atomic():
                self.counts[what] += sweep_sql.run(statement, scope, **values)
        except DatabaseError as error:
            log.warning("sweep_statement_refused", what=what, error=type(error).__name__)
            self._halve(what, words, statement, scope, values, _open_ids(values["before"]))

    def _halve(self, what: str, words: str, statement: str, scope: str, values: dict, span: tuple[int, int]) -> None:
        low, high = span
        if low > high:
            return
        try:
            with transaction.atomic():
                ids = sweep_sql.between("d.id" if "d.clock_open" in statement else "dossier_id", low, high)
                self.counts[what] += sweep_sql.run(statement, scope + ids, **values)
        except DatabaseError as error:
            if low == high:
                code = Dossier.objects.filter(pk=low).values_list("code", flat=True).first() or low
                self.problems.append(f"Hồ sơ {code}: {words} không được ({type(error).__name__}).")
                return
            middle = (low + high) // 2
            self._halve(what, words, statement, scope, values, (low, middle))
            self._halve(what, words, statement, scope, values, (middle + 1, high))


def sweep(*, now: dt.datetime) -> SweepRun:
    """Return the diary row of one sweep of every agency at `now`."""
    began = time.perf_counter()
    state = _Sweep(now)
    with transaction.atomic():
        state.counts["closed"] = sweep_sql.run(sweep_sql.CLOSE, why=NOT_NEEDED)
    found, problems = due_horizons.groups(now)
    state.problems += problems
    for group in found:
        _remind(state, group)
        _draft(state, group)
    late, passed = check(now=now)
    return SweepRun.objects.create(
        at=now,
        seconds=round(time.perf_counter() - began, 3),
        reminders=state.counts["reminders"],
        drafts=state.counts["drafts"],
        closed=state.counts["closed"],
        late_without_letter=late,
        passed_new_date=passed,
        problems=state.problems[:MOST_PROBLEMS],
    )


def ensure_swept(*, now: dt.datetime) -> None:
    """Sweep when the last sweep is more than FRESH old: whoever opens a desk sees today's drafts, beat or no beat."""
    last = SweepRun.objects.order_by("-at").values_list("at", flat=True).first()
    if last is not None and now - last < FRESH:
        return
    try:
        sweep(now=now)
    except DatabaseError as error:  # a locked database must not keep anybody from the desk
        log.warning("sweep_from_desk_failed", error=type(error).__name__)


def _remind(state: _Sweep, group: Group) -> None:
    horizons = group.horizons
    levels = (
        (Level.HANDLER, horizons.handler),
        (Level.SUPERVISOR, horizons.supervisor),
        (Level.LEADER, horizons.leader),
    )
    for level, before in levels:
        state.do(
            "reminders",
            "nhắc việc",
            sweep_sql.REMIND,
            group,
            "d.agency_id",
            level=level.value,
            before=before,
            settled=horizons.settled,
            soon=horizons.soon,
        )


def _draft(state: _Sweep, group: Group) -> None:
    horizons = group.horizons
    state.do(
        "drafts",
        "lập dự thảo",
        sweep_sql.DRAFT,
        group,
        "d.agency_id",
        before=horizons.draft,
        settled=horizons.settled,
        soon=horizons.soon,
    )
    since = horizons.today - dt.timedelta(days=3650)
    for day, new in horizons.proposals:
        before = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, ZONE)
        state.do("proposed", "đề xuất ngày", sweep_sql.PROPOSE, group, "centre_id", since=since, before=before, new=new)
        since = before


def check(*, now: dt.datetime) -> tuple[int, int]:
    """Return (late dossiers without a letter, new dates passed without a decision) and keep the day's worst by agency.

    A letter moves the promised date, so a late dossier that never had one lacks a letter, and one that had some has
    let its new date pass.
    """
    rows = list(
        late(Dossier.objects.order_by(), Moments(None, now))
        .values("agency_id")
        .annotate(without=Count("pk", filter=WITHOUT_LETTER), passed=Count("pk", filter=NEW_DATE_PASSED))
    )
    day = now.astimezone(ZONE).date()
    kept = {row.agency_id: row for row in LatenessBreach.objects.filter(day=day)}
    fresh = []
    for row in rows:
        before = kept.get(row["agency_id"])
        worst = (
            max(row["without"], before.late_without_letter if before else 0),
            max(row["passed"], before.passed_new_date if before else 0),
        )
        if before is None or worst != (before.late_without_letter, before.passed_new_date):
            fresh.append(
                LatenessBreach(
                    day=day, agency_id=row["agency_id"], late_without_letter=worst[0], passed_new_date=worst[1]
                )
            )
    LatenessBreach.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["day", "agency"],
        update_fields=["late_without_letter", "passed_new_date"],
    )
    return sum(row["without"] for row in rows), sum(row["passed"] for row in rows)


def _open_ids(before: dt.datetime) -> tuple[int, int]:
    ends = Dossier.objects.due_by(before).aggregate(low=Min("pk"), high=Max("pk"))
    return (ends["low"], ends["high"]) if ends["low"] is not None else (1, 0)
