"""Finding rows of a version: by numbers exactly, by words without accents and with slips; by area, day and hour.

Words: those of the question are corrected against the version's own words, each name is weighed by the words it holds
(rare ones count more), and the names that hold the most are answered. Few queries, whatever the rows.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet

from dossiers.deadlines.working_time import ZONE
from dossiers.kept import Kept
from dossiers.privacy.sealing import keyed_hashes
from dossiers.search_text import fold, fold_words
from portal.datasets.columns import by_number, of_role, visible
from portal.datasets.models import (
    HASH_PURPOSE,
    DatasetName,
    DatasetRow,
    DatasetVersion,
    DatasetWord,
    ProtectedRow,
    secret_key,
)
from portal.datasets.values import tidy_area, tidy_code
from zalo.chat.words import distance, untelex

SHOWN = 20
MOST_WORDS = 14
MOST_NAMES = 200
MOST_VOCABULARY = 60_000
"""Beyond this many distinct words slips are not corrected: such a table holds codes, not names."""
MOST_SLIPS = 6
ENOUGH = 0.55
"""Share of the weight of the question's words that a name must hold to be an answer."""
FILLERS = frozenset(
    "o tai cua cho la co khong gi nao bao nhieu may gio hoi xin xem tra cuu thong tin ve va the a ah oi em toi minh "
    "giup dum voi hien nay hom mai mot ngay sang chieu toi nay ban nhieu tien muon biet can tim con duoc".split()
)
_WORDS, _NAMES = DatasetWord._meta.db_table, DatasetName._meta.db_table
_AREA_SIGNS = ("xa", "phuong", "thi tran", "dac khu")


@dataclass(frozen=True, slots=True)
class Found:
    """One row as citizens read it."""

    line: int
    cells: tuple[str, ...]
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


@dataclass(frozen=True)
class Answer:
    """Rows of a version; `corrected` is how mistyped words were read, `more` that there are others."""

    rows: tuple[Found, ...] = ()
    more: bool = False
    corrected: str = ""
    area: str = ""
    codes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Question:
    """What is asked: words (or numbers), a folded area, a day."""

    words: str = ""
    area: str = ""
    day: dt.date | None = None
    codes: tuple[str, ...] = ()


def ask(version: DatasetVersion, question: Question, *, now: dt.datetime, size: int = SHOWN) -> Answer:
    """Return the rows of an open version that answer the question; with nothing asked, its first rows in order."""
    if by_number(version.columns):
        return _by_codes(version, question, size)
    area, words = question.area, question.words
    if not area and version.areas:
        area, words = area_in(words, version)
    rows = _of_time(DatasetRow.objects.filter(version_id=version.pk), version, question.day, now)
    if area:
        rows = rows.filter(area=area)
    needed, may = meaningful(words, version)
    if not needed:
        return _answer(rows, version, size, area=area)
    names, corrected = names_of(version, needed, may)
    if not names:
        return Answer(area=area)
    found = _of_names(rows, names, version, size, narrowed=bool(area))
    return _shown(found, size, area, corrected)


def guessed_at(codes: Sequence[str]) -> str:
    """Return the fact that is guessed at: the number, in whatever pack, by whatever door."""
    return ".".join(map(tidy_code, codes))


def ask_protected(version: DatasetVersion, codes: Sequence[str], secret: str) -> Answer:
    """Return the one row of whoever knows both its number and its second fact; both tidied."""
    key = ".".join(codes)
    hashes = keyed_hashes(secret_key(key, secret), HASH_PURPOSE)
    row = ProtectedRow.objects.filter(version_id=version.pk, key_hash__in=hashes).order_by("pk").first()
    if row is None:
        return Answer()
    _key, _secret, cells = json.loads(row.sealed)
    return Answer((Found(row.line, tuple(cells)),))


def codes_in(text: str, version: DatasetVersion) -> tuple[str, ...]:
    """Return the numbers of the version's keys named in a sentence; () unless every key has one.

    "tờ 12 thửa 345" and "thửa số 345, tờ bản đồ số 12" are read by the words before the numbers; bare numbers in order.
    """
    keys = of_role(version.columns, "key")
    words = fold(text).split()
    values: dict[int, str] = {}
    for place, column in enumerate(keys):
        names = {word for word in fold_words(column.title) if word not in {"so", "ma", "ban", "do", "dat", "ten"}}
        for position, word in enumerate(words):
            number = next((w for w in words[position + 1 : position + 6] if any(map(str.isdigit, w))), "")
            between = words[position + 1 : words.index(number, position + 1)] if number else []
            if word in names and number and all(w in {"so", "ban", "do", "dat", "la"} for w in between):
                values[place] = tidy_code(number)
                break
    bare = [tidy_code(word) for word in re.findall(r"[0-9A-Za-z]*\d[0-9A-Za-z]*", text)]
    if len(values) < len(keys) and len(bare) == len(keys):
        values = dict(enumerate(bare))
    return tuple(values[place] for place in sorted(values)) if len(values) == len(keys) else ()


def area_in(text: str, version: DatasetVersion) -> tuple[str, str]:
    """Return (the folded area named in the text, "" if none; the folded text without it)."""
    folded = fold(text)
    known = {area for area, _ in version.areas}
    words = folded.split()
    for sign in _AREA_SIGNS:
        at = f" {folded} ".find(f" {sign} ")
        if at < 0:
            continue
        before, after = folded[:at].split(), folded[at + len(sign) :].split()
        for length in range(min(5, len(after)), 0, -1):
            area = _like(" ".join(after[:length]), known)
            if area:
                return area, " ".join([*before, *after[length:]])
    for length in range(min(5, len(words)), 1, -1):
        for start in range(len(words) - length + 1):
            if " ".join(words[start : start + length]) in known:
                return " ".join(words[start : start + length]), " ".join([*words[:start], *words[start + length :]])
    return "", folded


def _like(typed: str, known: set[str]) -> str:
    typed = tidy_area(typed)
    if typed in known:
        return typed
    most = 0 if len(typed) < 5 else 1 if len(typed) < 10 else 2
    near = [area for area in known if area[:1] == typed[:1] and distance(typed, area, most) <= most] if most else []
    return near[0] if len(near) == 1 else ""


def meaningful(words: str, version: DatasetVersion) -> tuple[list[str], list[str]]:
    """Return (the words a name must hold, the words it may hold): polite words and those of the title say little."""
    called = set(fold_words(version.dataset.chat_names))
    title = set(fold_words(version.dataset.title)) | called
    asked = list(dict.fromkeys(fold_words(words)))[:MOST_WORDS]
    needed = [word for word in asked if word not in FILLERS and word not in title]
    needed = needed or [word for word in asked if word not in FILLERS and word not in called]
    return needed, [word for word in asked if word not in needed]


def names_of(version: DatasetVersion, asked: Sequence[str], may: Sequence[str] = ()) -> tuple[list[str], str]:
    """Return the folded names that fit best, best first, and the words as corrected ("" when they were right)."""
    looked_for = {*asked, *may}
    stored = _postings(version.pk, sorted(looked_for))
    asked = [part for word in asked for part in ([word] if word in stored else _run_together(version, word))]
    stored.update(_postings(version.pk, [word for word in asked if word not in looked_for]))
    slips = {word: _slips(version, word) for word in asked if word not in stored}
    spelled = {other for near in slips.values() for other in near}
    stored.update(_postings(version.pk, sorted(spelled)))
    size = max(version.name_count, 1)
    scores, total = np.zeros(size, dtype=np.float32), 0.0
    for word in asked:
        if word in stored and word not in slips:
            weight = _weight(len(stored[word]), size)
            scores[stored[word]] += weight
            total += weight
            continue
        near = [stored[other] for other in slips[word] if other in stored]
        total += _weight(1, size) if not near else _weight(min(map(len, near)), size)
        if near:
            part = np.zeros(size, dtype=np.float32)
            for numbers in near:
                part[numbers] = np.maximum(part[numbers], 0.85 * _weight(len(numbers), size))
            scores += part
    best = float(scores.max(initial=0.0))
    for word in may if best > 0 else ():
        if word in stored:
            scores[stored[word]] += np.where(scores[stored[word]] >= best - 1e-4, 0.3, 0).astype(np.float32)
    if best <= 0 or best < ENOUGH * total:
        return [], ""
    top = np.flatnonzero(scores >= float(scores.max()) - 1e-4)
    keys = _names(version.pk, top[: 5 * MOST_NAMES].tolist())
    phrase = " ".join(asked)
    ranked = sorted(keys, key=lambda key: (phrase not in key, len(key), key))[:MOST_NAMES]
    return ranked, _as_read(asked, slips, ranked)


def _as_read(asked: Sequence[str], slips: dict[str, list[str]], names: list[str]) -> str:
    if not slips or not names:
        return ""
    held = set(names[0].split())
    return " ".join(next((other for other in slips.get(word, ()) if other in held), word) for word in asked)


def _weight(count: int, size: int) -> float:
    return math.log(1 + size / max(count, 1)) + 0.2


def _postings(version_id: int, words: Sequence[str]) -> dict[str, np.ndarray]:
    if not words:
        return {}
    places = ", ".join(["%s"] * len(words))
    found = _asked(f"SELECT word, names FROM {_WORDS} WHERE version_id = %s AND word IN ({places})", version_id, *words)
    return {word: np.frombuffer(bytes(names), dtype="<u4") for word, names in found}


def _names(version_id: int, numbers: Sequence[int]) -> list[str]:
    places = ", ".join(map(str, numbers))  # whole numbers, a thousand at most: written out they cost the least
    return [key for (key,) in _asked(f"SELECT key FROM {_NAMES} WHERE version_id = %s AND number IN ({places})",
                                     version_id)]  # fmt: skip


def _asked(statement: str, *values) -> list[tuple]:
    """Return the rows of a statement: composing it through the ORM costs more than its answer does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _slips(version: DatasetVersion, word: str) -> list[str]:
    """Return words of the version that the typed word may be a slip of; Telex typed raw is read too."""
    known = _vocabulary.get(version.pk)
    if (plain := untelex(word)) != word and plain in known.get(plain[:1], ()):
        return [plain]
    if any(map(str.isdigit, word)) or len(word) < 2:
        return []
    most = 1 if len(word) < 8 else 2
    near = [
        (distance(word, other, most), other) for other in known.get(word[:1], ()) if abs(len(other) - len(word)) <= most
    ]
    slips = [other for apart, other in sorted(near) if apart <= most]
    return (slips or known.get(f"-{word}", []))[:MOST_SLIPS]


def _run_together(version: DatasetVersion, word: str) -> list[str]:
    """Return the two words of the version that were typed without a blank, else the word itself."""
    known = _vocabulary.get(version.pk)
    for place in range(2, len(word) - 1):
        left, right = word[:place], word[place:]
        if left in known.get(left[:1], ()) and right in known.get(right[:1], ()):
            return [left, right]
    return [word]


def _read_vocabulary(version_id: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    words = DatasetWord.objects.filter(version_id=version_id).values_list("word", flat=True)
    for word in list(words[: MOST_VOCABULARY + 1]):
        found.setdefault(word[:1], []).append(word)
        found.setdefault(f"-{word[1:]}", []).append(word)  # whoever lost the first letter
    return found if sum(map(len, found.values())) <= 2 * MOST_VOCABULARY else {}


_vocabulary = Kept(_read_vocabulary, 600, most=30)


def _by_codes(version: DatasetVersion, question: Question, size: int) -> Answer:
    codes = tuple(map(tidy_code, question.codes)) if any(question.codes) else codes_in(question.words, version)
    if not codes or not all(codes):
        return Answer(area=question.area)
    rows = DatasetRow.objects.filter(version_id=version.pk, key=".".join(codes))
    area = question.area or area_in(question.words, version)[0]
    narrowed = _answer(rows.filter(area=area), version, size, area=area) if area else Answer()
    found = narrowed if narrowed.rows or (area and question.area) else _answer(rows, version, size)
    return Answer(found.rows, found.more, "", found.area, codes)


def _of_time(rows: QuerySet, version: DatasetVersion, day: dt.date | None, now: dt.datetime) -> QuerySet:
    """Return the rows of that day; of the present and the future when no day is named; rows without times always."""
    if not _timed(version):
        return rows
    if day is None:
        return rows.filter(Q(ends_at__gte=now) | Q(ends_at=None))
    start = dt.datetime.combine(day, dt.time(), ZONE)
    return rows.filter(Q(starts_at__lt=start + dt.timedelta(days=1), ends_at__gt=start) | Q(ends_at=None))


def _of_names(
    rows: QuerySet, names: Sequence[str], version: DatasetVersion, size: int, *, narrowed: bool
) -> list[tuple]:
    """Return the rows of the names, at least one more than is shown where there are: those of the best name first.

    Each part is asked for only when those before it gave too few, the last when they gave none: a word that two hundred
    streets hold costs no more than the street itself. What has times stands in their order, whatever it is called.
    """
    if _timed(version):
        return _taken(rows.filter(key__in=names), version, size)
    found: list[tuple] = []
    best = 2 * size if narrowed else 1
    for first, last in ((0, best), (best, 2 * size), (2 * size, MOST_NAMES)):
        part = names[first:last]
        if len(found) > size or (found and last == MOST_NAMES):
            break
        if not part:
            continue
        place = {key: number for number, key in enumerate(part)}
        more = _taken(rows.filter(key__in=part) if len(part) > 1 else rows.filter(key=part[0]), version, size)
        found += sorted(more, key=lambda row: place[row[1]])
    return found


def _answer(rows: QuerySet, version: DatasetVersion, size: int, *, area: str = "") -> Answer:
    return _shown(_taken(rows, version, size), size, area)


def _timed(version: DatasetVersion) -> bool:
    return bool(of_role(version.columns, "day", "from", "to"))


def _taken(rows: QuerySet, version: DatasetVersion, size: int) -> list[tuple]:
    taken = rows.order_by("starts_at", "id") if _timed(version) else rows.order_by("id")
    return list(taken.values_list("line", "key", "cells", "starts_at", "ends_at")[: size + 1])


def _shown(found: Sequence[tuple], size: int, area: str, corrected: str = "") -> Answer:
    shown = tuple(
        Found(line, tuple(json.loads(cells)), starts, ends) for line, _key, cells, starts, ends in found[:size]
    )
    return Answer(shown, len(found) > size, corrected, area)


def labelled(version: DatasetVersion, found: Found) -> list[tuple]:
    """Return (column, text) of the cells of a row that say something."""
    return [(column, cell) for column, cell in zip(visible(version.columns), found.cells, strict=False) if cell]
