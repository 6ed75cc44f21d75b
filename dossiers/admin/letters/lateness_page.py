"""The desk of lateness: every worklist with its number and colour, the rows of one, reminders, the invariant by day."""

from __future__ import annotations

import datetime as dt

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import letter_context, must_have
from dossiers.admin.letters.list import standing
from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import late_lists as lateness_lists
from dossiers.lateness import reminders, uncollected
from dossiers.lateness import sweep as overdue
from dossiers.lateness.late_lists import LISTS
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier, SweepRun

SHOWN = 100
REMINDED = 15


@require_GET
def view(request):
    """Show the lists, and the first rows of the chosen one."""
    must_have(request, "view_dossier")
    now = timezone.now()
    overdue.ensure_swept(now=now)
    counted = lateness_lists.counted(request.user, now)
    chosen = request.GET.get("ds", "")
    if chosen not in LISTS:
        chosen = next((each.list.name for each in counted if each.count), next(iter(LISTS)))
    found = lateness_lists.rows_of(chosen, request.user, now).select_related("handler", "unit")
    rows = list(found[: SHOWN + 1])
    told = uncollected.reminded([row.pk for row in rows]) if chosen == "uncollected" else {}
    open_letters = lateness_lists.open_letter_states([row.pk for row in rows])
    reminded = latest_of_each(reminders.of(request.user))
    context = letter_context(
        request,
        "Trễ hạn",
        counted=counted,
        chosen=LISTS[chosen],
        rows=[
            (row, urgency(row, now), open_letters.get(row.pk), _waited(row, now), told.get(row.pk))
            for row in rows[:SHOWN]
        ],
        more=len(rows) > SHOWN,
        reminded=[(row, urgency(row.dossier, now)) for row in reminded[:REMINDED]],
        more_reminded=len(reminded) > REMINDED,
        last_run=SweepRun.objects.order_by("-at", "-id").first(),
        **standing(request.user, now),
    )
    return render(request, "dossiers/desk/lateness.html", context)


def _waited(dossier: Dossier, now: dt.datetime) -> int:
    """Return how many days the dossier has been where it is, counted by date."""
    return (now.astimezone(ZONE).date() - dossier.state_changed_at.astimezone(ZONE).date()).days


def latest_of_each(reminded) -> list:
    """Return one reminder a dossier, the last level reached, at most one more than are shown."""
    found = {}
    for row in reminded[: 4 * REMINDED]:
        found[row.dossier_id] = row
    return list(found.values())[: REMINDED + 1]
