"""The roll-out of the channel, agency by agency: planned, pilot, live, with dates and the regulation (S4-06, S4-08)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import must_have, page_context
from dossiers.admin.setup import going_live, rollout_facts
from dossiers.models import Agency
from dossiers.scoping import scoped
from dossiers.written_dates import written_day

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
    """One agency; `lacks` is the sentence of what stands between it and going live, "" when nothing does.

    `facts` are the work of its roll-out and who has learnt, where the table was asked for them.
    """

    agency: Agency
    lacks: str
    facts: tuple[rollout_facts.Fact, ...] = ()


@require_GET
def view(request):
    """Show the table of the user's agencies; those that take no part at all are left out unless asked for."""
    must_have(request, "change_agency")
    asked = request.GET.get("trien-khai", "")
    today = timezone.localdate()
    found = rows_of(request.user, today, asked, MOST + 1)
    facts = rollout_facts.of([row.agency.pk for row in found[:MOST] if _takes_part(row.agency)], today)
    rows = [replace(row, facts=tuple(facts.get(row.agency.pk, ()))) for row in found[:MOST]]
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
    found = list(agencies.order_by("rollout_from", "code")[:most])
    missing = going_live.missing([agency for agency in found if _takes_part(agency)], today)
    return [Row(agency, lacks(agency, missing.get(agency.pk, []), today)) for agency in found]


def lacks(agency: Agency, missing: list[going_live.Need], today: dt.date) -> str:
    """Return what the agency still needs before it may go live, as one sentence; "" when nothing is missing."""
    if not _takes_part(agency):
        return ""
    said = [_regulation(agency, today) if need.what == going_live.REGULATION else need.what for need in missing]
    said += [] if agency.rollout_from else ["ngày triển khai"]
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def _regulation(agency: Agency, today: dt.date) -> str:
    published = agency.regulation_published_on
    if not published:
        return "chưa ban hành quy chế sử dụng kênh"
    if published > today:
        return f"quy chế ban hành ngày {written_day(published)}, chưa tới"
    return "số quy chế sử dụng kênh"


def _takes_part(agency: Agency) -> bool:
    return agency.active and agency.rollout not in {Agency.Rollout.ENDED, Agency.Rollout.PAUSED}
