"""Issuing printed forms: rows → context → PDF, kept as issued so that a reprint is the same document."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from dossiers import printed_forms
from dossiers.clock import why_this_date
from dossiers.models import Agency, AgencyVersion, Dossier, FormTemplate, IssuedPaper, Receipt, valid_on
from dossiers.printed_forms import FeeLine, Head, PaperLine, Person, ReceiptContext, ReceiptDossier, set_on
from dossiers.time_limit import TimeLimit
from dossiers.working_time import ZONE


def receipt_paper(receipt: Receipt, *, by, now: dt.datetime) -> IssuedPaper:
    """Return the receipt's form 01, printing it the first time only. Raises FormError or PrintError with a sentence."""
    issued = receipt.issued_papers.filter(form_code="receipt").order_by("id").first()
    return issued or issue("receipt", receipt_context(receipt), by=by, now=now, receipt=receipt, day=receipt.issued_at)


def issue(
    form_code: str,
    context,
    *,
    by,
    now: dt.datetime,
    day: dt.datetime,
    receipt: Receipt | None = None,
    dossier: Dossier | None = None,
    number: str = "",
    signer_name: str = "",
    **columns,
) -> IssuedPaper:
    """Return the paper just issued, in the form set in force on `day`, with its file and hash stored.

    The PDF is made before the transaction that stores it: a slow engine holds no lock. `columns` are further values
    of the row (its token, its line in the register).
    """
    form_set = set_on(day.astimezone(ZONE).date())
    template = template_on(form_code, form_set, day.astimezone(ZONE).date())
    wording = template.wording if template else None
    pdf = printed_forms.render(form_code, context, form_set=form_set, wording=wording, now=day)
    paper = IssuedPaper(
        form_code=form_code,
        form_set=form_set,
        title=template.title if template else printed_forms.FORMS[form_code].editions[form_set].title,
        number=number,
        receipt=receipt,
        dossier=dossier,
        context=json.dumps(dataclasses.asdict(context), default=str, ensure_ascii=False),
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=now,
        issued_by=by,
        signer_name=signer_name,
        **columns,
    )
    with transaction.atomic():
        paper.file.save("paper.pdf", ContentFile(pdf), save=False)
        paper.save()
    return paper


def template_on(form_code: str, form_set: str, day: dt.date) -> FormTemplate | None:
    """Return the wording in force for the form; None leaves the registry's own."""
    rows = FormTemplate.objects.filter(valid_on(day), form_code=form_code, form_set=form_set)
    return rows.order_by("-valid_from").first()


def receipt_context(receipt: Receipt) -> ReceiptContext:
    """Return everything form 01 says about the receipt. A query per relation, none per dossier."""
    dossiers = list(
        receipt.dossiers.select_related("procedure", "desk", "owner", "agency_version").prefetch_related("papers")
    )
    first = dossiers[0]
    named = first.agency_version or AgencyVersion(name=first.agency_name)
    base = settings.PUBLIC_BASE_URL
    token = first.token if len(dossiers) == 1 else receipt.token
    desk = first.desk.code if first.desk else ""
    return ReceiptContext(
        head=head_of(receipt.agency, named, symbol="TNHS", number=receipt.pk, day=receipt.issued_at),
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
        book_line=first.code.rpartition("-")[2].lstrip("0"),
    )


def head_of(agency: Agency, named: AgencyVersion, *, symbol: str, number: int | None, day: dt.datetime) -> Head:
    """Return the letterhead of the agency under the name it had that day."""
    return Head(
        issuer=named.name,
        parent=named.parent_name,
        place=named.place or named.name,
        symbol=f"{symbol}-{named.short_name}" if named.short_name else symbol,
        number=number,
        dated=day.astimezone(ZONE).date(),
    )


def person_of(applicant) -> Person:
    """Return the applicant as printed on papers handed to the applicant."""
    return Person(
        name=applicant.full_name,
        kind=applicant.kind,
        address=applicant.address,
        phone=printed_phone(applicant.phone),
        email=applicant.email,
        identity=applicant.id_number,
    )


def printed_phone(e164: str) -> str:
    """Return the number as dialled at home, in groups: "0912 345 678"; what is no Vietnamese number stays as it is."""
    if not e164.startswith("+84"):
        return e164
    digits = "0" + e164.removeprefix("+84")
    return " ".join((digits[:4], digits[4:7], digits[7:]))


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
