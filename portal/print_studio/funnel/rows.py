"""The rows behind a figure, for whoever may see them: dossiers, people on the channel, openings, printings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from dossiers.models import Dossier
from dossiers.scoping import scoped
from dossiers.written_dates import written_day, written_moment
from portal.print_studio.funnel.counting import ARRIVED, in_days
from portal.print_studio.models import Figure, Printing
from zalo.models import ContactLink, FollowRecord, OutboxMessage, ReferralVisit
from zalo.people import belonging

By = Figure.By
Step = Figure.Step
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure: which step, of whom, in which days."""

    step: str
    by: str
    subject: str
    agency: int | None
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is, when, and where it opens."""

    what: str
    when: str
    address: str = ""


NEEDS = {
    Step.SUBMITTERS: "dossiers.view_dossier",
    Step.RECEIPTS: "dossiers.view_dossier",
    Step.SHEETS: "print_studio.view_identity",
    Step.SCANNED: "zalo.view_referralvisit",
    Step.FOLLOWED: "zalo.view_contact",
    Step.LINKED: "zalo.view_contact",
    Step.TOLD: "zalo.view_outboxmessage",
}
"""Who may open the rows of a step."""


def rows_of(asked: Asked, user) -> list[Row]:
    """Return the newest rows behind the figure that the user may see; the caller has asked for the right."""
    return _READ[Step(asked.step)](asked, user)


def _narrowed(rows: QuerySet, asked: Asked, user, moment: str, columns: Mapping[Any, str]) -> QuerySet:
    rows = scoped(rows, user, columns[By.AGENCY]).filter(in_days(moment, asked.first, asked.last))
    if asked.agency is not None:
        rows = rows.filter(**{columns[By.AGENCY]: asked.agency})
    if asked.by != By.AGENCY:
        if By(asked.by) not in columns:
            return rows.none()
        rows = rows.filter(**{columns[By(asked.by)]: asked.subject})
    return rows.order_by(f"-{moment}")


def _dossiers(asked: Asked, user) -> list[Row]:
    rows = _narrowed(Dossier.objects.all(), asked, user, "received_at", {By.AGENCY: "agency", By.DESK: "desk"})
    return [
        Row(
            row.code,
            written_moment(row.received_at) if row.received_at else "",
            reverse("admin:dossiers_dossier_change", args=[row.pk]),
        )
        for row in rows.only("pk", "code", "received_at")[:SHOWN]
    ]


def _printings(asked: Asked, user) -> list[Row]:
    rows = scoped(Printing.objects.select_related("desk", "agency"), user)
    rows = rows.filter(day__gte=asked.first, day__lte=asked.last)
    if asked.agency is not None:
        rows = rows.filter(agency=asked.agency)
    own: dict[str, str] = {By.DESK: "desk", By.MEDIUM: "medium"}
    if asked.by in own:
        rows = rows.filter(**{own[asked.by]: asked.subject})
    return [
        Row(
            f"{row.copies} {row.get_medium_display()}, {row.desk or row.agency}",
            written_day(row.day),
            reverse("admin:print_studio_agency", args=[row.agency_id]),
        )
        for row in rows[:SHOWN]
    ]


def _scans(asked: Asked, user) -> list[Row]:
    columns = {By.AGENCY: "agency", By.DESK: "desk", By.OFFICER: "officer", By.MEDIUM: "scan__medium"}
    rows = _narrowed(ReferralVisit.objects.select_related("desk", "agency", "scan"), asked, user, "at", columns)
    return [
        Row(
            f"{row.desk or row.agency}" + (f", {row.scan.get_medium_display()}" if hasattr(row, "scan") else ""),
            written_moment(row.at),
        )
        for row in rows[:SHOWN]
    ]


def _follows(asked: Asked, user) -> list[Row]:
    rows = FollowRecord.objects.filter(change=FollowRecord.Change.FOLLOW).select_related("desk", "agency")
    columns = {By.AGENCY: "agency", By.DESK: "desk", By.OFFICER: "officer", By.MEDIUM: "visit__scan__medium"}
    found = list(_narrowed(rows, asked, user, "at", columns)[:SHOWN])
    return _people([(row.contact_id, f"{row.desk or row.agency}", row.at) for row in found], user)


def _links(asked: Asked, user) -> list[Row]:
    of_dossiers = ContactLink.objects.filter(dossier__isnull=False).annotate(
        at_agency=F("dossier__agency"),
        at_desk=F("dossier__desk"),
        agency_name=F("dossier__agency__name"),
        desk_name=F("dossier__desk__name"),
    )
    # As they are counted: a link to a person stands where that person came to follow last.
    last = FollowRecord.objects.filter(contact=OuterRef("contact"), change=FollowRecord.Change.FOLLOW).order_by("-at")
    of_people = ContactLink.objects.filter(dossier=None).annotate(
        at_agency=Subquery(last.values("agency")[:1]),
        at_desk=Subquery(last.values("desk")[:1]),
        agency_name=Subquery(last.values("agency__name")[:1]),
        desk_name=Subquery(last.values("desk__name")[:1]),
    )
    found: list[tuple[int, str, dt.datetime]] = []
    for rows in (of_dossiers, of_people.filter(at_agency__isnull=False)):
        said = _narrowed(rows, asked, user, "linked_at", {By.AGENCY: "at_agency", By.DESK: "at_desk"}).distinct()
        lines = said.values_list("contact", "desk_name", "agency_name", "linked_at")[:SHOWN]
        found += [(contact, desk or agency, at) for contact, desk, agency, at in lines]
    found.sort(key=lambda line: line[2], reverse=True)
    return _people(found[:SHOWN], user)


def _people(found: list[tuple[int, str, dt.datetime]], user) -> list[Row]:
    """Return rows that open the person's page for whoever may see the person; no name stands here."""
    seen = set(
        belonging.contacts_of(user).filter(pk__in={contact for contact, *_ in found}).values_list("pk", flat=True)
    )
    return [
        Row(
            f"Người quan tâm số {contact}, {place}",
            written_moment(at),
            reverse("admin:zalo_contact_change", args=[contact]) if contact in seen else "",
        )
        for contact, place, at in found
    ]


def _messages(asked: Asked, user) -> list[Row]:
    rows = OutboxMessage.objects.filter(state__in=ARRIVED, contact__isnull=False, dossier__isnull=False)
    columns = {By.AGENCY: "dossier__agency", By.DESK: "dossier__desk"}
    rows = _narrowed(rows, asked, user, "finished_at", columns)
    said = list(rows.values_list("pk", "dossier__desk__name", "dossier__agency__name", "finished_at")[:SHOWN])
    seen = set(belonging.messages_of(user).filter(pk__in=[pk for pk, *_ in said]).values_list("pk", flat=True))
    return [
        Row(
            f"Tin số {pk}, {desk or agency}",
            written_moment(at) if at else "",
            reverse("admin:zalo_outboxmessage_change", args=[pk]) if pk in seen else "",
        )
        for pk, desk, agency, at in said
    ]


_READ = {
    Step.SUBMITTERS: _dossiers,
    Step.RECEIPTS: _dossiers,
    Step.SHEETS: _printings,
    Step.SCANNED: _scans,
    Step.FOLLOWED: _follows,
    Step.LINKED: _links,
    Step.TOLD: _messages,
}
