"""The list of ready reasons for asking a citizen to bring more."""

from __future__ import annotations

from django.contrib import admin

from dossiers.admin.base import AgencyScopedAdmin
from dossiers.models import SupplementReason


@admin.register(SupplementReason)
class SupplementReasonAdmin(AgencyScopedAdmin):
    shared_rows = True
    list_display = ("title", "use", "what", "agency", "active", "order")
    list_select_related = ("agency",)
    list_filter = ("use", "active")
    search_fields = ("title", "what", "why")
