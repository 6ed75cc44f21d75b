"""Everyday words for official ones: what is said on the left is looked for by the words on the right as well. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dossiers.procedure_search.words import Word, pairs, words_of

MOST_SAID = 5


class Thesaurus:
    """Pairs of (said, meant); whole words only, accents of the left side ignored."""

    def __init__(self, rows: Iterable[tuple[str, str]]):
        self._meant: dict[tuple[str, ...], list[list[Word]]] = {}
        for said, meant in rows:
            key = tuple(word.plain for word in words_of(said))
            if 0 < len(key) <= MOST_SAID:
                self._meant.setdefault(key, []).append(words_of(meant))
        self.everyday_words = {word for said in self._meant for word in said}

    def meant_by(self, words: list[Word]) -> Iterator[tuple[list[Word], list[Word]]]:
        """Return (said, meant) for everything the query says in everyday words."""
        plain = [word.plain for word in words]
        for start in range(len(plain)):
            for end in range(start + 1, min(start + MOST_SAID, len(plain)) + 1):
                for meant in self._meant.get(tuple(plain[start:end]), ()):
                    yield words[start:end], meant


def national() -> list[tuple[str, str]]:
    """Return the pairs that come with the program."""
    return pairs(Path(__file__).parent / "thesaurus.txt")
