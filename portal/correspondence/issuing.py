"""The paper of a document: as it would be while a draft, and issued under the next number of its register.

The number and the paper stand or fall together, in one transaction: what cannot be printed uses no number (Nghị định
30/2020/NĐ-CP, điều 15: numbers run through the year from 01, of each kind).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from django.core.files.base import ContentFile

from dossiers import printed_forms
from dossiers.letters import signed_files
from dossiers.models import SigningAuthority
from dossiers.papers import issuing as papers
from dossiers.papers.register import named_on
from dossiers.papers.signing import authority_of, signature_of
from dossiers.printed_forms import DispatchContext, FormError, Head, Signature, set_on
from dossiers.printed_forms.printing import PrintError
from dossiers.workflow.moving import ActError, Change, Forbidden, Stale
from dossiers.workflow.series import next_number, series_key
from dossiers.written_dates import ZONE, written_day
from portal.correspondence import rich_text
from portal.correspondence.documents import DOCUMENT, check_whole, enclosure_line, lines_of
from portal.correspondence.models import Document
from portal.correspondence.states import WRITTEN_HERE, Kind


def issue(document: Document, *, by, now: dt.datetime) -> Change:
    """Number, date and freeze the document. Raises ActError, or Forbidden for somebody else's signature."""
    if by is None:
        raise ActError("Văn bản phải do một người có thẩm quyền ký.")
    check_whole(document)
    day = now.astimezone(ZONE).date()
    authority = _authority(document, by, day)
    # Locked and read first: of two leaders who sign at once one gets the number, the other a sentence and no paper.
    current = Document.objects.select_for_update(of=("self",)).only("version").get(pk=document.pk)
    if current.version != document.version:
        raise Stale(DOCUMENT.stale)
    number = next_number(series_key(f"document-{document.kind}", document.agency_id, day.year))
    try:
        context = _context(document, signature_of(by, document.agency, day, authority), day, number)
        pdf = printed_forms.render("dispatch", context, form_set=set_on(day), now=now)
    except (FormError, PrintError) as error:
        raise ActError(str(error)) from error
    document.year = day.year
    document.file.save("document.pdf", ContentFile(pdf), save=False)
    number_text = context.head.number_line.removeprefix("Số: ")
    return Change(
        {
            "file": document.file.name,
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "year": day.year,
            "number": number,
            "number_text": number_text,
            "dated": day,
            "registered_at": now,
            "registered_by": by,
            "signer_name": context.signature.name,
            "authority": authority,
            "note": "",
        },
        kind=f"Ký, cấp số {number_text}",
    )


def _authority(document: Document, by, day: dt.date) -> SigningAuthority | None:
    """Return by which right the person signs; None for the head of an agency that declared none.

    Raises Forbidden when the draft names somebody else, the right has ended, or the person is of another agency.
    """
    chosen = document.authority
    if chosen is None:
        return authority_of(by, document.agency, day)
    if chosen.user_id != by.pk:
        raise Forbidden(
            f"Văn bản này trình {chosen.user.get_full_name() or chosen.user.username} ký. "
            "Hãy trả lại để đổi người ký, nếu bạn ký thay."
        )
    if chosen.valid_from > day or (chosen.valid_to is not None and chosen.valid_to < day):
        raise Forbidden("Phân công ký đã chọn không còn hiệu lực hôm nay. Hãy trả lại để chọn lại người ký.")
    return chosen


def preview(document: Document, *, now: dt.datetime) -> bytes:
    """Return the PDF of a draft: number and day left blank. Raises FormError, PrintError."""
    day = now.astimezone(ZONE).date()
    if document.authority is not None:
        signature = signature_of(document.authority.user, document.agency, day, document.authority)
    else:
        signature = Signature.of("Người có thẩm quyền ký")
    return printed_forms.render("dispatch", _context(document, signature, day, None), form_set=set_on(day), now=now)


def _context(document: Document, signature: Signature, day: dt.date, number: int | None) -> DispatchContext:
    dispatch = document.kind == Kind.DISPATCH
    return DispatchContext(
        head=_head(document, day, number),
        blocks=rich_text.blocks(document.body),
        signature=signature,
        kind="" if dispatch else document.get_kind_display(),
        abstract="" if dispatch else document.abstract[:1].upper() + document.abstract[1:],
        to=lines_of(document.addressees),
        recipients=lines_of(document.recipients),
        electronic=lines_of(document.electronic),
        enclosure=enclosure_line(document),
    )


def _head(document: Document, day: dt.date, number: int | None) -> Head:
    """Return the letterhead under the name of that day: "05/BC-STTTT", of a công văn "212/VP-TTPVHCC"."""
    named = named_on(document.agency, day)
    head = papers.head_of(document.agency, named, symbol="", number=number, day=day)
    first = WRITTEN_HERE[document.kind].symbol
    parts = (first, named.short_name) if first else (named.short_name or "CV", document.drafting_unit)
    head = replace(head, symbol="-".join(part for part in parts if part))
    if document.kind == Kind.DISPATCH:
        head = replace(head, subject=f"V/v {document.abstract}")
    return head if number is not None else replace(head, dated=None, drafted=day)


def attach(document: Document, *, by, now: dt.datetime, content: bytes, how: str) -> Change:
    """Keep the signed file with its hash and what its signatures prove, as letters do. Raises ActError."""
    issued = signed_files.Issued(document.number_text, document.file.size, document.sha256, document.registered_at)
    return signed_files.kept(document, issued, content, how, now=now)


def file_name(document: Document) -> str:
    """Return what the document's file is called where people keep it."""
    number = document.number_text.replace("/", "-") or "du-thao"
    return f"{number}{f' ngay {written_day(document.dated)}'.replace('/', '-') if document.dated else ''}.pdf"
