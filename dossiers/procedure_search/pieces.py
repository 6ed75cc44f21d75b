"""Pieces of a text that are matched: words, accented words, neighbours. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from dossiers.procedure_search.words import Word

ACCENTED = "^"


def pieces(words: list[Word]) -> Iterable[str]:
    """Return the pieces of a text, repeated as often as they occur.

    A word is a piece without accents and, when typed with accents, once more with them; so are two words side by side.
    """
    plain = [word.plain for word in words]
    yield from plain
    yield from (ACCENTED + word.accented for word in words if word.accented)
    yield from (f"{left} {right}" for left, right in pairwise(plain))
