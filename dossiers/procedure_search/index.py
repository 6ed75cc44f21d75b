"""The index of one state of the catalogue, held in memory: which procedures are meant by these words. Pure.

Three measures over the same weighed pieces, each a cosine (0–1): the single text nearest to the query (an official
name or a phrasing), the procedure's profile (all its texts added up), and what else its record says (papers, results,
field). The score is their weighed sum, brought to 0–1.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from dossiers.procedure_search.pieces import ACCENTED, pieces
from dossiers.procedure_search.spelling import Speller
from dossiers.procedure_search.thesaurus import Thesaurus
from dossiers.procedure_search.weighing import Columns, Vocabulary
from dossiers.procedure_search.words import Word, words_of

MOST_WORDS = 40
"""Words read of a query; what comes after them says nothing new."""
MEANT = 0.4
ENDINGS = 8
ENDED = 0.6
"""How much a word of the thesaurus and one of the endings of a half-typed word count beside a typed word."""


@dataclass(slots=True)
class Record:
    """A procedure as it is indexed: names and phrasings in `said` (one at least), other words of it in `about`.

    `prior` multiplies its score.
    """

    key: int
    said: list[str]
    about: list[str] = field(default_factory=list)
    prior: float = 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each measure counts."""

    nearest: float = 1.0
    profile: float = 1.0
    about: float = 0.2


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure with its score (0–1), the text nearest to what was typed and the three measures."""

    key: int
    score: float
    nearest: str
    measures: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, best first; `corrected` is the query as it was read when slips were mended, "" when none were."""

    hits: tuple[Hit, ...] = ()
    corrected: str = ""


class Index:
    """Texts of all procedures, ready to be asked."""

    def __init__(self, records: Iterable[Record], weights: Weights | None = None, thesaurus: Thesaurus | None = None):
        records = [record for record in records if record.said]
        self._weights = weights or Weights()
        self._thesaurus = thesaurus or Thesaurus(())
        self._keys = np.array([record.key for record in records], dtype=np.int64)
        self._texts = [text for record in records for text in record.said]
        self._prior = np.array([record.prior for record in records], dtype=np.float32)
        owner = np.repeat(np.arange(len(records)), [len(record.said) for record in records])
        self._first_text = np.searchsorted(owner, np.arange(len(records)))
        read = [words_of(text) for text in self._texts]
        texts = [Counter(pieces(words)) for words in read]
        about = [Counter(word.plain for word in words_of(" ; ".join(record.about))) for record in records]
        self._known = Vocabulary([*texts, *about])
        self._said = Columns.of(texts, self._known)
        self._profile = self._said.added_up(owner, len(records))
        self._about = Columns.of(about, self._known)
        plain = {piece: n for piece, n in self._known.occurs.items() if " " not in piece and piece[0] != ACCENTED}
        self._speller = Speller(dict.fromkeys(self._thesaurus.everyday_words, 1) | plain)
        self._sorted = sorted(plain)
        surfaces = Counter((word.plain, word.read) for words in read for word in words)
        self._shown = {plain: read for (plain, read), _ in reversed(surfaces.most_common())}

    def ask(self, query: str, *, most: int = 50, unfinished: bool = False) -> Answer:
        """Return the best `most` procedures; `unfinished` when the last word may still be being typed."""
        words, corrected = self._read(query, unfinished)
        typed = self._query(words, unfinished)
        if not typed or not len(self._keys):
            return Answer()
        said, profile, about = (table.cosines(typed) for table in (self._said, self._profile, self._about))
        nearest = np.maximum.reduceat(said, self._first_text)
        weights = self._weights
        score = weights.nearest * nearest + weights.profile * profile + weights.about * about
        score *= self._prior / (weights.nearest + weights.profile + weights.about)
        best = np.lexsort((self._keys, -score))[:most]
        hits = [
            Hit(
                int(self._keys[row]),
                float(score[row]),
                self._nearest_text(said, row),
                (float(nearest[row]), float(profile[row]), float(about[row])),
            )
            for row in best
            if score[row] > 0
        ]
        return Answer(tuple(hits), corrected)

    def _nearest_text(self, said: np.ndarray, row: int) -> str:
        first = self._first_text[row]
        end = self._first_text[row + 1] if row + 1 < len(self._first_text) else len(said)
        text = first + int(said[first:end].argmax())
        return self._texts[text] if said[text] > 0 else ""

    def _read(self, query: str, unfinished: bool) -> tuple[list[Word], str]:
        """Return the words of the query with slips mended, and the mended query."""
        words: list[Word] = []
        mended = False
        typed = words_of(query)[:MOST_WORDS]
        for place, word in enumerate(typed):
            ending = unfinished and place == len(typed) - 1 and self._endings(word.plain)
            instead = [] if ending else self._speller.instead_of(word.plain)
            words += [Word(each, read=self._shown.get(each, each)) for each in instead] or [word]
            mended = mended or bool(instead)
        return words, " ".join(word.read for word in words) if mended else ""

    def _endings(self, begun: str) -> list[str]:
        """Return the most frequent known words that begin so."""
        start = bisect_left(self._sorted, begun)
        end = bisect_left(self._sorted, begun + "\uffff")
        return sorted(self._sorted[start:end], key=lambda word: (-self._known.occurs[word], word))[:ENDINGS]

    def _query(self, words: list[Word], unfinished: bool) -> dict[int, float]:
        """Return the query as {column: weight}, of length one over all its pieces, the unknown ones too."""
        row = self._weighed(words)
        others = [
            (MEANT if all(word.plain in self._known.number for word in said) else 1.0, meant)
            for said, meant in self._thesaurus.meant_by(words)
        ]
        if unfinished and words:
            before = words[-2:-1]
            others += [(ENDED, [*before, Word(end)]) for end in self._endings(words[-1].plain)]
        for share, meant in others:
            for piece, weight in self._weighed(meant).items():
                row[piece] = max(row.get(piece, 0.0), share * weight)
        length = math.sqrt(sum(weight * weight for weight in row.values()))
        known = self._known.number
        return {known[piece]: weight / length for piece, weight in row.items() if piece in known}

    def _weighed(self, words: list[Word]) -> dict[str, float]:
        counted = Counter(pieces(words))
        return {piece: (1 + math.log(n)) * self._known.weight(piece) for piece, n in counted.items()}
