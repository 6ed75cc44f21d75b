"""How far the calendar of days off is decided, and which promises reach beyond: their date may still have to move.

Decided is a year with a confirmed national day off (the yearly notice of the Prime Minister), up to the first day that
is proposed and not confirmed, in the common calendar or in the agency's own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dossiers.deadlines.working_time import ZONE
from dossiers.models import CalendarException
from dossiers.written_dates import written_day


@dataclass(frozen=True, slots=True)
class Undecided:
    """The first day the calendar is not decided for, and why."""

    first: dt.date
    why: str

    def sentence_of(self, day: dt.date) -> str:
        """Return what to tell of a date of return; "" for one the calendar is decided for."""
        if day < self.first:
            return ""
        return (
            f"Ngày hẹn trả {written_day(day)} vượt quá lịch nghỉ đã xác nhận: {self.why}. "
            "Ngày hẹn có thể còn phải đổi; hãy báo người giữ lịch xác nhận trước khi đến hạn."
        )


def undecided_from(today: dt.date) -> dict[int | None, Undecided]:
    """Return from when the calendar is undecided: None for every agency, an agency's id where its own ends sooner.

    Two queries.
    """
    confirmed = CalendarException.objects.filter(
        agency=None, kind=CalendarException.Kind.OFF, confirmed_at__isnull=False, date__year__gte=today.year
    )
    years = {day.year for day in confirmed.order_by().dates("date", "year")}
    year = next(year for year in range(today.year, today.year + len(years) + 1) if year not in years)
    first = max(today, dt.date(year, 1, 1))
    found: dict[int | None, Undecided] = {
        None: Undecided(first, f"năm {year} chưa có ngày nghỉ nào được xác nhận"),
    }
    proposed = CalendarException.objects.filter(confirmed_at=None, date__gte=today).order_by("agency_id", "date")
    for day in sorted(proposed, key=lambda day: (day.agency_id is not None, day.date)):
        if day.date < min(found[None].first, found.get(day.agency_id, found[None]).first):
            why = f"“{day.name}” {written_day(day.date)} mới là đề xuất, chưa xác nhận"
            found[day.agency_id] = Undecided(day.date, why)
    return found


def beyond(due_at: dt.datetime | None, agency_id: int, today: dt.date) -> str:
    """Return what to tell of a promise of the agency that reaches beyond its decided calendar; "" when none does."""
    if due_at is None:
        return ""
    from_when = undecided_from(today)
    return from_when.get(agency_id, from_when[None]).sentence_of(due_at.astimezone(ZONE).date())


def reaching_beyond(rows: QuerySet, today: dt.date) -> QuerySet:
    """Return the dossiers of `rows` whose running clock ends beyond the decided calendar of their agency."""
    wanted = Q()
    for agency_id, undecided in undecided_from(today).items():
        late = Q(due_at__gte=dt.datetime.combine(undecided.first, dt.time.min, ZONE))
        wanted |= late if agency_id is None else late & Q(agency_id=agency_id)
    return rows.filter(wanted, clock_open=True)
