"""What a centre sets up: themes, routes, limits, ready-made answers, FAQ, question sets."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q

from dossiers.admin.base import AgencyScopedAdmin, StaffAdmin, TabularInline
from dossiers.scoping import agency_ids_of
from feedback.models import (
    CannedAnswer,
    Category,
    CategoryOwner,
    FaqEntry,
    Question,
    QuestionSet,
    Rating,
    RoutingRule,
    ServiceLevel,
)


class CategoryOwnerInline(TabularInline):
    """Another owner is a new row with its dates; what was written keeps its days."""

    model = CategoryOwner
    extra = 0


@admin.register(Category)
class CategoryAdmin(StaffAdmin):
    inlines = (CategoryOwnerInline,)
    list_display = ("name", "national_class", "needs_place", "needs_approval", "active", "order")
    list_filter = ("national_class", "active")
    search_fields = ("name", "code")


@admin.register(RoutingRule)
class RoutingRuleAdmin(StaffAdmin):
    """A rule is of the agency whose letters it sends on; one for all agencies is written by those who see them all."""

    list_display = ("__str__", "received_by", "unit", "urgent", "active")
    list_select_related = ("category", "agency", "unit", "received_by")
    list_filter = ("category", "active")

    def get_queryset(self, request):
        rows, allowed = super().get_queryset(request), agency_ids_of(request.user)
        if allowed is None:
            return rows
        return rows.filter(Q(received_by__in=allowed) | Q(received_by=None, agency__in=allowed))


@admin.register(ServiceLevel)
class ServiceLevelAdmin(AgencyScopedAdmin):
    """A change of limit is a new record with its own dates, not an edit: cases keep what they were promised."""

    shared_rows = True
    list_display = ("category", "agency", "urgent", "amount", "unit", "valid_from", "valid_to", "decision")
    list_select_related = ("category", "agency")
    list_filter = ("category", "urgent")


@admin.register(CannedAnswer)
class CannedAnswerAdmin(AgencyScopedAdmin):
    shared_rows = True
    list_display = ("title", "category", "agency", "active")
    list_select_related = ("category", "agency")
    search_fields = ("title", "text")


@admin.register(FaqEntry)
class FaqEntryAdmin(AgencyScopedAdmin):
    shared_rows = True
    list_display = ("question", "category", "agency", "published", "reviewed_on", "times_helpful")
    list_select_related = ("category", "agency")
    list_filter = ("published", "category")
    search_fields = ("search_text",)
    exclude = ("source",)


class QuestionInline(TabularInline):
    model = Question
    extra = 0


@admin.register(QuestionSet)
class QuestionSetAdmin(StaffAdmin):
    """A set that has been answered is kept as it was asked: a change is a new version."""

    list_display = ("title", "version", "valid_from", "valid_to", "legal_basis")
    inlines = (QuestionInline,)

    def has_change_permission(self, request, obj=None):
        answered = obj is not None and Rating.objects.filter(question_set=obj).exists()
        return super().has_change_permission(request, obj) and not answered

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.has_change_permission(request, obj)
