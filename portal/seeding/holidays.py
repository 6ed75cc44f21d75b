"""Days off of the years the demonstration touches, as a person would have confirmed them."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User

from dossiers.deadlines.proposed_holidays import proposals
from dossiers.models import CalendarException


def confirm(now: dt.datetime, today: dt.date, by: User) -> None:
    """Write the proposed days of this year and the next; confirm all but those whose basis is doubtful.

    A doubtful day stays a proposal for the administrator to decide: that step is part of what is demonstrated.
    """
    years = sorted({(today - dt.timedelta(days=40)).year, today.year, today.year + 1})
    known = set(CalendarException.objects.filter(agency__isnull=True).values_list("date", flat=True))
    CalendarException.objects.bulk_create(
        CalendarException(
            date=day.date,
            kind=day.kind,
            name=day.name[:120],
            decision=day.basis[:160],
            source=day.source[:160],
            confirmed_at=None if day.confidence == "low" else now,
            confirmed_by=None if day.confidence == "low" else by,
        )
        for year in years
        for day in proposals(year)
        if day.date not in known
    )
