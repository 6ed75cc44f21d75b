"""Printing what an act calls for, from the dossier's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import own_dossier
from dossiers.admin.paper_files import open_pdf
from dossiers.papers import act_papers
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError

RELATED = ("agency", "competent_agency", "owner", "submitter", "procedure_version")


@require_GET
def event(request, pk: int, event: int, form_code: str):
    """Open the paper of one event; it is issued the first time and kept."""
    dossier = own_dossier(request, pk, *RELATED)
    row = dossier.events.select_related("actor").filter(pk=event).first()
    if row is None:
        raise Http404
    row.dossier = dossier
    try:
        paper = act_papers.event_paper(row, form_code, by=request.user, now=timezone.now())
    except (FormError, PrintError) as error:
        messages.error(request, f"Chưa in được: {error}")
        return redirect("admin:dossiers_dossier_change", pk)
    return open_pdf(paper, f"{form_code}-{dossier.code}.pdf")


@require_GET
def control_sheet(request, pk: int):
    """Open the control sheet as things stand."""
    dossier = own_dossier(request, pk, *RELATED)
    try:
        pdf = act_papers.control_sheet(dossier, now=timezone.now())
    except (FormError, PrintError) as error:
        messages.error(request, f"Chưa in được phiếu kiểm soát: {error}")
        return redirect("admin:dossiers_dossier_change", pk)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="phieu-kiem-soat-{dossier.code}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
