"""Keeping the daily figures: what has not been counted is, open days again and again, closed ones never by themselves.

A day is closed OPEN_FOR after it: by then messages have their outcome and dossiers their room. What comes into the
register later with an older date (a load, a neighbour's report) does not move a closed day: the night's comparison
says so at the board, and somebody has the days counted again, by name.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import TruncDate

from dossiers.deadlines.working_time import ZONE, at_minute
from dossiers.models import Dossier
from feedback.ratings import results
from portal.reporting import counting, halves
from portal.reporting.models import AgencyDay, DossierDay, FigureDay, FollowDay, MessageDay, ResultDay
from zalo.models import FollowRecord, OutboxMessage

OPEN_FOR = dt.timedelta(days=7)
CHUNK = 7  # days counted in one go
MOST_AT_ONCE = 62  # days not counted yet that one run of the clock takes up
LINES_KEPT = dt.timedelta(days=729)  # zalo.inbound.retention deletes older messages: their days stay as counted
COMMAND = "lệnh rebuild_figures"
COMPARED = 800  # days back the night's comparison looks


@dataclass(slots=True)
class Told:
    """What a counting did."""

    days: int = 0
    rows: int = 0
    changed: int = 0  # days whose figures are not what they were
    closed_changed: int = 0


def first_day() -> dt.date | None:
    """Return the first day anything happened; None in an empty installation. Four short queries."""
    moments = [
        Dossier.objects.order_by().aggregate(at=Min("received_at"))["at"],
        Dossier.objects.order_by().filter(finished_at__isnull=False).aggregate(at=Min("finished_at"))["at"],
        OutboxMessage.objects.order_by().filter(finished_at__isnull=False).aggregate(at=Min("finished_at"))["at"],
        FollowRecord.objects.order_by().aggregate(at=Min("at"))["at"],
    ]
    known = [moment.astimezone(ZONE).date() for moment in moments if moment]
    return max(min(known), dt.date(1990, 1, 1)) if known else None


def count_due(*, now: dt.datetime) -> Told:
    """Count today, the days still open and some that never were counted. The clock's work; a lost run only delays."""
    today = now.astimezone(ZONE).date()
    told = Told()
    begin = first_day()
    if begin is None:
        return told
    fresh = today - OPEN_FOR
    _count(max(begin, fresh), today, now, told)
    known = set(FigureDay.objects.filter(day__lt=fresh).values_list("day", flat=True))
    missing = [day for day in _days(begin, fresh - dt.timedelta(days=1)) if day not in known]
    for first, last in _runs(missing[-MOST_AT_ONCE:]):
        _count(first, last, now, told)
    unclosed = FigureDay.objects.filter(day__lt=fresh, closed_at=None).values_list("day", flat=True)
    for first, last in _runs(sorted(unclosed)[:MOST_AT_ONCE]):
        _count(first, last, now, told)
    keep_results(fresh)
    halves.build(today)
    return told


def keep_results(before: dt.date) -> int:
    """Write the results of some days that were closed before results were kept; return how many days.

    Nothing else of these days moves: a closed day has no results to be changed.
    """
    bare = FigureDay.objects.filter(day__lt=before, results_kept=False).order_by("-day")
    days = sorted(bare.values_list("day", flat=True)[:MOST_AT_ONCE])
    for first, last in _runs(days):
        found = counting.results(first, last)
        for day in _days(first, last):
            with transaction.atomic():
                row = FigureDay.objects.select_for_update().get(day=day)
                if row.results_kept:
                    continue  # counted meanwhile by another hand, and newer
                _write(ResultDay, day, found.get(day, []))
                FigureDay.objects.filter(day=day).update(results_kept=True)
    return len(days)


def rebuild(
    first: dt.date, last: dt.date, *, now: dt.datetime, by: str = "", say=None, old_messages: bool = False
) -> Told:
    """Count every day of first…last anew, closed ones too; the same again changes nothing.

    Messages older than LINES_KEPT are deleted by now: their figures stay unless `old_messages` says they are there.
    """
    told = Told()
    _count(first, last, now, told, by=by or COMMAND, old=old_messages, say=say)
    halves.build(now.astimezone(ZONE).date())
    return told


def compare(*, now: dt.datetime) -> int:
    """Write down of which closed days the register says otherwise today; return how many. Four queries."""
    today = now.astimezone(ZONE).date()
    since = today - dt.timedelta(days=COMPARED)
    start = at_minute(since, 0)

    def by_day(moment: str) -> Counter:
        rows = Dossier.objects.order_by().filter(**{f"{moment}__gte": start})
        return Counter(
            dict(rows.annotate(day=TruncDate(moment, tzinfo=ZONE)).values_list("day").annotate(n=Count("pk")))
        )

    received, settled = by_day("received_at"), by_day("finished_at")
    kept = AgencyDay.objects.filter(day__gte=since).values_list("day").annotate(Sum("received"), Sum("settled"))
    counted = {day: (came, done) for day, came, done in kept.order_by()}
    differing = 0
    for row in FigureDay.objects.filter(day__gte=since, closed_at__isnull=False):
        says = (received[row.day], settled[row.day])
        news = None if says == counted.get(row.day, (0, 0)) else {"received": says[0], "settled": says[1]}
        differing += news is not None
        if news != row.register_says:
            FigureDay.objects.filter(pk=row.pk).update(register_says=news)
    return differing


def renew_results(*, now: dt.datetime) -> int:
    """Write anew what may change after a day is closed: fees collected, files of results; return how many rows did.

    The night's work, two queries on the register. How many had a result, and in time, stays as it was closed.
    """
    today = now.astimezone(ZONE).date()
    since, last = today - dt.timedelta(days=COMPARED), today - OPEN_FOR
    found = results.changeable(results.finished(None, since, last), "day", "agency")
    changed = 0
    for row in ResultDay.objects.filter(day__range=(since, last)).iterator():
        # What came into the register after the day was closed is not among them.
        news = {name: min(found[row.day, row.agency_id][name], row.whole) for name in results.CHANGEABLE}
        if news != {name: getattr(row, name) for name in news}:
            changed += ResultDay.objects.filter(pk=row.pk).update(**news)
    return changed


def counted_until() -> dt.datetime | None:
    """Return when figures were counted last."""
    return FigureDay.objects.aggregate(at=Max("counted_at"))["at"]


def _count(
    first: dt.date, last: dt.date, now: dt.datetime, told: Told, *, by: str = "", old: bool = False, say=None
) -> None:
    today = now.astimezone(ZONE).date()
    for begin in range(0, (last - first).days + 1, CHUNK):
        here = first + dt.timedelta(days=begin)
        there = min(last, here + dt.timedelta(days=CHUNK - 1))
        dossiers = counting.dossiers(here, there)
        found = {
            DossierDay: dossiers,
            AgencyDay: counting.by_agency(dossiers),
            ResultDay: counting.results(here, there),
            FollowDay: counting.follows(here, there),
            MessageDay: counting.messages(here, there) if old or here > today - LINES_KEPT else None,
        }
        for day in _days(here, there):
            _keep(day, found, now, told, by)
        if say:
            say(told)


def _keep(day: dt.date, found: dict, now: dt.datetime, told: Told, by: str) -> None:
    """Write the figures of a day where they are not what stands there; one day at a time, in one hand."""
    closes = now if day < now.astimezone(ZONE).date() - OPEN_FOR else None
    with transaction.atomic():
        row, new = FigureDay.objects.get_or_create(day=day, defaults={"counted_at": now})
        if not new:  # a new row is held by this hand alone, and nothing was ever counted for it
            row = FigureDay.objects.select_for_update().get(day=day)
        if row.closed_at and not by:
            return  # closed meanwhile by another hand
        written = set()
        for model, days_of in found.items():
            if days_of is not None:
                if _write(model, day, days_of.get(day, []), fresh=new):
                    written.add(model)
                told.rows += len(days_of.get(day, []))
        changed = bool(written)
        if by or DossierDay in written:  # counted again by name: what was late is read anew too
            halves.drop_from(day)
        told.days += 1
        told.changed += changed
        told.closed_changed += bool(changed and row.closed_at)
        FigureDay.objects.filter(pk=row.pk).update(
            counted_at=now,
            closed_at=row.closed_at or closes,
            register_says=None,
            results_kept=True,
            **({"recounted_at": now, "recounted_by": by[:150]} if by and row.closed_at else {}),
        )


def _write(model: type[models.Model], day: dt.date, rows: list, *, fresh: bool = False) -> bool:
    """Have exactly these rows stand for the day; return whether anything changed. Of a `fresh` day nothing stands."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]

    def values(row) -> tuple:
        return tuple(getattr(row, name) for name in names)

    wanted = Counter(map(values, rows))
    gone = []
    standing_rows = () if fresh else model._default_manager.filter(day=day).values_list("pk", *names)
    for pk, *standing in standing_rows:
        if wanted[tuple(standing)]:
            wanted[tuple(standing)] -= 1
        else:
            gone.append(pk)
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    new = [model(**dict(zip(names, row, strict=True))) for row, times in wanted.items() for _ in range(times)]
    model._default_manager.bulk_create(new, batch_size=2000)
    return bool(gone or new)


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _runs(days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return the days as runs without gaps."""
    found: list[tuple[dt.date, dt.date]] = []
    for day in days:
        if found and found[-1][1] + dt.timedelta(days=1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
