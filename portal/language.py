"""Language of a page: Vietnamese everywhere, English on the public pages for whoever asked for it."""

from django.conf import settings
from django.utils import translation

STAFF_PREFIXES = ("/admin/", "/api/")


class PublicLanguage:
    """Activate the language chosen with `?lang=` or its cookie; staff pages are always Vietnamese."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.offered = dict(settings.LANGUAGES)

    def __call__(self, request):
        asked = request.GET.get("lang")
        chosen = asked if asked in self.offered else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen not in self.offered or request.path.startswith(STAFF_PREFIXES):
            chosen = settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = chosen
        # Given back afterwards: what the thread does next (a webhook, before any middleware) is in Vietnamese.
        with translation.override(chosen):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        if asked in self.offered:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response
