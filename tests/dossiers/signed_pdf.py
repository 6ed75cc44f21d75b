"""What a digital-signing tool gives back: the bytes it was handed, with a signature appended that covers them all."""

import datetime as dt
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

ROOM = 8192  # hexadecimal digits kept for the signature
SINCE, UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


@lru_cache(maxsize=16)
def signer(name: str = "Lê Hoàng Phúc", *, kind: str = "ec", since=SINCE, until=UNTIL):
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
    return made.sign(key, hashes.SHA256()), key


@lru_cache(maxsize=64)
def signed(pdf: bytes, by=None, method: type[hashes.HashAlgorithm] = hashes.SHA256) -> bytes:
    """Return `pdf` with a detached signature appended; asked twice, the same file."""
    certificate, key = by or signer()
    before = pdf + b"\n9 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Contents"
    after_shape = "/ByteRange[0 %010d %010d %010d]>>\nendobj\nstartxref\n0\n%%%%EOF\n"
    gap, after = len(before), len(before) + ROOM + 2
    tail = (after_shape % (gap, after, len(after_shape % (0, 0, 0)))).encode()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(before + tail).add_signer(certificate, key, method())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    cms = builder.sign(serialization.Encoding.DER, options).hex()
    return before + f"<{cms:0<{ROOM}}>".encode() + tail
