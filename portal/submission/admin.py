"""Which procedures a centre takes in online at this portal: a list like any other setting of an agency."""

from __future__ import annotations

from django.contrib import admin

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from portal.submission.models import OnlineProcedure


@admin.register(OnlineProcedure)
class OnlineProcedureAdmin(AgencyScopedAdmin):
    """One line a procedure, agency and beginning; taking one back is its last day."""

    list_display = ("procedure", "agency", "valid_from", "valid_to", "basis")
    list_filter = (("agency", AgencyFilter),)
    list_filter_submit = True
    list_select_related = ("agency", "procedure")
    search_fields = ("procedure__code", "procedure__search_text")
    autocomplete_fields = ("agency", "procedure")
