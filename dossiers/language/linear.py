"""A trained linear model: scores by class for a text, and the pieces that spoke loudest. Plain Python, read-only."""

from __future__ import annotations

import base64
import gzip
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dossiers.language import pieces

FOLDER = Path(__file__).with_name("weights")
MOST_SHOWN = 5


LANE = 32
_MASK = (1 << LANE) - 1
_MIDDLE = 128


@dataclass(frozen=True, slots=True)
class Model:
    """Classes in order, each with its bias and the size of one step; `rows` hold a piece's value and its weights.

    The weights of a piece are one long number, a lane of LANE bits a class, each weight _MIDDLE steps too high: adding
    up a text is one multiplication a piece, whatever the number of classes, and exact.
    """

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    step: tuple[float, ...]
    rows: dict[str, tuple[int, int]]

    def scores(self, found: set[str]) -> Scored:
        """Return how strongly a text of these pieces belongs to each class; a margin, not a probability."""
        known = sorted(found & self.rows.keys())
        total = values = squares = 0
        for piece in known:
            value, lanes = self.rows[piece]
            total += value * lanes
            values += value
            squares += value * value
        norm = math.sqrt(squares) or 1.0
        margins = {
            name: ((total >> (LANE * place) & _MASK) - _MIDDLE * values) * self.step[place] / norm + self.bias[place]
            for place, name in enumerate(self.classes)
        }
        return Scored(self, margins, tuple(known))

    def weight(self, piece: str, name: str) -> int:
        """Return what the piece adds to the class, in steps."""
        value, lanes = self.rows[piece]
        return value * ((lanes >> (LANE * self.classes.index(name)) & _MASK) - _MIDDLE)


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one text; `why` names the words behind one of them."""

    model: Model
    scores: dict[str, float]
    known: tuple[str, ...]

    def best(self, among=None) -> list[tuple[str, float]]:
        """Return the classes (those of `among`), the strongest first."""
        rows = [(name, score) for name, score in self.scores.items() if among is None or name in among]
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    def why(self, name: str, most: int = MOST_SHOWN) -> list[str]:
        """Return the words that spoke loudest for the class, the loudest first."""
        weighed = [
            (weight, said)
            for piece in self.known
            if (said := pieces.said(piece)) and (weight := self.model.weight(piece, name)) > 0
        ]
        shown: list[str] = []
        for _weight, word in sorted(weighed, key=lambda item: (-item[0], item[1])):
            if not any(f" {word} " in f" {other} " or f" {other} " in f" {word} " for other in shown):
                shown.append(word)
            if len(shown) == most:
                break
        return shown


@cache
def load(name: str) -> Model:
    """Return the model of `weights/<name>.json.gz`, read once a process."""
    return parsed(json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())))


def parsed(kept: dict) -> Model:
    """Return the model kept in this form (see learning.kept)."""
    width, apart = len(kept["classes"]) + 1, LANE // 8
    packed, rows = base64.b85decode(kept["weights"]), {}
    for at, piece in enumerate(kept["pieces"].split("\n")):
        row = packed[at * width : (at + 1) * width]
        lanes = bytearray((width - 1) * apart)
        lanes[::apart] = row[1:]
        rows[piece] = (row[0], int.from_bytes(lanes, "little"))
    return Model(tuple(kept["classes"]), tuple(kept["bias"]), tuple(kept["step"]), rows)
