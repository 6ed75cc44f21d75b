"""Form 01 of a receipt: printed once, under the number it got when received, and the same document ever after.

It says what was promised that day, whenever it is printed: a later letter or pause is on papers of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction

from dossiers.deadlines.clock import why_this_date
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.time_limit import TimeLimit
from dossiers.deadlines.working_time import ZONE
from dossiers.models import AgencyVersion, Dossier, DossierEvent, DossierFee, IssuedPaper, Receipt
from dossiers.papers.issuing import person_of
from dossiers.papers.register import Place, issue_again, issue_numbered
from dossiers.printed_forms import FeeLine, FormError, PaperLine, ReceiptContext, ReceiptDossier, sentences
from dossiers.workflow.series import enter_in_register


def receipt_paper(receipt: Receipt, *, by, now: dt.datetime) -> IssuedPaper:
    """Return the receipt's form 01, printing it the first time only. Raises FormError or PrintError with a sentence."""
    issued = receipt.issued_papers.filter(form_code="receipt").first()
    if issued:
        return issued
    dossiers = _received(receipt)
    named = dossiers[0].agency_version or AgencyVersion(name=dossiers[0].agency_name)
    received = min(dossier.received_at for dossier in dossiers)
    try:
        with transaction.atomic():
            enter_in_register(receipt, received)  # rows that were loaded in bulk have no number yet
            return issue_numbered(
                "receipt",
                receipt.agency,
                lambda place: context_of(receipt, dossiers, place),
                by=by,
                now=now,
                day=received,
                named=named,
                serial=receipt.register_number,
                receipt=receipt,
            )
    except IntegrityError:
        # Printed twice at once: the second number went back, the first paper is the paper.
        return receipt.issued_papers.get(form_code="receipt")


def replacing_paper(receipt: Receipt, *, by, now: dt.datetime) -> IssuedPaper:
    """Return form 01 printed again as the receipt stands now; it says which paper it replaces and keeps its number.

    The first printing when nothing was printed yet. Raises FormError or PrintError with a sentence.
    """
    old = receipt.issued_papers.filter(form_code="receipt").select_related("register_agency").first()
    if old is None:
        return receipt_paper(receipt, by=by, now=now)
    said = f"Thay cho giấy tiếp nhận in lúc {old.issued_at.astimezone(ZONE):%H:%M ngày %d/%m/%Y}"
    dossiers = _received(receipt)
    return issue_again(
        old,
        lambda place: replace(context_of(receipt, dossiers, place), replaces=said),
        by=by,
        now=now,
        receipt=receipt,
    )


def _received(receipt: Receipt) -> list[Dossier]:
    """The receipt's dossiers that were taken in, with all the paper tells. Raises FormError when none was."""
    rows = receipt.dossiers.select_related("procedure", "desk", "owner", "agency_version")
    rows = rows.prefetch_related("papers", "fees").order_by("id")
    dossiers = [dossier for dossier in rows if dossier.received_at]
    if not dossiers:
        raise FormError("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận. Hãy tiếp nhận hồ sơ rồi in.")
    return dossiers


def context_of(receipt: Receipt, dossiers: list[Dossier], place: Place) -> ReceiptContext:
    """Return everything form 01 says about the receipt; `dossiers` come with their papers."""
    first, named = dossiers[0], place.named
    base = settings.PUBLIC_BASE_URL
    token = first.token if len(dossiers) == 1 else receipt.token
    desk = first.desk.code if first.desk else ""
    return ReceiptContext(
        head=place.head,
        applicant=person_of(receipt.submitter),
        dossiers=tuple(_line(dossier, receipt) for dossier in dossiers),
        channel=first.channel,
        receipt_number=receipt.number if receipt.number != first.code else "",
        collect_at=_promise(first).place or f"{named.name}{', ' + named.address if named.address else ''}",
        officer=(receipt.issued_by.get_full_name() or receipt.issued_by.username) if receipt.issued_by else "",
        lookup_url=f"{base}/h/{token}/",
        lookup_site=f"{base}/tra-cuu/",
        contact_phone=named.phone,
        zalo_url=f"{base}/q/{desk}/" if desk else f"{base}/q/",
        fees=tuple(line for dossier in dossiers for line in _fees(dossier)),
        book=f"{place.head.dated:%Y}",
        book_line=str(place.head.number),
    )


@dataclass(frozen=True, slots=True)
class _Promise:
    """What the citizen was told at intake: the date, why it is that one, where the result waits."""

    due_at: dt.datetime | None
    why: str
    place: str


def _promise(dossier: Dossier) -> _Promise:
    """Return the promise as the history keeps it; of rows without that, what they say of the first date."""
    accepted = dossier.events.filter(kind=DossierEvent.Kind.ACCEPTED).order_by("id").first()
    facts = accepted.facts if accepted else {}
    if facts.get("due_at"):
        due_at = dt.datetime.fromisoformat(facts["due_at"])
    else:
        due_at = dossier.promised_at or dossier.due_at
    if facts.get("promise"):
        why = DueDate.from_dict(facts["promise"]).sentence("citizen")
    else:
        why = why_this_date(dossier, "citizen") if due_at == dossier.due_at else ""
    return _Promise(due_at, why, facts.get("place", dossier.result_place))


def _fees(dossier: Dossier) -> list[FeeLine]:
    """The dossier's fees as lines; where only a sum is known, the sum."""
    lines = [FeeLine(_fee_name(line), int(line.total), line.collected_at is not None) for line in dossier.fees.all()]
    if lines or dossier.fee_total is None:
        return lines
    return [FeeLine(dossier.procedure_name, int(dossier.fee_total), dossier.fee_paid)]


def _fee_name(line: DossierFee) -> str:
    if line.quantity == 1:
        return line.name
    return f"{line.name} ({line.quantity} {line.unit or 'lần'} × {sentences.money(int(line.price))})"


def _line(dossier: Dossier, receipt: Receipt) -> ReceiptDossier:
    promise = _promise(dossier)
    limit = ""
    if dossier.limit_unit == "same_day" or dossier.limit_amount:
        unit = "working_day" if dossier.limit_unit == "unstated" else dossier.limit_unit
        limit = str(TimeLimit(dossier.limit_amount or 1, unit))
    return ReceiptDossier(
        code=dossier.code,
        procedure=dossier.procedure_name,
        received_at=dossier.received_at or dossier.submitted_at,
        statutory_time=limit or "theo ngày hẹn",
        due_at=promise.due_at,
        why=promise.why,
        owner=dossier.owner.full_name if dossier.owner_id != receipt.submitter_id else "",
        papers=tuple(
            PaperLine(paper.name, paper.originals, paper.certified, paper.copies)
            for paper in dossier.papers.all()
            if paper.received
        ),
        sets=dossier.sets,
    )
