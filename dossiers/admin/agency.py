"""Agencies, their names by date, rooms, desks, hotlines, staff and roll-out."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import StackedInline, TabularInline

from dossiers.admin.base import AgencyScopedAdmin
from dossiers.models import Agency, AgencySuccession, AgencyVersion, Desk, Hotline, Membership, Unit
from dossiers.scoping import agency_ids_of
from dossiers.search_text import fold


class VersionInline(StackedInline):
    model = AgencyVersion
    extra = 0
    tab = True


class UnitInline(TabularInline):
    model = Unit
    extra = 0
    tab = True


class DeskInline(TabularInline):
    model = Desk
    extra = 0
    tab = True


class HotlineInline(TabularInline):
    model = Hotline
    extra = 0
    tab = True


class SuccessionInline(TabularInline):
    model = AgencySuccession
    fk_name = "predecessor"
    extra = 0
    tab = True
    autocomplete_fields = ("successor",)


@admin.register(Agency)
class AgencyAdmin(AgencyScopedAdmin):
    """One agency with all that hangs on it; go-live is refused before the usage regulation is published."""

    agency_field = "pk"
    list_display = ("name", "code", "kind", "parent", "rollout", "rollout_from", "active")
    list_filter = ("kind", "rollout", "active")
    search_fields = ("name_folded", "name", "code")
    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)
    inlines = (VersionInline, UnitInline, DeskInline, HotlineInline, SuccessionInline)
    fieldsets = (
        (None, {"fields": ("name", "code", "kind", "parent", "active")}),
        (
            "Triển khai kênh",
            {
                "description": "Quy chế sử dụng kênh phải được ban hành trước ngày chính thức triển khai.",
                "fields": (
                    ("regulation_number", "regulation_published_on"),
                    "rollout",
                    ("rollout_from", "rollout_to"),
                ),
            },
        ),
    )

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term) or search_term)


@admin.register(Membership)
class MembershipAdmin(AgencyScopedAdmin):
    list_display = ("user", "agency", "unit", "desk", "title", "valid_from", "valid_to")
    list_filter = ("agency",)
    list_select_related = ("user", "agency", "unit", "desk")
    search_fields = ("user__username", "user__last_name", "user__first_name", "title")
    autocomplete_fields = ("user", "agency")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and agency_ids_of(request.user) != frozenset()
