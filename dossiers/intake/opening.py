"""A dossier's row made, wherever it comes from: who, what, where, its papers, its first line of history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.deadlines.due import DueDate
from dossiers.intake import fee_lines
from dossiers.intake.fee_lines import FeeEntry
from dossiers.models import (
    Agency,
    AgencyVersion,
    Applicant,
    Dossier,
    DossierEvent,
    DossierPaper,
    Procedure,
    ProcedureVersion,
    Receipt,
    TimeLimit,
)
from dossiers.states import State
from dossiers.workflow import events
from dossiers.workflow.entering import entering
from dossiers.workflow.holding import hold


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper handed in (or still missing when `received` is False)."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    received: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What every dossier begins with; `more` are columns only one way of coming in knows."""

    code: str
    agency: Agency
    named: AgencyVersion | None
    procedure: Procedure
    version: ProcedureVersion | None
    channel: str
    owner: Applicant
    submitter: Applicant
    state: str  # submitted or accepted
    at: dt.datetime
    limit: TimeLimit | None
    due: DueDate | None
    more: dict


def row_of(opening: Opening) -> Dossier:
    """Return the dossier, not yet saved; its clock runs when it comes in accepted. No query."""
    dossier = Dossier(
        code=opening.code,
        agency=opening.agency,
        agency_version=opening.named,
        agency_name=opening.named.name if opening.named else opening.agency.name,
        procedure=opening.procedure,
        procedure_version=opening.version,
        procedure_name=opening.version.name if opening.version else opening.procedure.name,
        channel=opening.channel,
        owner=opening.owner,
        submitter=opening.submitter,
        owner_name=opening.owner.full_name,
        state=opening.state,
        state_changed_at=opening.at,
        submitted_at=opening.at,
        limit_amount=opening.limit.amount if opening.limit else None,
        limit_unit=opening.limit.unit if opening.limit else "",
        **opening.more,
    )
    for name, value in entering(dossier, opening.state, opening.at, due=opening.due, counting=False).items():
        setattr(dossier, name, value)
    return dossier


def save(
    dossier: Dossier,
    receipt: Receipt,
    papers: Iterable[PaperLine],
    *,
    by,
    at: dt.datetime,
    source: str,
    fees: Iterable[FeeEntry] = (),
    collected: str = "",
) -> DossierEvent:
    """Write the dossier with its papers and fees, who holds it and its first line of history; return that line."""
    dossier.receipt = receipt
    dossier.receipt_number = receipt.number
    dossier.save(force_insert=True)
    DossierPaper.objects.bulk_create(
        DossierPaper(
            dossier=dossier,
            name=line.name,
            originals=line.originals,
            certified=line.certified,
            copies=line.copies,
            received=line.received,
            note=line.note,
            order=order,
        )
        for order, line in enumerate(papers)
    )
    fee_lines.write(dossier, fees, collected, by=by, at=at)
    hold(dossier, at)
    # Coming to a state is a kind of event of the same name.
    return events.record(dossier, State(dossier.state).value, at=at, actor=by, to_state=dossier.state, source=source)
