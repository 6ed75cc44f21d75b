"""What the citizen was asked to bring, and what of it came: every list of missing papers is told by these rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError, add_working_days
from dossiers.models import Dossier, DossierEvent, DossierPaper
from dossiers.written_dates import written_day

Kind = DossierEvent.Kind
ASKING = (Kind.SUPPLEMENT_REQUESTED, Kind.SUPPLEMENT_PART)


def still_asked(dossier: Dossier) -> DossierEvent | None:
    """Return the event whose reasons say what is still to be brought. One query."""
    return dossier.events.filter(kind__in=ASKING).order_by("-at", "-id").first()


def came(dossier: Dossier, reasons: Iterable[dict], now: dt.datetime) -> None:
    """Write down that what these reasons asked for was brought: nothing of it stays missing on any page."""
    note = f"bổ sung ngày {written_day(now)}"
    for reason in reasons:
        name = str(reason.get("paper") or "").strip()
        if not name:
            continue
        rows = list(dossier.papers.filter(name=name))
        for row in rows or [DossierPaper(dossier=dossier, name=name, order=999)]:
            row.received, row.note = True, note
            row.originals = row.originals if row.originals or row.certified or row.copies else 1
            row.save()


def last_day(dossier: Dossier, at: dt.datetime) -> dt.date | None:
    """Return the last day to bring what is asked for at that moment, by the agency's rule; None where it sets none."""
    day = at.astimezone(ZONE).date()
    days = int(value_on("supplement-answer-days", day, dossier.agency))
    try:
        return add_working_days(day, days, calendar_of(dossier.agency_id)) if days > 0 else None
    except CalendarError:
        return None
