"""Finding a procedure by words without accents, code, field and level, a page at a time by keyset."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Length

from dossiers.models import Channel, Procedure, ProcedureVersion, TimeLimit, valid_on
from dossiers.search_text import fold_words

PAGE = 20
MOST_WORDS = 12
LEVELS = ("ministry", "province", "commune", "other")
ONLINE_LEVELS = ("full", "partial")
_COLUMNS = ("code", "name", "field__name", "levels", "online", "online_level", "online_url")
_COLUMNS += ("apart", "times_received", "length")
_SPELLINGS = {
    "ministry": ("ministry", "bộ", "Cấp bộ", "Bộ"),
    "province": ("province", "tỉnh", "Cấp tỉnh", "Tỉnh"),
    "commune": ("commune", "xã", "Cấp xã", "Xã"),
    "other": ("other", "khác", "Cơ quan khác", "Khác"),
}


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
    """Up to PAGE procedures; `after` is the mark of the next page, "" at the end."""

    rows: tuple[Found, ...]
    after: str = ""


def search(
    words: str = "",
    *,
    field_id: int | None = None,
    level: str = "",
    after: str = "",
    today: dt.date,
    size: int = PAGE,
) -> FoundPage:
    """Return active procedures that carry every word in code or name; one query.

    Words side by side come before words apart, the most received before others, short names before long ones.
    """
    typed = fold_words(words)[:MOST_WORDS]
    found = _in_force(today).filter(status=Procedure.Status.ACTIVE)
    for word in typed:
        found = found.filter(search_text__contains=word)
    apart = Case(When(search_text__contains=" ".join(typed), then=0), default=1) if typed else Value(0)
    found = found.annotate(apart=apart, length=Length("name") if typed else Value(0))
    if field_id is not None:
        found = found.filter(field_id=field_id)
    if level in LEVELS:
        spelled = Q()
        for spelling in _SPELLINGS[level]:
            # JSON writes accents as escapes on some databases: compare with both spellings.
            spelled |= Q(levels_text__contains=f'"{spelling}"') | Q(levels_text__contains=f'"{_escaped(spelling)}"')
        found = found.filter(spelled)
    mark = _mark(after)
    if mark:
        found = found.filter(_beyond(*mark))
    rows = list(found.order_by("apart", "-times_received", "length", "code").values(*_COLUMNS)[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    following = "{apart}_{times_received}_{length}_{code}".format(**last) if last else ""
    return FoundPage(tuple(_found(row) for row in rows[:size]), following)


def known_level(stored: str) -> str:
    """Return the slug of a level as the catalogue spells it: "Cấp xã", "xã" and "commune" are all "commune"."""
    return next((slug for slug, spellings in _SPELLINGS.items() if stored in spellings), "other")


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


def _beyond(apart: int, times: int, length: int, code: str) -> Q:
    """Return the filter of what comes after this row in the order of `search`."""
    same = Q(apart=apart)
    return (
        Q(apart__gt=apart)
        | same & Q(times_received__lt=times)
        | same & Q(times_received=times, length__gt=length)
        | same & Q(times_received=times, length=length, code__gt=code)
    )


def _mark(after: str) -> tuple[int, int, int, str] | None:
    found = re.fullmatch(r"([01])_([0-9]{1,9})_([0-9]{1,5})_([0-9A-Za-z._-]{1,30})", after)
    return (int(found[1]), int(found[2]), int(found[3]), found[4]) if found else None


def _escaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")
