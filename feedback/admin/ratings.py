"""Low ratings to be put right, and sheets suspected of not being genuine. Nobody sees a sheet about themselves."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.base import StaffAdmin
from dossiers.models import PersonalDataRead
from dossiers.scoping import scoped
from dossiers.workflow.moving import ActError
from feedback.admin.access import must_have, page_context
from feedback.models import FollowUp, Rating
from feedback.ratings import follow_ups
from feedback.ratings import rating as ratings


class OwnPagesOnly(StaffAdmin):
    """Lists nothing by itself: its pages are functions, and nothing is added, changed or deleted by a form."""

    def has_module_permission(self, request):
        return request.user.has_perm("feedback.supervise_feedback")

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def follow_ups_of(user):
    """Return the follow-ups the user supervises: own agencies, none about the user."""
    rows = scoped(FollowUp.objects.exclude(rating__officer=user), user)
    return rows.select_related("agency", "rating", "rating__unit", "supervisor")


@admin.register(FollowUp)
class FollowUpAdmin(OwnPagesOnly):
    def get_queryset(self, request):
        return follow_ups_of(request.user)

    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("", page(follow_up_list), name="feedback_followup_changelist"),
            path("<int:pk>/change/", page(follow_up_page), name="feedback_followup_change"),
        ]


@require_GET
def follow_up_list(request):
    """Open ones first, then the newest."""
    must_have(request, "supervise_feedback")
    rows = follow_ups_of(request.user)
    waiting = rows.exclude(status=FollowUp.Status.CLOSED).order_by("due_at", "id")[:100]
    closed = rows.filter(status=FollowUp.Status.CLOSED).order_by("-closed_at", "-id")[:30]
    context = page_context(
        request, "Đánh giá thấp cần liên hệ lại", FollowUp, waiting=waiting, closed=closed, now=timezone.now()
    )
    return render(request, "feedback/desk/follow_up_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_page(request, pk: int):
    """One low rating: what was said, whom to call (written to the reading log), what was done."""
    must_have(request, "supervise_feedback")
    row = follow_ups_of(request.user).select_related("rating__invitation__dossier__owner").filter(pk=pk).first()
    if row is None:
        raise Http404
    trouble = ""
    if request.method == "POST":
        try:
            follow_ups.contacted(row, by=request.user, now=timezone.now(), done=request.POST.get("done", ""))
        except ActError as error:
            trouble = str(error)
        else:
            messages.success(request, "Đã ghi nhận. Người dân được hỏi việc đã được giải quyết chưa.")
            return HttpResponseRedirect(reverse("admin:feedback_followup_change", args=[pk]))
    full = request.user.has_perm("feedback.see_sender")
    if full:
        dossier = row.rating.invitation.dossier
        PersonalDataRead.objects.create(user=request.user, dossier=dossier, via="liên hệ lại người đánh giá thấp")
    context = page_context(
        request,
        "Liên hệ lại người đánh giá thấp",
        FollowUp,
        row=row,
        rating=row.rating,
        dossier=row.rating.invitation.dossier,
        answers=[
            (answer.question.text, (answer.question.choice(answer.value) or {}).get("label", answer.value))
            for answer in row.rating.answers.select_related("question").order_by("question__order")
        ],
        full=full,
        trouble=trouble,
    )
    return render(request, "feedback/desk/follow_up_page.html", context, status=409 if trouble else 200)


@admin.register(Rating)
class RatingAdmin(OwnPagesOnly):
    def get_queryset(self, request):
        return Rating.objects.none()

    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("", page(suspect_list), name="feedback_rating_changelist"),
            path("<int:pk>/xem-xet/", page(review), name="feedback_rating_review"),
        ]


def suspects_of(user):
    """Return the sheets the user may review: suspect, not yet looked at, own agencies, none about the user."""
    rows = Rating.objects.filter(suspect=True, reviewed_by__isnull=True).exclude(officer=user)
    return scoped(rows, user).select_related("agency", "desk")


@require_GET
def suspect_list(request):
    """Sheets taken out of the count by the burst rule; no dossier, no person."""
    must_have(request, "supervise_feedback")
    rows = suspects_of(request.user).order_by("-id")[:200]
    context = page_context(request, "Phiếu đánh giá nghi không thật", Rating, rows=rows)
    return render(request, "feedback/desk/suspect_list.html", context)


@require_POST
def review(request, pk: int):
    """Count a suspect sheet, or leave it out for good."""
    must_have(request, "supervise_feedback")
    row = suspects_of(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        ratings.review(row, by=request.user, now=timezone.now(), genuine=request.POST.get("genuine") == "yes")
        messages.success(request, "Đã ghi nhận.")
    except ActError as error:
        messages.warning(request, str(error))
    return HttpResponseRedirect(reverse("admin:feedback_rating_changelist"))
