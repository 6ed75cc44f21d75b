"""The panel on a case's page: what its sender was told, by which way, and whether it arrived."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from feedback.models import Case
from zalo.admin.dossier_panel import line
from zalo.models import OutboxMessage

SHOWN = 8


def panel(request, case: Case) -> SafeString | None:
    """The panel as HTML; None for a part, whose sender is told through the whole."""
    if case.parent_id:
        return None
    rows = OutboxMessage.objects.filter(feedback_event__case=case).select_related("feedback_event__case", "contact")
    context = {
        "messages": [line(row) for row in rows.order_by("-id")[:SHOWN]],
        "may_open": request.user.has_perm("zalo.view_outboxmessage"),
        "no_way": not (case.phone or case.email or case.origin_ref),
    }
    return mark_safe(render_to_string("zalo/desk/case_panel.html", context))  # every value escaped by our template
