"""What the citizen was asked to bring or pay, and what of it came: lists of missing papers are told by these rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError, add_working_days
from dossiers.models import Dossier, DossierEvent, DossierPaper
from dossiers.search_text import fold
from dossiers.written_dates import written_day

Kind = DossierEvent.Kind
ASKING = (Kind.SUPPLEMENT_REQUESTED, Kind.SUPPLEMENT_PART)


def still_asked(dossier: Dossier) -> DossierEvent | None:
    """Return the event whose reasons say what is still to be brought. One query."""
    return dossier.events.filter(kind__in=ASKING).order_by("-at", "-id").first()


def came(dossier: Dossier, reasons: Iterable[dict], now: dt.datetime, *, others: Iterable[int] = ()) -> None:
    """Write down that what these reasons asked for was brought: nothing of it stays missing on any page.

    `others` are papers of the dossier (pk) that came beside. A paper is known by its name however it was typed.
    """
    rows: dict[str, list[DossierPaper]] = {}
    for row in dossier.papers.all():
        rows.setdefault(fold(row.name), []).append(row)
    brought = list(dossier.papers.filter(pk__in=list(others)))
    for reason in reasons:
        if name := paper_of(reason):
            brought += rows.setdefault(fold(name), [DossierPaper(dossier=dossier, name=name, order=999)])
    for row in brought:
        row.received, row.note = True, f"bổ sung ngày {written_day(now)}"
        row.originals = row.originals if row.originals or row.certified or row.copies else 1
        row.save()


def paper_of(reason: dict) -> str:
    """Return the name of the paper a reason asks for; "" where it names none."""
    return str(reason.get("paper") or "").strip()


def by_their_names(dossier: Dossier, reasons: list[dict]) -> list[dict]:
    """Return the reasons with the papers called as the dossier calls them, however the clerk typed the name."""
    names = {fold(name): name for name in dossier.papers.values_list("name", flat=True)}
    return [{**reason, "paper": names.get(fold(paper_of(reason)), paper_of(reason))} for reason in reasons]


def not_asked_for(dossier: Dossier, reasons: Iterable[dict]) -> list[DossierPaper]:
    """Return the papers still missing that none of the reasons names: they may come beside what was asked for."""
    named = {fold(paper_of(reason)) for reason in reasons}
    return [row for row in dossier.papers.filter(received=False) if fold(row.name) not in named]


def paid_on_notice(dossier: Dossier) -> dict:
    """Return the columns once the sum the notice asked for was paid."""
    return {"payment_due": None, "notice_paid": (dossier.notice_paid or 0) + (dossier.payment_due or 0) or None}


def last_day(dossier: Dossier, at: dt.datetime) -> dt.date | None:
    """Return the last day to bring what is asked for at that moment, by the agency's rule; None where it sets none."""
    day = at.astimezone(ZONE).date()
    days = int(value_on("supplement-answer-days", day, dossier.agency))
    try:
        return add_working_days(day, days, calendar_of(dossier.agency_id)) if days > 0 else None
    except CalendarError:
        return None
