"""Files of pieces as they go out: pictures, films in parts, captions, documents; under headers where nothing runs."""

from __future__ import annotations

import re

from django.http import FileResponse, Http404, HttpResponse

from portal.content.models import Picture, Piece, Version

LOCKED = "default-src 'none'; sandbox"
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")
FILES = {"video": "video/mp4", "phu-de": "text/vtt; charset=utf-8", "van-ban": ""}
_FIELD = {"video": "video", "phu-de": "captions", "van-ban": "document"}
LONGEST_PART = 4 * 1024 * 1024


def picture_of(piece: Piece, asked: str, *, known: list[dict] | None):
    """Return the picture "12" or the small "12-nho" of the piece; only those in `known` unless it is None."""
    pk, _, size = asked.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18 and size in ("", "nho")):
        raise Http404
    if known is not None and int(pk) not in {item["id"] for item in known}:
        raise Http404
    row = Picture.objects.filter(piece=piece, pk=int(pk)).first()
    if row is None:
        raise Http404
    return _stored(FileResponse, row.small if size else row.file, content_type=row.content_type)


def file_of(request, version: Version, name: str):
    """Return the file of the version by its name in addresses; a film in parts, as players ask for it."""
    if name not in FILES or not getattr(version, _FIELD[name]):
        raise Http404
    stored = getattr(version, _FIELD[name])
    if name == "van-ban":
        return _stored(
            FileResponse,
            stored,
            content_type=version.document_type or "application/octet-stream",
            as_attachment=True,
            filename=version.document_name,
        )
    part = _RANGE.fullmatch(request.headers.get("Range", "")) if name == "video" else None
    if part:
        return _part(stored, int(part[1]), part[2], FILES[name])
    answer = _stored(FileResponse, stored, content_type=FILES[name])
    answer["Accept-Ranges"] = "bytes"
    return answer


def _part(stored, start: int, end: str, content_type: str):
    try:
        size = stored.size
    except FileNotFoundError:
        raise Http404 from None
    last = min(int(end) if end else size - 1, size - 1, start + LONGEST_PART - 1)
    if start >= size or last < start:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{size}"
        return _locked(answer)
    with stored.open("rb") as file:
        file.seek(start)
        answer = HttpResponse(file.read(last - start + 1), status=206, content_type=content_type)
    answer["Content-Range"] = f"bytes {start}-{last}/{size}"
    answer["Accept-Ranges"] = "bytes"
    return _locked(answer)


def _stored(kind, stored, **more):
    try:
        return _locked(kind(stored.open("rb"), **more))
    except FileNotFoundError as error:
        raise Http404 from error


def _locked(answer):
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = LOCKED
    answer.setdefault("Cache-Control", "public, max-age=3600")
    return answer
