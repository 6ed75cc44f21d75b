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

SENTENCES = Path(__file__).with_name("sentences")
LEAST_SEEN = 2
SEED = 0


@dataclass(frozen=True, slots=True)
class Task:
    """One question the sentences answer: the field that holds the answer, and how it is learned."""

    name: str
    source: str
    field: str
    cost: float = 1.0
    balanced: bool = False


PETITIONS = frozenset({"khieu_nai", "to_cao"})
TASKS = (
    Task("kind", "voice", "kind", balanced=True),
    Task("petition", "voice", "petition", balanced=True),
    Task("urgency", "voice", "urgency", balanced=True),
    Task("category", "voice", "category", cost=0.5),
    Task("intent", "intents", "intent"),
)


@cache
def sentences(source: str) -> list[dict]:
    """Return the sentences written for `source`, in the order of the file."""
    lines = (SENTENCES / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    for row in rows:
        if "kind" in row:
            row["petition"] = "yes" if row["kind"] in PETITIONS else "no"
    return rows


@cache
def _pieces_of(source: str) -> list[set[str]]:
    return [pieces.of(row["text"]) for row in sentences(source)]


def trained(task: Task) -> dict:
    """Return the model of the task as it is kept in a file."""
    from sklearn.svm import LinearSVC

    rows = [at for at, row in enumerate(sentences(task.source)) if row.get(task.field)]
    sets = [_pieces_of(task.source)[at] for at in rows]
    labels = [sentences(task.source)[at][task.field] for at in rows]
    names, values = vocabulary(sets)
    model = LinearSVC(C=task.cost, class_weight="balanced" if task.balanced else None, random_state=SEED)
    model.fit(matrix(sets, names, values), labels)
    # Of two classes the first is the second's opposite: only the second is kept.
    classes = list(model.classes_)[-len(model.coef_) :]
    return kept(classes, model.intercept_.tolist(), model.coef_, names, values)


def vocabulary(sets: list[set[str]]) -> tuple[list[str], list[float]]:
    """Return the pieces seen often enough, sorted, each with what it is worth."""
    seen = Counter(piece for one in sets for piece in one)
    names = sorted(piece for piece, count in seen.items() if count >= LEAST_SEEN)
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
    """Return every sentence with the scores given by models that have not seen it."""
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import LinearSVC

    rows = [at for at, row in enumerate(sentences(task.source)) if row.get(task.field)]
    sets = [_pieces_of(task.source)[at] for at in rows]
    labels = [sentences(task.source)[at][task.field] for at in rows]
    names, values = vocabulary(sets)
    points, found = matrix(sets, names, values), {}
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=SEED).split(points, labels):
        model = LinearSVC(C=task.cost, class_weight="balanced" if task.balanced else None, random_state=SEED)
        model.fit(points[seen], [labels[at] for at in seen])
        margins = model.decision_function(points[unseen]).reshape(len(unseen), -1)
        for at, row in zip(unseen, margins.tolist(), strict=True):
            found[at] = dict(zip(list(model.classes_)[-len(row) :], row, strict=True))
    return [(sentences(task.source)[rows[at]], found[at]) for at in sorted(found)]
