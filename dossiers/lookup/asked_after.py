"""That somebody asked how a dossier stands: told to whoever counts it, without a word about who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger(__name__)
WEB, CHAT, DESK = "web", "chat", "desk"
"""Where it was asked: on a public page, in the chat, by telephone or at the counter."""
listeners: list[Callable[[str, tuple[str, ...]], None]] = []
"""Each gets where it was asked and the codes of the dossiers; rooms above put theirs in."""


def told(where: str, codes: Iterable[str]) -> None:
    """Tell that these dossiers were asked after; a fault in the counting never spoils an answer."""
    found = tuple(code for code in codes if code)
    for each in listeners if found else ():
        try:
            each(where, found)
        except Exception:
            log.exception("question not counted")
