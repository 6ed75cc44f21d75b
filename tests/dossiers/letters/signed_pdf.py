"""What a digital-signing tool gives back: the bytes it was handed, with a signature appended that covers them all."""

from __future__ import annotations

import datetime as dt
import io
from functools import lru_cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfWriter

SINCE, UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


@lru_cache(maxsize=1)
def plain_pdf() -> bytes:
    """Return a PDF of one empty page; asked twice, the same file."""
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": "the issued bytes"})
    writer.write(out)
    return out.getvalue()


@lru_cache(maxsize=16)
def signer(name: str = "Lê Hoàng Phúc", *, kind: str = "ec", since=SINCE, until=UNTIL, stamps: bool = False):
    """Return (certificate, key) of a person of the sample office, certified by themselves."""
    if kind == "ec":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    names = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "UBND xã Cần Giuộc"),
            x509.NameAttribute(x509.NameOID.USER_ID, "CCCD:080199000123"),
        ]
    )
    made = x509.CertificateBuilder().subject_name(names).issuer_name(names).public_key(key.public_key())
    made = made.serial_number(766).not_valid_before(since).not_valid_after(until)
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    else:
        others = "key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
        usage = dict.fromkeys(others.split(), False)
        made = made.add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
    return made.sign(key, hashes.SHA256()), key


def as_asn1(by) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
    """Return the certificate and key of `signer` in the shapes pyHanko takes."""
    certificate, key = by
    shape = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return (
        asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(key.private_bytes(*shape)),
    )


@lru_cache(maxsize=64)
def signed(pdf: bytes, by=None, method: str = "sha256", *, pss: bool = False) -> bytes:
    """Return `pdf` with a signature appended; asked twice, the same file."""
    certificate, key = as_asn1(by or signer())
    maker = SimpleSigner(certificate, key, SimpleCertificateStore.from_certs([certificate]), prefer_pss=pss)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    field = f"Ky{pdf.count(b'/ByteRange')}"
    facts = PdfSignatureMetadata(field_name=field, md_algorithm=method, name="ky")
    return PdfSigner(facts, maker).sign_pdf(writer, in_place=False).getvalue()


def stamped(pdf: bytes) -> bytes:
    """Return `pdf` with a document time stamp (RFC 3161) of a sample authority appended."""
    certificate, key = as_asn1(signer("Cơ quan cấp dấu thời gian thử", kind="rsa", stamps=True))
    authority = DummyTimeStamper(certificate, key, SimpleCertificateStore.from_certs([certificate]))
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    return PdfTimeStamper(authority).timestamp_pdf(writer, "sha256").getvalue()
