"""The page "Thông tin": look-ups that rooms registered, news, and the list of places elsewhere (S1-04, S5-20)."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.content import information
from portal.content.models import Link
from portal.packed import packed


@require_safe
@packed
def index(request):
    """List what can be looked up here and where else to go."""
    titles = {
        Link.Group.PROVINCE: _("Cổng thông tin của tỉnh"),
        Link.Group.SERVICE: _("Dịch vụ công"),
        Link.Group.AGENCY: _("Sở, ngành, xã, phường"),
        Link.Group.OTHER: _("Nơi khác"),
    }
    links = [(titles[group], entries) for group, entries in information.links()]
    known = {entry.address for _title, entries in links for entry in entries}
    context = {
        "section": "information",
        "sections": information.sections(),
        "links": links,
        "national": "" if information.NATIONAL_PORTAL in known else information.NATIONAL_PORTAL,
    }
    return render(request, "portal/information.html", context)
