"""Keys: made by `manage.py api_client`, seen, withdrawn and changed here."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from dossiers import ownership
from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from portal.api import keys
from portal.api.models import ApiClient

OVERLAP = dt.timedelta(days=7)


@admin.register(ApiClient)
class ApiClientAdmin(AgencyScopedAdmin):
    list_display = ("name", "agency", "scope", "prefix", "active", "last_used_on", "change_key")
    list_select_related = ("agency",)
    search_fields = ("name",)
    fields = (
        "name", "agency", "scope", "active", "rate_per_minute", "reads_cases",
        "prefix", "created_at", "last_used_on", "old_key_until",
    )  # fmt: skip
    readonly_fields = ("name", "agency", "scope", "prefix", "created_at", "last_used_on", "old_key_until")

    def get_urls(self):
        page = self.admin_site.admin_view(self.key_page)
        return [path("<int:pk>/khoa/", page, name="api_client_key"), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    @admin.display(description="Khóa")
    def change_key(self, client: ApiClient) -> str:
        address = reverse("admin:api_client_key", args=[client.pk])
        return format_html('<a href="{}" aria-label="Đổi khóa của {}">Đổi khóa</a>', address, client.name)

    def key_page(self, request, pk: int):
        """Show what changing a key means; a POST changes it and shows the new one, this once."""
        client = self.get_queryset(request).filter(pk=pk).first()
        if not request.user.has_perm("api.view_apiclient") or client is None:
            raise Http404
        may = request.user.has_perm("api.change_apiclient") and ownership.may_write(request.user, client)
        key = ""
        if request.method == "POST":
            if not may:
                raise PermissionDenied(ownership.REFUSED)
            key = keys.rotate(client, now=timezone.now(), overlap=OVERLAP)
            self.log_change(request, client, "Đổi khóa")
        context = page_context(
            request, f"Khóa của {client.name}", client=client, key=key, may=may, days=OVERLAP.days, opts=self.opts
        )
        return render(request, "portal/desk/api_key.html", context)
