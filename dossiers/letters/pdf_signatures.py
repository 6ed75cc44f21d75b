"""The digital signatures inside a PDF, read by pyHanko: what they cover, whether they hold, whose certificate it was.

ISO 32000-1 12.8, CMS (RFC 5652), PAdES (ETSI EN 319 142). Certificates of the authorities an installation trusts stand
as PEM files in settings.SIGNATURE_ROOTS; with them each chain is followed and the revocation lists a file brings along
are looked at. Nothing is fetched from the network. Without roots nobody's authority is known, and the pages say so.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from asn1crypto import pem, x509
from django.conf import settings

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

MOST = 20  # signatures of one file; more is no letter
STRONG = {"sha256", "sha384", "sha512"}  # SHA-1 and what came before it are no proof


class UnreadableSignature(ValueError):
    """The file carries a signature of a kind that cannot be checked here; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature. `intact`: the digest of the covered bytes is the signed one, by the key of the certificate.

    `trusted` says whether the chain ends at an authority of this installation, None where it keeps none; `revoked` is
    what the lists inside the file say. `end` is where the covered bytes end; `stamp` marks a time stamp, which is
    nobody's signature. Of the certificate only the names are kept: its subject may hold an identity number.
    """

    signer: str
    organisation: str
    issuer: str
    valid_from: dt.datetime
    valid_to: dt.datetime
    claimed_at: dt.datetime | None
    intact: bool
    end: int
    stamp: bool = False
    trusted: bool | None = None
    revoked: bool = False

    def as_dict(self) -> dict:
        return {
            "signer": self.signer,
            "organisation": self.organisation,
            "issuer": self.issuer,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "claimed_at": self.claimed_at.isoformat() if self.claimed_at else "",
            "stamp": self.stamp,
            "trusted": self.trusted,
        }


def signatures(content: bytes, *, since: int = 0) -> list[PdfSignature]:
    """Return the signatures written after the byte `since`, in the order they were made. Raises UnreadableSignature."""
    if b"/ByteRange" not in content[since:]:
        return []
    from pyhanko.pdf_utils.reader import PdfFileReader  # a tenth of a process's start: only for a signed file

    try:
        embedded = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
        added = [each for each in embedded if each.byte_range[1] >= since]
        if len(added) > MOST:
            raise UnreadableSignature(f"Tệp có hơn {MOST} chữ ký. Hãy ký lại từ tệp đã tải về.")
        found = [async_to_sync(_checked)(each) for each in added]
    except (UnreadableSignature, MemoryError):
        raise
    # A stranger's bytes: whatever the reader stumbles over, the answer is that the file cannot be read.
    except Exception as error:
        raise UnreadableSignature(
            "Không đọc được chữ ký số trong tệp. Hãy ký theo chuẩn PAdES với SHA-256 trở lên rồi tải lên lại."
        ) from error
    if not found:
        raise UnreadableSignature("Vùng ký trong tệp không đúng chuẩn PDF. Hãy ký lại bằng phần mềm ký số.")
    return sorted(found, key=lambda each: each.end)


async def _checked(embedded: EmbeddedPdfSignature) -> PdfSignature:
    """Return what one signature proves. Raises pyHanko's errors, ValueError for a digest that proves nothing."""
    from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    first, gap, after, length = (int(each) for each in embedded.byte_range)
    if first != 0 or not gap < after:
        raise ValueError("the covered bytes do not begin with the file")
    if embedded.md_algorithm not in STRONG:
        raise ValueError(f"{embedded.md_algorithm} is no proof")
    stamp = embedded.sig_object.get("/Type") == "/DocTimeStamp"
    certificate = embedded.signer_cert
    # As of the day the certificate was good: whether it still was when it signed is the caller's question.
    moment = min(
        max(embedded.self_reported_timestamp or _now(), certificate.not_valid_before), certificate.not_valid_after
    )
    context = ValidationContext(trust_roots=_roots(), allow_fetching=False, moment=moment)
    if stamp:
        status = await async_validate_pdf_timestamp(embedded, validation_context=context, skip_diff=True)
    else:
        status = await async_validate_pdf_signature(embedded, signer_validation_context=context, skip_diff=True)
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return PdfSignature(
        signer=_name(subject, "common_name"),
        organisation=_name(subject, "organization_name"),
        issuer=_name(issuer, "common_name"),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        claimed_at=embedded.self_reported_timestamp,
        intact=bool(status.intact and status.valid),
        end=after + length,
        stamp=stamp,
        trusted=bool(status.trusted) if _roots() else None,
        revoked=bool(status.revoked),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _roots() -> list[x509.Certificate]:
    return _read_roots(str(settings.SIGNATURE_ROOTS)) if settings.SIGNATURE_ROOTS else []


@lru_cache(maxsize=4)
def _read_roots(folder: str) -> list[x509.Certificate]:
    """Return the certificates of the folder's PEM and DER files, read once in a process."""
    found = []
    for path in sorted(Path(folder).glob("*")):
        if path.suffix in {".pem", ".crt", ".cer"}:
            data = path.read_bytes()
            pieces = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
            found += [x509.Certificate.load(der) for der in pieces]
    return found


def _name(names: dict, kind: str) -> str:
    value = names.get(kind) or ""
    return str(value[0] if isinstance(value, list) else value)[:160]
