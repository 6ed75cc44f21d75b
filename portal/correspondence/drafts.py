"""The way other rooms begin a document: a draft at the desk, to be read, mended, signed and issued there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dossiers.models import Agency
from portal.correspondence import documents
from portal.correspondence.models import Document


def begin(
    agency: Agency,
    kind: str,
    abstract: str,
    body: str,
    *,
    by,
    now: dt.datetime,
    addressees: Iterable[str] = (),
    recipients: Iterable[str] = (),
    electronic: Iterable[str] = (),
    drafting_unit: str = "",
) -> Document:
    """Return a draft of `kind` (portal.correspondence.states.Kind: "report", "dispatch" …) in the agency's name.

    `body` is rich text: p, h2, h3, ul, ol, li, strong, em, table, tr, th, td; the first row of a table is its heading.
    `addressees` are "Kính gửi", `recipients` "Nơi nhận", `electronic` "Bản điện tử". Its page is at
    reverse("admin:correspondence_document_change", args=[document.pk]). Raises ActError with a sentence, Forbidden
    without the right to write documents of the agency.
    """
    return documents.begin(
        agency,
        kind,
        by=by,
        now=now,
        abstract=abstract,
        body=body,
        addressees="\n".join(addressees),
        recipients="\n".join(recipients),
        electronic="\n".join(electronic),
        drafting_unit=drafting_unit,
    )
