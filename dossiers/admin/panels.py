"""Panels that other apps add to the page of a dossier: the core knows nobody above it, so they register themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from dossiers.models import Dossier

log = logging.getLogger(__name__)
Panel = Callable[[HttpRequest, Dossier], SafeString | None]
"""Returns one <section class="mc-card"> as safe HTML, or None when the user has nothing to see there."""
PANELS: list[Panel] = []


def register(panel: Panel) -> Panel:
    """Show `panel` on every dossier's page, in order of registration."""
    PANELS.append(panel)
    return panel


def rendered(request: HttpRequest, dossier: Dossier) -> list[SafeString]:
    """Return the panels of this page; one that fails is left out and logged, the dossier is shown all the same."""
    shown = []
    for panel in PANELS:
        try:
            html = panel(request, dossier)
        except Exception:
            log.exception("dossier panel failed", extra={"panel": getattr(panel, "__name__", "?")})
            continue
        if html:
            shown.append(html)
    return shown
