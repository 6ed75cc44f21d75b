"""Routes of the studio and of the funnel; targets are an ordinary list."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin, StaffAdmin
from dossiers.written_dates import written_day
from portal.print_studio import desk, handing, label_pages
from portal.print_studio.funnel import page as funnel_page
from portal.print_studio.models import Figure, Identity, Target


class Routes(StaffAdmin):
    """Only routes: nothing is added, changed or deleted by Django's own pages."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Identity)
class IdentityAdmin(Routes):
    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("", page(desk.agencies), name="print_studio_identity_changelist"),
            path("toan-bo/", page(handing.all_agencies), name="print_studio_all"),
            path("goi/<int:pk>/", page(handing.bundle), name="print_studio_bundle"),
            path("tai-lieu/<int:pk>/", page(handing.material), name="print_studio_material"),
            path("tai-lieu/<int:pk>/bo/", page(handing.drop_material), name="print_studio_material_drop"),
            path("<int:pk>/", page(desk.studio), name="print_studio_agency"),
            path("<int:pk>/nhan-dien/", page(desk.identity), name="print_studio_look"),
            path("<int:pk>/xem/<slug:piece>/", page(handing.preview), name="print_studio_preview"),
            path("<int:pk>/tai/<slug:piece>/", page(handing.download), name="print_studio_download"),
            path("<int:pk>/chu/<slug:text_name>/", page(handing.text), name="print_studio_text"),
            path("<int:pk>/nhan-quay/", page(label_pages.desks), name="print_studio_desk_labels"),
            path("<int:pk>/nhan-ho-so/", page(label_pages.dossiers), name="print_studio_dossier_labels"),
            path("<int:pk>/moi-quay/", page(handing.all_desks), name="print_studio_desks"),
            path("<int:pk>/da-in/", page(desk.note_printing), name="print_studio_printed"),
            path("<int:pk>/tai-lieu/", page(desk.add_material), name="print_studio_material_add"),
        ]


@admin.register(Figure)
class FigureAdmin(Routes):
    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("", page(funnel_page.view), name="print_studio_figure_changelist"),
            path("dong/", page(funnel_page.rows), name="print_studio_funnel_rows"),
            path("tep/<str:extension>/", page(funnel_page.export), name="print_studio_funnel_export"),
        ]


@admin.register(Target)
class TargetAdmin(AgencyScopedAdmin):
    list_display = ("agency", "percent", "since", "until", "decision")
    list_filter = (("agency", AgencyFilter),)
    list_select_related = ("agency",)
    fields = ("agency", "percent", "valid_from", "valid_to", "decision")
    autocomplete_fields = ("agency",)
    search_fields = ("agency__name", "decision")

    @admin.display(description="Từ ngày", ordering="valid_from")
    def since(self, row: Target) -> str:
        return written_day(row.valid_from)

    @admin.display(description="Đến hết ngày")
    def until(self, row: Target) -> str:
        return written_day(row.valid_to) if row.valid_to else "–"
