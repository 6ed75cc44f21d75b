"""Printing what an act calls for, from the dossier's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.admin.access import must_issue, own_dossier, read_person
from dossiers.admin.paper_files import open_pdf, paper_name
from dossiers.papers import act_papers
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError

RELATED = ("agency", "competent_agency", "owner", "submitter", "procedure_version")


@require_http_methods(["GET", "HEAD", "POST"])
def event(request, pk: int, event: int, form_code: str):
    """Open the paper of one event as it was issued; a POST issues it first."""
    dossier = own_dossier(request, pk, *RELATED)
    row = dossier.events.select_related("actor").filter(pk=event).first()
    if row is None:
        raise Http404
    row.dossier = dossier
    if request.method == "POST":
        must_issue(request)
        try:
            act_papers.event_paper(row, form_code, by=request.user, now=timezone.now())
        except (FormError, PrintError) as error:
            messages.error(request, f"Chưa in được: {error}")
            return redirect("admin:dossiers_dossier_change", pk)
        return redirect("admin:dossiers_event_paper", pk, event, form_code)
    paper = row.issued_papers.filter(form_code=form_code).first()
    if paper is None:
        messages.info(request, "Giấy này chưa được in. Bấm nút in trên trang hồ sơ để phát hành.")
        return redirect("admin:dossiers_dossier_change", pk)
    read_person(request, [dossier], paper.title)
    return open_pdf(paper, paper_name(paper, dossier.code))


@require_safe
def control_sheet(request, pk: int):
    """Open the control sheet as things stand; nothing is issued."""
    dossier = own_dossier(request, pk, *RELATED)
    read_person(request, [dossier], "phiếu kiểm soát")
    try:
        pdf = act_papers.control_sheet(dossier, now=timezone.now())
    except (FormError, PrintError) as error:
        messages.error(request, f"Chưa in được phiếu kiểm soát: {error}")
        return redirect("admin:dossiers_dossier_change", pk)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="phieu-kiem-soat-{dossier.code}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
