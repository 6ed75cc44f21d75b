"""The page of one case: where it is, its clock, its story, the answer, and the acts the user may do now."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.workplace import Workplace
from dossiers.identity_numbers import mask_email, mask_phone
from dossiers.workflow.moving import Act, ActError
from feedback.admin import panels
from feedback.admin.access import own_case, page_context
from feedback.admin.act_forms import FORMS, AnswerForm
from feedback.cases import answers, joining, quick_answers, routing
from feedback.cases import handling as cases
from feedback.cases.acts import ACTS, do, send_answer
from feedback.cases.search import urgency
from feedback.lateness import time_limits
from feedback.models import CannedAnswer, Case, CaseFile, FeedbackEvent, Publication, ReadRecord
from feedback.pages.track_pages import file_answer
from feedback.petitions import restricted
from feedback.publication import publishing as publication
from feedback.states import ANSWERED, UNTAKEN, Status

Kind = FeedbackEvent.Kind
RELATED = ("agency", "category", "unit", "handler", "dossier", "parent", "merged_into", "about_unit")


@require_GET
def view(request, pk: int):
    """Show the case; the sender is masked until somebody asks, which is written to the reading log."""
    try:
        case = own_case(request, pk, *RELATED)
    except Http404:
        if _left(request, pk):
            return _to_the_list(request)
        raise
    return page(request, case)


@require_POST
def act(request, pk: int, name: str):
    """Do one act (see Workplace.act)."""
    return PLACE.act(request, pk, name)


def _left(request, pk: int) -> bool:
    """Return whether the user once did something to the case, which they may see no more: it went to another agency.

    Of one that was set apart by law nothing is said.
    """
    mine = FeedbackEvent.objects.filter(case=pk, actor=request.user)
    return mine.exclude(case__status=Status.RESTRICTED).exists()


def _to_the_list(request):
    messages.info(request, "Ý kiến này đã chuyển đi, không còn ở cơ quan của bạn. Đây là danh sách ý kiến đang có.")
    return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))


@require_POST
def draft(request, pk: int):
    """Keep the answer as it stands; with "submit" or "send" go on at once."""
    case = own_case(request, pk, *RELATED)
    form = AnswerForm(request.POST, row=case, user=request.user, auto_id="answer-%s")
    if not form.is_valid():
        return page(request, case, answer_form=form, status=422)
    now = timezone.now()
    try:
        do("draft", case, by=request.user, now=now, text=form.cleaned_data["text"])
        if "submit" in request.POST:
            do("submit", case, by=request.user, now=now, expected_version=typed.whole(request.POST.get("version", "")))
        elif "send" in request.POST:
            send_answer(case, by=request.user, now=now, expected_version=typed.whole(request.POST.get("version", "")))
    except ActError as error:
        form.add_error(None, str(error))
        return page(request, own_case(request, pk, *RELATED), answer_form=form, status=409)
    messages.success(request, "Đã lưu câu trả lời.")
    return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[pk]))


@require_POST
def note(request, pk: int):
    """Add an internal note."""
    case = own_case(request, pk)
    try:
        cases.note(case, by=request.user, now=timezone.now(), text=request.POST.get("text", ""))
        messages.success(request, "Đã ghi chú.")
    except ActError as error:
        messages.warning(request, str(error))
    return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[pk]) + "#ghi-chu")


@require_POST
def sender(request, pk: int):
    """Show the sender in full, after writing down who asked."""
    case = own_case(request, pk, *RELATED)
    if not request.user.has_perm("feedback.see_sender"):
        raise PermissionDenied
    restricted.note_read(request.user, what=ReadRecord.What.SENDER, now=timezone.now(), case=case)
    return page(request, case, full=True)


@require_GET
def file(request, pk: int, file: int):
    """Hand out a file of the case."""
    case = own_case(request, pk)
    row = CaseFile.objects.filter(case=case, pk=file).first()
    if row is None:
        raise Http404
    return file_answer(row)


def page(request, case: Case, *, refused=None, answer_form=None, full: bool = False, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show open with its errors."""
    now = timezone.now()
    writing = ACTS["draft"].open_to(request.user, case)
    context = page_context(
        request,
        case.code,
        case=case,
        urgency=urgency(case, now),
        signs=routing.signs(case),
        theme_owner=case.category.owner_on(timezone.localdate(case.sent_at)) if case.category else None,
        why_staff=time_limits.why_this_date(case),
        **PLACE.offers(request, case, refused),
        answer_form=answer_form or (AnswerForm(row=case, user=request.user, auto_id="answer-%s") if writing else None),
        needs_approval=answers.needs_approval(case),
        canned=_canned(case) if writing else [],
        ready=quick_answers.find(case.title, case.agency) if writing else [],
        answers=case.answers.select_related("author", "approved_by"),
        events=case.events.order_by("-at", "-id"),
        added=case.events.filter(kind__in=[Kind.MORE_RECEIVED, Kind.REOPENED]),
        files=case.files.all(),
        notes=case.notes.select_related("author"),
        parts=case.parts.select_related("agency", "handler").order_by("id"),
        duplicates=case.duplicates.order_by("id"),
        alike=joining.possible_duplicates(case) if case.status in UNTAKEN else [],
        publication=Publication.objects.filter(case=case).first(),
        shown=publication.preview(case, on=now.date()) if _is_answered(case) else None,
        full=full,
        masked_phone=mask_phone(case.phone),
        masked_email=mask_email(case.email),
        panels=panels.CASE.rendered(request, case),
        may_see_sender=request.user.has_perm("feedback.see_sender"),
    )
    return render(request, "feedback/desk/case_page.html", context, status=status)


def _after(case: Case, act: Act) -> str:
    if act.name == "restrict":
        # The case is out of sight from now on, for this person too.
        return reverse("admin:feedback_case_changelist")
    return reverse("admin:feedback_case_change", args=[case.pk])


PLACE = Workplace(
    acts=ACTS,
    forms=FORMS,
    own=lambda request, pk: own_case(request, pk, *RELATED),
    page=page,
    after=_after,
    asked_twice=frozenset(
        {
            "send",
            "send_now",
            "refuse",
            "restrict",
            "forward",
            "transfer",
            "close",
            "close_unanswered_request",
            "approve_publication",
        }
    ),
)


def _is_answered(case: Case) -> bool:
    return case.may_publish and case.status in ANSWERED


def _canned(case: Case) -> list[tuple[str, str]]:
    """Return (title, text filled in) of the ready-made answers that fit, those of the theme first."""
    rows = CannedAnswer.objects.filter(active=True, agency__isnull=True) | CannedAnswer.objects.filter(
        active=True, agency=case.agency_id
    )
    ranked = sorted(rows, key=lambda row: (row.category_id != case.category_id, row.title))
    return [(row.title, row.filled(case)) for row in ranked if row.category_id in {None, case.category_id}][:20]
