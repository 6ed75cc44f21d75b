"""The moments the worklists of dossiers compare with: each worked out when a list first asks for it.

The rules and the calendar behind them are read once a minute.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError, WorkingCalendar, add_working_days, at_minute
from dossiers.kept import Kept
from dossiers.lateness import horizons
from dossiers.lateness.pace import working_time_ago
from dossiers.scoping import agency_ids_of
from dossiers.worklist import Looking

KEYS = ("stuck-unassigned-hours", "stuck-days-without-history", "supplement-wait-days", "result-uncollected-days")
OFFICE_DAY = 450  # working minutes, for agencies whose calendar cannot be read


class Moments(Looking):
    """By the calendar and rules of the user's agency when there is one, else by the common ones."""

    @property
    def day(self) -> dt.date:
        return self.now.astimezone(ZONE).date()

    @property
    def today(self) -> dt.datetime:
        """Due dates are compared by date: a dossier due today is not late, whatever the hour."""
        return at_minute(self.day, 0)

    @property
    def tomorrow(self) -> dt.datetime:
        return self.today + dt.timedelta(days=1)

    @cached_property
    def soon(self) -> dict[int | None, dt.datetime]:
        """Return the moment due dates before which are soon, by agency, None's for every other one of the user's."""
        known, allowed = horizons.soon_by_agency(self.day), agency_ids_of(self.user)
        return {each: soon for each, soon in known.items() if each is None or allowed is None or each in allowed}

    @cached_property
    def unassigned(self) -> dt.datetime:
        """Return the moment before which a dossier still without a handler came too long ago."""
        hours = self._rule("stuck-unassigned-hours")
        if self._calendar is None:
            return self.now - dt.timedelta(days=hours * 60 / OFFICE_DAY)
        return working_time_ago(self.now, hours * 60, self._calendar)

    @cached_property
    def unmoved(self) -> dt.datetime:
        """Return the moment before which a step began too long ago where its pace was never measured."""
        return self._working_days_ago(self._rule("stuck-days-without-history"))

    @cached_property
    def supplement(self) -> dt.datetime:
        """Return the moment before which a supplement was asked for too long ago; days of the calendar."""
        return self.today - dt.timedelta(days=self._rule("supplement-wait-days"))

    @cached_property
    def collected(self) -> dt.datetime:
        """Return the moment before which a result has lain too long."""
        return self._working_days_ago(self._rule("result-uncollected-days"))

    @cached_property
    def _basis(self) -> tuple[dict[str, int], WorkingCalendar | None]:
        allowed = agency_ids_of(self.user)
        return _bases.get(next(iter(allowed)) if allowed is not None and len(allowed) == 1 else None, self.day)

    @property
    def _calendar(self) -> WorkingCalendar | None:
        return self._basis[1]

    def _rule(self, key: str) -> int:
        return self._basis[0][key]

    def _working_days_ago(self, count: int) -> dt.datetime:
        try:
            if self._calendar:
                return at_minute(add_working_days(self.day, -count, self._calendar), 0)
        except CalendarError:
            pass
        return at_minute(self.day - dt.timedelta(days=count), 0)


def _basis_of(agency_id: int | None, day: dt.date) -> tuple[dict[str, int], WorkingCalendar | None]:
    """Return the numbers of the rules and the calendar the moments of a day are counted by. A handful of queries."""
    calendars = calendars_of([agency_id, None])
    rules = {key: int(value_on(key, day, agency_id)) for key in KEYS}
    return rules, calendars.get(agency_id) or calendars.get(None)


_bases: Kept[tuple[dict[str, int], WorkingCalendar | None]] = Kept(_basis_of, 60)
