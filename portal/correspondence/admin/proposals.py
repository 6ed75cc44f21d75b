"""The desk of proposals: what centres ask for, by standing, and what the province says to it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.admin.workplace import Workplace
from dossiers.lists import keyset
from dossiers.workflow.moving import ActError
from dossiers.worklist import Looking, counts_of
from portal.correspondence import proposing
from portal.correspondence.admin import access
from portal.correspondence.admin.task_forms import PROPOSAL_FORMS, NewProposalForm
from portal.correspondence.models import Proposal
from portal.correspondence.proposal_acts import ACTS, ANSWER
from portal.correspondence.worklists import PROPOSALS

RELATED = ("agency", "created_by")


def context_of(request, title: str, **more) -> dict:
    return page_context(request, title, opts=Proposal._meta, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request):
    """Show the proposals of one standing, the newest first; a POST sends a new one."""
    mine = access.own(request, Proposal.objects.select_related(*RELATED), "view_proposal")
    form = NewProposalForm(request.POST or None, user=request.user)
    if request.method == "POST":
        access.must(request, "make_proposal")
        if form.is_valid():
            try:
                row = proposing.propose(**form.cleaned_data, by=request.user, now=timezone.now())
            except ActError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Đã gửi đề xuất. Trả lời hiện ở bàn làm việc của bạn.")
                return redirect("admin:correspondence_proposal_change", row.pk)
    at = Looking(request.user, timezone.now())
    counts = counts_of([each for each in PROPOSALS.values() if each.counted], mine, at)
    chosen = request.GET.get("ds", "")
    chosen = chosen if chosen in PROPOSALS else "cho-tra-loi"
    rows, after = keyset.page(PROPOSALS[chosen].rows(mine, at), keyset.NEWEST, request.GET.get("sau", ""))
    context = context_of(
        request,
        "Đề xuất của cơ sở",
        tabs=[(each.name, each.label, counts.get(each.name, "0")) for each in PROPOSALS.values()],
        chosen=chosen,
        rows=rows,
        after=after,
        form=form if request.user.has_perm("correspondence.make_proposal") else None,
    )
    return render(request, "correspondence/desk/proposals.html", context, status=422 if form.errors else 200)


def _own(request, pk: int) -> Proposal:
    return access.one(request, Proposal.objects.select_related(*RELATED), "view_proposal", pk)


@require_GET
def view(request, pk: int):
    """Show the proposal with the acts open to the user."""
    return page(request, _own(request, pk))


@require_POST
def act(request, pk: int, name: str):
    """Do one act (see Workplace.act). 403 for whoever may never do it."""
    if name in ACTS:
        access.must(request, ACTS[name].permission)
    return PLACE.act(request, pk, name)


def page(request, row: Proposal, *, refused=None, status: int = 200):
    """Return the rendered page; the acts of who answers are shown to those who oversee the agency alone."""
    offers = PLACE.offers(request, row, refused)
    may_answer = proposing.oversees(request.user, row, timezone.localdate())
    context = context_of(
        request,
        row.get_subject_display(),
        proposal=row,
        **{**offers, "acts": [each for each in offers["acts"] if may_answer or each[0].permission != ANSWER]},
        steps=row.steps.select_related("actor")[:60],
    )
    return render(request, "correspondence/desk/proposal.html", context, status=status)


PLACE = Workplace(
    acts=ACTS,
    forms=PROPOSAL_FORMS,
    own=_own,
    page=page,
    after=lambda row, act: reverse("admin:correspondence_proposal_change", args=[row.pk]),
)


@admin.register(Proposal)
class ProposalAdmin(AgencyScopedAdmin):
    """Routes to the pages; a proposal changes only through portal.correspondence.proposal_acts."""

    def get_urls(self):
        def page_of(view_of):
            return self.admin_site.admin_view(view_of)

        return [
            path("", page_of(view_list), name="correspondence_proposal_changelist"),
            path("<int:pk>/change/", page_of(view), name="correspondence_proposal_change"),
            path("<int:pk>/viec/<slug:name>/", page_of(act), name="correspondence_proposal_act"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
