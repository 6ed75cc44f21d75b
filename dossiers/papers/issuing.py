"""Issuing printed forms: rows → context → PDF, kept as issued so that a reprint is the same document."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json

from django.core.files.base import ContentFile
from django.db import transaction

from dossiers import printed_forms
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, AgencyVersion, Dossier, FormTemplate, IssuedPaper, Receipt, valid_on
from dossiers.printed_forms import Head, Person, set_on


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
    form_set, template = _edition(form_code, day)
    pdf = _rendered(form_code, context, form_set, template, day)
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


def laid_out(form_code: str, context, *, day: dt.datetime) -> bytes:
    """Return the form as PDF in the set and wording in force on `day`; nothing is kept."""
    return _rendered(form_code, context, *_edition(form_code, day), day)


def _edition(form_code: str, day: dt.datetime) -> tuple[str, FormTemplate | None]:
    date = day.astimezone(ZONE).date()
    return set_on(date), template_on(form_code, set_on(date), date)


def _rendered(form_code: str, context, form_set: str, template: FormTemplate | None, day: dt.datetime) -> bytes:
    wording = template.wording if template else None
    return printed_forms.render(form_code, context, form_set=form_set, wording=wording, now=day)


def template_on(form_code: str, form_set: str, day: dt.date) -> FormTemplate | None:
    """Return the wording in force for the form; None leaves the registry's own."""
    rows = FormTemplate.objects.filter(valid_on(day), form_code=form_code, form_set=form_set)
    return rows.order_by("-valid_from").first()


def head_of(agency: Agency, named: AgencyVersion, *, symbol: str, number: int | None, day: dt.date) -> Head:
    """Return the letterhead of the agency under the name it had that day."""
    return Head(
        issuer=named.name,
        parent=named.parent_name,
        place=named.place or named.name,
        symbol=f"{symbol}-{named.short_name}" if named.short_name else symbol,
        number=number,
        dated=day,
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
        representative=applicant.representative,
        representative_paper=applicant.representative_id,
        representative_position=applicant.representative_position,
    )


def printed_phone(e164: str) -> str:
    """Return the number as dialled at home, in groups: "0912 345 678"; what is no Vietnamese number stays as it is."""
    if not e164.startswith("+84"):
        return e164
    digits = "0" + e164.removeprefix("+84")
    return " ".join((digits[:4], digits[4:7], digits[7:]))
