"""The list of places elsewhere: everybody's are the province's, an agency adds its own."""

from __future__ import annotations

from django.contrib import admin

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from portal.content.models import Link


@admin.register(Link)
class LinkAdmin(AgencyScopedAdmin):
    """Links of the page "Thông tin"; one no longer shown is switched off."""

    shared_rows = True
    list_display = ("title", "address", "group", "agency", "order", "active")
    list_editable = ("order", "active")
    list_filter = (("agency", AgencyFilter), "group", "active")
    list_filter_submit = True
    list_select_related = ("agency",)
    search_fields = ("title", "address")
    autocomplete_fields = ("agency",)
