"""The page of one dossier: where it is, its clock, its story, and the acts the user may do now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin import panels
from dossiers.admin.access import may_issue, may_read_person, own_dossier, page_context
from dossiers.admin.act_forms import FORMS
from dossiers.admin.act_forms.results import result_of
from dossiers.admin.workplace import Workplace
from dossiers.deadlines.calendars import calendars_of
from dossiers.deadlines.clock import why_this_date
from dossiers.deadlines.confirmed import beyond
from dossiers.deadlines.working_time import WorkingCalendar, remaining_working_minutes
from dossiers.intake import one_slip
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier, DossierEvent, InternalNote, SupplementReason
from dossiers.papers.act_papers import FORM_OF_ACT, printable
from dossiers.papers.fee_slips import FeeSlips
from dossiers.scoping import membership_of
from dossiers.states import NEEDS_REASONS, on_list
from dossiers.workflow import progress, ready_reasons
from dossiers.workflow.acts import ACTS
from dossiers.workflow.fees import collections, lines_of, summed
from dossiers.workflow.moving import Act

RELATED = (
    "agency",
    "procedure",
    "owner",
    "submitter",
    "unit",
    "handler",
    "signer",
    "receipt",
    "desk",
    "procedure_case",
)


@require_GET
def view(request, pk: int):
    """Show the dossier. Opening it with personal data in full is written to the reading log."""
    return page(request, own_dossier(request, pk, *RELATED))


@require_POST
def act(request, pk: int, name: str):
    """Do one act (see Workplace.act)."""
    return PLACE.act(request, pk, name)


@require_POST
def note(request, pk: int):
    """Add an internal note."""
    dossier = own_dossier(request, pk)
    text = request.POST.get("text", "").strip()
    if text:
        InternalNote.objects.create(dossier=dossier, author=request.user, text=text[:4000])
        messages.success(request, "Đã ghi chú.")
    else:
        messages.warning(request, "Ghi chú đang trống.")
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[pk]) + "#ghi-chu")


def page(request, dossier: Dossier, *, refused=None, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show open with its errors."""
    now = timezone.now()
    events = list(dossier.events.select_related("unit").order_by("at", "id"))
    asking = asked_for(dossier, events)
    issued = list(dossier.issued_papers.defer("context"))
    slips, fees = FeeSlips.of(dossier, events), lines_of(dossier)
    letters = list(dossier.letters.select_related("paper").defer("paper__context").order_by("id"))
    context = page_context(
        request,
        dossier.code,
        dossier=dossier,
        urgency=urgency(dossier, now),
        clock=clock_words(dossier, now, calendars_of([dossier.agency_id]).get(dossier.agency_id)),
        beyond=beyond(dossier.due_at, dossier.agency_id, timezone.localdate(now)) if dossier.clock_open else "",
        why_staff=why_this_date(dossier, "staff"),
        why_citizen=why_this_date(dossier, "citizen"),
        steps=steps(dossier, events),
        **PLACE.offers(request, dossier, refused, asked=request.GET.get("viec", "")),
        events=list(reversed(events)),
        asked_for=asking,
        last_day=typed.day(asking.facts.get("last_day")) if asking else None,
        holdings=dossier.holdings.select_related("unit", "holder"),
        papers=dossier.papers.all(),
        beside=dossier.receipt.dossiers.exclude(pk=dossier.pk).order_by("id") if dossier.receipt_id else (),
        may_add_beside=_may_add_beside(request, dossier, now),
        attachments=dossier.attachments.all(),
        issued=issued,
        void={paper.pk for paper in slips.void(issued)},
        printable=printable(dossier, events, slips),
        fees=fees,
        collected=[(group, summed(group)) for _at, group in collections(fees) if summed(group)],
        ready_to_cancel=ready_reasons.ready_for(dossier, SupplementReason.Use.CANCELLING),
        letters=letters,
        open_letter=any(letter.is_open for letter in letters),
        result=result_of(dossier),
        awaits_signature=dossier.state in on_list("sign"),
        notes=dossier.notes.select_related("author"),
        full=may_read_person(request, dossier, "trang hồ sơ"),
        may_issue=may_issue(request.user),
        receipt_issued=dossier.receipt is not None
        and dossier.receipt.issued_papers.filter(form_code="receipt").exists(),
        panels=panels.DOSSIER.rendered(request, dossier),
    )
    return render(request, "dossiers/desk/dossier_page.html", context, status=status)


def _may_add_beside(request, dossier: Dossier, now) -> bool:
    """Return whether one more dossier of the same person may be taken in onto the receipt today."""
    place = membership_of(request.user)
    if dossier.receipt is None or place is None or place.agency_id != dossier.agency_id:
        return False
    if not request.user.has_perm("dossiers.receive_dossier"):
        return False
    return not one_slip.fault_of_adding(dossier.receipt, "-", by=request.user, now=now)[1]


def _after(dossier: Dossier, act: Act) -> str:
    """Return the page again, with the cursor on the paper the act calls for: Enter prints it."""
    here = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
    if act.kind == DossierEvent.Kind.ACCEPTED:
        return f"{here}?moi=1"
    return f"{here}?xong=1" if act.kind in FORM_OF_ACT else here


PLACE = Workplace(
    acts=ACTS,
    forms=FORMS,
    own=lambda request, pk: own_dossier(request, pk, *RELATED),
    page=page,
    after=_after,
    asked_twice=frozenset({"refuse", "stop", "sign", "finish", "return_result", "agree_withdrawal"}),
)


def clock_words(dossier: Dossier, now, calendar: WorkingCalendar | None) -> str:
    """Return how much working time is left or gone, in hours; "" when nothing runs or no calendar is known."""
    if not dossier.clock_open or dossier.due_at is None or calendar is None:
        return ""
    minutes = remaining_working_minutes(now, dossier.due_at, calendar)
    hours, rest = divmod(abs(minutes), 60)
    words = f"{hours} giờ {rest:02d} phút làm việc"
    return f"Còn {words}" if minutes >= 0 else f"Đã quá {words}"


def steps(dossier: Dossier, events: list[DossierEvent]) -> tuple[progress.Step, ...]:
    """Return the line of steps, the same one the citizen sees."""
    moves = [progress.Move(event.to_state, event.at) for event in events if event.to_state]
    return progress.line(dossier.state, moves, dossier.state_changed_at, dossier.submitted_at)


def asked_for(dossier: Dossier, events: list[DossierEvent]) -> DossierEvent | None:
    """Return the event whose reasons the citizen still has to answer."""
    if dossier.state not in NEEDS_REASONS:
        return None
    return next((event for event in reversed(events) if event.reasons), None)
