"""The packs at the desk: the list, the settings of one, and the pages of its data (portal.datasets.desk)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from dossiers.written_dates import written_day
from portal.datasets import desk, live
from portal.datasets.models import Dataset


@admin.register(Dataset)
class DatasetAdmin(AgencyScopedAdmin):
    list_display = ("title", "kind", "agency", "standing", "rows", "until", "data")
    list_filter = ("kind", ("agency", AgencyFilter))
    list_select_related = ("agency", "live")
    search_fields = ("title", "slug")
    ordering = ("order", "title")
    fields = ("title", "slug", "kind", "agency", "intro", "chat_names", "order")
    autocomplete_fields = ("agency",)

    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("<int:pk>/du-lieu/", page(desk.data), name="datasets_data"),
            path("ban/<int:pk>/", page(desk.version), name="datasets_version"),
            path("ban/<int:pk>/cot/", page(desk.columns), name="datasets_version_columns"),
            path("ban/<int:pk>/viec/", page(desk.act), name="datasets_version_act"),
            path("ban/<int:pk>/xem-thu/", page(desk.preview), name="datasets_version_preview"),
            path("ban/<int:pk>/bao-cao.csv", page(desk.report), name="datasets_version_report"),
            *super().get_urls(),
        ]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        live.forget()

    def response_add(self, request, obj, post_url_continue=None):
        """Go on with the first file: a pack without data answers nothing."""
        response = super().response_add(request, obj, post_url_continue)
        if response.status_code == 302 and "_continue" not in request.POST and "_addanother" not in request.POST:
            response["Location"] = reverse("admin:datasets_data", args=[obj.pk])
        return response

    @admin.display(description="Tình trạng")
    def standing(self, pack: Dataset) -> str:
        if pack.live is None:
            return "Chưa có dữ liệu đang dùng"
        return "Đã hết hạn, đã rút" if pack.live.expired(timezone.localdate()) else "Đang dùng"

    @admin.display(description="Số dòng")
    def rows(self, pack: Dataset) -> str:
        return f"{pack.live.row_count:,}".replace(",", ".") if pack.live else "0"

    @admin.display(description="Dùng đến")
    def until(self, pack: Dataset) -> str:
        return written_day(pack.live.valid_to) if pack.live else "–"

    @admin.display(description="Dữ liệu")
    def data(self, pack: Dataset) -> str:
        return format_html('<a href="{}">Nạp, duyệt</a>', reverse("admin:datasets_data", args=[pack.pk]))
