"""Request frame: an id for every request, the looser content policy under /admin/, no caching of personal pages."""

from __future__ import annotations

import codecs
import io
import secrets

import structlog
from django.conf import settings
from django.http import QueryDict, UnreadablePostError
from structlog.contextvars import bound_contextvars

from dossiers import chunked
from dossiers.privacy.sealed_files import FileGone
from portal import health
from portal.errors import ADMIN_PREFIX, error_page

log = structlog.get_logger("portal.files")

PROBES = {"/healthz": health.alive, "/readyz": health.ready}
"""Asked by address, not by name: answered before the name of the host is judged."""
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


class RequestFrame:
    """Outermost middleware: names the request for the logs and sets what every answer carries."""

    def __init__(self, get_response):
        self.get_response = get_response

    def process_exception(self, request, exception):
        """Say in a sentence that a stored file is gone, whichever page asked for it; the rest is left to Django."""
        if not isinstance(exception, FileGone):
            return None
        log.error("stored_file_gone", file=exception.filename, path=request.path)
        return error_page(request, 410)

    def __call__(self, request):
        request.request_id = secrets.token_hex(8)
        with bound_contextvars(request_id=request.request_id):
            if request.path_info in PROBES:
                response = PROBES[request.path_info](request)
            elif "\x00" in request.path_info:
                response = error_page(request, 404)
            elif not written_in_utf8(request):
                response = error_page(request, 415)
            elif status := chunks_refused(request):
                response = error_page(request, status)
            else:
                drop_nul(request)
                response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        response.setdefault("X-Content-Type-Options", "nosniff")  # of probes too, which no other middleware sees
        response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=()")
        if request.path.startswith(ADMIN_PREFIX):
            response.setdefault("Cache-Control", "no-store")
        return response


def written_in_utf8(request) -> bool:
    """Tell whether the text sent is in the one encoding of the site; others decode wrongly, or not at all ("zip")."""
    try:
        return codecs.lookup(request.content_params.get("charset", "utf-8")).name in {"utf-8", "ascii"}
    except (LookupError, ValueError):
        return False


def chunks_refused(request) -> int | None:
    """Make a body sent in chunks one whose length is known; return the status of one that cannot be taken whole.

    Old programs send so; Django would take it for an empty one.
    """
    if not chunked.is_chunked(request):
        return None
    try:
        raw = chunked.read(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    except chunked.EndlessBody:
        return 411
    except UnreadablePostError:
        return 400
    if raw is None:
        return 413
    request._stream = io.BytesIO(raw)
    request.META["CONTENT_LENGTH"] = str(len(raw))
    return None


def drop_nul(request) -> None:
    """Take NUL out of what was typed: no text column of PostgreSQL can hold one, and no person means one."""
    if "%00" in request.META.get("QUERY_STRING", ""):
        request.GET = _without_nul(request.GET)
    if request.content_type in FORM_TYPES:
        request.POST = _without_nul(request.POST)


def _without_nul(sent: QueryDict) -> QueryDict:
    if not any("\x00" in text for key, texts in sent.lists() for text in (key, *texts)):
        return sent
    kept = QueryDict(mutable=True, encoding=sent.encoding)
    for key, texts in sent.lists():
        kept.setlist(key.replace("\x00", ""), [text.replace("\x00", "") for text in texts])
    kept._mutable = False
    return kept


class ContentPolicy:
    """Strict policy everywhere, Unfold's needs under /admin/ only."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIX):
            response._csp_config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response
