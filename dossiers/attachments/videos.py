"""Films and sounds of phones without the place they were taken at. Pure: works on the bytes of files made of boxes:
MP4 and M4A (ISO/IEC 14496-12), and QuickTime, which they come from.

Phones write the place, the device and the owner's words into boxes of metadata beside the film. Those are overwritten
in place by boxes that say nothing, so that every other byte stays where the film looks for it. What an action camera
records along the way as a track of its own is taken off the list of tracks; its samples stay among the film's bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dossiers.attachments import types
from dossiers.attachments.traps import UploadRefused

BOXED = (types.MP4, types.MOV, types.M4A)
_TELLING = {b"udta", b"meta", b"uuid", b"loci"}
_HOLDING = {b"moov", b"trak"}
_KINDS_OF_TRACK = {b"vide", b"soun", b"hint", b"text", b"subt", b"sbtl"}
DEEPEST = 4


def without_place(content: bytes) -> bytes:
    """Return the film, as long as it was, without metadata. Raises UploadRefused when its boxes cannot be followed."""
    film = bytearray(content)
    _blank(film, 0, len(film), 0)
    return bytes(film)


def _blank(film: bytearray, start: int, end: int, depth: int) -> None:
    for kind, begin, inside, after in _boxes(film, start, end, strict=depth > 0):
        if kind in _TELLING or (kind == b"trak" and not _is_seen_or_heard(film, inside, after)):
            film[begin + 4 : begin + 8] = b"free"
            film[inside:after] = bytes(after - inside)
        elif kind in _HOLDING and depth < DEEPEST:
            _blank(film, inside, after, depth + 1)


def _boxes(film: bytearray, start: int, end: int, *, strict: bool) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield (kind, where it begins, where its content begins, where it ends) of each box in turn."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", film, start)
        inside = start + 8
        if size == 1 and inside + 8 <= end:
            (size,) = struct.unpack_from(">Q", film, inside)
            inside += 8
        elif size == 0:
            size = end - start
        after = start + size
        if after < inside or after > end:
            if strict or after < inside or kind in _HOLDING | _TELLING:
                raise UploadRefused("Tệp video bị hỏng hoặc cắt cụt. Hãy quay lại hoặc lưu lại video rồi gửi.")
            after = end  # the film itself, cut short by a lost connection
        yield kind, start, inside, after
        start = after


def _is_seen_or_heard(film: bytearray, start: int, end: int) -> bool:
    """Tell whether the track is of pictures, sound or words, not of measurements."""
    for kind, _begin, inside, after in _boxes(film, start, end, strict=True):
        if kind == b"mdia":
            for inner, _at, content, stop in _boxes(film, inside, after, strict=True):
                if inner == b"hdlr" and content + 12 <= stop:
                    return bytes(film[content + 8 : content + 12]) in _KINDS_OF_TRACK
    return True
