"""Pictures of citizens: drawn anew by a child, HEIC as JPEG; hostile ones are measured first and end as a sentence."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dossiers.attachments import pictures, types
from dossiers.workflow.moving import ActError
from feedback.cases import files as case_files
from feedback.codes import new_code
from feedback.models import CaseFile

PHOTOS = Path(__file__).with_name("photos")
PHONE = (PHOTOS / "phone.heic").read_bytes()
"""A phone's 400 × 300 photo, stored lying on its side: blue on top, red on the left; with place and maker."""
HUGE = (PHOTOS / "huge.heic").read_bytes()
"""Sixteen kilobytes that unpack to 70 million pixels."""


def lying(content: bytes) -> bytes:
    """Return the picture with a header that says 400 × 300 and pixels that are what they were."""
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", 400, 300) + content[at + 8 :]


def checked(name: str, content: bytes) -> case_files.Taken:
    [one] = case_files.check([SimpleUploadedFile(name, content)])
    return one


def test_a_phones_photo_is_kept_as_jpeg_upright_and_without_its_secrets():
    assert b"MakerX" in PHONE
    kept = checked("IMG_0001.HEIC", PHONE)
    assert (kept.name, kept.content_type) == ("IMG_0001.jpg", "image/jpeg")
    assert b"MakerX" not in kept.content and b"Exif" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (300, 400), {})
        red, blue = picture.getpixel((5, 5)), picture.getpixel((295, 395))
    assert red[0] > 200 > 60 > red[2] and blue[2] > 200 > 60 > blue[0]


def test_a_jpeg_that_calls_itself_heic_is_refused_with_what_to_do():
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "JPEG")
    with pytest.raises(ActError, match=r"đổi đuôi tệp thành \.jpg"):
        checked("anh.heic", out.getvalue())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HUGE, "kích thước quá lớn"),
        (lying(HUGE), "Tương thích nhất"),
        (PHONE[: len(PHONE) // 2], "Tương thích nhất"),
        (PHONE[:40] + b"\xff" * 4000, "Tương thích nhất"),
    ],
    ids=["many pixels", "many pixels, small header", "cut in half", "noise"],
)
def test_hostile_pictures_end_as_a_sentence(content, sentence):
    with pytest.raises(ActError, match=sentence):
        checked("anh.heic", content)


def test_a_decoder_that_never_ends_is_stopped(monkeypatch, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(pictures, "DECODER", endless)
    monkeypatch.setattr(pictures, "LONGEST_SECONDS", 0.5)
    with pytest.raises(ActError, match="không mở được"):
        pictures.remade(PHONE, types.HEIC, "anh.heic")


def png_of(side: int) -> bytes:
    """Return a white square of `side` pixels as a PNG of a few hundred kilobytes, row by row."""
    row, packer = b"\0" + b"\xff" * side * 3, zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def most_memory_of(work) -> int:
    """Return by how many megabytes this process grew at most during the work."""
    clear, status = Path("/proc/self/clear_refs"), Path("/proc/self/status")
    if not clear.exists():
        pytest.skip("only Linux tells the highest memory of a stretch")
    clear.write_text("5")

    def peak() -> int:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])

    before = peak()
    work()
    return (peak() - before) >> 10


def test_five_pictures_of_169_million_dots_are_refused_unopened(client, centre):
    bomb = png_of(13_000)
    assert len(bomb) < 1_000_000
    sent = {
        "kind": "report",
        "agency": centre.agency.code,
        "text": "Đèn đường tắt một tuần nay",
        "intake_key": new_code(),
    }
    sent["files"] = [SimpleUploadedFile(f"anh{number}.png", bomb) for number in range(5)]

    def send():
        answer = client.post("/gop-y/", sent)
        assert answer.status_code < 500
        assert "kích thước quá lớn" in answer.content.decode()

    assert most_memory_of(send) < 100
    assert not CaseFile.objects.exists()


def test_a_picture_of_many_dots_that_phones_take_costs_the_child_not_the_site():
    photo = png_of(7_000)

    def keep():
        with Image.open(io.BytesIO(checked("anh.png", photo).content)) as picture:
            assert picture.size == (2560, 2560)

    assert most_memory_of(keep) < 60


MODES = {
    "JPEG": ["1", "L", "RGB", "CMYK"],
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
    "WEBP": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"],
}


@pytest.mark.parametrize(("image_format", "mode"), [(name, mode) for name, modes in MODES.items() for mode in modes])
def test_every_kind_of_picture_is_drawn_anew(image_format, mode):
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, image_format, comment=b"NOI CHUP")
    kept = checked(f"anh.{image_format.lower()}", out.getvalue() + b"NOI CHUP")
    assert b"NOI CHUP" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert (picture.format, picture.size) == (image_format, (30, 20))


def test_a_photo_lying_on_its_side_is_set_upright_and_forgets_where_it_was_taken():
    photo, out = Image.new("RGB", (40, 20), "red"), io.BytesIO()
    exif = photo.getexif()
    exif[0x0112], exif[0x010F] = 6, "MakerX"
    photo.save(out, "JPEG", exif=exif)
    kept = checked("anh.jpg", out.getvalue())
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (20, 40) and not dict(picture.getexif())
    assert b"MakerX" not in kept.content
