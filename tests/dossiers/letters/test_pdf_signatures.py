"""Signatures in a PDF: who signed, whether it holds, what it covers; nonsense is a sentence."""

import datetime as dt
import re
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from dossiers.letters.pdf_signatures import UnreadableSignature, signatures
from tests.dossiers.letters.signed_pdf import plain_pdf, signed, signer, stamped

OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
PDF = plain_pdf()


def altered(copy: bytes) -> bytes:
    """Return the file with one byte of the issued page changed, its length kept."""
    assert b"the issued bytes" in copy
    return copy.replace(b"the issued bytes", b"the issued bytez", 1)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_signature_tells_who_and_holds(kind):
    copy = signed(PDF, signer(kind=kind))
    (found,) = signatures(copy, since=len(PDF))
    assert (found.signer, found.organisation) == ("Lê Hoàng Phúc", "UBND xã Cần Giuộc")
    assert found.intact and found.trusted is None and not found.revoked
    assert found.end == len(copy)
    assert abs(found.claimed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(days=1)
    assert "080199000123" not in str(found.as_dict())


def test_a_signature_with_pss_padding_holds_until_a_byte_changes():
    copy = signed(PDF, signer(kind="rsa"), pss=True)
    assert b"2A864886F70D01010A" in copy
    assert [each.intact for each in signatures(copy)] == [True]
    assert [each.intact for each in signatures(altered(copy))] == [False]


def test_a_time_stamp_holds_and_is_nobodys_signature():
    copy = stamped(signed(PDF))
    own, stamp = signatures(copy)
    assert (own.stamp, stamp.stamp) == (False, True)
    assert (own.intact, stamp.intact, stamp.end) == (True, True, len(copy))
    assert [each.intact for each in signatures(altered(copy))] == [False, False]


def test_one_changed_byte_breaks_it():
    assert [each.intact for each in signatures(altered(signed(PDF)))] == [False]


def test_a_second_signature_covers_the_first():
    twice = signed(signed(PDF), signer("UBND xã Cần Giuộc", kind="rsa"))
    first, second = signatures(twice)
    assert (first.intact, second.intact) == (True, True)
    assert first.end < second.end == len(twice)


def test_what_was_signed_before_the_letter_went_out_is_not_its_signature():
    once = signed(PDF)
    (found,) = signatures(signed(once, signer(kind="rsa")), since=len(once))
    assert found.end > len(once)


def test_a_chain_to_a_kept_root_is_trusted_and_another_is_not(settings, tmp_path):
    (tmp_path / "goc.pem").write_bytes(signer()[0].public_bytes(serialization.Encoding.PEM))
    settings.SIGNATURE_ROOTS = str(tmp_path)
    (own,) = signatures(signed(PDF))
    (strange,) = signatures(signed(PDF, signer("Người lạ", kind="rsa")))
    assert (own.intact, own.trusted) == (True, True)
    assert (strange.intact, strange.trusted) == (True, False)


def test_an_old_digest_is_no_proof():
    with pytest.raises(UnreadableSignature, match="SHA-256"):
        signatures(signed(PDF, signer(kind="rsa"), "sha1"))


def test_a_file_without_signature_has_none():
    assert signatures(PDF) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/ByteRange [0 ", b"/ByteRange [1 "),
        (b"/Contents <30", b"/Contents <31"),
        (b"/Contents <", b"/Contents ("),
        (b"06092A864886F70D010702", b"06092A864886F70D010703"),
        (b"0609608648016503040201", b"0609608648016503040209"),
    ],
)
def test_a_signature_that_cannot_be_read_says_so(old, new):
    copy = signed(PDF)
    assert old in copy
    with pytest.raises(UnreadableSignature, match=r"Hãy ký"):
        signatures(copy.replace(old, new))


@given_settings(max_examples=120, deadline=None)
@given(st.data())
def test_damage_anywhere_is_a_sentence_or_broken_never_a_crash_nor_good(data):
    whole = signed(PDF)
    copy = bytearray(whole)
    at = data.draw(st.integers(0, len(copy) - 1))
    copy[at] ^= data.draw(st.integers(1, 255))
    damaged = bytes(copy)
    try:
        found = signatures(damaged)
    except UnreadableSignature:
        return
    gap = re.search(rb"/Contents <[0-9A-F]+>", whole).span()
    # What stands in the signature's own place is not covered by it: padding may change, the proof stays the same.
    untouched = damaged[: gap[0] + 10] == whole[: gap[0] + 10] and damaged[gap[1] :] == whole[gap[1] :]
    assert untouched or not any(each.intact for each in found)


@OPENSSL
def test_openssl_agrees(tmp_path):
    """Another program reads the same signature over the same bytes."""
    copy = signed(PDF, signer(kind="rsa"))
    first, gap, after, length = (
        int(each) for each in re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) +(\d+)", copy).groups()
    )
    (tmp_path / "cms").write_bytes(bytes.fromhex(copy[gap + 1 : after - 1].decode()).rstrip(b"\0"))
    (tmp_path / "covered").write_bytes(copy[first:gap] + copy[after : after + length])
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "cms", "-content", "covered", "-binary"]
    run = subprocess.run([*command, "-noverify", "-out", "out"], cwd=tmp_path, capture_output=True)
    assert run.returncode == 0, run.stderr
