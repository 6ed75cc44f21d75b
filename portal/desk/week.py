"""A leader's week in figures: what came, what was settled, whether it was in time, against the week before.

In time means settled on or before the day first promised to the citizen; a later promise does not change that. Days
are counted in the centre's zone. Every figure leads to its rows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.urls import reverse

from dossiers.deadlines.working_time import ZONE
from dossiers.kept import Kept
from dossiers.lateness.worklists import on_worklist
from dossiers.lists.dossier_search import NOBODY, Asked
from dossiers.models import Dossier
from dossiers.scoping import agency_ids_of
from dossiers.states import State

DAYS_SHOWN = 30
WEEK = 7
MOST_LINES = 20
FRESH_SECONDS = 60
READERS = ("dossiers.sign_dossier", "dossiers.supervise_lateness")
NAMES = ("first_name", "last_name")
PEOPLE = tuple(f"handler__{name}" for name in NAMES)
_IN_TIME = Q(settled_on__lte=F("promised_on"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the week beside the one before; `address` lists its rows. Shares are in per cent, "–" of none."""

    label: str
    shown: str
    before: str
    address: str
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's or person's part of what was settled this week; an address lists the rows of the figure it names.

    The line of what MOST_LINES left over leads nowhere.
    """

    name: str
    settled: int
    kept: int  # of them on or before the day first promised
    late: int  # lying late now
    address: str = ""
    kept_address: str = ""
    late_address: str = ""

    @property
    def share(self) -> str:
        return _share(self.kept, self.settled)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the trend: dossiers received and settled, and their heights in per cent of the tallest bar."""

    date: dt.date
    received: int
    settled: int
    received_height: int
    settled_height: int


@dataclass(frozen=True, slots=True)
class Week:
    """What the first page of a leader shows."""

    first: dt.date
    last: dt.date
    figures: list[Figure]
    units: list[Line]
    people: list[Line]
    trend: list[Day]
    late: int = 0  # open past the day promised last
    apologised: int = 0  # open past the first promise, under an apology letter whose new date has not passed


def week_of(user, now: dt.datetime) -> Week | None:
    """Return the seven days up to today of the user's agencies; None for who leads or supervises none of them."""
    if not any(user.has_perm(name) for name in READERS):
        return None
    agencies = agency_ids_of(user)
    if agencies is not None and not agencies:
        return None
    return _kept.get(agencies, now.astimezone(ZONE).date())


def _read(agencies: frozenset[int] | None, today: dt.date) -> Week:
    rows = Dossier.objects.order_by() if agencies is None else Dossier.objects.order_by().filter(agency__in=agencies)
    first_shown = today - dt.timedelta(days=DAYS_SHOWN - 1)
    received = _received(rows, first_shown)
    settled, in_time = _settled(rows, first_shown)
    first, before = today - dt.timedelta(days=WEEK - 1), today - dt.timedelta(days=2 * WEEK - 1)
    now, earlier = _span(first, today), _span(before, first - dt.timedelta(days=1))

    def figure(label: str, moment: str, counts: Counter, look: str = "plain") -> Figure:
        shown, old = (sum(counts[day] for day in span) for span in (now, earlier))
        return Figure(label, str(shown), str(old), _list(moment, first, today), look)

    kept, kept_before = (
        _share(sum(in_time[d] for d in span), sum(settled[d] for d in span)) for span in (now, earlier)
    )
    broken = Counter({day: settled[day] - in_time[day] for day in settled})
    figures = [
        figure("Tiếp nhận", "received", received),
        figure("Giải quyết xong", "finished", settled),
        Figure("Đúng ngày hẹn đầu", kept, kept_before, _list("kept", first, today), "done"),
        figure("Lỡ ngày hẹn đầu", "broken", broken, "late" if any(broken[day] for day in now) else "plain"),
    ]
    late = on_worklist(rows, "late", None, _start(today))
    waiting = on_worklist(rows, "promised", None, _start(today))
    return Week(
        first=first,
        last=today,
        figures=figures,
        units=_shown([*_lines(rows, late, "unit", ("unit__name",), first, today), *_unsigned(late)]),
        people=_shown([*_lines(rows, late, "handler", PEOPLE, first, today), *_unsigned(late)]),
        trend=_trend(received, settled, first_shown),
        late=late.count(),
        apologised=waiting.count(),
    )


_kept: Kept[Week] = Kept(_read, FRESH_SECONDS, most=500)


def _received(rows, since: dt.date) -> Counter:
    found = rows.filter(received_at__gte=_start(since)).annotate(day=TruncDate("received_at", tzinfo=ZONE))
    return Counter(dict(found.values_list("day").annotate(n=Count("pk"))))


def _settled(rows, since: dt.date) -> tuple[Counter, Counter]:
    """Return by day how many were settled, and how many of them in time. One query."""
    found = _with_days(rows.filter(finished_at__gte=_start(since)))
    counted = found.values_list("settled_on").annotate(n=Count("pk"), good=Count("pk", filter=_IN_TIME))
    all_of = list(counted)
    return Counter({day: n for day, n, _ in all_of}), Counter({day: good for day, _, good in all_of})


def _with_days(rows):
    return rows.annotate(
        settled_on=TruncDate("finished_at", tzinfo=ZONE), promised_on=TruncDate("promised_at", tzinfo=ZONE)
    )


def _lines(rows, late, field: str, names: tuple[str, ...], first: dt.date, last: dt.date) -> list[Line]:
    """Return what each unit or person, or none, settled from `first` to `last` and what lies late with them now.

    What waits for a signature lies with the signer (_unsigned).
    """
    done = _with_days(rows.filter(finished_at__gte=_start(first), finished_at__lt=_start(last, 1)))
    counted = done.values_list(field, *names).annotate(n=Count("pk"), good=Count("pk", filter=_IN_TIME))
    lying = late.exclude(state=State.SIGNING).values_list(field, *names).annotate(n=Count("pk"))
    settled = {pk: (_name(words), n, good) for pk, *words, n, good in counted}
    late_now = {pk: (_name(words), n) for pk, *words, n in lying}
    found = []
    for pk in settled | late_now:
        name, n, good = settled.get(pk) or (late_now[pk][0], 0, 0)
        found.append(
            Line(
                name=name,
                settled=n,
                kept=good,
                late=late_now[pk][1] if pk in late_now else 0,
                address=_list("finished", first, last, field, pk),
                kept_address=_list("kept", first, last, field, pk),
                late_address=_address(Asked(worklist="late-rooms", **{field: str(pk or NOBODY)})),
            )
        )
    return found


def _unsigned(late) -> list[Line]:
    """Return what lies late on the table of each signer: that is theirs, no room's and no handler's."""
    waiting = late.filter(state=State.SIGNING).values_list("signer", *(f"signer__{name}" for name in NAMES))
    found = []
    for pk, *words, n in waiting.annotate(n=Count("pk")):
        address = _address(Asked(worklist="late", state=State.SIGNING, signer=str(pk or NOBODY)))
        found.append(Line(f"{_name(words) if pk else 'Lãnh đạo'} (chờ ký)", 0, 0, n, late_address=address))
    return found


def _shown(lines: list[Line]) -> list[Line]:
    """Return the lines with the most late first, and one line of the rest, so that the columns add up."""
    lines = sorted(lines, key=lambda line: (-line.late, -line.settled, line.name))
    shown, rest = lines[:MOST_LINES], lines[MOST_LINES:]
    if rest:
        settled, kept, late = (sum(getattr(line, name) for line in rest) for name in ("settled", "kept", "late"))
        shown.append(Line(f"Còn lại ({len(rest)})", settled, kept, late))
    return shown


def _trend(received: Counter, settled: Counter, first: dt.date) -> list[Day]:
    days = [first + dt.timedelta(days=n) for n in range(DAYS_SHOWN)]
    tallest = max([1, *(received[day] for day in days), *(settled[day] for day in days)])
    return [
        Day(day, received[day], settled[day], *(round(100 * n / tallest) for n in (received[day], settled[day])))
        for day in days
    ]


def _list(moment: str, first: dt.date, last: dt.date, field: str = "", pk: int | None = None) -> str:
    narrowed = {field: str(pk or NOBODY)} if field else {}
    return _address(Asked(moment=moment, first=first.isoformat(), last=last.isoformat(), **narrowed))


def _address(asked: Asked) -> str:
    return f"{reverse('admin:dossiers_dossier_changelist')}?{asked.address()}"


def _name(words: list[str]) -> str:
    return " ".join(word for word in words if word).strip() or "Không ghi tên"


def _span(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _share(part: int, whole: int) -> str:
    """Return "93 %"; "–" of nothing, never 0 %."""
    return f"{round(100 * part / whole)} %" if whole else "–"


def _start(day: dt.date, later: int = 0) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=later), dt.time.min, ZONE)
