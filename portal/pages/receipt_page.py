"""The receipt of a dossier, and its result where it is a file, as PDF for whoever proved two facts (S1-13)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dossiers.lookup import tiers as lookup
from dossiers.models import Attachment
from dossiers.papers import receipts
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.errors import error_page
from portal.pages import answers, question


@csrf_exempt  # as the look-up: it belongs to nobody's session, and writes nothing but the line of the look
@require_POST
def copy(request):
    """Answer the copy of the receipt the pass of the page opens; a pass that is over asks for the facts again."""
    return _opened(request, lookup.receipt_by_pass, _receipt)


@csrf_exempt  # the same
@require_POST
def result(request):
    """Answer the result the pass of the page opens, to be kept; a pass that is over asks for the facts again."""
    return _opened(request, lookup.result_by_pass, _result)


def _opened(request, read: Callable, given: Callable[..., HttpResponseBase]):
    caller = client_address(request)
    try:
        guessing.searched(caller)
        found = read(request.POST.get("pass", ""), now=answers.now())
        if found is None:
            guessing.missed(caller)
            return answers.form(request, question.Question(), expired=True)
    except guessing.TooMany as over:
        return answers.wait_for_dossier(request, over)
    return answers.private(given(request, found))


def _receipt(request, dossier_id: int) -> HttpResponseBase:
    try:
        pdf = receipts.copy_for_page(dossier_id)
    except (FormError, PrintError) as error:
        return error_page(request, 404, detail=str(error))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="giay-tiep-nhan.pdf"'
    return answer


def _result(request, file: Attachment) -> HttpResponseBase:
    return FileResponse(file.file.open("rb"), as_attachment=True, filename=file.name)
