"""Documents that come in: entered under the next number of the year's register, corrected, found again by number."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.models import Agency
from dossiers.search_text import fold
from dossiers.workflow.moving import ActError, Change
from dossiers.workflow.series import next_number, series_key
from dossiers.written_dates import ZONE, written_day
from portal.correspondence.documents import DOCUMENT, abstract_of, enclose
from portal.correspondence.models import Document
from portal.correspondence.states import State

IN = Document.Direction.IN
SERIES = "incoming"


@transaction.atomic
def record(
    agency: Agency,
    kind: str,
    *,
    by,
    now: dt.datetime,
    number_text: str,
    dated: dt.date,
    issuer: str,
    abstract: str,
    file=None,
) -> Document:
    """Return a document that came in, numbered by arrival. Raises ActError.

    Number, day and issuer make it one document: the same again is refused with where it stands already.
    """
    day = now.astimezone(ZONE).date()
    document = Document(
        agency=agency,
        kind=kind,
        direction=IN,
        state=State.RECEIVED,
        state_changed_at=now,
        created_at=now,
        created_by=by,
        registered_at=now,
        registered_by=by,
        year=day.year,
    )
    DOCUMENT.allow(by, "record_document", document)
    # The number first: whoever enters the same document at the same moment waits for it, then finds this one.
    document.number = next_number(series_key(SERIES, agency.pk, day.year))
    facts = _facts(document, day, number_text=number_text, dated=dated, issuer=issuer, abstract=abstract)
    for name, value in facts.items():
        setattr(document, name, value)
    document.save(force_insert=True)
    if file:
        enclose(document, by=by, now=now, words="Bản đến", file=file)
    kept = f"Vào sổ đến, số {document.number}"
    DOCUMENT.tell(document, kept, Change(), by=by, now=now, source="", target=document.state)
    return document


def correct(document: Document, *, by, now: dt.datetime, kind: str, **written) -> Change:
    """Mend what was typed wrong; number and day of arrival stay."""
    facts = _facts(document, now.astimezone(ZONE).date(), **written)
    return Change({"kind": kind, **facts}, told={"note": f"{facts['number_text']} – {facts['abstract']}"})


def _facts(document: Document, today: dt.date, *, number_text: str, dated: dt.date, issuer: str, abstract: str) -> dict:
    about = abstract_of(abstract)
    number_text, issuer = " ".join(number_text.split())[:80], " ".join(issuer.split())[:255]
    if not any(letter.isdigit() for letter in number_text):
        raise ActError("Ghi số, ký hiệu của văn bản đến, ví dụ 3241/UBND-VX.")
    if not issuer:
        raise ActError("Ghi cơ quan ban hành văn bản đến.")
    if dated > today:
        raise ActError("Ngày của văn bản đến không thể sau hôm nay. Hãy xem lại ngày ghi trên văn bản.")
    same = Document.objects.filter(agency=document.agency_id, direction=IN, dated=dated, state=State.RECEIVED)
    for other in same.exclude(pk=document.pk).only("number_text", "issuer", "number", "year"):
        if fold(other.number_text) == fold(number_text) and fold(other.issuer) == fold(issuer):
            raise ActError(
                f"Văn bản số {number_text} ngày {written_day(dated)} của {issuer} đã vào sổ: "
                f"số đến {other.number} năm {other.year}."
            )
    return {"number_text": number_text, "dated": dated, "issuer": issuer, "abstract": about}
