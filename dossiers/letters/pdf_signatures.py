"""The digital signatures inside a PDF: which bytes they cover, whether they hold, whose certificate made them.

Reads the byte range (ISO 32000-1, 12.8) and the CMS in it (RFC 5652; PAdES, Thông tư về ký số văn bản điện tử). What it
cannot say is whether the certificate comes from a recognised authority and was not revoked: nobody's roots and no
revocation list are kept here, and the pages that show these facts say so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_CONTENTS = re.compile(rb"<[0-9A-Fa-f\s]*>")
MOST = 20  # signatures of one file; more is no letter

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_SIGNING_TIME = bytes.fromhex("2a864886f70d010905")
_RSA_PSS = bytes.fromhex("2a864886f70d01010a")
_HASHES: dict[bytes, type[hashes.HashAlgorithm]] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256,
    bytes.fromhex("608648016503040202"): hashes.SHA384,
    bytes.fromhex("608648016503040203"): hashes.SHA512,
}
SEQUENCE, EXPLICIT_0, UTC_TIME = 0x30, 0xA0, 0x17


class UnreadableSignature(ValueError):
    """The file carries a signature of a kind that cannot be checked here; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature. `intact`: the digest of the covered bytes is the signed one, by the key of the certificate.

    `end` is where the covered bytes end; `stamp` marks a time stamp, which is nobody's signature. Of the certificate
    only the names are kept: its subject may hold an identity number.
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

    def as_dict(self) -> dict:
        return {
            "signer": self.signer,
            "organisation": self.organisation,
            "issuer": self.issuer,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "claimed_at": self.claimed_at.isoformat() if self.claimed_at else "",
            "stamp": self.stamp,
        }


def signatures(content: bytes, *, since: int = 0) -> list[PdfSignature]:
    """Return the signatures written after the byte `since`, in the order they were made. Raises UnreadableSignature."""
    found = []
    for match in _RANGE.finditer(content, since):
        if len(found) == MOST:
            raise UnreadableSignature(f"Tệp có hơn {MOST} chữ ký. Hãy ký lại từ tệp đã tải về.")
        first, gap, after, length = (int(each) for each in match.groups())
        end = after + length
        contents = content[gap:after]
        if first != 0 or not gap < after <= end <= len(content) or not _CONTENTS.fullmatch(contents):
            raise UnreadableSignature("Vùng ký trong tệp không đúng chuẩn PDF. Hãy ký lại bằng phần mềm ký số.")
        try:
            signature = _checked(bytes.fromhex(contents[1:-1].decode("ascii")), content, gap, after, end)
        except (ValueError, IndexError, KeyError, StopIteration, UnsupportedAlgorithm) as error:
            raise UnreadableSignature(
                "Không đọc được chữ ký số trong tệp. Hãy ký theo chuẩn PAdES với SHA-256 trở lên rồi tải lên lại."
            ) from error
        found.append(signature)
    return sorted(found, key=lambda each: each.end)


def _checked(cms: bytes, content: bytes, gap: int, after: int, end: int) -> PdfSignature:
    """Return the signature of one CMS over content[:gap] + content[after:end]. Raises ValueError when unreadable."""
    root = _element(cms, 0)
    kind, wrapped, *_ = _inside(cms, root)
    if root.tag != SEQUENCE or cms[kind.body : kind.end] != _SIGNED_DATA:
        raise ValueError("not signed data")
    parts = list(_inside(cms, next(_inside(cms, wrapped))))
    enclosed = list(_inside(cms, parts[2]))[1:]
    certificates = [
        x509.load_der_x509_certificate(cms[each.start : each.end])
        for part in parts[3:]
        if part.tag == EXPLICIT_0
        for each in _inside(cms, part)
        if each.tag == SEQUENCE
    ]
    _version, identifier, digest, *rest = _inside(cms, next(_inside(cms, parts[-1])))
    attributes = rest.pop(0) if rest[0].tag == EXPLICIT_0 else None
    algorithm, signed = rest[0], rest[1]
    method = _HASHES[_first(cms, digest)]  # SHA-1 and what came before it are no proof
    if enclosed and not attributes:
        raise ValueError("a time stamp signs its attributes")
    covered = _digest(method, content[:gap], content[after:end])
    told, claimed_at = _told(cms, attributes)
    if enclosed:  # a time stamp signs a note about the bytes instead of the bytes
        note = next(_inside(cms, enclosed[0]))
        stamped = cms[note.body : note.end]
        _, _, imprint, *_ = _inside(stamped, _element(stamped, 0))
        stamped_by, stamped_digest = _inside(stamped, imprint)
        same = stamped[stamped_digest.body : stamped_digest.end] == _digest(
            _HASHES[_first(stamped, stamped_by)], content[:gap], content[after:end]
        ) and told == _digest(method, stamped)
    else:
        same = told == covered
    certificate = _of_signer(cms, identifier, certificates)
    message = b"\x31" + cms[attributes.start + 1 : attributes.end] if attributes else content[:gap] + content[after:end]
    holds = _holds(certificate, cms[signed.body : signed.end], message, method, _first(cms, algorithm) == _RSA_PSS)
    return PdfSignature(
        signer=_name(certificate.subject, x509.NameOID.COMMON_NAME),
        organisation=_name(certificate.subject, x509.NameOID.ORGANIZATION_NAME),
        issuer=_name(certificate.issuer, x509.NameOID.COMMON_NAME),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        claimed_at=claimed_at,
        intact=holds and (same if attributes else True),
        end=end,
        stamp=bool(enclosed),
    )


def _holds(certificate, signature: bytes, message: bytes, method, pss: bool) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(method()))
        elif isinstance(key, rsa.RSAPublicKey) and pss:
            scheme = padding.PSS(padding.MGF1(method()), padding.PSS.AUTO)
            key.verify(signature, message, scheme, method())
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), method())
        else:
            raise ValueError("unknown kind of key")
    except InvalidSignature:
        return False
    return True


def _told(cms: bytes, attributes) -> tuple[bytes, dt.datetime | None]:
    """Return the digest and the time the signed attributes tell; the time is the signer's own clock."""
    digest, at = b"", None
    for attribute in _inside(cms, attributes) if attributes else ():
        kind, values = _inside(cms, attribute)
        name, value = cms[kind.body : kind.end], next(_inside(cms, values))
        if name == _MESSAGE_DIGEST:
            digest = cms[value.body : value.end]
        elif name == _SIGNING_TIME:
            text = cms[value.body : value.end].decode("ascii")
            shape = "%y%m%d%H%M%SZ" if value.tag == UTC_TIME else "%Y%m%d%H%M%SZ"
            at = dt.datetime.strptime(text, shape).replace(tzinfo=dt.UTC)
    return digest, at


def _of_signer(cms: bytes, identifier, certificates: list[x509.Certificate]) -> x509.Certificate:
    """Return the certificate the signer information names; ValueError when the file does not bring it along."""
    if identifier.tag == SEQUENCE:
        issuer, serial = _inside(cms, identifier)
        named = cms[issuer.start : issuer.end], int.from_bytes(cms[serial.body : serial.end], "big", signed=True)
        for certificate in certificates:
            if (certificate.issuer.public_bytes(), certificate.serial_number) == named:
                return certificate
    for certificate in certificates:
        try:
            key = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        except x509.ExtensionNotFound:
            continue
        if key == cms[identifier.body : identifier.end]:
            return certificate
    raise ValueError("the signer's certificate is missing")


def _digest(method: type[hashes.HashAlgorithm], *pieces: bytes) -> bytes:
    found = hashlib.new(method.name)
    for piece in pieces:
        found.update(piece)
    return found.digest()


def _name(names: x509.Name, kind: x509.ObjectIdentifier) -> str:
    found = names.get_attributes_for_oid(kind)
    return str(found[0].value)[:160] if found else ""


# ---- DER, as much of it as a CMS needs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int
    body: int
    end: int


def _element(data: bytes, at: int) -> _Element:
    """Return the element that begins at `at`. Raises ValueError for an indefinite or overrunning length."""
    tag, length, body = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError("length")
        length = int.from_bytes(data[body : body + size], "big")
        body += size
    if body + length > len(data):
        raise ValueError("overrun")
    return _Element(tag, at, body, body + length)


def _inside(data: bytes, parent: _Element) -> Iterator[_Element]:
    at = parent.body
    while at < parent.end:
        child = _element(data, at)
        yield child
        at = child.end


def _first(data: bytes, parent: _Element) -> bytes:
    """Return the body of the first child: the identifier of an algorithm."""
    child = _element(data, parent.body)
    return data[child.body : child.end]
