"""Training: sentences in, weights out; the same result every time. Needs scikit-learn (requirements-dev).

Each model is one-against-all linear support vectors over the pieces of the sentences, each piece weighed by how rare
it is; what is kept are whole numbers of steps, so that the weights stay small.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dossiers.language import linear, pieces
from dossiers.search_text import fold

SENTENCES = Path(__file__).with_name("sentences")
LEAST_SEEN = 2
SEED = 0
_REPORTS = frozenset({"phan_anh", "kien_nghi"})
ONE_IN, SHORT_REPORT = 4, 16
"""Of reports this short one in so many is learned as what begins a report in the chat, to keep the balance."""
FEW = 3
"""Words of a sentence that means much the same whatever was told before it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One question the sentences answer: the field that holds the answer, and how it is learned."""

    name: str
    source: str
    field: str
    cost: float = 1.0
    balanced: bool = False
    least_seen: int = LEAST_SEEN


PETITIONS = frozenset({"khieu_nai", "to_cao"})
TASKS = (
    Task("kind", "voice", "kind", balanced=True, least_seen=6),
    Task("petition", "voice", "petition", balanced=True, least_seen=6),
    Task("urgency", "voice", "urgency", balanced=True, least_seen=5),
    Task("category", "voice", "category", cost=0.5, least_seen=9),
    Task("intent", "intents", "intent"),
    Task("aspect", "intents", "aspect", balanced=True),
)


@cache
def sentences(source: str, without: frozenset[str] = frozenset()) -> list[dict]:
    """Return the sentences of `<source>.jsonl`, then of each `<source>-….jsonl` not left out, in their order."""
    files = [SENTENCES / f"{source}.jsonl", *sorted(SENTENCES.glob(f"{source}-*.jsonl"))]
    files = [path for path in files if path.stem not in without]
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines if line.strip()]
    for row in rows:
        if "kind" in row:
            row["petition"] = "yes" if row["kind"] in PETITIONS else "no"
    return rows


_pieces = cache(pieces.of)
"""Four tasks are learned from the same reports: each is taken apart once."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as it is learned from: its place in the file, its pieces, the answer; `own` when written as it is."""

    place: int
    pieces: set[str]
    answer: str
    own: bool = True

    @property
    def counted(self) -> set[str]:
        """The pieces that count as seen here: of a sentence learned a second time only what it is said after."""
        return self.pieces if self.own else {piece for piece in self.pieces if piece[0] == "x"}


def examples(task: Task) -> list[Example]:
    """Return what the task is learned from.

    A sentence of the chat may say what was told before it (`after`). One that does not means the same after anything:
    if it is more than a few words, it is learned a second time as said after one of them, by turns.
    """
    rows, found = sentences(task.source), []
    bound = {(row["after"], fold(row["text"])) for row in rows if "after" in row}
    for at, row in enumerate(rows):
        if answer := row.get(task.field):
            found.append(Example(at, _pieces(row["text"], row.get("after", "")), answer))
    if task.field != "intent":
        return found
    found += _borrowed(len(rows))
    for at, row in enumerate(rows):
        after = pieces.AFTER[at % len(pieces.AFTER)]
        said = fold(row["text"])
        if row.get(task.field) and "after" not in row and len(said.split()) > FEW and (after, said) not in bound:
            found.append(Example(at, _pieces(row["text"], after), row[task.field], own=False))
    return found


def _borrowed(after: int) -> list[Example]:
    """Return sentences of citizens' reports as what the chat may hear: every one of danger, some of the ordinary."""
    found, reports = [], 0
    for at, row in enumerate(sentences("voice"), start=after):
        if row["urgency"] == "khan_cap":
            found.append(Example(at, _pieces(row["text"]), "danger", own=False))
        elif row["kind"] in _REPORTS and len(row["text"].split()) <= SHORT_REPORT:
            reports += 1
            if reports % ONE_IN == 0:
                found.append(Example(at, _pieces(row["text"]), "feedback_start", own=False))
    return found


def trained(task: Task) -> dict:
    """Return the model of the task as it is kept in a file."""
    seen = examples(task)
    names, values = vocabulary([each.counted for each in seen], task.least_seen)
    model = _fitted(task, matrix([each.pieces for each in seen], names, values), [each.answer for each in seen])
    # Of two classes the first is the second's opposite: only the second is kept.
    classes = list(model.classes_)[-len(model.coef_) :]
    return kept(classes, model.intercept_.tolist(), model.coef_, names, values)


def _fitted(task: Task, points, answers: list[str]):
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=task.cost, class_weight="balanced" if task.balanced else None, random_state=SEED)
    return model.fit(points, answers)


def vocabulary(sets: list[set[str]], least_seen: int = LEAST_SEEN) -> tuple[list[str], list[float]]:
    """Return the pieces seen often enough, sorted, each with what it is worth."""
    seen = Counter(piece for one in sets for piece in one)
    names = sorted(piece for piece, count in seen.items() if count >= least_seen)
    rarity = [math.log((1 + len(sets)) / (1 + seen[name])) + 1 for name in names]
    return names, [worth * pieces.VALUE.get(name[0], 1.0) for name, worth in zip(names, rarity, strict=True)]


def matrix(sets: list[set[str]], names: list[str], values: list[float]):
    """Return the sentences as rows of unit length."""
    from scipy.sparse import csr_matrix

    place = {name: at for at, name in enumerate(names)}
    data, columns, starts = [], [], [0]
    for one in sets:
        own = sorted(place[piece] for piece in one if piece in place)
        norm = math.sqrt(sum(values[at] ** 2 for at in own)) or 1.0
        data += [values[at] / norm for at in own]
        columns += own
        starts.append(len(columns))
    return csr_matrix((data, columns, starts), shape=(len(sets), len(names)))


def kept(classes, bias, weights, names, values) -> dict:
    """Return the model in whole steps: one byte for the value of a piece, one for its weight in each class."""
    step = [max(float(abs(row).max()), 1e-9) / 127 for row in weights]
    value_step = max(values) / 255
    packed = bytearray()
    for at, value in enumerate(values):
        packed.append(max(1, round(value / value_step)))
        packed += bytes(128 + round(float(row[at]) / size) for row, size in zip(weights, step, strict=True))
    return {
        "classes": classes,
        "bias": [round(value, 6) for value in bias],
        "step": [round(size, 9) for size in step],
        "pieces": "\n".join(names),
        "weights": base64.b85encode(bytes(packed)).decode(),
    }


def write(task: Task, model: dict) -> Path:
    """Return the file the model was written to; the same model gives the same bytes."""
    path = linear.FOLDER / f"{task.name}.json.gz"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(model, ensure_ascii=False, sort_keys=True).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0))
    return path


def cross_validated(task: Task, folds: int = 5) -> list[tuple[dict, dict[str, float]]]:
    """Return every sentence with the scores given by models that have not seen it, in no other setting either."""
    from sklearn.model_selection import StratifiedKFold

    every = examples(task)
    sets, own = [each.pieces for each in every], [each for each in every if each.own]
    names, values = vocabulary([each.counted for each in every], task.least_seen)
    points, found = matrix(sets, names, values), {}
    folded_apart = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    for _, unseen in folded_apart.split(own, [each.answer for each in own]):
        hidden = {own[at].place for at in unseen}
        seen = [at for at, each in enumerate(every) if each.place not in hidden]
        model = _fitted(task, points[seen], [every[at].answer for at in seen])
        asked = [at for at, each in enumerate(every) if each.own and each.place in hidden]
        margins = model.decision_function(points[asked]).reshape(len(asked), -1)
        for at, row in zip(asked, margins.tolist(), strict=True):
            found[every[at].place] = dict(zip(list(model.classes_)[-len(row) :], row, strict=True))
    return [(sentences(task.source)[place], found[place]) for place in sorted(found)]
