"""Finding a procedure by code or by what people call it, by field and level, a page at a time."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from dossiers.catalogue.levels import LEVELS, SPELLINGS, known_level
from dossiers.dossier_codes import InvalidCode, normalise_procedure_code
from dossiers.models import Channel, Procedure, ProcedureAlias, ProcedureVersion, TimeLimit, valid_on
from dossiers.procedure_search import choices, current, fitting
from dossiers.search_text import fold

PAGE = 20
MOST_RANKED = 60
MOST_NARROWED = 400
ONLINE_LEVELS = ("full", "partial")
_COLUMNS = ("code", "name", "field__name", "levels", "online", "online_level", "online_url")
_COLUMNS += ("pk", "times_received")
LEAST = 0.12
LEAST_SHARE = 0.35
"""The score a row needs to be shown: alone, and as a share of the best one's."""
CLEAR = 0.45
ALIKE = 0.85
"""The best score that needs no asking back, and the share of it from which another row is as good."""
OFTEN = 0.03
MOST_OFTEN = 7.0
NAMED = 0.9
MOST_NAMED = 200
"""What share of the best score a procedure taken here has at least whose name holds all that was typed so far; of how
many, the most received. A long name shares too little with two words of it to stand among the ranked by itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """One procedure of a list."""

    code: str
    name: str
    field: str
    levels: tuple[str, ...]
    online: bool
    online_url: str


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Up to PAGE procedures; `after` is the mark of the next page, "" at the end.

    `corrected` is the query as it was read when slips were mended. `sureness` (0–1) says how well the first row fits
    and `alike` how many of the first rows fit equally well: 1 when the first stands out.
    """

    rows: tuple[Found, ...]
    after: str = ""
    corrected: str = ""
    sureness: float = 0.0
    alike: int = 0

    @property
    def clear(self) -> bool:
        """Whether the first row is the answer, so that nothing need be asked back."""
        return self.alike == 1 and self.sureness >= CLEAR


def search(
    words: str = "",
    *,
    field_id: int | None = None,
    level: str = "",
    after: str = "",
    today: dt.date,
    size: int = PAGE,
    unfinished: bool = False,
) -> FoundPage:
    """Return active procedures that are meant by the words, best first; all of them, the most received first, for "".

    A code, with or without its dot, or with the suffix of local portals, finds its procedure; a part of a code those
    that carry it. `unfinished` when the last word may still be being typed.
    """
    found = _narrowed(_in_force(today).filter(status=Procedure.Status.ACTIVE), field_id, level)
    if not fold(words):
        return _listed(found, after, size)
    by_code = _by_code(found, words)
    if by_code is not None:
        return _listed(by_code, after, size)
    return _ranked(found, words, after, size, narrowed=bool(field_id or level), unfinished=unfinished)


def _ranked(
    found: QuerySet[Procedure], words: str, after: str, size: int, *, narrowed: bool, unfinished: bool
) -> FoundPage:
    answer = current.index().ask(words, most=MOST_NARROWED if narrowed else MOST_RANKED, unfinished=unfinished)
    scores = {hit.key: hit.score for hit in answer.hits if hit.score >= LEAST}
    if unfinished and scores:
        least = NAMED * max(scores.values())
        scores |= {pk: max(scores.get(pk, 0.0), least) for pk in _taken_and_named(words)}
    allowed = found.filter(pk__in=scores) if narrowed else Procedure.objects.filter(pk__in=scores)
    taken = list(allowed.values_list("pk", "times_received", "name"))
    gains = choices.gains(words)
    ranked = sorted(
        (
            (scores[pk] * _fit(words, name, n, pk in gains) * _often(n) * gains.get(pk, 1.0), pk)
            for pk, n, name in taken
        ),
        key=lambda each: (-each[0], each[1]),
    )
    if not ranked:
        return FoundPage((), corrected=answer.corrected)
    best = ranked[0][0]
    kept = [pk for score, pk in ranked if score >= best * LEAST_SHARE]
    alike = sum(score >= best * ALIKE for score, _ in ranked)
    start = _offset(after)
    shown = kept[start : start + size]
    rows = {row["pk"]: _found(row) for row in found.filter(pk__in=shown).values(*_COLUMNS)}
    more = f"t{start + size}" if len(kept) > start + size else ""
    return FoundPage(tuple(rows[pk] for pk in shown if pk in rows), more, answer.corrected, min(best, 1.0), alike)


def _taken_and_named(words: str) -> list[int]:
    """Return the procedures received here whose name and field hold the beginning of every word typed. One query."""
    typed = [f" {word}" for word in fold(words).split()]
    taken = Procedure.objects.filter(status=Procedure.Status.ACTIVE, times_received__gt=0)
    rows = taken.order_by("-times_received", "code").values_list("pk", "search_text", "field__name")[:MOST_NAMED]
    return [pk for pk, text, field in rows if all(word in f"{text} {fold(field or '')}" for word in typed)]


def _fit(words: str, name: str, times: int, chosen: bool) -> float:
    """Return how well the name fits the act asked for; what people here take or choose anyway needs no cue of it."""
    known = 1.0 if chosen else min(math.log1p(times), MOST_OFTEN) / MOST_OFTEN
    return known + (1 - known) * fitting.fit(words, name)


def _often(times: int) -> float:
    """Return by how much a procedure is likelier for being taken so often here."""
    return 1 + OFTEN * min(math.log1p(times), MOST_OFTEN)


def _by_code(found: QuerySet[Procedure], words: str) -> QuerySet[Procedure] | None:
    """Return the procedures of a code typed whole or in part, None when the words hold no code that is known."""
    typed = words.strip()
    if " " in typed and not any(letter.isdigit() for letter in typed):
        return None  # Words only, as most people search.
    codes = {typed}
    try:
        codes.add(normalise_procedure_code(typed))
    except InvalidCode:
        pass
    exact = found.filter(
        Q(code__in=codes) | Exists(ProcedureAlias.objects.filter(procedure=OuterRef("pk"), code__in=codes))
    )
    if exact.exists():
        return exact
    part = fold(typed)
    if re.fullmatch(r"[0-9 ]{3,}", part):
        return found.filter(search_text__contains=part)
    return None


def _narrowed(found: QuerySet[Procedure], field_id: int | None, level: str) -> QuerySet[Procedure]:
    if field_id is not None:
        found = found.filter(field_id=field_id)
    if level in LEVELS:
        spelled = Q()
        for spelling in SPELLINGS[level]:
            # JSON writes accents as escapes on some databases: compare with both spellings.
            spelled |= Q(levels_text__contains=f'"{spelling}"') | Q(levels_text__contains=f'"{_escaped(spelling)}"')
        found = found.filter(spelled)
    return found


def _listed(found: QuerySet[Procedure], after: str, size: int) -> FoundPage:
    """Return the most received first, by keyset."""
    mark = _mark(after)
    if mark:
        times, code = mark
        found = found.filter(Q(times_received__lt=times) | Q(times_received=times, code__gt=code))
    rows = list(found.order_by("-times_received", "code").values(*_COLUMNS)[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    following = "{times_received}_{code}".format(**last) if last else ""
    return FoundPage(tuple(_found(row) for row in rows[:size]), following)


def _in_force(today: dt.date) -> QuerySet[Procedure]:
    current = ProcedureVersion.objects.filter(
        valid_on(today), procedure_id=OuterRef("pk"), status=ProcedureVersion.Status.PUBLISHED
    ).order_by("-valid_from", "-id")
    online = TimeLimit.objects.filter(version_id=OuterRef("current_id"), channel=Channel.ONLINE)
    return Procedure.objects.annotate(
        current_id=Subquery(current.values("id")[:1]),
        online=Exists(online),
        levels=Subquery(current.values("levels")[:1]),
        levels_text=Subquery(current.annotate(text=Cast("levels", TextField())).values("text")[:1]),
        online_level=Subquery(current.values("online_level")[:1]),
        online_url=Subquery(current.values("online_url")[:1]),
    )


def _found(row: dict) -> Found:
    levels = tuple(dict.fromkeys(known_level(level) for level in row["levels"] or []))
    online = row["online"] or row["online_level"] in ONLINE_LEVELS
    return Found(row["code"], row["name"], row["field__name"] or "", levels, online, row["online_url"] or "")


def _mark(after: str) -> tuple[int, str] | None:
    found = re.fullmatch(r"([0-9]{1,9})_([0-9A-Za-z._-]{1,30})", after)
    return (int(found[1]), found[2]) if found else None


def _offset(after: str) -> int:
    found = re.fullmatch(r"t([0-9]{1,3})", after)
    return int(found[1]) if found else 0


def _escaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")
