"""A body sent in chunks, without its length announced: Django takes it for an empty one."""

from __future__ import annotations

from django.http import HttpRequest, UnreadablePostError

BLOCK = 64 * 1024  # bytes


class EndlessBody(Exception):
    """The server in front cannot tell where the chunks end: the length must be announced (411)."""


def is_chunked(request: HttpRequest) -> bool:
    """Return whether the body comes in chunks."""
    chunks = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    return chunks and not request.META.get("CONTENT_LENGTH")


def read(request: HttpRequest, most: int) -> bytes | None:
    """Return the bytes; None above `most`. Raises EndlessBody, and UnreadablePostError when the caller hung up."""
    if not request.META.get("wsgi.input_terminated"):
        raise EndlessBody
    source, raw = request.META["wsgi.input"], bytearray()
    try:
        while block := source.read(min(BLOCK, most + 1 - len(raw))):
            raw += block
            if len(raw) > most:
                return None
    except OSError as error:
        raise UnreadablePostError(*error.args) from error
    return bytes(raw)
