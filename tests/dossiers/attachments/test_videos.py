"""Films of phones: the place, the device and the words beside the film are gone, every other byte is where it was."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.attachments.traps import UploadRefused
from dossiers.attachments.videos import without_place

PLACE = b"+10.6058+106.6700/"


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def track(handler: bytes, *more: bytes) -> bytes:
    return box(b"trak", box(b"tkhd", b"T" * 20), box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12))), *more)


FILM = b"".join(
    [
        box(b"ftyp", b"mp42", bytes(4)),
        box(b"uuid", b"XMP " + PLACE),
        box(b"mdat", b"FILM" * 50),
        box(
            b"moov",
            box(b"mvhd", bytes(100)),
            track(b"vide", box(b"udta", PLACE)),
            track(b"soun"),
            track(b"meta", box(b"stbl", PLACE)),
            box(b"udta", box(b"\xa9xyz", PLACE), box(b"meta", b"MakerX")),
            box(b"meta", PLACE),
        ),
    ]
)


def test_place_and_device_are_gone_and_the_film_is_where_it_was():
    clean = without_place(FILM)
    assert PLACE not in clean and b"MakerX" not in clean
    assert len(clean) == len(FILM) and clean.index(b"FILM" * 50) == FILM.index(b"FILM" * 50)
    assert clean.count(b"trak") == 2 and b"vide" in clean and b"soun" in clean


def test_a_long_box_is_followed_too():
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + 8) + b"F" * 8
    clean = without_place(box(b"ftyp", b"mp42") + long + box(b"moov", box(b"udta", PLACE)))
    assert PLACE not in clean and b"F" * 8 in clean


def test_a_film_cut_short_by_a_lost_connection_is_kept():
    cut = box(b"ftyp", b"mp42") + box(b"mdat", b"F" * 100)[:-30]
    assert without_place(cut) == cut


@pytest.mark.parametrize("inside", [box(b"udta", PLACE)[:-3], struct.pack(">I4s", 4, b"udta") + PLACE])
def test_a_film_whose_boxes_cannot_be_followed_is_refused(inside):
    with pytest.raises(UploadRefused, match="video"):
        without_place(box(b"ftyp", b"mp42") + struct.pack(">I4s", 8 + len(inside), b"moov") + inside)


@given(st.binary(max_size=200))
def test_any_bytes_are_kept_at_their_length_or_refused(content):
    try:
        assert len(without_place(content)) == len(content)
    except UploadRefused:
        pass
