"""Form 01 of a receipt: printed once, under the next number of the agency's year, and the same document ever after.

The number is given when the paper is first printed, like that of every other paper (papers.register): a receipt
nobody prints, or that could not be printed, uses none.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction

from dossiers.deadlines.clock import why_this_date
from dossiers.deadlines.time_limit import TimeLimit
from dossiers.deadlines.working_time import ZONE
from dossiers.models import AgencyVersion, Dossier, IssuedPaper, Receipt
from dossiers.papers.issuing import person_of
from dossiers.papers.register import Place, issue_numbered
from dossiers.printed_forms import FeeLine, FormError, PaperLine, ReceiptContext, ReceiptDossier


def receipt_paper(receipt: Receipt, *, by, now: dt.datetime) -> IssuedPaper:
    """Return the receipt's form 01, printing it the first time only. Raises FormError or PrintError with a sentence."""
    issued = receipt.issued_papers.filter(form_code="receipt").first()
    if issued:
        return issued
    dossiers = list(
        receipt.dossiers.select_related("procedure", "desk", "owner", "agency_version").prefetch_related("papers")
    )
    if not any(dossier.received_at for dossier in dossiers):
        raise FormError("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận. Hãy tiếp nhận hồ sơ rồi in.")
    named = dossiers[0].agency_version or AgencyVersion(name=dossiers[0].agency_name)
    try:
        with transaction.atomic():
            return issue_numbered(
                "receipt",
                receipt.agency,
                lambda place: context_of(receipt, dossiers, place),
                by=by,
                now=now,
                day=receipt.issued_at,
                named=named,
                receipt=receipt,
            )
    except IntegrityError:
        # Printed twice at once: the second number went back, the first paper is the paper.
        return receipt.issued_papers.get(form_code="receipt")


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
        collect_at=first.result_place or f"{named.name}{', ' + named.address if named.address else ''}",
        officer=(receipt.issued_by.get_full_name() or receipt.issued_by.username) if receipt.issued_by else "",
        lookup_url=f"{base}/h/{token}/",
        lookup_site=f"{base}/tra-cuu/",
        contact_phone=named.phone,
        zalo_url=f"{base}/q/{desk}/" if desk else f"{base}/q/",
        fees=tuple(
            FeeLine(dossier.procedure_name[:80], int(dossier.fee_total), dossier.fee_paid)
            for dossier in dossiers
            if dossier.fee_total is not None
        ),
        book=f"{receipt.issued_at.astimezone(ZONE):%Y}",
        book_line=str(place.head.number),
    )


def _line(dossier: Dossier, receipt: Receipt) -> ReceiptDossier:
    limit = ""
    if dossier.limit_unit == "same_day" or dossier.limit_amount:
        unit = "working_day" if dossier.limit_unit == "unstated" else dossier.limit_unit
        limit = str(TimeLimit(dossier.limit_amount or 1, unit))
    return ReceiptDossier(
        code=dossier.code,
        procedure=dossier.procedure_name,
        received_at=dossier.received_at or dossier.submitted_at,
        statutory_time=limit or "theo ngày hẹn",
        due_at=dossier.due_at,
        why=why_this_date(dossier, "citizen"),
        owner=dossier.owner.full_name if dossier.owner_id != receipt.submitter_id else "",
        papers=tuple(
            PaperLine(paper.name, paper.originals, paper.certified, paper.copies)
            for paper in dossier.papers.all()
            if paper.received
        ),
        sets=dossier.sets,
    )
