"""Groups of words that mean alike (`word_groups.txt`), found in a text by their words. Pure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dossiers.language.spelling import folded, words

SOURCE = Path(__file__).with_name("word_groups.txt")


@cache
def _index() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]]:
    """Return every phrase by its first folded word: (folded words, words, group)."""
    index: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]] = {}
    group = ""
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            group = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            for phrase in line.split(","):
                accented = tuple(words(phrase))
                plain = tuple(folded(word) for word in accented)
                index.setdefault(plain[0], []).append((plain, accented, group))
    return index


def found(typed: list[str], plain: list[str]) -> dict[str, set[tuple[str, ...]]]:
    """Return the groups whose phrases stand in the text, each with those phrases; `plain` are the words folded."""
    index, hits = _index(), {}
    for at, word in enumerate(plain):
        for phrase, accented, group in index.get(word, ()):
            end = at + len(phrase)
            if tuple(plain[at:end]) == phrase and _same_accents(typed[at:end], accented, phrase):
                hits.setdefault(group, set()).add(phrase)
    return hits


def _same_accents(typed: list[str], accented: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return all(word in (wanted, plain) for word, wanted, plain in zip(typed, accented, phrase, strict=True))
