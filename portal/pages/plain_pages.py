"""Pages that tell rather than look up: home, guide, who to call, rules; and what robots may read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.lookup.agency_cards import Line, lines_of
from dossiers.models import Agency
from dossiers.search_text import fold_words
from portal.content import channel, published
from portal.content.kinds import Kind
from portal.packed import packed
from portal.pages.question import typed_words
from portal.templatetags.site_frame import LARGE_COOKIE

MOST_PIECES = 50
GUIDE_EDITION = "2.0"
GUIDE_CHANGED_ON = dt.date(2026, 11, 29)
"""Of the steps written into the guide's template: raise both whenever its words change (S1-17)."""
CENTRES_PAGE = 24
KEPT_OUT = ("/admin/", "/api/", "/h/", "/x/", "/tuy-chon/", "/nop/", "/nhan-tin/*/", "/thu-tuc/*/nop")
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in KEPT_OUT)
ROBOTS += f"Sitemap: {settings.PUBLIC_BASE_URL}/sitemap.xml\n"


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre as its card on the support page prints it."""

    name: str
    address: str
    hours: str
    email: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CentresPage:
    rows: tuple[Centre, ...]
    after: str


@require_safe
@packed
def guide(request):
    """Say how to use the site and the channel, with the pages of the desk; the words here carry their own edition."""
    context = {
        "section": "guide",
        "edition": GUIDE_EDITION,
        "edition_on": GUIDE_CHANGED_ON,
        "pieces": published.public(timezone.now(), [Kind.GUIDE]).defer("live__body")[:MOST_PIECES],
        "oa": channel.official_account(),
    }
    return render(request, "portal/guide.html", context)


@require_safe
@packed
def support(request):
    """List every centre with its numbers to tap, address and hours (S1-10)."""
    words, after = typed_words(request, "q"), typed_words(request, "sau")
    found = centres(words, after, timezone.localdate())
    query = urlencode({**({"q": words} if words else {}), "sau": found.after}) if found.after else ""
    context = {
        "section": "support",
        "words": words,
        "after": after,
        "found": found,
        "next_query": query,
        "pieces": published.public(timezone.now(), [Kind.SUPPORT]).defer("live__body")[:MOST_PIECES],
        "oa": channel.official_account(),
    }
    return render(request, "portal/support.html", context)


@require_safe
@packed
def rules(request):
    """Publish the usage regulations in force and who may see what."""
    agencies = Agency.objects.filter(active=True, regulation_published_on__isnull=False).order_by("name")[:300]
    pieces = list(published.public(timezone.now(), [Kind.REGULATION]).defer("live__body")[:MOST_PIECES])
    context = {"section": "rules", "agencies": agencies, "pieces": pieces}
    return render(request, "portal/rules.html", context)


@require_safe
def letters(request):
    """Keep the chosen letter size in a cookie and go back to where the reader was."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    back = came_from.path if came_from.netloc == request.get_host() and came_from.path.startswith("/") else "/"
    # A path that begins with two slashes is an address of another site.
    response = HttpResponseRedirect("/" + back.lstrip("/\\"))
    chosen = "lon" if request.GET.get("co") == "lon" else "thuong"
    response.set_cookie(
        LARGE_COOKIE, chosen, max_age=365 * 86400, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@require_safe
def robots(request):
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def centres(words: str, after: str, today: dt.date) -> CentresPage:
    """Return agencies a citizen may call, by code; three queries whatever their number."""
    found = Agency.objects.filter(active=True).filter(Q(hotlines__isnull=False) | Q(rollout__in=["pilot", "live"]))
    for word in fold_words(words)[:8]:
        found = found.filter(name_folded__contains=word)
    if after:
        found = found.filter(code__gt=after)
    rows = list(found.distinct().order_by("code").prefetch_related("hotlines", "versions")[: CENTRES_PAGE + 1])
    more = rows[CENTRES_PAGE - 1].code if len(rows) > CENTRES_PAGE else ""
    return CentresPage(tuple(_centre(agency, today) for agency in rows[:CENTRES_PAGE]), more)


def _centre(agency: Agency, today: dt.date) -> Centre:
    in_force = [
        version
        for version in agency.versions.all()
        if version.valid_from <= today and (version.valid_to is None or version.valid_to >= today)
    ]
    version = max(in_force, key=lambda each: each.valid_from, default=None)
    return Centre(
        name=agency.name,
        address=version.address if version else "",
        hours=version.hours if version else "",
        email=version.email if version else "",
        lines=lines_of(agency, version.phone if version else ""),
    )
