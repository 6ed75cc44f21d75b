"""The front page: one box for everything, life events, what is new, where and when the centres are open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Value, When
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.working_time import ZONE, CalendarError, at_minute
from dossiers.kept import Kept
from dossiers.models import Agency, AgencyVersion, Dossier, valid_on
from dossiers.procedure_search.search import search
from dossiers.states import State
from dossiers.worklist import capped
from portal.content import channel, published
from portal.content.kinds import Kind
from portal.packed import packed
from portal.pages.life_events import life_events

POPULAR, NEWS, CENTRES = 6, 5, 3
KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class CentreToday:
    """A centre as it is now: open or not, until when or from when, how many results wait to be collected."""

    name: str
    address: str
    open_now: bool
    changes_at: dt.datetime | None
    waiting: str


@require_safe
@packed
def home(request):
    """Put the one box first, then what people come for."""
    now = timezone.now()
    rows = _kept_news.get()
    context = {
        "section": "home",
        "popular": search(today=timezone.localdate(), size=POPULAR).rows,
        "events": life_events(),
        "urgent": [row for row in rows if row.kind == Kind.EMERGENCY and _still(row, now)],
        "news": [row for row in rows if row.kind != Kind.EMERGENCY][:NEWS],
        "centres": _kept_centres.get(),
        "oa": channel.official_account(),
    }
    return render(request, "portal/home.html", context)


def _still(row, now: dt.datetime) -> bool:
    return row.live.shown_until is None or row.live.shown_until > now


def _news() -> list:
    """Return emergencies first, then the newest pieces. One query."""
    urgent = Case(When(kind=Kind.EMERGENCY, then=Value(0)), default=Value(1))
    rows = published.public(timezone.now(), published.IN_NEWS).defer("live__body")
    return list(rows.order_by(urgent, "-published_at", "-id")[: NEWS + 3])


def _centres() -> list[CentreToday]:
    """Return the first centres on the channel as they are now."""
    now = timezone.now()
    on_channel = [Agency.Rollout.PILOT, Agency.Rollout.LIVE]
    rows = list(
        Agency.objects.filter(active=True, rollout__in=on_channel, kind=Agency.Kind.CENTRE).order_by("code")[:CENTRES]
    )
    if not rows:
        return []
    try:
        calendars = calendars_of([row.pk for row in rows])
    except CalendarError:
        calendars = {}
    in_force = AgencyVersion.objects.filter(valid_on(now.astimezone(ZONE).date()), agency__in=rows)
    addresses = dict(in_force.order_by("valid_from").values_list("agency_id", "address"))
    return [_today(row, addresses.get(row.pk, ""), calendars.get(row.pk), now) for row in rows]


def _today(agency: Agency, address: str, calendar, now: dt.datetime) -> CentreToday:
    open_now, changes_at = open_state(calendar, now) if calendar else (False, None)
    waiting = capped(Dossier.objects.filter(agency=agency, state=State.RESULT_READY))
    return CentreToday(agency.name, address, open_now, changes_at, "" if waiting == "0" else waiting)


def open_state(calendar, now: dt.datetime) -> tuple[bool, dt.datetime | None]:
    """Return whether the counter is open, and when that changes; None when the calendar does not say."""
    local = now.astimezone(ZONE)
    for period in calendar.periods(local.date()):
        start, end = (at_minute(local.date(), minute) for minute in (period.start_minute, period.end_minute))
        if start <= local < end:
            return True, end
    try:
        return False, calendar.opening(now)
    except CalendarError:
        return False, None


_kept_news: Kept[list] = Kept(_news, KEPT_SECONDS)
_kept_centres: Kept[list[CentreToday]] = Kept(_centres, KEPT_SECONDS)
