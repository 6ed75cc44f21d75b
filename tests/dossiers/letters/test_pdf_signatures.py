"""Signatures in a PDF: who signed, whether it holds, what it covers; nonsense is a sentence."""

import datetime as dt
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.letters.pdf_signatures import UnreadableSignature, signatures
from tests.dossiers.letters.signed_pdf import ROOM, signed, signer, stamped

OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
PDF = b"%PDF-1.7\nthe issued bytes\n%%EOF\n"


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_signature_tells_who_and_holds(kind):
    copy = signed(PDF, signer(kind=kind))
    (found,) = signatures(copy, since=len(PDF))
    assert (found.signer, found.organisation) == ("Lê Hoàng Phúc", "UBND xã Cần Giuộc")
    assert found.intact
    assert found.end == len(copy)
    assert abs(found.claimed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(days=1)
    assert "080199000123" not in str(found.as_dict())


def test_a_signature_with_pss_padding_holds_until_a_byte_changes():
    copy = signed(PDF, signer(kind="rsa"), pss=True)
    assert bytes.fromhex("2a864886f70d01010a").hex().encode() in copy
    assert [each.intact for each in signatures(copy)] == [True]
    assert [each.intact for each in signatures(copy.replace(b"issued", b"Issued"))] == [False]


@OPENSSL
def test_a_time_stamp_holds_and_is_nobodys_signature(tmp_path):
    copy = stamped(signed(PDF), tmp_path)
    own, stamp = signatures(copy)
    assert (own.stamp, stamp.stamp) == (False, True)
    assert (own.intact, stamp.intact, stamp.end) == (True, True, len(copy))
    assert [each.intact for each in signatures(copy.replace(b"issued", b"Issued"))] == [False, False]


@OPENSSL
def test_the_time_stamp_of_another_file_does_not_hold(tmp_path):
    other = stamped(PDF.replace(b"issued", b"others"), tmp_path)
    (found,) = signatures(PDF + other[len(PDF) :])
    assert found.stamp and not found.intact


def test_one_changed_byte_breaks_it():
    copy = signed(PDF).replace(b"issued", b"Issued")
    assert [each.intact for each in signatures(copy)] == [False]


def test_a_second_signature_covers_the_first():
    twice = signed(signed(PDF), signer("UBND xã Cần Giuộc", kind="rsa"))
    first, second = signatures(twice)
    assert (first.intact, second.intact) == (True, True)
    assert first.end < second.end == len(twice)


def test_the_signature_of_another_file_does_not_hold():
    other = signed(PDF.replace(b"issued", b"others"))
    assert [each.intact for each in signatures(PDF + other[len(PDF) :])] == [False]


def test_a_file_without_signature_has_none():
    assert signatures(PDF) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/ByteRange[0 ", b"/ByteRange[1 "),
        (b"/Contents<30", b"/Contents<31"),
        (b"/Contents<", b"/Contents("),
        (b"06092a864886f70d010702", b"06092a864886f70d010703"),
        (b"0609608648016503040201", b"0609608648016503040209"),
    ],
)
def test_a_signature_that_cannot_be_read_says_so(old, new):
    copy = signed(PDF)
    assert old in copy
    with pytest.raises(UnreadableSignature, match=r"Hãy ký"):
        signatures(copy.replace(old, new))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_anywhere_is_a_sentence_or_broken_never_a_crash_nor_good(data):
    copy = bytearray(signed(PDF))
    at = data.draw(st.integers(0, len(copy) - 1))
    copy[at] ^= data.draw(st.integers(1, 255))
    damaged = bytes(copy)
    try:
        found = signatures(damaged)
    except UnreadableSignature:
        return
    gap = signed(PDF).index(b"/Contents<") + len(b"/Contents")
    covered = [each[:gap] + each[gap + ROOM + 2 :] for each in (damaged, signed(PDF))]
    # What stands in the signature's own place is not covered by it: padding may change, the proof stays the same.
    assert covered[0] == covered[1] or not any(each.intact for each in found)


@OPENSSL
def test_openssl_agrees(tmp_path):
    """Another program reads the same signature over the same bytes."""
    copy = signed(PDF)
    start = copy.index(b"/Contents<") + len(b"/Contents")
    end = copy.index(b">", start) + 1
    (tmp_path / "cms").write_bytes(bytes.fromhex(copy[start + 1 : end - 1].decode()))
    (tmp_path / "covered").write_bytes(copy[:start] + copy[end:])
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "cms", "-content", "covered", "-binary"]
    run = subprocess.run([*command, "-noverify", "-out", "out"], cwd=tmp_path, capture_output=True)
    assert run.returncode == 0, run.stderr
