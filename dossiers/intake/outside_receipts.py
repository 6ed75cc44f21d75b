"""The slip of a dossier from other software: one for the dossiers of one person and number, renumbered with them."""

from __future__ import annotations

import datetime as dt

from dossiers.intake import people
from dossiers.intake.people import PersonData
from dossiers.models import Agency, Applicant, Dossier, Receipt
from dossiers.workflow.series import enter_in_register


def given(agency: Agency, number: str, submitter: PersonData) -> Receipt | None:
    """Return the slip of this number that the same person holds already, as stated then or corrected since."""
    for slip in Receipt.objects.filter(agency=agency, number=number).select_related("submitter").order_by("id"):
        holders = [slip.submitter, *Applicant.objects.filter(dossiers_submitted__receipt=slip)]
        if any(people.states(holder, submitter) for holder in holders):
            return slip
    return None


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
