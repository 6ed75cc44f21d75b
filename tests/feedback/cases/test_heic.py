"""HEIC photos of phones: kept as plain JPEG; hostile ones cost a child process and come back as a sentence."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dossiers.attachments import heic
from dossiers.workflow.moving import ActError
from feedback.cases import files as case_files

PHOTOS = Path(__file__).with_name("photos")
PHONE = (PHOTOS / "phone.heic").read_bytes()
"""A phone's 400 × 300 photo, stored lying on its side: blue on top, red on the left; with place and maker."""
HUGE = (PHOTOS / "huge.heic").read_bytes()
"""Sixteen kilobytes that unpack to 70 million pixels."""


def lying(content: bytes) -> bytes:
    """Return the picture with a header that says 400 × 300 and pixels that are what they were."""
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", 400, 300) + content[at + 8 :]


def checked(name: str, content: bytes) -> case_files.Checked:
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
    monkeypatch.setattr(heic, "DECODER", endless)
    monkeypatch.setattr(heic, "LONGEST_SECONDS", 0.5)
    with pytest.raises(ActError, match="không mở được"):
        heic.as_jpeg(PHONE, "anh.heic")
