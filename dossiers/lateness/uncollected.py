"""Results nobody came for: the citizen is reminded a few times, a working morning each, then it is the counter's call.

Reads how things stand: run twice on a day it reminds once, after days without beat it reminds once too. Dossiers that
another system runs are left alone, for it may hand results over without saying so here.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError, add_working_days, at_minute
from dossiers.lookup import delivery
from dossiers.models import Dossier, DossierEvent, LegalRule
from dossiers.states import State
from dossiers.workflow import events

log = structlog.get_logger("dossiers.uncollected")
Kind = DossierEvent.Kind


def remind(*, now: dt.datetime) -> int:
    """Return how many citizens were reminded. A query for the agencies, a few for each, an insert for each dossier."""
    waiting = Dossier.objects.filter(state=State.RESULT_READY).order_by()
    reminded = 0
    for agency_id in waiting.values_list("agency_id", flat=True).distinct():
        try:
            reminded += _remind_agency(agency_id, now)
        except (CalendarError, LegalRule.DoesNotExist, DatabaseError) as error:
            log.warning("uncollected_agency_skipped", agency=agency_id, error=type(error).__name__)
    return reminded


def reminded(dossier_ids: list[int]) -> dict[int, tuple[int, dt.datetime]]:
    """Return (how often, when last) the citizens of these dossiers were reminded; one query."""
    rows = DossierEvent.objects.filter(dossier_id__in=dossier_ids, kind=Kind.RESULT_REMINDED)
    told = rows.order_by().values("dossier_id").annotate(times=Count("pk"), last=Max("at"))
    return {row["dossier_id"]: (row["times"], row["last"]) for row in told}


def _remind_agency(agency_id: int, now: dt.datetime) -> int:
    day = now.astimezone(ZONE).date()
    calendar = calendar_of(agency_id)
    if not calendar.is_working_day(day):
        return 0

    def before(key: str) -> dt.datetime:
        return at_minute(add_working_days(day, -int(value_on(key, day, agency_id)), calendar), 0)

    most = int(value_on("result-reminders-most", day, agency_id))
    told_here = DossierEvent.objects.filter(dossier=OuterRef("pk"), kind=Kind.RESULT_READY)
    earlier = Q(events__kind=Kind.RESULT_REMINDED, events__at__gte=F("state_changed_at"))
    rows = (
        Dossier.objects.filter(
            agency_id=agency_id,
            state=State.RESULT_READY,
            state_changed_at__lt=before("result-uncollected-days"),
        )
        .exclude(Exists(told_here.filter(source=DossierEvent.Source.API)))
        .exclude(delivery.NOT_FETCHED)
        .annotate(times_reminded=Count("events", filter=earlier), last_reminder=Max("events__at", filter=earlier))
        .filter(
            Q(last_reminder__isnull=True) | Q(last_reminder__lt=before("result-reminder-days")), times_reminded__lt=most
        )
    )
    return sum(_remind_one(dossier, now, day) for dossier in rows.order_by("state_changed_at", "id"))


def _remind_one(dossier: Dossier, now: dt.datetime, day: dt.date) -> int:
    waited = (day - dossier.state_changed_at.astimezone(ZONE).date()).days
    try:
        with transaction.atomic():
            events.record(
                dossier,
                Kind.RESULT_REMINDED,
                at=now,
                source=DossierEvent.Source.SYSTEM,
                # Two beats on one day write one row: the name of the event is unique for a dossier.
                external_id=f"nhac-nhan-ket-qua:{day:%Y%m%d}",
                facts={"waited_days": waited, "reminder": dossier.times_reminded + 1},
            )
    except DatabaseError as error:
        log.warning("uncollected_dossier_skipped", dossier=dossier.pk, error=type(error).__name__)
        return 0
    return 1
