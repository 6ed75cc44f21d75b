"""Answers compressed: style and scripts where no collected copies lie beside them, and pages that hold no secret.

A page with a token, or with what is known of a person, stays as it is: beside what a stranger can make it repeat, its
length would give the secret away letter by letter (BREACH).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

TYPES = {"text/css", "text/javascript", "application/javascript", "image/svg+xml"}


def packed(view: Callable) -> Callable:
    """Return the view with its answers compressed: for pages that hold nothing of a person.

    One with a form's token is left as it is all the same.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Encoding"])
        tokens = "CSRF_COOKIE_NEEDS_UPDATE" in request.META  # set by whoever asked for one
        return response if tokens else _gzip.process_response(request, response)

    return answer


class PackedStatic(GZipMiddleware):
    """Compresses what is served as it lies in the program's folders; collected files have packed copies already."""

    def process_request(self, request):
        # Packed copies bear a weak tag ("W/…"), and who serves the files compares tags letter by letter.
        tag = request.META.get("HTTP_IF_NONE_MATCH", "")
        if tag.startswith("W/") and request.path_info.startswith(settings.STATIC_URL):
            request.META["HTTP_IF_NONE_MATCH"] = tag.removeprefix("W/")

    def process_response(self, request, response):
        static = request.path_info.startswith(settings.STATIC_URL) and response.status_code == 200
        kind = response.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if static and kind in TYPES else response


_gzip = GZipMiddleware(lambda _request: HttpResponse())
