"""What a citizen's text is: its kind, whether it is a petition, how urgent, what it is about; each with its reasons.

The margins are those of the learned models; the thresholds were chosen on sentences the models had not seen
(docs/understanding.md). Pure, about a millisecond a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from dossiers.language import labelling, linear, pieces
from dossiers.language.linear import Scored

PETITIONS = ("khieu_nai", "to_cao")
CLEAR, DOUBTFUL = 0.5, -0.35
"""Margins from which a text is plainly a petition, and from which a person should look before the unit does."""
ALARM = 0.05
"""Margin of either urgency over the ordinary from which anything is urgent at all."""
ALARM_OF_DANGER = -0.2
"""The same for what comes near danger: one too many is better than one too few."""
DANGER = -0.4
"""Margin of danger over everything else from which what is urgent is danger, and what is not, unless told calmly."""
NEAR_DANGER = -1.0
"""Margin from which two kinds of danger named in one text (flames and people inside) are danger all the same."""
_DANGERS = frozenset({"gfire", "gviolence", "gmedical", "grescue"})
_NOT_NOW = frozenset("gover_and_done gpraise gfigurative glong_ago ghabit glearning gdigital gplanned".split())
_CALM = frozenset({"gover_and_done", "gasking", "gpraise"})
KIND_WEIGHT = 3
"""How many times the view by kinds counts against the view by petition or not: on unseen sets it is the surer one."""


class Urgency(IntEnum):
    """How soon harm comes."""

    ORDINARY = 0
    SOON = 1
    DANGER = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What the models make of one text."""

    kinds: Scored
    petition_margin: float
    urgency: Urgency
    urgency_scores: Scored
    categories: Scored

    @property
    def petition(self) -> str:
        """Return "khieu_nai" or "to_cao", whichever is nearer; ask `petition_margin` whether it is one at all."""
        return self.kinds.best(PETITIONS)[0][0]

    @property
    def kind(self) -> str:
        """Return the kind the text is nearest to: khieu_nai, to_cao, phan_anh, hoi_dap, kien_nghi, gop_y."""
        return self.kinds.best()[0][0]

    @property
    def calls_for_help(self) -> bool:
        """Return whether danger to life now is the likeliest reading, not only near enough to show the numbers."""
        return self.urgency == Urgency.DANGER and self.urgency_scores.best()[0][0] == "khan_cap"

    @property
    def petition_words(self) -> list[str]:
        return self.kinds.why(self.petition)

    @property
    def urgency_words(self) -> list[str]:
        return self.urgency_scores.why("khan_cap" if self.urgency == Urgency.DANGER else "gap")

    def category_words(self, code: str) -> list[str]:
        return self.categories.why(code) if code in self.categories.scores else []


@lru_cache(maxsize=256)
def read(text: str) -> Reading:
    """Return what the text is; the same text is read once."""
    found = pieces.of(without_persons(text))
    kinds, petition = linear.load("kind").scores(found), linear.load("petition").scores(found)
    urgency = linear.load("urgency").scores(found)
    return Reading(
        kinds,
        petition_margin(kinds.scores, petition.scores),
        urgency_of(urgency.scores, found),
        urgency,
        linear.load("category").scores(found),
    )


def without_persons(text: str) -> str:
    """Return the text without who writes and where they live: "Bay" and "Tàng" are names, no flying and no hiding."""
    for found in reversed(labelling.find(text)):
        text = f"{text[: found.start]} {text[found.end :]}"
    return text


def petition_margin(kinds: dict[str, float], petition: dict[str, float]) -> float:
    """Return by how much the text is a petition rather than anything else: two views of it, the surer one heavier."""
    nearest = max(kinds[name] for name in PETITIONS)
    other = max(score for name, score in kinds.items() if name not in PETITIONS)
    return (KIND_WEIGHT * (nearest - other) + petition["yes"]) / (KIND_WEIGHT + 1)


def urgency_of(scores: dict[str, float], found: set[str]) -> Urgency:
    """Return how urgent the scores and the pieces say it is; an alarm too many is better than one too few."""
    danger = scores["khan_cap"] - max(scores["thuong"], scores["gap"])
    over = max(scores["gap"], scores["khan_cap"]) - scores["thuong"]
    if danger >= DANGER and (over >= ALARM_OF_DANGER or not _NOT_NOW & found):
        return Urgency.DANGER
    if danger >= NEAR_DANGER and len(_DANGERS & found) > 1 and not _CALM & found:
        return Urgency.DANGER
    return Urgency.SOON if over >= ALARM else Urgency.ORDINARY
