"""What quick find answers: lines of one kind each, and how the words of a line are matched."""

from __future__ import annotations

from dataclasses import dataclass

from dossiers.search_text import fold

MOST_OF_A_KIND = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of what was found."""

    title: str
    note: str
    address: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found of one kind."""

    title: str
    hits: list[Hit]


def begins(text: str, wanted: list[str]) -> bool:
    """Return whether each of the folded words begins one of the text's words."""
    words = fold(text).split()
    return bool(wanted) and all(any(word.startswith(each) for word in words) for each in wanted)


def noted(*parts: object) -> str:
    """Return the parts of a line's note that say something."""
    return " · ".join(str(part) for part in parts if part)
