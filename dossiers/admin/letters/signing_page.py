"""The place of the digital-signing tool: take a batch of issued letters out, bring the signed files back."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.admin.access import letter_context, must_have, read_person
from dossiers.admin.letters.list import visible
from dossiers.letters import issue as letter_issue
from dossiers.letters import many, signed_files
from dossiers.letters.signed_files import LARGEST_BATCH, MOST_FILES
from dossiers.models import Letter
from dossiers.workflow.moving import ActError


@require_http_methods(["GET", "POST"])
def view(request):
    """Show what waits for a signature; on POST take the signed files in and say what became of each."""
    must_have(request, "deliver_letter")
    results = _received(request) if request.method == "POST" else []
    for result in results:
        if result.letter is None and len(results) == 1:
            messages.error(request, result.sentence)
    rows = list(_waiting(request.user)[: MOST_FILES + 1])
    context = letter_context(
        request,
        "Ký số văn bản",
        rows=rows[:MOST_FILES],
        more=len(rows) > MOST_FILES,
        results=results,
        done=sum(1 for result in results if result.letter),
    )
    return render(request, "dossiers/desk/signing.html", context)


@require_POST
def download(request):
    """Answer the ZIP of the ticked letters, or of all that wait."""
    must_have(request, "deliver_letter")
    ids = [int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < 18]
    rows = _waiting(request.user)
    if ids:
        rows = rows.filter(pk__in=ids)
    letters = list(rows[:MOST_FILES])
    if not letters:
        messages.warning(request, "Không có văn bản nào chờ ký.")
        return redirect("admin:dossiers_signing")
    read_person(request, [letter.dossier_id for letter in letters], "tải văn bản đi ký số")
    name = f"van-ban-cho-ky-{timezone.localtime():%Y%m%d-%H%M}.zip"
    return FileResponse(signed_files.batch(letters), as_attachment=True, filename=name, content_type="application/zip")


def _waiting(user):
    rows = visible(user).filter(state=Letter.State.ISSUED).select_related(*letter_issue.RELATED, "paper", "approved_by")
    rows = rows.defer("paper__context")
    return rows.order_by("issued_at", "id")


def _received(request) -> list[many.Matched]:
    sent = request.FILES.getlist("files")
    if not sent:
        return [many.Matched("", None, "Chọn tệp PDF đã ký, hoặc gói ZIP chứa các tệp đó.")]
    if sum(file.size for file in sent) > LARGEST_BATCH:
        return [many.Matched("", None, "Các tệp lớn quá 300 MB. Hãy tải lên từng phần.")]
    found = []
    for file in sent:
        waiting = list(_waiting(request.user)[:MOST_FILES])
        try:
            inside = signed_files.unpacked(file.name, file.read())
            found += many.receive(inside, waiting, by=request.user, now=timezone.now())
        except ActError as error:
            found.append(many.Matched(file.name, None, str(error)))
    return found
