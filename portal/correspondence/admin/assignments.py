"""The desk of tasks: lists by standing, the page of one with its acts; a new one is given from the list."""

from __future__ import annotations

from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.admin.workplace import Workplace
from dossiers.workflow.moving import ActError
from dossiers.worklist import Looking, counts_of
from dossiers.written_dates import written_day
from portal.correspondence import assigning, reminding
from portal.correspondence.admin import access
from portal.correspondence.admin.task_forms import TASK_FORMS, NewTaskForm
from portal.correspondence.assignment_acts import ACTS
from portal.correspondence.models import Assignment
from portal.correspondence.states import Duty
from portal.correspondence.worklists import TASKS

SHOWN = 100
RELATED = ("agency", "person", "source", "answer", "recurrence", "created_by")


def context_of(request, title: str, **more) -> dict:
    return page_context(request, title, opts=Assignment._meta, **more)


def look_of(row: Assignment, today) -> str:
    """Return late | today | soon | calm, as rows of lists look."""
    left = (row.due_on - today).days
    if row.state != Duty.OPEN:
        return "calm"
    return "late" if left < 0 else "today" if left == 0 else "soon" if left <= 7 else "calm"


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request):
    """Show the tasks of one standing, what is due first; a POST gives a new one."""
    mine = access.own(request, Assignment.objects.select_related(*RELATED), "view_assignment")
    source = request.GET.get("van-ban", "")[:80]
    form = NewTaskForm(request.POST or None, user=request.user, initial={"source": source})
    if request.method == "POST":
        access.must(request, "give_assignment")
        if form.is_valid():
            try:
                row = assigning.give(**form.cleaned_data, by=request.user, now=timezone.now())
            except ActError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Đã giao việc. Người làm thấy ở bàn làm việc và được nhắc trước hạn.")
                return redirect("admin:correspondence_assignment_change", row.pk)
    at = Looking(request.user, timezone.now())
    counts = counts_of([each for each in TASKS.values() if each.counted], mine, at)
    chosen = request.GET.get("ds", "")
    if chosen not in TASKS:
        chosen = "cua-toi" if counts["cua-toi"] != "0" else "dang-lam"
    order = ("due_on", "id") if TASKS[chosen].dated else ("-finished_at", "-id")
    rows = list(TASKS[chosen].rows(mine, at).order_by(*order)[: SHOWN + 1])
    today = timezone.localdate()
    context = context_of(
        request,
        "Nhiệm vụ có hạn",
        tabs=[(each.name, each.label, counts.get(each.name, "0")) for each in TASKS.values()],
        chosen=chosen,
        rows=[(row, look_of(row, today)) for row in rows[:SHOWN]],
        more=len(rows) > SHOWN,
        form=form if request.user.has_perm("correspondence.give_assignment") else None,
        is_asked=bool(form.errors or source),
    )
    return render(request, "correspondence/desk/assignments.html", context, status=422 if form.errors else 200)


def _own(request, pk: int) -> Assignment:
    return access.one(request, Assignment.objects.select_related(*RELATED), "view_assignment", pk)


@require_GET
def view(request, pk: int):
    """Show the task with the acts open to the user."""
    return page(request, _own(request, pk))


@require_POST
def act(request, pk: int, name: str):
    """Do one act (see Workplace.act). 403 for whoever may never do it."""
    if name in ACTS:
        access.must(request, ACTS[name].permission)
    return PLACE.act(request, pk, name)


def page(request, row: Assignment, *, refused=None, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show open with its errors."""
    today = timezone.localdate()
    context = context_of(
        request,
        f"Nhiệm vụ đến {written_day(row.due_on)}",
        assignment=row,
        level=look_of(row, today),
        line=next(line for _row, line in reminding.lines_of([row], today)) if row.state == Duty.OPEN else "",
        **PLACE.offers(request, row, refused),
        linked=row.linked.all(),
        nudges=row.nudges.all()[:20],
        steps=row.steps.select_related("actor")[:60],
    )
    return render(request, "correspondence/desk/assignment.html", context, status=status)


def _after(row: Assignment, act) -> str:
    if act.name == "answer":
        return reverse("admin:correspondence_document_change", args=[row.answer_id])
    return reverse("admin:correspondence_assignment_change", args=[row.pk])


PLACE = Workplace(acts=ACTS, forms=TASK_FORMS, own=_own, page=page, after=_after)


@admin.register(Assignment)
class AssignmentAdmin(AgencyScopedAdmin):
    """Routes to the pages; a task changes only through portal.correspondence.assignment_acts."""

    def get_urls(self):
        def page_of(view_of):
            return self.admin_site.admin_view(view_of)

        return [
            path("", page_of(view_list), name="correspondence_assignment_changelist"),
            path("<int:pk>/change/", page_of(view), name="correspondence_assignment_change"),
            path("<int:pk>/viec/<slug:name>/", page_of(act), name="correspondence_assignment_act"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
