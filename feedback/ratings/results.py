"""Dossiers with a result on some days, counted once for both index sets: as kept by day, else from the register.

Whoever keeps daily figures puts a reader into `kept`; days it does not have are read from the dossiers themselves.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import fields as fields_of

from django.db.models import Case, Count, DurationField, ExpressionWrapper, Q, QuerySet, When
from django.db.models.functions import TruncDate

from dossiers.deadlines.working_time import ZONE, at_minute
from dossiers.models import Channel, Dossier, DossierResult
from dossiers.read_once import once
from dossiers.states import WITH_RESULT

Ids = tuple[int, ...] | None
"""Ids of agencies; None means all."""
NO_TIME = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Done:
    """The dossiers with a result on some days. Late and the like: of those due."""

    whole: int = 0
    due: int = 0
    early: int = 0
    on_day: int = 0
    late: int = 0
    given_again: int = 0  # kept the new date of a letter
    overdue: int = 0  # late, or more than one supplement (index 2.1 of QĐ 766)
    kept_by_letter: int = 0
    never_supplemented: int = 0
    supplemented_once: int = 0
    digitised: int = 0  # the result as a file
    with_fee: int = 0
    fee_paid: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """The dossiers received on some days."""

    whole: int = 0
    online: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the days first…last, every one of them."""

    first: dt.date
    last: dt.date
    done: Counter[str]
    received: Counter[str]


CHANGEABLE = ("digitised", "with_fee", "fee_paid")
"""Fees are collected, and a result's file is named, in any state: after the day is closed as well."""
NAMES = tuple(each.name for each in fields_of(Done))
kept: list[Callable[[Ids, dt.date, dt.date], Kept | None]] = []


def finished(agency_ids: Ids, first: dt.date, last: dt.date) -> QuerySet[Dossier]:
    """Return the dossiers with a result on first…last."""
    return _of(agency_ids, "finished_at", first, last).filter(state__in=WITH_RESULT)


@once
def done(agency_ids: Ids, first: dt.date, last: dt.date) -> Done:
    """Return the counts of the dossiers with a result on first…last."""
    counts: Counter[str] = Counter()
    found = _kept(agency_ids, first, last)
    for begin, end in _days_read(found, first, last):
        for of_state in counted(finished(agency_ids, begin, end), "state").values():
            counts.update(of_state)
    if found:
        counts.update(found.done)
    return Done(**{name: counts[name] for name in NAMES})


@once
def received(agency_ids: Ids, first: dt.date, last: dt.date) -> Received:
    """Return the counts of the dossiers received on first…last."""
    counts: Counter[str] = Counter()
    found = _kept(agency_ids, first, last)
    for begin, end in _days_read(found, first, last):
        rows = _of(agency_ids, "received_at", begin, end)
        counts.update(rows.aggregate(whole=Count("pk"), online=Count("pk", filter=Q(channel=Channel.ONLINE))))
    if found:
        counts.update(found.received)
    return Received(counts["whole"], counts["online"])


def counted(rows: QuerySet[Dossier], *by: str) -> dict[tuple, Counter[str]]:
    """Return the counts of NAMES by the values of `by`, which may be "day". Three queries.

    A dossier is overdue after its day, and also when more than one supplement was asked for (index 2.1).
    """
    # The days of a moment are dear to find: once a row, and of the first promise only where a letter gave another.
    day = TruncDate("finished_at", tzinfo=ZONE)
    rows = rows.order_by().annotate(
        day=day,
        over=ExpressionWrapper(day - TruncDate("due_at", tzinfo=ZONE), output_field=DurationField()),
        over_first=Case(
            When(
                new_dates_given__gt=0,
                then=ExpressionWrapper(day - TruncDate("promised_at", tzinfo=ZONE), output_field=DurationField()),
            ),
            output_field=DurationField(),
        ),
    )
    counts: dict[tuple, Counter[str]] = defaultdict(Counter)
    facts = ("over", "over_first", "new_dates_given", "supplement_rounds")
    for *key, over, over_first, new_dates, rounds, times in rows.values_list(*by, *facts).annotate(times=Count("pk")):
        due = over is not None
        late = due and over > NO_TIME
        overdue = late or rounds > 1
        holds = {
            "whole": True,
            "due": due,
            "early": due and over < NO_TIME,
            "on_day": due and over == NO_TIME,
            "late": late,
            "given_again": due and not late and new_dates > 0,
            "overdue": due and overdue,
            "kept_by_letter": due and not overdue and over_first is not None and over_first > NO_TIME,
            "never_supplemented": rounds == 0,
            "supplemented_once": rounds == 1,
        }
        counts[tuple(key)].update({name: times for name, held in holds.items() if held})
    for each, changing in changeable(rows, *by).items():
        counts[each].update(changing)
    return counts


def changeable(rows: QuerySet[Dossier], *by: str) -> dict[tuple, Counter[str]]:
    """Return the counts of what may change long after the result, by the values of `by`. Two queries."""
    rows = rows.order_by().annotate(day=TruncDate("finished_at", tzinfo=ZONE))
    counts: dict[tuple, Counter[str]] = defaultdict(Counter)
    for *key, paid, times in rows.filter(fee_total__gt=0).values_list(*by, "fee_paid").annotate(times=Count("pk")):
        counts[tuple(key)].update({"with_fee": times, "fee_paid": times if paid else 0})
    with_file = DossierResult.objects.filter(file__isnull=False).values("dossier")
    for *key, times in rows.filter(pk__in=with_file).values_list(*by).annotate(times=Count("pk")):
        counts[tuple(key)]["digitised"] += times
    return counts


def _of(agency_ids: Ids, moment: str, first: dt.date, last: dt.date) -> QuerySet[Dossier]:
    # Moments, not dates of moments: these an index can find.
    span = {f"{moment}__gte": at_minute(first, 0), f"{moment}__lt": at_minute(last + dt.timedelta(days=1), 0)}
    rows = Dossier.objects.filter(**span)
    return rows if agency_ids is None else rows.filter(agency_id__in=agency_ids)


@once
def _kept(agency_ids: Ids, first: dt.date, last: dt.date) -> Kept | None:
    return next((found for read in kept if (found := read(agency_ids, first, last))), None)


def _days_read(found: Kept | None, first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the runs of days nobody keeps."""
    day = dt.timedelta(days=1)
    runs = [(first, found.first - day), (found.last + day, last)] if found else [(first, last)]
    return [run for run in runs if run[0] <= run[1]]
