"""What somebody who writes to the chat wants, by the learned model; exact commands and codes are read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dossiers.language import linear, pieces
from dossiers.language.linear import Scored

SURE, UNSURE = -0.35, -0.75
"""Margins over zero from which an intent is acted on, and below which nothing is guessed at all."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intent, how likely, and the next one."""

    name: str
    score: float
    second: str
    second_score: float
    scored: Scored

    @property
    def sure(self) -> bool:
        """Whether to act on it without asking back."""
        return self.score >= SURE or (self.score >= UNSURE and self.score - self.second_score >= 0.15)

    @property
    def why(self) -> list[str]:
        return self.scored.why(self.name)


@lru_cache(maxsize=256)
def guess(text: str, after: str = "") -> Guess:
    """Return what the text most likely asks for, said after one of `pieces.AFTER`."""
    scored = linear.load("intent").scores(pieces.of(text, after))
    (name, score), (second, second_score) = scored.best()[:2]
    return Guess(name, score, second, second_score, scored)


def aspect(text: str) -> str:
    """Return what a follow-up asks about: fee, time, papers, where, online, form, who, state, or all of it."""
    return linear.load("aspect").scores(pieces.of(text)).best()[0][0]
