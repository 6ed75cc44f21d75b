"""The desk of lateness: every worklist with its number and colour, the rows of one, reminders, the invariant by day."""

from __future__ import annotations

import datetime as dt

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import letter_context, must_have
from dossiers.admin.letters.list import standing
from dossiers.lateness import reminders, uncollected
from dossiers.lateness import sweep as overdue
from dossiers.lateness.worklists import LATENESS, WORKLISTS, counts_of, on_worklist
from dossiers.lists.urgency import stood_for, urgency
from dossiers.models import Dossier, Letter, SweepRun
from dossiers.scoping import scoped

SHOWN = 100
SHOWN_COUNT = 999
REMINDED = 15
ORDERS = {"due": ("due_at", "id"), "still": ("state_changed_at", "id")}


@require_GET
def view(request):
    """Show the lists, and the first rows of the chosen one."""
    must_have(request, "view_dossier")
    now = timezone.now()
    overdue.ensure_swept(now=now)
    counts = counts_of([each.name for each in LATENESS], request.user, now, most=SHOWN_COUNT)
    asked = WORKLISTS.get(request.GET.get("ds", ""))
    chosen = asked if asked in LATENESS else next((each for each in LATENESS if counts[each.name] != "0"), LATENESS[0])
    rows = list(rows_of(chosen.name, request.user, now).select_related("handler", "unit")[: SHOWN + 1])
    told = uncollected.reminded([row.pk for row in rows]) if chosen.name == "uncollected" else {}
    open_letters = _open_letters([row.pk for row in rows])
    reminded = latest_of_each(reminders.of(request.user))
    context = letter_context(
        request,
        "Trễ hạn",
        lists=[(each, counts[each.name]) for each in LATENESS],
        chosen=chosen,
        rows=[
            (row, urgency(row, now), open_letters.get(row.pk), stood_for(row, now), told.get(row.pk))
            for row in rows[:SHOWN]
        ],
        more=len(rows) > SHOWN,
        reminded=[(row, urgency(row.dossier, now)) for row in reminded[:REMINDED]],
        more_reminded=len(reminded) > REMINDED,
        last_run=SweepRun.objects.order_by("-at", "-id").first(),
        **standing(request.user, now),
    )
    return render(request, "dossiers/desk/lateness.html", context)


def rows_of(name: str, user, now: dt.datetime):
    """Return the dossiers of a list that the user may see, the most pressing first."""
    found = on_worklist(scoped(Dossier.objects.all(), user), name, user, now)
    return found.order_by(*ORDERS[WORKLISTS[name].by])


def _open_letters(dossier_ids: list[int]) -> dict[int, Letter]:
    """Return the open letter of each dossier. One query."""
    rows = Letter.objects.filter(dossier_id__in=dossier_ids, state__in=Letter.OPEN).select_related("cause")
    return {row.dossier_id: row for row in rows}


def latest_of_each(reminded) -> list:
    """Return one reminder a dossier, the last level reached, at most one more than are shown."""
    found = {}
    for row in reminded[: 4 * REMINDED]:
        found[row.dossier_id] = row
    return list(found.values())[: REMINDED + 1]
