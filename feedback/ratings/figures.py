"""Figures of the ratings, such that no single sheet shows in them.

Below five sheets nothing is shown, not even how many: "4" and then "5" would tell what the fifth said. For the same
reason whoever may be the one rated gets whole months that are over, each with five sheets: however the dates are
chosen, one figure never differs from another by one sheet.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency
from dossiers.scoping import agency_ids_of
from dossiers.successions import Counted, counted_by
from feedback.figures.periods import Period
from feedback.figures.statistics import Share
from feedback.lateness import rules
from feedback.models import Rating, RatingInvitation

_COUNTS = {
    "given": Count("pk"),
    "kind_people": Count("pk", filter=Q(attitude__gte=3)),
    "good_results": Count("pk", filter=Q(result__gte=3)),
    "happy": Count("pk", filter=Q(satisfied=True)),
}


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings of one group; `hidden` when too few people answered to show anything."""

    count: int
    attitude: Share
    result: Share
    both: Share
    hidden: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What the board shows: all together, by agency, how many were invited, and below how many nothing is shown."""

    total: Ratings
    by_agency: list[tuple[str, Ratings]]
    invited: int
    hidden_below: int
    whole_months_only: bool


def shown(user, period: Period, *, now: dt.datetime, whose: Counted | None = None) -> Shown:
    """Return the ratings of what the user may see: up to date for supervisors, of settled months for everybody else."""
    least = hidden_below(period.last)
    whose = whose or counted_by(user, period.first, period.last)
    given = _of_agencies(Rating.objects.filter(counted=True), "given_at", period, whose)
    invited = _of_agencies(RatingInvitation.objects.all(), "invited_at", period, whose).count()
    supervises = user.has_perm("feedback.supervise_feedback")
    if supervises:
        rows = {row["agency"]: row for row in given.values("agency").annotate(**_COUNTS)}
    else:
        # An agency taken over owes its own five sheets a month: its heir's months before and after differ by them.
        rows = _settled(given, period, "agency", least, now)
    lines = defaultdict(list)
    for agency, row in rows.items():
        lines[whose.heir_of(agency)].append(row)
    names = dict(Agency.objects.filter(pk__in=lines).values_list("pk", "name"))
    by_agency = [(names[pk], _of(_added(several), least)) for pk, several in lines.items()]
    by_agency.sort(key=lambda line: line[0])  # of two agencies of one name the figures are not compared
    return Shown(_of(_added(rows.values()), least), by_agency, invited, least, not supervises)


def by_officer(user, period: Period, *, now: dt.datetime, whose: Counted | None = None) -> list[tuple[str, Ratings]]:
    """Return the ratings per officer, for supervisors, of settled months; officers with too few are not named."""
    least = hidden_below(period.last)
    whose = whose or counted_by(user, period.first, period.last)
    given = _of_agencies(Rating.objects.filter(counted=True, officer__isnull=False), "given_at", period, whose)
    allowed = agency_ids_of(user)
    if allowed is not None:  # these figures name people: an agency taken over shows them to its own alone
        given = given.filter(agency_id__in=allowed)
    rows = _settled(given, period, "officer", least, now)
    officers = Rating._meta.get_field("officer").related_model.objects.filter(pk__in=rows)
    named = [(_name(officer), _of(rows[officer.pk], least)) for officer in officers]
    return sorted(named, key=lambda item: item[0])


def own_results(user, period: Period, *, now: dt.datetime) -> Ratings:
    """Return an officer's own ratings of settled months; who gave them is not to be found out."""
    least = hidden_below(period.last)
    given = Rating.objects.filter(officer=user, counted=True, given_at__gte=period.start, given_at__lt=period.end)
    rows = _settled(given, period, "officer", least, now)
    return _of(_added(rows.values()), least)


def hidden_below(day: dt.date) -> int:
    """Return below how many answers nothing is shown."""
    return int(rules.value(rules.rules_on(day), "pakn-rating-hidden-below"))


def _of_agencies(rows, moment: str, period: Period, whose: Counted):
    rows = rows.filter(**{f"{moment}__gte": period.start, f"{moment}__lt": period.end})
    return rows if whose.inside is None else rows.filter(agency_id__in=whose.inside)


def _settled(given, period: Period, key: str, least: int, now: dt.datetime) -> dict:
    """Return the counts by `key`, added up over the months that are over and have enough sheets. One query."""
    months = period.whole_months
    if months is None:
        return {}
    this_month = timezone.localdate(now).replace(day=1)
    over = min(months.end, dt.datetime.combine(this_month, dt.time.min, ZONE))
    rows = given.filter(given_at__gte=months.start, given_at__lt=over)
    monthly = rows.annotate(month=TruncMonth("given_at", tzinfo=ZONE)).values("month", key).annotate(**_COUNTS)
    enough = defaultdict(list)
    for row in monthly.order_by():
        if row["given"] >= least:
            enough[row[key]].append(row)
    return {name: _added(several) for name, several in enough.items()}


def _added(rows) -> dict:
    total = Counter(dict.fromkeys(_COUNTS, 0))
    for row in rows:
        total.update({name: row[name] for name in _COUNTS})
    return total


def _of(row: dict, least: int) -> Ratings:
    count = row["given"]
    if count < least:
        return Ratings(0, Share(0, 0), Share(0, 0), Share(0, 0), hidden=True)
    return Ratings(
        count,
        Share(row["kind_people"], count),
        Share(row["good_results"], count),
        Share(row["happy"], count),
        hidden=False,
    )


def _name(officer) -> str:
    return officer.get_full_name() or officer.username
