"""What the QR of an issued paper proves: that it exists, who issued it when, whether it still holds, and its bytes.

No personal data: whoever holds the paper compares what it says with what stands here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.deadlines.working_time import ZONE
from dossiers.models import IssuedPaper, Letter

LONGEST_TOKEN = 32
LONGEST_CHAIN = 20
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Proof:
    """The public facts of one paper. `standing` is in_force, replaced or withdrawn."""

    title: str
    number: str
    agency: str
    issued_at: dt.datetime
    signer: str
    dossier_code: str
    sha256: str
    standing: str
    replaced_by: str = ""
    replaced_at: dt.datetime | None = None
    old_due_at: dt.datetime | None = None
    new_due_at: dt.datetime | None = None
    signed_how: str = ""
    signed_by: tuple[str, ...] = ()
    signed_at: dt.datetime | None = None
    signed_sha256: str = ""

    @property
    def fingerprint(self) -> str:
        """The hash in groups of four, to be compared by eye."""
        return " ".join(self.sha256[place : place + 4] for place in range(0, 64, 4))


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The answer to a dropped file. `verdict` is original, signed, other, altered, not_pdf or too_large."""

    verdict: str
    other_number: str = ""

    @property
    def genuine(self) -> bool:
        return self.verdict in {"original", "signed"}


def by_token(token: str) -> Proof | None:
    """Return what may be said of the paper behind the token; None when there is none. A query for each successor."""
    paper = _paper(token)
    if paper is None:
        return None
    letter = Letter.objects.filter(paper=paper).first()
    later = _latest_after(paper)
    withdrawn = letter is not None and letter.state == Letter.State.WITHDRAWN
    owner = paper.dossier or paper.receipt
    agency = paper.register_agency or (owner.agency if owner else None)
    named = agency.version_on(paper.issued_at.astimezone(ZONE).date()) if agency else None
    return Proof(
        title=paper.title.capitalize(),
        number=paper.number,
        agency=named.name if named else str(agency or ""),
        issued_at=paper.issued_at,
        signer=paper.signer_name,
        dossier_code=paper.dossier.code if paper.dossier else "",
        sha256=paper.sha256,
        standing="withdrawn" if withdrawn else "replaced" if later else "in_force",
        replaced_by=later.number if later else "",
        replaced_at=later.issued_at if later else None,
        old_due_at=letter.old_due_at if letter else None,
        new_due_at=letter.new_due_at if letter else None,
        signed_how=letter.signed_how if letter else "",
        signed_by=tuple(each["signer"] for each in letter.signatures) if letter else (),
        signed_at=letter.signed_at if letter else None,
        signed_sha256=letter.signed_sha256 if letter else "",
    )


def check_file(proof: Proof, chunks: Iterable[bytes]) -> FileCheck:
    """Return whether the file is the paper, byte for byte; it is hashed as it comes and never kept."""
    digest = hashlib.sha256()
    size, first = 0, b""
    for chunk in chunks:
        first = first or chunk[:5]
        size += len(chunk)
        if size > LARGEST:
            return FileCheck("too_large")
        digest.update(chunk)
    if first != b"%PDF-":
        return FileCheck("not_pdf")
    found = digest.hexdigest()
    if found == proof.sha256:
        return FileCheck("original")
    if found == proof.signed_sha256:
        return FileCheck("signed")
    other = IssuedPaper.objects.filter(sha256=found).values_list("number", flat=True).first()
    if other is None:
        other = Letter.objects.filter(signed_sha256=found).values_list("paper__number", flat=True).first()
    return FileCheck("other", other) if other else FileCheck("altered")


def _latest_after(paper: IssuedPaper) -> IssuedPaper | None:
    """Return the paper that holds instead of this one, at the end of the chain; None when this one does."""
    latest = None
    for _ in range(LONGEST_CHAIN):
        later = (latest or paper).replaced_by.defer("context").order_by("-issued_at", "-id").first()
        if later is None:
            break
        latest = later
    return latest


def _paper(token: str) -> IssuedPaper | None:
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    rows = IssuedPaper.objects.defer("context").select_related("dossier__agency", "receipt__agency", "register_agency")
    return rows.filter(token=token).first()
