"""The list of reports that recur; each makes its task by itself (portal.correspondence.reminding)."""

from __future__ import annotations

from django.contrib import admin

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from portal.correspondence.models import Recurrence


@admin.register(Recurrence)
class RecurrenceAdmin(AgencyScopedAdmin):
    list_display = ("title", "agency", "every", "day", "person", "valid_from", "valid_to")
    list_filter = ("every", ("agency", AgencyFilter))
    list_select_related = ("agency", "person")
    search_fields = ("title",)
    fields = ("title", "agency", "every", "day", "made_before", "kind", "person", "basis", "valid_from", "valid_to")
    autocomplete_fields = ("agency", "person")
