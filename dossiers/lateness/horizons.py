"""The moments a sweep compares due dates with, worked out once for all agencies that share them.

Every agency counts by its own calendar and rules; most have none of their own, so a sweep of thousands of agencies
asks a handful of questions. Agencies without working hours are reported, never guessed at.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.working_time import ZONE, CalendarError, WorkingCalendar, add_working_days, at_minute
from dossiers.kept import Kept
from dossiers.models import Agency, CalendarException, LegalRule, WeekPattern, valid_on

KEYS = (
    "forecast-days-before-due",
    "reminder-handler-days",
    "reminder-supervisor-days",
    "reminder-leader-days",
    "apology-short-limit-hours",
    "apology-extension-days",
)


@dataclass(frozen=True, slots=True)
class Horizons:
    """Moments for one group of agencies; "before" means due earlier than that moment.

    A dossier received after `settled` is too young to be reminded of days ahead: it counts only once it is due
    before `soon`. `proposals` maps the day a new date is counted from to the new due moment.
    """

    today: dt.datetime
    handler: dt.datetime
    supervisor: dt.datetime
    leader: dt.datetime
    draft: dt.datetime
    settled: dt.datetime
    soon: dt.datetime
    proposals: tuple[tuple[dt.date, dt.datetime], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Agencies that share horizons; `agency_ids` None stands for every agency not named in `others`."""

    horizons: Horizons
    agency_ids: tuple[int, ...] | None
    others: tuple[int, ...] = ()


def groups(now: dt.datetime) -> tuple[list[Group], list[str]]:
    """Return the groups and a sentence per agency that cannot be counted for. Six queries whatever their number."""
    day = now.astimezone(ZONE).date()
    special = _special(day)
    rules = _rules(day)
    calendars = calendars_of([None, *special])
    problems: list[str] = []
    by_horizons: dict[Horizons, list[int]] = defaultdict(list)
    names = dict(Agency.objects.filter(pk__in=special).values_list("pk", "name"))
    for agency_id in sorted(special):
        try:
            by_horizons[_horizons(now, calendars[agency_id], {**rules[None], **rules.get(agency_id, {})})].append(
                agency_id
            )
        except (KeyError, CalendarError, TypeError, ValueError) as error:
            problems.append(f"{names.get(agency_id, agency_id)}: không tính được hạn ({error}).")
    found = [Group(horizons, tuple(ids)) for horizons, ids in by_horizons.items()]
    try:
        common = _horizons(now, calendars[None], rules[None])
        found.append(Group(common, None, tuple(sorted(special))))
    except (KeyError, CalendarError, TypeError, ValueError) as error:
        problems.append(f"Lịch làm việc chung: không tính được hạn ({error}).")
    return found, problems


def soon_by_agency(day: dt.date) -> dict[int | None, dt.datetime]:
    """Return the moment before which a due date is soon on that day: None for every agency, an agency's id where its
    own calendar or rule says otherwise. The sweep drafts letters for what is due before it. Kept for a minute.
    """
    return _soon.get(day)


def soon_before(agency_id: int | None, day: dt.date) -> dt.datetime:
    """Return the moment before which a due date of the agency is soon on that day; two days ahead for no agency."""
    if agency_id is None:
        return _in_two_days(day)
    known = soon_by_agency(day)
    return known.get(agency_id, known[None])


def _soon_by_agency(day: dt.date) -> dict[int | None, dt.datetime]:
    found: dict[int | None, dt.datetime] = {None: _in_two_days(day)}
    for group in groups(at_minute(day, 0))[0]:
        found.update(dict.fromkeys(group.agency_ids or (None,), group.horizons.draft))
    return found


def _in_two_days(day: dt.date) -> dt.datetime:
    return at_minute(day + dt.timedelta(days=3), 0)


_soon: Kept[dict[int | None, dt.datetime]] = Kept(_soon_by_agency, 60)


def _special(day: dt.date) -> set[int]:
    """Return the agencies with a week, a day off or a reminder rule of their own."""
    own_rules = LegalRule.objects.filter(valid_on(day), key__in=KEYS)
    sources = (WeekPattern.objects.all(), CalendarException.objects.filter(confirmed_at__isnull=False), own_rules)
    found: set[int] = set()
    for rows in sources:
        found.update(rows.filter(agency__isnull=False).order_by().values_list("agency_id", flat=True).distinct())
    return found


def _rules(day: dt.date) -> dict[int | None, dict[str, int]]:
    rows = LegalRule.objects.filter(valid_on(day), key__in=KEYS).order_by("valid_from")
    found: dict[int | None, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row.agency_id][row.key] = row.value
    return found


def _horizons(now: dt.datetime, calendar: WorkingCalendar, rules: dict[str, int]) -> Horizons:
    today = now.astimezone(ZONE).date()

    def end_of(days: int) -> dt.datetime:
        return at_minute(add_working_days(today, int(days), calendar) + dt.timedelta(days=1), 0)

    draft_days = int(rules["forecast-days-before-due"])
    last = end_of(draft_days)
    extension = int(rules["apology-extension-days"])
    days = [today + dt.timedelta(days=n) for n in range((last.date() - today).days)]
    return Horizons(
        today=at_minute(today, 0),
        handler=end_of(rules["reminder-handler-days"]),
        supervisor=end_of(rules["reminder-supervisor-days"]),
        leader=end_of(rules["reminder-leader-days"]),
        draft=last,
        settled=at_minute(add_working_days(today, -max(0, draft_days - 1), calendar), 0),
        soon=now + dt.timedelta(hours=float(rules["apology-short-limit-hours"])),
        proposals=tuple((day, calendar.closing(add_working_days(day, extension, calendar))) for day in days),
    )
