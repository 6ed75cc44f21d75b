"""Pictures of pieces: judged by content, drawn anew and cropped by the bounded child, a small one for lists."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

from django.utils.crypto import get_random_string

from dossiers.attachments import pictures, types
from dossiers.attachments.traps import UploadRefused
from dossiers.workflow.moving import ActError

MOST_BYTES = 15 * 1024 * 1024
PAGE_SIDE, LIST_SIDE = 1200, 400
FRAMES: dict[str, tuple[str, str]] = {
    "16:9": ("Ngang 16:9 (đầu bài, chia sẻ)", "16:9"),
    "4:3": ("Ngang 4:3", "4:3"),
    "1:1": ("Vuông", "1:1"),
    "": ("Giữ nguyên khung", ""),
}


@dataclass(frozen=True, slots=True)
class Framed:
    """A picture ready to be kept."""

    name: str
    content: bytes
    small: bytes
    content_type: str
    width: int
    height: int


def framed(name: str, file, frame: str) -> Framed:
    """Return the picture in the frame asked for. Raises ActError with what to do for what is none, or too large."""
    if frame not in FRAMES:
        raise ActError("Chọn khung ảnh trong danh sách.")
    try:
        checked = types.check_upload(name, file, MOST_BYTES, allowed=types.PICTURES)
    except UploadRefused as error:
        raise ActError(f"Ảnh chưa nhận được: {error}") from error
    content = pictures.remade(file.read(), checked.kind, name, shape=pictures.Shape(PAGE_SIDE, FRAMES[frame][1]))
    kind = pictures.REMADE_AS[checked.kind]
    small = pictures.remade(content, kind, name, shape=pictures.Shape(LIST_SIDE, "16:9"))
    width, height = size_of(content, kind)
    return Framed(f"{get_random_string(16)}.{kind.extensions[0]}", content, small, kind.media_type, width, height)


def size_of(content: bytes, kind: types.ContentKind) -> tuple[int, int]:
    """Return (width, height) from the header of a picture our own child has drawn."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=[kind.name]) as picture:
            return picture.size
    except (OSError, struct.error) as error:
        raise ActError("Ảnh không đọc được. Hãy chọn ảnh khác.") from error
