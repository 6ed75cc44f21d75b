"""A load's differences made short: counts by outcome and by part, one line a procedure that unfolds, pages, a filter.

The same for what a load did (its rows) and for what it would do (a preview); nothing is hidden, only folded. Pages are
numbered, not read by keyset (dossiers.lists.keyset): people are told how many lines there are and which they see, a
preview is no table, and a load is a few thousand rows of one index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from dossiers import typed
from dossiers.catalogue.columns import COLUMNS
from dossiers.catalogue.previews import Preview
from dossiers.models import CatalogueImport
from dossiers.search_text import fold

PAGE = 50
PROBLEMS = "problems"
OUTCOMES = (
    ("new", "Mới"),
    ("changed", "Thay đổi"),
    ("abolished", "Không còn trong danh mục"),
    ("failed", "Không nạp được"),
    ("unchanged", "Không đổi"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: an outcome (or PROBLEMS), a part that changed, words of code or name, a page."""

    outcome: str
    column: str
    words: str
    page: int

    @classmethod
    def from_query(cls, data, counts: dict) -> Asked:
        outcome = data.get("loai", "")
        if outcome not in {name for name, _ in OUTCOMES} | {PROBLEMS}:
            outcome = next((name for name, _ in OUTCOMES if counts.get(name)), "new")
        column = data.get("phan", "") if outcome == "changed" else ""
        page = typed.whole(data.get("trang", ""), digits=4) or 1
        return cls(outcome, column if column in COLUMNS else "", " ".join(data.get("q", "")[:100].split()), page)

    def address(self, token: str = "", **changes) -> str:
        """Return the query string with `changes`; the page is the first unless given."""
        values = {"tep": token, "loai": self.outcome, "phan": self.column, "q": self.words} | changes
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure of a load."""

    pk: int | None
    line: int | None
    code: str
    name: str
    procedure_id: int | None
    outcome: str
    changes: list[dict]
    applied: bool | None
    problems: list[dict]

    @property
    def parts(self) -> str:
        """The names of what changed, e.g. "Thành phần hồ sơ, Phí"."""
        return ", ".join(change["name"] for change in self.changes)


def of_load(load: CatalogueImport, asked: Asked) -> tuple[list[Line], int]:
    """Return a page of the load's lines and how many there are. Two queries."""
    rows = load.rows.order_by("id")
    rows = rows.exclude(problems=[]) if asked.outcome == PROBLEMS else rows.filter(outcome=asked.outcome)
    if asked.column:
        rows = rows.filter(difference__has_key=asked.column)
    if asked.words:
        rows = rows.filter(Q(code__icontains=asked.words) | Q(procedure__search_text__contains=fold(asked.words)))
    start = (asked.page - 1) * PAGE
    shown = rows.select_related("procedure")[start : start + PAGE]
    lines = [
        _line(row.difference, row.problems, pk=row.pk, line=row.line, code=row.code, outcome=row.outcome,
              name=row.procedure.name if row.procedure else "", procedure_id=row.procedure_id)
        for row in shown
    ]  # fmt: skip
    return lines, rows.count()


def of_preview(preview: Preview, asked: Asked) -> tuple[list[Line], int]:
    """Return a page of the preview's lines and how many there are."""
    words = fold(asked.words)
    found = [
        row
        for row in preview.rows
        if (row["problems"] if asked.outcome == PROBLEMS else row["outcome"] == asked.outcome)
        and (not asked.column or asked.column in row["difference"])
        and (not words or words in fold(f"{row['code']} {row['name']}"))
    ]
    start = (asked.page - 1) * PAGE
    lines = [
        _line(row["difference"], row["problems"], pk=None, line=row["line"], code=row["code"], name=row["name"],
              procedure_id=None, outcome=row["outcome"])
        for row in found[start : start + PAGE]
    ]  # fmt: skip
    return lines, len(found)


def _line(difference: dict, problems: list[dict], **facts) -> Line:
    changes = [change for change in difference.values() if isinstance(change, dict) and change.get("name")]
    return Line(changes=changes, applied=difference.get("applied"), problems=problems, **facts)


def context(counts: dict, asked: Asked, lines: list[Line], count: int, *, token: str = "") -> dict[str, Any]:
    """Return what the templates show of the lines: tabs, parts, words, the page's place and its neighbours."""
    first = (asked.page - 1) * PAGE + 1
    last = first + len(lines) - 1
    return {
        "asked": asked,
        "token": token,
        "tabs": [
            (label, counts.get(name, 0), asked.outcome == name, asked.address(token, loai=name, phan="", q=""))
            for name, label in (*OUTCOMES, (PROBLEMS, "Cần kiểm tra"))
        ],
        "parts": [
            (
                COLUMNS[key][0],
                number,
                asked.column == key,
                asked.address(token, phan="" if asked.column == key else key),
            )
            for key, number in (counts.get("columns") or {}).items()
            if key in COLUMNS
        ]
        if asked.outcome == "changed"
        else [],
        "lines": lines,
        "count": count,
        "span": (first, last),
        "previous": asked.address(token, trang=str(asked.page - 1)) if asked.page > 1 else "",
        "next": asked.address(token, trang=str(asked.page + 1)) if last < count else "",
    }
