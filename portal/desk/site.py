"""The admin site of the desk: its home, and a search box that finds dossiers instead of tables."""

from __future__ import annotations

from functools import wraps

from django.contrib.admin.options import TO_FIELD_VAR
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

    def get_app_list(self, request, app_label=None):
        """Return the models of one app; nothing for the frame of every page, whose sidebar names the desk's own places.

        Django asks four rights of every model there, a third of a light page's time, for a list nobody shows.
        """
        return super().get_app_list(request, app_label) if app_label else []

    def get_sidebar_list(self, request):
        from portal.desk import sidebar

        return sidebar.shown_to(request)

    def get_urls(self):
        from portal.desk import addresses

        return [*addresses.of(self), *super().get_urls()]

    def admin_view(self, view, cacheable=False):
        """Open pages whose address names no field of a reference ("?_to_field="): Django would look for it and fail."""
        opened = super().admin_view(view, cacheable)

        @wraps(opened)
        def without_empty_reference(request, *args, **kwargs):
            for name in ("GET", "POST"):
                given = getattr(request, name)
                if given.get(TO_FIELD_VAR) == "":
                    setattr(request, name, given.copy())
                    del getattr(request, name)[TO_FIELD_VAR]
            return opened(request, *args, **kwargs)

        return without_empty_reference

    def login(self, request, extra_context=None):
        """Ask for name and password, beside the way through the province's provider where there is one."""
        from portal.access import provider

        named = {"provider_name": provider.name()}
        return super().login(request, {**(extra_context or {}), **named})

    def logout(self, request, extra_context=None):
        """End the session; who came through the provider is told how to end the one there."""
        from portal.access import provider

        through = provider.is_of(request.session)
        named = {"provider_name": provider.name(), "provider_way_out": provider.way_out()} if through else {}
        return super().logout(request, {**(extra_context or {}), **named})

    def search(self, request, extra_context=None):
        """Lead an old bookmark of the search of tables to the search of dossiers."""
        return HttpResponseRedirect(reverse(f"{self.name}:dossiers_dossier_changelist"))
