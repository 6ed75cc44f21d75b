"""Files of a dossier: printed papers and attachments, served only after the permission check, never executed."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from dossiers.admin.access import must_have, must_issue, own_dossier, read_person
from dossiers.admin.act_forms.results import upload_of
from dossiers.attachments import types as attachment_types
from dossiers.models import Attachment, DossierResult, IssuedPaper, Receipt
from dossiers.papers import receipts
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import may_see, scoped
from dossiers.search_text import fold
from dossiers.workflow.moving import ActError


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request, pk: int):
    """Open the receipt's PDF as it was issued; a POST issues it first. Asking alone gives nothing a number."""
    must_have(request, "view_dossier")
    found = (
        scoped(Receipt.objects.select_related("agency", "submitter", "issued_by"), request.user).filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    if request.method == "POST":
        must_issue(request)
        try:
            receipts.receipt_paper(found, by=request.user, now=timezone.now())
        except (FormError, PrintError) as error:
            messages.error(request, f"Chưa in được giấy tiếp nhận: {error} Hồ sơ vẫn đã được lưu.")
            return redirect("admin:dossiers_dossier_change", _first_of(found))
        return redirect("admin:dossiers_receipt_print", pk)
    issued = found.issued_papers.filter(form_code="receipt").first()
    if issued is None:
        messages.info(request, "Giấy tiếp nhận chưa được in. Bấm “In giấy tiếp nhận” trên trang hồ sơ.")
        return redirect("admin:dossiers_dossier_change", _first_of(found))
    read_person(request, found.dossiers.values_list("pk", flat=True), "giấy tiếp nhận")
    return open_pdf(issued, paper_name(issued, found.number))


def _first_of(receipt: Receipt) -> int:
    return receipt.dossiers.order_by("pk").values_list("pk", flat=True)[0]


@require_safe
def paper(request, pk: int):
    """Open an issued paper."""
    must_have(request, "view_dossier")
    found = IssuedPaper.objects.select_related("dossier", "receipt").filter(pk=pk).first()
    owner = found and (found.dossier or found.receipt)
    if found is None or owner is None or not may_see(request.user, owner.agency_id):
        raise Http404
    about = [owner.pk]
    if found.receipt and not found.dossier:
        about = list(found.receipt.dossiers.values_list("pk", flat=True))
    read_person(request, about, found.title)
    return open_pdf(found, paper_name(found, str(owner)))


@require_POST
def attach(request, pk: int):
    """Keep an uploaded file whose content is of an allowed type."""
    dossier = own_dossier(request, pk)
    back = reverse("admin:dossiers_dossier_change", args=[pk]) + "#tep"
    if not (request.user.has_perm("dossiers.process_dossier") or request.user.has_perm("dossiers.receive_dossier")):
        messages.error(request, "Bạn chưa được giao quyền thêm tệp vào hồ sơ.")
        return HttpResponseRedirect(back)
    sent = request.FILES.get("file")
    if sent is None:
        messages.warning(request, "Chọn một tệp trước khi tải lên.")
        return HttpResponseRedirect(back)
    try:
        row = upload_of(dossier, sent, request.user)
    except ActError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    row.save()
    messages.success(request, f"Đã thêm tệp {row.name}.")
    return HttpResponseRedirect(back)


@require_GET
def attachment(request, pk: int, file: int):
    """Download an attachment; the browser is told not to open it as a page.

    The draft or result in PDF is shown at once instead: whoever signs thirty of them reads, not downloads.
    """
    dossier = own_dossier(request, pk)
    found = dossier.attachments.filter(pk=file).first()
    if found is None:
        raise Http404
    is_result = DossierResult.objects.filter(dossier=dossier, file=found).exists()
    read_person(request, [dossier], "dự thảo, kết quả" if is_result else "tệp đính kèm")
    if is_result and found.content_type == attachment_types.PDF.media_type:
        return open_pdf(found, found.name)
    answer = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def paper_name(paper: IssuedPaper, number: str) -> str:
    """Return what the paper's file is called on the clerk's disk: its title without accents and whose it is."""
    return attachment_types.safe_name(f"{slugify(fold(paper.title))[:80]}-{number}.pdf".replace("/", "-"))


def open_pdf(kept: IssuedPaper | Attachment, name: str) -> FileResponse:
    """Return the stored PDF, to be shown in the browser and not kept by it."""
    answer = FileResponse(kept.file.open("rb"), filename=name, content_type="application/pdf")
    answer["Cache-Control"] = "no-store"
    return answer
