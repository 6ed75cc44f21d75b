"""The work of a roll-out, agency by agency: until when, done when and by whose word."""

from __future__ import annotations

from django.contrib import admin

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from portal.correspondence.models import RolloutStep


@admin.register(RolloutStep)
class RolloutStepAdmin(AgencyScopedAdmin):
    list_display = ("what", "agency", "due_on", "done_on", "done_by", "note")
    list_filter = ("what", ("agency", AgencyFilter))
    list_select_related = ("agency", "done_by")
    fields = ("agency", "what", "due_on", "done_on", "note")
    autocomplete_fields = ("agency",)

    def save_model(self, request, obj, form, change):
        """Keep whose word it is that the work is done."""
        if "done_on" in form.changed_data:
            obj.done_by = request.user if obj.done_on else None
        super().save_model(request, obj, form, change)
