"""The pieces of a text the models weigh: parts of words, words, neighbours, groups of words that mean alike. Pure.

A piece is a short string; its first letter says what it is: c part of a word, w words without accents, a words with
accents, g a group of words, p two groups in one text, n about how long the text is, x what was told just before.
"""

from __future__ import annotations

from dossiers.language import word_groups
from dossiers.language.spelling import folded, sound, words

SIZES = (2, 3, 4, 5)
_PAIRED = frozenset(
    "official bribe false_papers cover_up crime denounce reject demand state_act complain asking howto_petition praise "
    "suggest report fire violence medical rescue help_now over_and_done soon hazard fragile need_care ruin "
    "figurative long_ago habit learning digital planned vehicle".split()
)
VALUE = {"g": 2.0, "p": 1.5, "x": 3.0}
"""How much more a group counts than a word, as it stands for many, and what was told before."""
AFTER = ("procedure", "dossier", "invitation")
"""What the chat may have told just before: a procedure, a dossier, or that a rating is waited for."""


def of(text: str, after: str = "") -> set[str]:
    """Return the pieces of `text`, said after one of AFTER or after nothing in particular."""
    typed = words(text)
    plain = [folded(word) for word in typed]
    pieces = {f"n{min(6, len(plain) // 5)}"}
    for word in plain:
        _parts(word, pieces)
    _neighbours("w", plain, 3, pieces)
    if plain:
        pieces |= {f"w^ {plain[0]}", f"w{plain[-1]} $", "w^ " + " ".join(plain[:2])}
    if typed != plain:
        _neighbours("a", typed, 2, pieces)
    _neighbours("s", [sound(word) for word in plain], 1, pieces)
    _groups(word_groups.found(typed, plain), pieces)
    if after in AFTER:
        pieces |= {f"x{after}", f"x{after} {min(6, len(plain) // 3)}"}
    return pieces


def said(piece: str) -> str:
    """Return a piece in words for people, "" for one that says nothing to them."""
    if piece[0] in "wa":
        return piece[1:].strip("^$ ")
    return piece[1:].strip("^$") if piece[0] == "c" and piece[1] == "^" and piece[-1] == "$" else ""


def _parts(word: str, pieces: set[str]) -> None:
    framed = f"^{word}$"
    for size in SIZES:
        for at in range(len(framed) - size + 1):
            pieces.add("c" + framed[at : at + size])


def _neighbours(kind: str, row: list[str], most: int, pieces: set[str]) -> None:
    for size in range(1, most + 1):
        for at in range(len(row) - size + 1):
            pieces.add(kind + " ".join(row[at : at + size]))


def _groups(hits: dict[str, set], pieces: set[str]) -> None:
    for group, phrases in hits.items():
        pieces.add(f"g{group}")
        pieces |= {f"g{group} {count}" for count in (2, 3) if len(phrases) >= count}
    paired = sorted(_PAIRED & hits.keys())
    pieces |= {f"p{one}+{other}" for at, one in enumerate(paired) for other in paired[at + 1 :]}
