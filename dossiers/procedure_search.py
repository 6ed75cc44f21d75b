"""Finding a procedure by words without accents, code, field and level, a page at a time by keyset."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from dossiers.models import Procedure, ProcedureVersion, valid_on
from dossiers.search_text import fold_words

PAGE = 20
MOST_WORDS = 12
LEVELS = ("ministry", "province", "commune", "other")
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
    online_level: str
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
    online_only: bool = False,
    after: str = "",
    today: dt.date,
    size: int = PAGE,
) -> FoundPage:
    """Return active procedures that carry every word in code or name, the most received first. One query."""
    found = _in_force(today).filter(status=Procedure.Status.ACTIVE)
    for word in fold_words(words)[:MOST_WORDS]:
        found = found.filter(search_text__contains=word)
    if field_id is not None:
        found = found.filter(field_id=field_id)
    if level in LEVELS:
        spelled = Q()
        for spelling in _SPELLINGS[level]:
            # JSON writes accents as escapes on some databases: compare with both spellings.
            spelled |= Q(levels_text__contains=f'"{spelling}"') | Q(levels_text__contains=f'"{_escaped(spelling)}"')
        found = found.filter(spelled)
    if online_only:
        found = found.exclude(online_url="").exclude(online_url__isnull=True)
    mark = _mark(after)
    if mark:
        found = found.filter(Q(times_received__lt=mark[0]) | Q(times_received=mark[0], code__gt=mark[1]))
    columns = ("code", "name", "field__name", "levels", "online_level", "online_url", "times_received")
    rows = list(found.order_by("-times_received", "code").values(*columns)[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return FoundPage(
        tuple(_found(row) for row in rows[:size]), f"{last['times_received']}_{last['code']}" if last else ""
    )


def known_level(stored: str) -> str:
    """Return the slug of a level as the catalogue spells it: "Cấp xã", "xã" and "commune" are all "commune"."""
    return next((slug for slug, spellings in _SPELLINGS.items() if stored in spellings), "other")


def _in_force(today: dt.date) -> QuerySet[Procedure]:
    current = ProcedureVersion.objects.filter(
        valid_on(today), procedure_id=OuterRef("pk"), status=ProcedureVersion.Status.PUBLISHED
    ).order_by("-valid_from", "-id")
    return Procedure.objects.annotate(
        levels=Subquery(current.values("levels")[:1]),
        levels_text=Subquery(current.annotate(text=Cast("levels", TextField())).values("text")[:1]),
        online_level=Subquery(current.values("online_level")[:1]),
        online_url=Subquery(current.values("online_url")[:1]),
    )


def _found(row: dict) -> Found:
    levels = tuple(dict.fromkeys(known_level(level) for level in row["levels"] or []))
    return Found(
        row["code"], row["name"], row["field__name"] or "", levels, row["online_level"] or "", row["online_url"] or ""
    )


def _mark(after: str) -> tuple[int, str] | None:
    times, _, code = after.partition("_")
    return (int(times), code) if times.isascii() and times.isdigit() and len(times) < 10 and code else None


def _escaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")
