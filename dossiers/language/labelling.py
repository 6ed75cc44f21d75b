"""Which words of a text name a person, a home or a personal number: a learned labeller, read by plain Python.

Every word gets one of LABELS; the best row of labels is found over the whole text (Viterbi). What a word is told by are
its features: itself, its neighbours, how it is written, and what of `names.txt` it may be. Weights are whole numbers,
so the same text gives the same labels on every machine. Trained by label_learning.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from dossiers.language.linear import FOLDER
from dossiers.language.spelling import folded, typed_as_telex, untelex

NAMES = Path(__file__).with_name("names.txt")
FILE = FOLDER / "labels.json.gz"
KINDS = ("name", "home", "number")
LABELS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
MAY_FOLLOW = tuple(
    tuple(at for at, before in enumerate(LABELS) if label[0] != "I" or before[2:] == label[2:]) for label in LABELS
)
CAUTION = 120
"""Steps by which nothing to hide is thought less likely than it looks: what stays open by mistake does more harm."""
FAR = -(10**12)
_MARKS = frozenset(",.;:-–?!/\"'“”…")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark, with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text, end not included, of a kind of KINDS; `why` names the loudest signs."""

    start: int
    end: int
    kind: str
    why: tuple[str, ...] = ()


def tokens(text: str) -> list[Token]:
    """Return the words, numbers and marks of the text."""
    return [Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]


# What a word may be, by names.txt ------------------------------------------------------------------------------------

_CLASS = {
    "family": "F",
    "middle": "M",
    "given": "G",
    "foreign": "E",
    "nickname": "N",
    "nickname tail": "X",
    "title": "T",
    "office": "V",
    "place": "P",
    "house": "H",
    "cue": "C",
    "area kind": "A",
}


@cache
def lists() -> dict[str, list[str]]:
    """Return the lists of names.txt by their heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            found.setdefault(heading, []).extend(part.strip() for part in line.split(",") if part.strip())
    return found


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]]:
    """Return every phrase of the lists by its first folded word: (folded words, words, letter of its list)."""
    index: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]] = {}
    for heading, letter in _CLASS.items():
        for phrase in lists()[heading]:
            parts = phrase.split() if letter == "E" else [phrase]
            for part in parts:
                accented = tuple(part.lower().replace("’", "'").split())
                plain = tuple(folded(word) for word in accented)
                row = (plain, accented, letter)
                if row not in index.setdefault(plain[0], []):
                    index[plain[0]].append(row)
    return index


def _classes(lower: list[str], plain: list[str], plain_text: bool) -> list[str]:
    """Return the letters of the lists each word stands in; small ones when only its accents are missing."""
    found: list[set[str]] = [set() for _ in plain]
    index = _phrases()
    for at, word in enumerate(plain):
        for phrase, accented, letter in index.get(word, ()):
            end = at + len(phrase)
            if tuple(plain[at:end]) != phrase:
                continue
            if tuple(lower[at:end]) != accented:
                if not plain_text and lower[at:end] != list(phrase):
                    continue
                letter = letter.lower()
            for place in range(at, end):
                found[place].add(letter)
    return ["".join(sorted(letters)) for letters in found]


# What a word is told by ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def shape(word: str) -> str:
    """Return how the word is written: X capitals, Xx capital first, x small, x' apostrophe, 9 digits by length."""
    if word.isdigit():
        return "9" * min(len(word), 5)
    if any(ch.isdigit() for ch in word):
        return "9x" if word[0].isdigit() else "x9"
    if not word[0].isalpha():
        return word[0]
    mark = "'" if "'" in word or "’" in word else ""
    if word.isupper() and len(word) > 1:
        return "X" + mark
    return ("Xx" if word[0].isupper() else "x") + mark


def _style(row: list[Token], plain_text: bool) -> str:
    words = [token.text for token in row if token.text[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    shouted = sum(word.isupper() and len(word) > 1 for word in words)
    case = "U" if shouted * 2 > len(words) else "l" if not capitals else "c"
    return ("p" if plain_text else "a") + case


_HEADS = frozenset("TVPHCAtvphca")


def features(row: list[Token], common: frozenset[str]) -> list[list[str]]:
    """Return what every word of the text is told by."""
    plain_text = all(token.text.isascii() for token in row)
    typed = [token.text.lower().replace("’", "'") for token in row]
    if plain_text and typed_as_telex(typed):
        typed = [untelex(word) if word.isalpha() else word for word in typed]
    lower = ["", "", "", *typed, "", "", ""]
    plain = [folded(word) if word else "" for word in lower]
    shapes = ["^"] * 3 + [shape(token.text) for token in row] + ["$"] * 3
    kinds = ["^"] * 3 + _classes(lower[3:-3], plain[3:-3], plain_text) + ["$"] * 3
    rare = [
        "?" if word and word[0].isalpha() and word not in common else "" for word in (plain if plain_text else lower)
    ]
    style, found = _style(row, plain_text), []
    head, since = "", 9
    last = len(row) + 2
    for at in range(3, len(row) + 3):
        before, after = at - 1, at + 1
        w, s, k = plain[at], shapes[at], kinds[at]
        if s[0] == "9" or s == "x9":
            w = s
        w1, w2, n1, n2 = plain[before], plain[at - 2], plain[after], plain[at + 2]
        left, far = min(at - 3, 3), min(last - at, 5)
        sk, sk1, nk1 = f"{s}{k}{rare[at]}", f"{shapes[before]}{kinds[before]}", f"{shapes[after]}{kinds[after]}"
        numbers = "#" if any(shapes[near][0] == "9" for near in range(after, min(at + 5, last + 1))) else ""
        own = [
            "0" + w, f"z{style}{w}", "1" + w1, "2" + n1, "3" + w2, "4" + n2, f"5{plain[at - 3]}", f"6{w1} {w}",
            f"7{w} {n1}", f"8{w2} {w1}", f"9{n1} {n2}", f"a{w1} {s}{k}", f"b{w2} {w1} {sk}", f"c{n1} {s}{k}",
            f"d{style}{sk}", f"e{style}{sk1}{sk}", f"f{style}{sk}{nk1}", f"g{sk1} {sk} {nk1}", f"h{style}{s}{nk1}",
            f"i{shapes[at - 2]}{kinds[at - 2]} {sk1} {sk}", f"j{sk} {nk1} {shapes[at + 2]}{kinds[at + 2]}",
            f"k{style}{far}{numbers}{sk}", f"l{left}{style}{sk}", f"m{head}", f"n{head}{since}{sk}",
            f"o{head}{since}{style}{s}", f"p{numbers}{sk1}{s}", f"q{w[:2]}", f"r{w[-2:]}",
            f"s{rare[before]}{rare[at]}{rare[after]}{s}",
            f"t{w1} {sk} {nk1}", f"u{w1} {n1} {s}", f"v{lower[at]}", f"x{style}{far}{shapes[before]}{s}{shapes[after]}",
        ]  # fmt: skip
        found.append(own)
        if _HEADS & set(k):
            head, since = plain[at], 0
        since = min(since + 1, 9) if s not in ".;?!" else 9
    return found


# The labels ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of every feature by label, those of one label after another, and the words everybody writes."""

    weights: dict[str, tuple[int, ...]]
    follow: tuple[tuple[int, ...], ...]
    common: frozenset[str]


@cache
def load() -> Model:
    """Return the model kept in FILE, read once a process."""
    kept = json.loads(gzip.decompress(FILE.read_bytes()))
    width, weights = len(LABELS), {}
    for name, row in zip(kept["features"].split("\n"), kept["weights"].split("\n"), strict=True):
        values = [0] * width
        for part in row.split():
            place, _, value = part.partition(":")
            values[int(place)] = int(value)
        weights[name] = tuple(values)
    return Model(weights, tuple(map(tuple, kept["follow"])), frozenset(kept["common"].split()))


def best_row(scores: list[list[int]], follow: tuple[tuple[int, ...], ...]) -> list[int]:
    """Return the places in LABELS of the best row of labels."""
    width = range(len(LABELS))
    reached, ways = [score if LABELS[at][0] != "I" else FAR for at, score in enumerate(scores[0])], []
    for own in scores[1:]:
        way = [max(MAY_FOLLOW[at], key=lambda before, at=at: reached[before] + follow[before][at]) for at in width]
        reached = [reached[way[at]] + follow[way[at]][at] + own[at] for at in width]
        ways.append(way)
    at = max(width, key=reached.__getitem__)
    labels = [at]
    for way in reversed(ways):
        at = way[at]
        labels.append(at)
    return labels[::-1]


def find(
    text: str, hints: dict[str, list[tuple[int, int]]] | None = None, trust: int = 0, caution: int = CAUTION
) -> list[Found]:
    """Return what of the text names a person, a home or a personal number, in order.

    `hints` are stretches a rule takes for a kind; `trust`, in steps, is how much that weighs.
    """
    row = tokens(text)
    if not row:
        return []
    model = load()
    told = features(row, model.common)
    scores = [_scores(one, model, caution) for one in told]
    for kind, stretches in (hints or {}).items():
        for start, end in stretches:
            inside = [at for at, token in enumerate(row) if start <= token.start < end]
            for at in inside:
                scores[at][LABELS.index(f"{'B' if at == inside[0] else 'I'}-{kind}")] += trust
    labels = best_row(scores, model.follow)
    return [
        Found(row[first].start, row[last].end, kind, _why(told[first], LABELS.index(f"B-{kind}"), model))
        for first, last, kind in spans([LABELS[at] for at in labels], [token.text for token in row])
    ]


def _scores(told: list[str], model: Model, caution: int) -> list[int]:
    rows = [model.weights[name] for name in told if name in model.weights]
    scores = [sum(values) for values in zip(*rows, strict=True)] if rows else [0] * len(LABELS)
    scores[0] -= caution
    return scores


def spans(labels: list[str], words: list[str]) -> list[tuple[int, int, str]]:
    """Return (first word, last word, kind) of every stretch; marks at its ends are not part of it."""
    found, at = [], 0
    while at < len(labels):
        if labels[at] == "O":
            at += 1
            continue
        end = at
        while end + 1 < len(labels) and labels[end + 1] == f"I-{labels[at][2:]}":
            end += 1
        first, last = at, end
        while last > first and words[last] in _MARKS:
            last -= 1
        while first < last and words[first] in _MARKS:
            first += 1
        if words[first] not in _MARKS:
            found.append((first, last, labels[at][2:]))
        at = end + 1
    return found


_SAID = {"0": "{}", "1": "sau “{}”", "2": "trước “{}”", "6": "“{}”", "7": "“{}”", "m": "gần “{}”", "8": "sau “{}”"}


def _why(told: list[str], label: int, model: Model, most: int = 3) -> tuple[str, ...]:
    """Return the loudest signs in words, those that can be said."""
    loud = sorted(
        ((model.weights[name][label] - model.weights[name][0], name) for name in told if name in model.weights),
        reverse=True,
    )
    said = [
        _SAID[name[0]].format(name[1:].strip())
        for weight, name in loud
        if weight > 0 and name[0] in _SAID and name[1:].strip()
    ]
    return tuple(dict.fromkeys(said))[:most]
