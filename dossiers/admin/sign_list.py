"""What waits for a leader's signature: by due date, each with its draft, signed or sent back one by one or together."""

from __future__ import annotations

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import may_issue, must_have, page_context
from dossiers.admin.dossier_page import clock_words
from dossiers.deadlines.calendars import calendars_of
from dossiers.lists.dossier_search import Asked, page_of
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier, DossierEvent, DossierResult
from dossiers.workflow.acts import ACTS


@require_GET
def view(request):
    """Show one page of what the user may sign, the most pressing first."""
    must_have(request, "sign_dossier")
    now = timezone.now()
    asked = Asked(worklist="sign", after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    page = page_of(asked, request.user, now)
    results = {
        row.dossier_id: row for row in DossierResult.objects.select_related("file").filter(dossier__in=page.rows)
    }
    words, calendars = _words(page.rows), calendars_of({row.agency_id for row in page.rows})
    context = page_context(
        request,
        "Chờ tôi ký",
        here=asked.address(after=asked.after, before=asked.before),
        rows=[
            (
                row,
                urgency(row, now),
                clock_words(row, now, calendars.get(row.agency_id)),
                results.get(row.pk),
                words.get(row.pk, ""),
            )
            for row in page.rows
        ],
        page=page,
        columns=("Hồ sơ, thủ tục", "Dự thảo kết quả", "Hạn trả", "Người trình"),
        acts=(ACTS["sign"], ACTS["return_from_signing"]),
        full=may_issue(request.user),
    )
    return render(request, "dossiers/desk/sign_list.html", context)


def _words(rows: list[Dossier]) -> dict[int, str]:
    """Return what the handler wrote to the leader, by dossier. One query."""
    told = DossierEvent.objects.filter(dossier__in=rows, kind=DossierEvent.Kind.SIGNING).order_by("at", "id")
    return {pk: str(note or "") for pk, note in told.values_list("dossier_id", "facts__note")}
