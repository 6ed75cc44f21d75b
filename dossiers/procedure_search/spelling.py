"""Slips of the keyboard: the known word nearest to an unknown one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

SHORTEST = 3
MOST_JOINED = 5


class Speller:
    """Known words with how often each occurs; asked only about words it does not know."""

    def __init__(self, known: Mapping[str, int]):
        self._known = known
        self._by_gap: dict[str, list[str]] = defaultdict(list)
        for word in known:
            if len(word) >= SHORTEST and word.isalpha():
                for gap in {word, *_gaps(word)}:
                    self._by_gap[gap].append(word)

    def knows(self, word: str) -> bool:
        return word in self._known

    def instead_of(self, word: str) -> list[str]:
        """Return what an unknown word was meant to be: a known word one slip away, or known words run together."""
        if len(word) < SHORTEST or not word.isalpha() or word in self._known:
            return []
        near = {found for gap in (word, *_gaps(word)) for found in self._by_gap.get(gap, ()) if one_slip(word, found)}
        if near:
            return [max(near, key=lambda found: (found[0] == word[0], self._known[found], found))]
        return self._taken_apart(word)

    def _taken_apart(self, word: str) -> list[str]:
        """Return the fewest known words that make up `word` ("khaisinh"), the more frequent when equally many."""
        best: list[tuple[int, int, list[str]] | None] = [(0, 0, [])] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - 7), end - 1):
                piece, before = word[start:end], best[start]
                if before is None or self._known.get(piece, 0) < 3 or before[0] == MOST_JOINED:
                    continue
                reached = (before[0] + 1, before[1] - self._known[piece], [*before[2], piece])
                if best[end] is None or reached < best[end]:
                    best[end] = reached
        return best[-1][2] if best[-1] else []


def _gaps(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def one_slip(one: str, other: str) -> bool:
    """Whether one letter too many, too few, wrong, or two letters swapped make `one` into `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    rest, wanted = one[same:], other[same:]
    swapped = len(rest) > 1 and len(wanted) > 1 and rest[0] == wanted[1] and rest[1] == wanted[0]
    return rest[1:] == wanted[1:] or rest == wanted[1:] or rest[1:] == wanted or (swapped and rest[2:] == wanted[2:])
