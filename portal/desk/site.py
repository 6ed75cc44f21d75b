"""The admin site of the desk: its home, and a search box that finds dossiers instead of tables."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.sites import UnfoldAdminSite


class DeskSite(UnfoldAdminSite):
    """Unfold's site with the worklists as its first page."""

    index_title = "Bàn làm việc"

    def index(self, request, extra_context=None):
        from portal.desk import home

        request.current_app = self.name
        return home.view(request)

    def search(self, request, extra_context=None):
        """Lead an old bookmark of the search of tables to the search of dossiers."""
        return HttpResponseRedirect(reverse(f"{self.name}:dossiers_dossier_changelist"))
