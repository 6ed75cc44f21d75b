"""The receipt of a dossier, and its result where it is a file, as PDF for whoever proved two facts (S1-13)."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dossiers.lookup import tiers as lookup
from dossiers.papers import receipts
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.errors import error_page
from portal.pages import answers, question


@csrf_exempt  # as the look-up: it changes nothing and belongs to nobody's session
@require_POST
def copy(request):
    """Answer the copy of the receipt the pass of the page opens; a pass that is over asks for the facts again."""
    caller = client_address(request)
    try:
        guessing.searched(caller)
        dossier_id = lookup.receipt_by_pass(request.POST.get("pass", ""), now=answers.now())
        if dossier_id is None:
            guessing.missed(caller)
            return answers.form(request, question.Question(), expired=True)
    except guessing.TooMany as over:
        return answers.wait_for_dossier(request, over)
    try:
        pdf = receipts.copy_for_page(dossier_id)
    except (FormError, PrintError) as error:
        return answers.private(error_page(request, 404, detail=str(error)))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="giay-tiep-nhan.pdf"'
    return answers.private(answer)


@csrf_exempt  # as the look-up
@require_POST
def result(request):
    """Answer the result the pass of the page opens, to be kept; a pass that is over asks for the facts again."""
    caller = client_address(request)
    try:
        guessing.searched(caller)
        found = lookup.result_by_pass(request.POST.get("pass", ""), now=answers.now())
        if found is None:
            guessing.missed(caller)
            return answers.form(request, question.Question(), expired=True)
    except guessing.TooMany as over:
        return answers.wait_for_dossier(request, over)
    return answers.private(FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name))
