"""The page of one letter: what it says, the paper as it would be or is, the acts open to the user."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from dossiers.admin import panels
from dossiers.admin.access import letter_context, must_have, own_dossier, read_person
from dossiers.admin.letters.forms import ApproveForm, DeliverForm, EditForm, NoteForm, SignedForm
from dossiers.admin.letters.list import level, visible
from dossiers.admin.workplace import ActForm, Workplace
from dossiers.deadlines.clock import why_this_date
from dossiers.deadlines.confirmed import beyond
from dossiers.deadlines.working_time import CalendarError
from dossiers.letters import attribution as delay_attribution
from dossiers.letters import draft as letters
from dossiers.letters import issue as letter_issue
from dossiers.letters import signed_files
from dossiers.letters.acts import ACTS
from dossiers.letters.dates import needs_override
from dossiers.models import Letter
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.workflow.moving import ActError

FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "edit": EditForm,
    "approve": ApproveForm,
    "note": NoteForm,
    "signed": SignedForm,
    "deliver": DeliverForm,
}


@require_GET
def view(request, pk: int):
    """Show the letter."""
    return page(request, own(request, pk))


@require_POST
def draft(request, dossier: int):
    """Draft a letter by hand for a dossier whose clock runs."""
    must_have(request, "draft_letter")
    row = own_dossier(request, dossier, "agency", "competent_agency", "unit")
    try:
        letter = letters.draft(row, by=request.user, now=timezone.now())
    except ActError as error:
        messages.warning(request, str(error))
        return redirect("admin:dossiers_dossier_change", dossier)
    return redirect("admin:dossiers_letter_change", letter.pk)


@require_POST
def act(request, pk: int, name: str):
    """Do one act (see Workplace.act). 403 for whoever may never do it."""
    if name in ACTS:
        must_have(request, ACTS[name].permission)
    return PLACE.act(request, pk, name)


@require_GET
@xframe_options_sameorigin
def preview(request, pk: int):
    """Open the paper: as issued, or as the draft would be with number and day blank."""
    letter = own(request, pk)
    read_person(request, [letter.dossier_id], "văn bản xin lỗi")
    if letter.paper_id:
        answer = FileResponse(letter.paper.file.open("rb"), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{signed_files.file_name(letter)}"'
    else:
        try:
            pdf = letter_issue.preview(letter, by=request.user, now=timezone.now())
        except (FormError, PrintError, CalendarError) as error:
            return HttpResponse(f"Chưa xem trước được: {error}", content_type="text/plain; charset=utf-8", status=409)
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="du-thao-{letter.dossier.code}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def signed(request, pk: int):
    """Download the signed file."""
    letter = own(request, pk)
    if not letter.signed_file:
        raise Http404
    read_person(request, [letter.dossier_id], "văn bản xin lỗi đã ký")
    name = signed_files.file_name(letter).replace(".pdf", "-da-ky.pdf")
    answer = FileResponse(letter.signed_file.open("rb"), as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer


def page(request, letter: Letter, *, refused=None, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show open with its errors."""
    now = timezone.now()
    held = letter.attribution or [share.as_dict() for share in delay_attribution.held_by_units(letter.dossier, now=now)]
    context = letter_context(
        request,
        f"{letter_issue.public_name(letter, timezone.localdate())} – {letter.dossier.code}",
        letter=letter,
        title_of_form=letter_issue.public_name(letter, timezone.localdate()),
        level=level(letter, now),
        **PLACE.offers(request, letter, refused),
        held=[{**share, "days": delay_attribution.in_days(share["minutes"])} for share in held],
        override=letter.is_open and needs_override(letter, timezone.localdate()),
        beyond=beyond(letter.new_due_at, letter.centre_id, timezone.localdate(now)) if letter.is_open else "",
        why=why_this_date(letter.dossier, "staff"),
        steps=letter.steps.select_related("actor"),
        panels=panels.LETTER.rendered(request, letter),
        earlier=letter.dossier.letters.exclude(pk=letter.pk)
        .exclude(paper=None)
        .select_related("paper")
        .defer("paper__context"),
    )
    return render(request, "dossiers/desk/letter_page.html", context, status=status)


def own(request, pk: int) -> Letter:
    """Return the letter when it is of an agency of the user, 404 otherwise."""
    must_have(request, "view_letter")
    rows = (
        visible(request.user)
        .select_related(*letter_issue.RELATED, "paper", "approved_by", "dossier__unit")
        .defer("paper__context")
    )
    letter = rows.filter(pk=pk).first()
    if letter is None:
        raise Http404
    return letter


PLACE = Workplace(
    acts=ACTS,
    forms=FORMS,
    own=own,
    page=page,
    after=lambda letter, act: reverse("admin:dossiers_letter_change", args=[letter.pk]),
    # Who approves has nobody to submit to.
    hidden=lambda user, act: act.name == "submit" and user.has_perm("dossiers.approve_letter"),
    asked_twice=frozenset({"approve", "attach", "deliver", "cancel", "withdraw"}),
)
