"""Pieces of texts as columns of weights, and their cosines with a query. Pure arithmetic over numpy arrays."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache

import numpy as np

from dossiers.procedure_search import bank
from dossiers.procedure_search.pieces import ACCENTED, pieces
from dossiers.procedure_search.words import stop_words, words_of

FILLER = 0.75
ACCENTS = 0.5
SIDE_BY_SIDE = 0.65
"""How much filler, an accented form and a pair of neighbours count beside a plain word."""


class Vocabulary:
    """Every piece of the searched texts with its weight: rarity times the weight of its kind.

    Rarity is counted over the whole bank of phrasings and these texts, so that a short catalogue weighs words like a
    long one.
    """

    def __init__(self, texts: list[Counter[str]]):
        found = Counter(piece for text in texts for piece in text)
        self.number = {piece: number for number, piece in enumerate(found)}
        in_bank, bank_size = _bank_counts()
        self.occurs = found
        self._in_bank = in_bank
        self._texts = len(texts) + bank_size
        self.weights = np.array([self.weight(piece) for piece in found], dtype=np.float32)

    def weight(self, piece: str) -> float:
        """Return the weight of a piece, of unseen ones too: they make the rest of a query count less."""
        occurs = self.occurs.get(piece, 0) + self._in_bank.get(piece, 0)
        rarity = 1 + math.log((1 + self._texts) / (1 + occurs))
        if piece[0] == ACCENTED:
            return ACCENTS * rarity
        if " " in piece:
            return SIDE_BY_SIDE * rarity
        return FILLER * rarity if piece in stop_words() else rarity


@cache
def _bank_counts() -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    size = 0
    for _, text in bank.phrasings():
        counts.update(set(pieces(words_of(text))))
        size += 1
    return counts, size


class Columns:
    """A sparse table by column: the rows that hold a piece and the weight it has there; rows have length one."""

    def __init__(self, rows: np.ndarray, columns: np.ndarray, weights: np.ndarray, height: int, width: int):
        lengths = np.sqrt(np.bincount(rows, weights.astype(np.float64) ** 2, minlength=height))
        order = np.argsort(columns, kind="stable")
        self.height = height
        self._rows = rows[order].astype(np.int32)
        self._weights = (weights / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)[order]
        self._starts = np.searchsorted(columns[order], np.arange(width + 1))

    @classmethod
    def of(cls, texts: list[Counter[str]], known: Vocabulary) -> Columns:
        """Return a row a text; pieces outside the vocabulary are left out."""
        rows, columns, counts = [], [], []
        for row, text in enumerate(texts):
            for piece, n in text.items():
                column = known.number.get(piece)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    counts.append(n)
        where = np.array(columns, dtype=np.int64)
        weights = (1 + np.log(np.array(counts, dtype=np.float32))) * known.weights[where]
        return cls(np.array(rows, dtype=np.int64), where, weights, len(texts), len(known.number))

    def added_up(self, owner: np.ndarray, height: int) -> Columns:
        """Return the table whose rows are the sums of the rows of one owner."""
        width = len(self._starts) - 1
        columns = np.repeat(np.arange(width), np.diff(self._starts))
        places, inverse = np.unique(owner[self._rows].astype(np.int64) * width + columns, return_inverse=True)
        sums = np.bincount(inverse, self._weights)
        return Columns(places // width, places % width, sums, height, width)

    def cosines(self, query: dict[int, float]) -> np.ndarray:
        """Return the cosine of every row with the query, {column: weight} of length one."""
        sums = np.zeros(self.height, dtype=np.float32)
        for column, weight in query.items():
            inside = slice(self._starts[column], self._starts[column + 1])
            sums[self._rows[inside]] += weight * self._weights[inside]
        return sums
