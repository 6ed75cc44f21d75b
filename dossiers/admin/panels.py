"""Panels that other apps add to a page: nobody below knows who is above, so they register themselves."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

log = structlog.get_logger(__name__)
Panel = Callable[[HttpRequest, Model], SafeString | None]
"""Returns one <section class="mc-card"> as safe HTML, or None when the user has nothing to see there."""


class Panels:
    """The panels of one kind of page, in order of registration."""

    def __init__(self) -> None:
        self._panels: list[Panel] = []

    def register(self, panel: Panel) -> Panel:
        """Show `panel` on every page of the kind."""
        self._panels.append(panel)
        return panel

    def rendered(self, request: HttpRequest, row: Model) -> list[SafeString]:
        """Return the panels of this row's page; one that fails is left out and logged, the page is shown anyway."""
        shown = []
        for panel in self._panels:
            try:
                html = panel(request, row)
            except Exception:
                log.exception("panel failed", panel=getattr(panel, "__module__", "?"))
                continue
            if html:
                shown.append(html)
        return shown


DOSSIER = Panels()
"""On the page of a dossier."""
LETTER = Panels()
"""On the page of a letter of apology."""
