"""Agencies, their names by date, rooms, desks, hotlines, staff and roll-out."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import path
from django.utils import timezone

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin, StackedInline, TabularInline
from dossiers.admin.setup import going_live, rollout_switch, rollout_table
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


class AgencyForm(forms.ModelForm):
    """Refuses to take an agency live while something citizens need is missing, as the switch of many does."""

    def clean(self):
        data = super().clean()
        if data.get("rollout") == Agency.Rollout.LIVE and self.initial.get("rollout") != Agency.Rollout.LIVE:
            stops = going_live.stops(self.instance, regulation=data.get("regulation_number", ""))
            if stops:
                # Of the whole form: a fault of this field would hide what the model says of the days.
                self.add_error(None, f"Chưa chính thức được: còn thiếu {', '.join(stops)}. {going_live.FIRST}")
            if going_live.would_fall_silent(self.instance.pk, data.get("rollout_from")):
                self.add_error("rollout_from", f"Cần {going_live.NOT_LATER}.")
        return data


@admin.register(Agency)
class AgencyAdmin(AgencyScopedAdmin):
    """One agency with all that hangs on it; go-live is refused before all that citizens need is there.

    What decides an agency's place among the others (code, kind, parent, succession, being there at all) is written by
    those who see all agencies; the rest is the agency's own administrator's.
    """

    form = AgencyForm
    agency_field = "pk"
    list_display = ("name", "code", "kind", "parent", "rollout", "rollout_from", "active")
    list_per_page = 18  # the ways in and out by file stand above it: with twenty rows the page nears 200 kB
    list_filter = ("kind", "rollout", "active")
    list_before_template = "dossiers/desk/agency_links.html"
    search_fields = ("name_folded", "code")
    search_help_text = "Tên không dấu hoặc mã"
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

    def get_urls(self):
        return [
            path("trien-khai/", self.admin_site.admin_view(rollout_table.view), name="dossiers_agency_rollout"),
            path(
                "trien-khai/chuyen/",
                self.admin_site.admin_view(rollout_switch.view),
                name="dossiers_agency_rollout_switch",
            ),
            *super().get_urls(),
        ]

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(Q(name_folded__contains=fold(term)) | Q(code__istartswith=term)), False

    def get_readonly_fields(self, request, obj=None):
        return () if agency_ids_of(request.user) is None else ("code", "kind", "parent", "active")

    def get_inlines(self, request, obj):
        if obj is None:
            return ()
        return self.inlines if agency_ids_of(request.user) is None else self.inlines[:-1]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and agency_ids_of(request.user) is None

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and agency_ids_of(request.user) is None


@admin.register(Membership)
class MembershipAdmin(AgencyScopedAdmin):
    """Who works where, from when to when. People are ended, not deleted; nobody places themselves."""

    list_display = ("user", "agency", "unit", "desk", "title", "valid_from", "valid_to", "standing")
    list_filter = (("agency", AgencyFilter),)
    list_filter_submit = True
    list_select_related = ("user", "agency", "unit", "desk")
    list_per_page = 16  # eight columns a row: with the usual twenty the page is heavier than 200 kB
    search_fields = ("user__username", "user__last_name", "user__first_name", "title")
    autocomplete_fields = ("user", "agency")

    def get_readonly_fields(self, request, obj=None):
        return () if agency_ids_of(request.user) is None else ("sees_subordinates",)

    def has_add_permission(self, request):
        return super().has_add_permission(request) and agency_ids_of(request.user) != frozenset()

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not self._is_own(request, obj)

    def has_delete_permission(self, request, obj=None):
        # Ended, not deleted: what somebody may not open depends on where they have ever worked.
        return super().has_delete_permission(request, obj) and agency_ids_of(request.user) is None

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user" and agency_ids_of(request.user) is not None:
            # The same people the list of accounts shows this administrator, and not the administrator.
            accounts = self.admin_site.get_model_admin(get_user_model())
            kwargs["queryset"] = accounts.get_queryset(request).exclude(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="Hiệu lực")
    def standing(self, row) -> str:
        today = timezone.localdate()
        if row.valid_from > today:
            return "Chưa đến ngày"
        if row.valid_to is None:
            return "Đang làm việc"
        days = (row.valid_to - today).days
        return "Đã hết" if days < 0 else f"Còn {days} ngày" if days <= 60 else "Đang làm việc"

    def _is_own(self, request, obj) -> bool:
        return obj is not None and obj.user_id == request.user.pk and not request.user.is_superuser
