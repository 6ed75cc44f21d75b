"""What a digital-signing tool gives back: the bytes it was handed, with a signature appended that covers them all."""

import datetime as dt
import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
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
def signed(pdf: bytes, by=None, method: type[hashes.HashAlgorithm] = hashes.SHA256, *, pss: bool = False) -> bytes:
    """Return `pdf` with a detached signature appended; asked twice, the same file."""
    certificate, key = by or signer()
    scheme = padding.PSS(padding.MGF1(method()), padding.PSS.DIGEST_LENGTH) if pss else None

    def cms(covered: bytes) -> bytes:
        builder = pkcs7.PKCS7SignatureBuilder().set_data(covered)
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        added = builder.add_signer(certificate, key, method(), rsa_padding=scheme)
        return added.sign(serialization.Encoding.DER, options)

    return _appended(pdf, "/Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached", cms)


def stamped(pdf: bytes, folder: Path) -> bytes:
    """Return `pdf` with a time stamp of openssl's authority appended (RFC 3161); files are written to `folder`."""

    def token(covered: bytes) -> bytes:
        (folder / "covered").write_bytes(covered)
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(
            "[tsa]\nserial=serial\ndefault_policy=1.2.3.4.1\ndigests=sha256\nsigner_digest=sha256\n"
            "ess_cert_id_alg=sha256\n"
        )
        _write_authority(folder)
        _openssl(folder, "ts -query -data covered -sha256 -cert -no_nonce -out asked")
        by = "-config tsa.cnf -section tsa -signer tsa.pem -inkey tsa.key"
        _openssl(folder, f"ts -reply -queryfile asked {by} -token_out -out token")
        return (folder / "token").read_bytes()

    return _appended(pdf, "/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161", token)


def _appended(pdf: bytes, kind: str, cms: Callable[[bytes], bytes]) -> bytes:
    before = pdf + f"\n9 0 obj\n<<{kind}/Contents".encode()
    after_shape = "/ByteRange[0 %010d %010d %010d]>>\nendobj\nstartxref\n0\n%%%%EOF\n"
    gap, after = len(before), len(before) + ROOM + 2
    tail = (after_shape % (gap, after, len(after_shape % (0, 0, 0)))).encode()
    return before + f"<{cms(before + tail).hex():0<{ROOM}}>".encode() + tail


def _write_authority(folder: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Cơ quan cấp dấu thời gian thử")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(SINCE).not_valid_after(UNTIL)
    made = made.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    certificate = made.sign(key, hashes.SHA256())
    (folder / "tsa.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(key.private_bytes(*plain))


def _openssl(folder: Path, command: str) -> None:
    run = subprocess.run(["openssl", *command.split()], cwd=folder, capture_output=True)
    assert run.returncode == 0, run.stderr
