"""Between the password and the desk: a session whose second factor is missing opens nothing but the page for it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect
from django.urls import reverse

from portal.access import factor

PAGES = {
    factor.ASK: ("admin:desk_factor_ask", ("admin:logout",)),
    factor.ENROL: ("admin:desk_security", ("admin:desk_factor", "admin:logout")),
}


class SecondFactorGate:
    """Middleware, after authentication: reads the session alone, costs nothing for who has passed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        missing = request.session.get(factor.OPEN) if has_session else None
        if missing is not None:
            page, others = PAGES.get(missing, PAGES[factor.ASK])
            if request.path.startswith(reverse("admin:index")):
                if request.path not in {reverse(name) for name in (page, *others, "admin:jsi18n")}:
                    onward = {"next": request.get_full_path()} if request.method == "GET" else {}
                    return HttpResponseRedirect(f"{reverse(page)}?{urlencode(onward)}".rstrip("?"))
            else:
                request.user = AnonymousUser()  # outside the desk one is whoever comes by
        return self.get_response(request)
