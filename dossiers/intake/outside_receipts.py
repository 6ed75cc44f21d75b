"""The slip of a dossier from other software: one for the dossiers of one person and number, renumbered with them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q

from dossiers.intake import people
from dossiers.intake.people import PersonData
from dossiers.models import Agency, Applicant, Dossier, Receipt
from dossiers.models.applicant import ID_PURPOSE
from dossiers.privacy.sealing import keyed_hashes
from dossiers.search_text import fold
from dossiers.workflow.series import enter_in_register

Slip = tuple[Receipt, list[Applicant]]
"""A slip with the people who hold it: whom it was given to, and who is on it since."""


def given(agency: Agency, number: str, submitter: PersonData) -> Receipt | None:
    """Return the slip of this number that the same person holds already, as stated then or corrected since."""
    return holder_of(held(agency, [number], [submitter])[number], submitter)


def holder_of(slips: list[Slip], submitter: PersonData) -> Receipt | None:
    """Return the first of the slips that one holds who states these data."""
    return next((slip for slip, holders in slips if any(people.states(each, submitter) for each in holders)), None)


def held(agency: Agency, numbers: Iterable[str], submitters: Iterable[PersonData]) -> dict[str, list[Slip]]:
    """Return by number the slips, oldest first, of whoever is called and numbered like one of these. Two queries.

    Where a hundred people hold one number (the first slip of every day is "1") only their namesakes are looked at.
    """
    names, hashes = set(), set()
    for each in submitters:
        names.add(fold(each.full_name)[:255])
        hashes |= {*keyed_hashes(each.id_number, ID_PURPOSE)} or {""}
    alike = Q(submitter__name_folded__in=names, submitter__id_hash__in=hashes)
    theirs = Exists(Dossier.objects.filter(alike, receipt=OuterRef("pk")))
    slips = Receipt.objects.filter(agency=agency, number__in=set(numbers)).filter(alike | theirs)
    found: dict[str, list[Slip]] = defaultdict(list)
    holders: dict[int, list[Applicant]] = {}
    for slip in slips.select_related("submitter").order_by("id"):
        holders[slip.pk] = [slip.submitter]
        found[slip.number].append((slip, holders[slip.pk]))
    if holders:
        joined = Dossier.objects.filter(alike, receipt__in=holders).exclude(submitter=F("receipt__submitter"))
        for dossier in joined.select_related("submitter"):
            holders.get(dossier.receipt_id or 0, []).append(dossier.submitter)
    return found


def new(agency: Agency, number: str, submitter: Applicant, now: dt.datetime) -> Receipt:
    """Return a slip of its own."""
    return Receipt.objects.create(number=number, agency=agency, submitter=submitter, issued_at=now)


def renumbered(dossier: Dossier, number: str, submitter: PersonData, *, now: dt.datetime) -> Receipt:
    """Return the slip with the number the dossier carries from now on: what messages carry stands on the paper too.

    Its own, unless others are on it, or somebody's slip of that number is the same person's.
    """
    own = dossier.receipt
    same = Receipt.objects.filter(agency=dossier.agency_id, number=number, submitter=own.submitter_id) if own else None
    found = given(dossier.agency, number, submitter) or (same.first() if same is not None else None)
    if found is None and own is not None and not own.dossiers.exclude(pk=dossier.pk).exists():
        own.number = number
        own.save(update_fields=["number"])
        return own
    found = found or new(dossier.agency, number, dossier.submitter, now)
    if dossier.received_at is not None:
        enter_in_register(found, dossier.received_at)
    return found
