"""The roll-out of the channel, agency by agency: planned, pilot, live, with dates and the regulation (S4-06, S4-08)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import must_have, page_context
from dossiers.models import Agency
from dossiers.scoping import scoped

ORDER = [
    Agency.Rollout.LIVE,
    Agency.Rollout.PILOT,
    Agency.Rollout.PLANNED,
    Agency.Rollout.PAUSED,
    Agency.Rollout.ENDED,
]
MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One agency; `lacks` is the sentence of what stands between it and going live, "" when nothing does."""

    agency: Agency
    lacks: str


@require_GET
def view(request):
    """Show the table of the user's agencies; those that take no part at all are left out unless asked for."""
    must_have(request, "change_agency")
    asked = request.GET.get("trien-khai", "")
    found = rows_of(request.user, timezone.localdate(), asked, MOST + 1)
    rows = found[:MOST]
    groups = [
        (state.label, [row for row in rows if row.agency.rollout == state])
        for state in ORDER
        if any(row.agency.rollout == state for row in rows)
    ]
    context = page_context(
        request,
        "Bảng triển khai",
        groups=groups,
        asked=asked,
        choices=Agency.Rollout.choices,
        cut=len(found) > MOST,
        most=MOST,
    )
    context.pop("opts")  # the title stands alone
    return render(request, "dossiers/desk/rollout_table.html", context)


def rows_of(user, today: dt.date, state: str = "", most: int = MOST) -> list[Row]:
    """Return the user's agencies in one state, or in any, those that went first leading."""
    agencies = scoped(Agency.objects.select_related("parent"), user, "pk")
    if state in Agency.Rollout.values:
        agencies = agencies.filter(rollout=state)
    return [Row(agency, lacks(agency, today)) for agency in agencies.order_by("rollout_from", "code")[:most]]


def lacks(agency: Agency, today: dt.date) -> str:
    """Return what the agency still needs before it may go live, as one sentence; "" when nothing is missing."""
    if agency.rollout in {Agency.Rollout.ENDED, Agency.Rollout.PAUSED} or not agency.active:
        return ""
    if not agency.regulation_published_on:
        return "Chưa ban hành quy chế sử dụng kênh"
    if agency.regulation_published_on > today:
        return f"Quy chế ban hành ngày {agency.regulation_published_on:%d/%m/%Y}, chưa tới"
    if not agency.rollout_from:
        return "Chưa định ngày triển khai"
    return ""
