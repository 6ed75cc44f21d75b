"""Reading the dated legal rules a computation needs, as plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q

from dossiers.deadlines.time_limit import Rules
from dossiers.models import Agency, LegalRule, valid_on
from dossiers.read_once import once


def values_on(day: dt.date, agency: Agency | int | None = None, *, prefix: str = "") -> dict[str, LegalRule]:
    """Return the rule in force on `day` per key, the agency's own before the national one. One query."""
    scope = Q(agency__isnull=True) | Q(agency=agency) if agency else Q(agency__isnull=True)
    rows = LegalRule.objects.filter(valid_on(day), scope, key__startswith=prefix)
    rows = rows.order_by("key", F("agency").asc(nulls_first=True), "valid_from")
    return {row.key: row for row in rows}


@once
def value_on(key: str, day: dt.date, agency: Agency | int | None = None) -> Any:
    """Return the value of one rule on `day`. Raises LegalRule.DoesNotExist with a sentence when none covers it."""
    return LegalRule.on(key, day, agency).value


@once
def deadline_rules(day: dt.date, agency: Agency | None = None) -> Rules:
    """Return the numbers due dates are counted by on `day` (Bộ luật Dân sự 2015, điều 147–148, and local rules)."""
    found = values_on(day, agency, prefix="deadline-")

    def value(key: str, default: Any) -> Any:
        return found[key].value if key in found else default

    def basis(key: str) -> str:
        return found[key].article if key in found else ""

    cut_off = value("deadline-same-day-cut-off", None)
    hours, minutes = (int(part) for part in cut_off.split(":")) if cut_off else (0, 0)
    return Rules(
        day_zero=value("deadline-day-zero", True),
        cut_off_minute=None if cut_off is None else hours * 60 + minutes,
        roll_last_day_off=value("deadline-roll-last-day-off", True),
        hours_per_day=value("deadline-hours-per-day", 8),
        calendar_skip_holidays=value("deadline-calendar-days-skip-holidays", False),
        day_zero_basis=basis("deadline-day-zero"),
        roll_basis=basis("deadline-roll-last-day-off"),
        cut_off_basis=basis("deadline-same-day-cut-off"),
    )
