"""Without a connection: whom to call, and the dossiers this phone was asked to keep; the site put on a home screen."""

from __future__ import annotations

import json

from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.pages.plain_pages import centres
from portal.templatetags.site_frame import site_name

MOST_CENTRES = 3
KEPT = (
    "portal/site.css",
    "portal/pages.css",
    "portal/icons.svg",
    "portal/fonts/bvp-latin-400.woff2",
    "portal/fonts/bvp-latin-600.woff2",
    "portal/fonts/bvp-vietnamese-400.woff2",
    "portal/fonts/bvp-vietnamese-600.woff2",
)
PAGE = "/khong-mang/"
SAVED = "ho-so-da-luu"
"""The browser's store of pages kept by a press of the button; portal/static/portal/site.js names it as well."""


@require_safe
def page(request):
    """Say that there is no connection, what still works, and whom to call."""
    found = centres("", "", timezone.localdate()).rows[:MOST_CENTRES]
    return render(request, "portal/offline.html", {"section": "", "centres": found})


@require_safe
def worker(request):
    """Return the service worker: it keeps that one page with its letters, and of dossiers what somebody chose to keep.

    What is kept is the page everybody with the address sees, never one that a second fact opened: that comes by POST.

    Its name carries the day, so that a phone fetches the telephone numbers anew when it comes back another day.
    """
    context = {
        "name": json.dumps(f"khong-mang-{timezone.localdate():%Y%m%d}"),
        "kept": json.dumps([PAGE, *(static(name) for name in KEPT)]),
        "page": json.dumps(PAGE),
        "saved": json.dumps(SAVED),
    }
    return render(request, "portal/offline.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request):
    """Return what a phone needs to put the site on its home screen."""
    name = site_name()
    return JsonResponse(
        {
            "name": f"{_('Cổng một cửa')} – {name}",
            "short_name": _("Cổng một cửa"),
            "lang": "vi",
            "start_url": "/",
            "display": "minimal-ui",
            "background_color": "#faf7f2",
            "theme_color": "#8f161b",
            "icons": [{"src": static("portal/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )
