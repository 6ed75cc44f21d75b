"""The worklists of lateness: what is due, late, lying still or waiting, each with a colour and a capped count.

Every list reads an index of open dossiers, or of one state of the user's agencies: flat in the number of finished ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError, WorkingCalendar, add_working_days, at_minute
from dossiers.lateness import horizons as due_horizons
from dossiers.lateness.pace import working_time_ago
from dossiers.models import Dossier, Letter, ProcedurePace
from dossiers.scoping import agency_ids_of, scoped
from dossiers.states import CLOCK_RUNS, State, on_list

CEILING = 999
WAITED = ("state_changed_at", "id")
OFFICE_DAY = 450  # working minutes, for agencies whose calendar cannot be read


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments the lists compare with, of one calendar at `now`."""

    now: dt.datetime
    today: dt.datetime
    soon: dt.datetime
    unassigned: dt.datetime
    unmoved: dt.datetime
    supplement: dt.datetime
    collected: dt.datetime


@dataclass(frozen=True, slots=True)
class WorkList:
    """One list: its colour (`level`: late | today | soon | waiting | calm) is never the only sign."""

    name: str
    label: str
    level: str
    hint: str
    rows: Callable[[QuerySet, Moments], QuerySet]
    order: tuple[str, ...] = ("due_at", "id")

    @property
    def by_waiting(self) -> bool:
        """Whether the list is about how long a dossier has lain, not about its due date."""
        return self.order == WAITED


@dataclass(frozen=True, slots=True)
class Counted:
    """A list with its number, "999+" above the ceiling."""

    list: WorkList
    count: int

    @property
    def words(self) -> str:
        return f"{CEILING}+" if self.count > CEILING else str(self.count)


def _late(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(clock_open=True, due_at__lt=moments.today)


def _without_letter(rows: QuerySet, moments: Moments) -> QuerySet:
    return _late(rows, moments).filter(new_dates_given=0)


def _passed(rows: QuerySet, moments: Moments) -> QuerySet:
    return _late(rows, moments).filter(new_dates_given__gt=0)


def _apologised(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(clock_open=True, due_at__gte=moments.today, promised_at__lt=moments.today, new_dates_given__gt=0)


def _today(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(clock_open=True, due_at__gte=moments.today, due_at__lt=moments.today + dt.timedelta(days=1))


def _soon(rows: QuerySet, moments: Moments) -> QuerySet:
    tomorrow = moments.today + dt.timedelta(days=1)
    return rows.filter(clock_open=True, due_at__gte=tomorrow, due_at__lt=moments.soon)


def _second(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(clock_open=True, due_at__lt=moments.soon, new_dates_given__gt=0)


def _unassigned(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(state__in=on_list("unassigned"), state_changed_at__lt=moments.unassigned)


def _unmoved(rows: QuerySet, moments: Moments) -> QuerySet:
    pace = ProcedurePace.objects.filter(procedure=OuterRef("procedure"), state=OuterRef("state"))
    slower = Exists(pace.filter(unmoved_before__gt=OuterRef("state_changed_at")))
    unmeasured = Q(state_changed_at__lt=moments.unmoved) & ~Exists(pace)
    return rows.filter(slower | unmeasured, clock_open=True, state__in=CLOCK_RUNS - on_list("unassigned"))


def _supplement(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(state=State.SUPPLEMENT_REQUESTED, state_changed_at__lt=moments.supplement)


def _uncollected(rows: QuerySet, moments: Moments) -> QuerySet:
    return rows.filter(state__in=on_list("ready"), state_changed_at__lt=moments.collected)


LISTS: dict[str, WorkList] = {
    each.name: each
    for each in (
        WorkList("no-letter", "Quá hạn, chưa có văn bản xin lỗi", "late", "Duyệt văn bản ngay", _without_letter),
        WorkList("new-date-passed", "Quá cả ngày hẹn lại", "late", "Cần lãnh đạo quyết định", _passed),
        WorkList(
            "apologised",
            "Lỡ hẹn đầu, chờ theo văn bản xin lỗi",
            "soon",
            "Chưa quá ngày hẹn lại, nhưng lời hẹn đầu đã không giữ được",
            _apologised,
        ),
        WorkList("due-today", "Đến hạn hôm nay", "today", "", _today),
        WorkList("second", "Sắp trễ lần hai", "today", "Đã hẹn lại một lần, lại sắp đến hạn", _second),
        WorkList("due-soon", "Sắp đến hạn", "soon", "Văn bản xin lỗi đã có dự thảo", _soon),
        WorkList("unassigned", "Tiếp nhận mà chưa phân công", "today", "", _unassigned, WAITED),
        WorkList("unmoved", "Nằm yên quá lâu", "soon", "Lâu hơn hầu hết hồ sơ cùng thủ tục", _unmoved),
        WorkList(
            "supplement",
            "Chờ bổ sung quá lâu",
            "waiting",
            "Gọi nhắc người dân",
            _supplement,
            WAITED,
        ),
        WorkList(
            "uncollected",
            "Kết quả chưa ai nhận",
            "waiting",
            "Gọi mời đến nhận",
            _uncollected,
            WAITED,
        ),
    )
}


def counted(user, now: dt.datetime) -> list[Counted]:
    """Return every list of the user's agencies with its number. One capped query a list."""
    moments = moments_for(user, now)
    return [Counted(each, len(_ids(each, user, moments))) for each in LISTS.values()]


def rows_of(name: str, user, now: dt.datetime) -> QuerySet:
    """Return the dossiers of a list that the user may see, the most pressing first. Raises KeyError."""
    each = LISTS[name]
    return each.rows(scoped(Dossier.objects.all(), user), moments_for(user, now)).order_by(*each.order)


def open_letter_states(dossier_ids: list[int]) -> dict[int, Letter]:
    """Return the open letter of each dossier. One query."""
    rows = Letter.objects.filter(dossier_id__in=dossier_ids, state__in=Letter.OPEN).select_related("cause")
    return {row.dossier_id: row for row in rows}


def moments_for(user, now: dt.datetime) -> Moments:
    """Return the moments by the calendar of the user's agency when there is one, else by the common calendar."""
    allowed = agency_ids_of(user)
    own = next(iter(allowed)) if allowed is not None and len(allowed) == 1 else None
    calendars = calendars_of([own, None])
    calendar = calendars.get(own) or calendars.get(None)
    day = now.astimezone(ZONE).date()
    today = at_minute(day, 0)

    def rule(key: str) -> int:
        return int(value_on(key, day, own))

    def days_ago(count: int) -> dt.datetime:
        return _back(day, count, calendar)

    return Moments(
        now=now,
        today=today,
        soon=_draft_horizon(own, now, today),
        unassigned=_hours_ago(now, rule("stuck-unassigned-hours"), calendar),
        unmoved=days_ago(rule("stuck-days-without-history")),
        supplement=today - dt.timedelta(days=rule("supplement-wait-days")),
        collected=days_ago(rule("result-uncollected-days")),
    )


def _ids(each: WorkList, user, moments: Moments) -> list[int]:
    rows = each.rows(scoped(Dossier.objects.all(), user), moments)
    return list(rows.order_by().values_list("pk", flat=True)[: CEILING + 1])


def _back(day: dt.date, count: int, calendar: WorkingCalendar | None) -> dt.datetime:
    try:
        return at_minute(add_working_days(day, -count, calendar) if calendar else day - dt.timedelta(days=count), 0)
    except CalendarError:
        return at_minute(day - dt.timedelta(days=count), 0)


def _hours_ago(now: dt.datetime, hours: int, calendar: WorkingCalendar | None) -> dt.datetime:
    if calendar is None:
        return now - dt.timedelta(days=hours * 60 / OFFICE_DAY)
    return working_time_ago(now, hours * 60, calendar)


def _draft_horizon(agency_id: int | None, now: dt.datetime, today: dt.datetime) -> dt.datetime:
    try:
        return due_horizons.horizons_of(agency_id, now).draft
    except (CalendarError, KeyError):
        return today + dt.timedelta(days=3)


__all__ = ["LISTS", "Counted", "Moments", "WorkList", "counted", "moments_for", "open_letter_states", "rows_of"]
