"""The kinds of long acts: each is registered by the page that asks for it, and done with nothing but what was asked."""

from __future__ import annotations

from collections.abc import Callable

from dossiers.long_acts.progress import Progress
from dossiers.models import LongAct


class NotDone(Exception):
    """The act cannot be done; its words say why and what to do, and nothing was written."""


Work = Callable[[LongAct, Progress], dict]
"""Does the act and returns its result: "address" (where it is shown), "words" (one sentence), "refused" (sentences).

May run again after a worker died: what was done already is refused or found done, never done twice.
"""
WORKS: dict[str, Work] = {}


def register(kind: str) -> Callable[[Work], Work]:
    """Return the decorator that makes a function the work of this kind."""

    def keep(work: Work) -> Work:
        WORKS[kind] = work
        return work

    return keep
