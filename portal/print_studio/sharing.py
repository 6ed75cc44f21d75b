"""Guide material: an agency's own, and what the agencies above it share (S4-09)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dossiers.models import Agency
from dossiers.scoping import agency_ids_of
from portal.print_studio.facts import line_above
from portal.print_studio.models import Material

SHOWN = 40


def materials_for(agency: Agency) -> list[Material]:
    """Return what the agency can use: its own and what those above share, the newest first."""
    above = [each.pk for each in line_above(agency)]
    rows = Material.objects.filter(Q(agency=agency) | Q(agency__in=above, shared=True))
    return list(rows.select_related("agency")[:SHOWN])


def readable(user) -> QuerySet[Material]:
    """Return the material the user may open: of the own agencies, and shared by one above them."""
    allowed = agency_ids_of(user)
    if allowed is None:
        return Material.objects.all()
    above: set[int] = set()
    for agency in Agency.objects.filter(pk__in=allowed).select_related("parent")[:500]:
        if agency.parent_id and agency.parent_id not in above:
            above |= {each.pk for each in line_above(agency)}
    return Material.objects.filter(Q(agency__in=allowed) | Q(agency__in=above, shared=True))
