"""Training of the labeller: marked sentences in, whole numbers out; the same result every time. Needs numpy.

An averaged perceptron over rows of labels: a row that comes out wrong moves the weights of its features by one; the
mean of all weights on the way is kept. The sentences are those of `sentences/marked.txt`, each also with other names,
homes and numbers and in other ways of writing (made_up), beside sentences without anything to hide.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path

from dossiers.language import labelling, made_up
from dossiers.language.labelling import LABELS
from dossiers.language.learning import SENTENCES, sentences
from dossiers.language.spelling import folded

MARKED = SENTENCES / "marked.txt"
FRAMES = SENTENCES / "frames.txt"
_MANY_DIGITS = re.compile(r"(?:\d\D{0,2}){7}")
ROUNDS = 4
SHUFFLED = 0.1
"""Share of the other sentences read with their words in disorder as well: any word may stand beside a number."""
LEAST_SEEN = 3
COMMON_SEEN = 3
STEPS = 40
FORGOTTEN = 0.15
"""Share of the features not looked at, another one each time: no word must be leaned on alone."""
SEED = 7


NOT_READ = frozenset({"voice-calm", "voice-openedlater", "voice-fresh", "voice-openedninth"})
"""Reports it does without: thousands of others hold nothing to hide either, and it takes the longest to learn."""


@cache
def common() -> frozenset[str]:
    """Return the words everybody writes: seen COMMON_SEEN times in the sentences of the voice models."""
    seen: Counter[str] = Counter()
    for row in sentences("voice", NOT_READ):
        for token in labelling.tokens(row["text"].lower()):
            seen[token.text] += 1
            if not token.text.isascii():
                seen[folded(token.text)] += 1
    return frozenset(word for word, count in seen.items() if count >= COMMON_SEEN and word[0].isalpha())


def lines(path: Path) -> list[str]:
    """Return the lines of a file of sentences, in its order."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def marked() -> list[str]:
    """Return the marked sentences."""
    return lines(MARKED)


def material(
    rows: list[str] | None = None, *, others: bool = True
) -> list[list[tuple[str, list[tuple[int, int, str]]]]]:
    """Return what is made of every sentence: texts with their stretches (start, end, kind)."""
    dice = random.Random(SEED)
    found = [made_up.changed(line, dice) for line in (marked() if rows is None else rows)]
    known = {made_up.joined(made_up.parsed(line))[0] for line in marked()}
    frames = lines(FRAMES)
    for row in sentences("voice", NOT_READ) if others else ():
        if row["text"] not in known and not _MANY_DIGITS.search(row["text"]):
            found.append(made_up.framed(row["text"], frames, dice))
            if dice.random() < SHUFFLED:
                found.append([made_up.shuffled(row["text"], dice)])
    return found


def labelled(text: str, stretches: list[tuple[int, int, str]]) -> tuple[list[labelling.Token], list[int]]:
    """Return the tokens of the text and their labels."""
    row, labels = labelling.tokens(text), []
    for token in row:
        label = "O"
        for start, end, kind in stretches:
            if start <= token.start < end:
                label = f"{'B' if not any(start <= other.start < token.start for other in row) else 'I'}-{kind}"
        labels.append(LABELS.index(label))
    return row, labels


def trained(rows: list[str] | None = None, *, others: bool = True) -> dict:
    """Return the model as it is kept in a file; of these marked sentences, with or without the other sentences."""
    import numpy as np

    seen: Counter[str] = Counter()
    data, told, words = [], [], common()
    for group in material(rows, others=others):
        pairs = [pair for pair in (labelled(*one) for one in group) if pair[0]]
        texts = [labelling.features(row, words) for row, _labels in pairs]
        # What is made of one sentence counts once: a feature must hold in several.
        seen.update({name for text in texts for one in text for name in one})
        data += pairs
        told += texts
    names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
    place = {name: at + 1 for at, name in enumerate(names)}
    ids = [np.array([[place.get(name, 0) for name in one] for one in text], dtype=np.int32) for text in told]
    want = [np.array(labels) for _row, labels in data]
    learner = _Learner(len(names))
    order = list(range(len(data)))
    dice, chance = random.Random(SEED), np.random.default_rng(SEED)
    for _round in range(ROUNDS):
        dice.shuffle(order)
        for at in order:
            learner.see(np.where(chance.random(ids[at].shape) < FORGOTTEN, 0, ids[at]), want[at])
    return kept(names, *learner.means())


class _Learner:
    """The weights now, and their sums over time (totals), of which the mean is kept."""

    def __init__(self, size: int):
        import numpy as np

        shape, width = (size + 1, len(LABELS)), range(len(LABELS))
        self.weights, self.totals = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        self.follow, self.follow_totals = (np.zeros((len(LABELS), len(LABELS)), dtype=np.int64) for _ in range(2))
        self.forbidden = np.array([[at not in labelling.MAY_FOLLOW[to] for to in width] for at in width])
        self.clock = 0

    def see(self, known, want) -> None:
        """Read one text by the features `known` of its words; where it comes out wrong, move the weights by one."""
        import numpy as np

        self.clock += 1
        got = _best(self.weights[known].sum(axis=1), self.follow, self.forbidden)
        wrong = np.nonzero(got != want)[0]
        if not len(wrong):
            return
        for spot in wrong:
            for label, sign in ((want[spot], 1), (got[spot], -1)):
                np.add.at(self.weights, (known[spot], label), sign)
                np.add.at(self.totals, (known[spot], label), sign * self.clock)
        for labels, sign in ((want, 1), (got, -1)):
            np.add.at(self.follow, (labels[:-1], labels[1:]), sign)
            np.add.at(self.follow_totals, (labels[:-1], labels[1:]), sign * self.clock)
        self.weights[0] = self.totals[0] = 0

    def means(self):
        """Return the sums of all weights on the way, those of what follows what, and over how many texts."""
        sums = self.weights * self.clock - self.totals
        return sums[1:], self.follow * self.clock - self.follow_totals, self.clock


def _best(scores, follow, forbidden):
    import numpy as np

    steps = np.where(forbidden, labelling.FAR, follow)
    reached = scores[0].copy()
    reached[[at for at, label in enumerate(LABELS) if label[0] == "I"]] = labelling.FAR
    ways = []
    for own in scores[1:]:
        table = reached[:, None] + steps
        way = table.argmax(axis=0)
        reached = table[way, np.arange(len(LABELS))] + own
        ways.append(way)
    at = int(reached.argmax())
    labels = [at]
    for way in reversed(ways):
        at = int(way[at])
        labels.append(at)
    return np.array(labels[::-1])


def kept(names, mean, follow, clock) -> dict:
    """Return the model in STEPS a unit of weight, features that say nothing left out."""
    rounded = (mean * STEPS + clock // 2) // clock
    rows, lines = [], []
    for name, values in zip(names, rounded.tolist(), strict=True):
        if max(values) - min(values) < STEPS // 3:
            continue
        rows.append(name)
        lines.append(" ".join(f"{at}:{value}" for at, value in enumerate(values) if abs(value) >= STEPS // 8))
    return {
        "features": "\n".join(rows),
        "weights": "\n".join(lines),
        "follow": ((follow * STEPS + clock // 2) // clock).tolist(),
        "common": " ".join(sorted(common())),
        "learned from": fingerprint(),
    }


def fingerprint() -> str:
    """Return in short what the model is learned from: weights of other sentences or names have another."""
    read = json.dumps([material(), labelling.lists()], ensure_ascii=False)
    return hashlib.sha256(read.encode()).hexdigest()[:16]


def write(model: dict) -> Path:
    """Return the file the model was written to; the same model gives the same bytes."""
    text = json.dumps(model, ensure_ascii=False, sort_keys=True).encode()
    labelling.FILE.write_bytes(gzip.compress(text, 9, mtime=0))
    return labelling.FILE
