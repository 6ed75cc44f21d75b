"""What comes of a file, row by row: tried and given back, or written at once as it was seen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import tablib
from django.core.exceptions import ValidationError
from django.db import transaction
from import_export.results import RowResult

from portal.transfer.everyday.reading import Reading
from portal.transfer.everyday.tables import Table

PIECE = 500
"""Rows the library takes at a time: between two of these a long file tells how far it is."""
WORDS = {"new": "mới", "update": "sửa", "skip": "không đổi", "invalid": "không nhận", "error": "không nhận"}
UNEXPECTED = "Có lỗi bất ngờ ở dòng này nên chưa ghi gì; hãy báo người vận hành."


@dataclass(frozen=True, slots=True)
class Line:
    """What comes of one row: "new", "update", "skip" or "invalid", what it is, what changes, and what to mend."""

    place: str
    outcome: str
    what: str
    changes: tuple[tuple[str, str, str], ...] = ()
    said: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """Return the outcome in Vietnamese."""
        return WORDS[self.outcome]


@dataclass
class Outcome:
    """What comes of a file."""

    lines: list[Line] = field(default_factory=list)
    unexpected: bool = False

    @property
    def counts(self) -> Counter:
        """Return how many rows came to each outcome."""
        return Counter(line.outcome for line in self.lines)

    @property
    def digest(self) -> str:
        """Return a mark of all that would be written: what is written later must be what was looked at."""
        return hashlib.sha256(repr(self.lines).encode("utf-8", "replace")).hexdigest()


def run(
    table: Table, read: Reading, *, seen: str = "", told: Callable[[int, int], object] = lambda done, total: None
) -> tuple[Outcome, bool]:
    """Return what comes of the file, and whether it was written: only when `seen` is the digest of the same outcome.

    `told` is called with how many rows of how many are done; what it raises ends the run, with nothing written.
    """
    outcome = Outcome()
    table.dry_run = not seen
    with transaction.atomic():
        total = sum(len(sheet.rows) for sheet in read.sheets)
        for sheet in read.sheets:
            for first in range(0, len(sheet.rows), PIECE):
                _piece(table, sheet.name, sheet.rows[first : first + PIECE], outcome)
                told(len(outcome.lines), total)
        written = bool(seen) and outcome.digest == seen and not outcome.unexpected
        if not written:
            transaction.set_rollback(True)
    return outcome, written


def _piece(table: Table, name: str, rows: list, outcome: Outcome) -> None:
    dataset = tablib.Dataset(headers=list(rows[0][1]))
    for _, cells in rows:
        dataset.append(list(cells.values()))
    table.places = [f"{name}, dòng {number}" if name else f"dòng {number}" for number, _ in rows]
    result = table.import_data(dataset, use_transactions=True, run=table)
    if result.base_errors:
        outcome.unexpected = True
    firsts = [_first(cells.values()) for _, cells in rows]
    for place, first, row in zip(table.places, firsts, result.rows, strict=True):
        outcome.unexpected |= bool(row.errors)
        outcome.lines.append(_line(place, first, row))


def _line(place: str, first: str, row: RowResult) -> Line:
    if row.errors:
        return Line(place, "invalid", first, said=(UNEXPECTED,))
    if row.validation_error is not None:
        return Line(place, "invalid", first, said=tuple(_sentences(row.validation_error)))
    return Line(place, row.import_type, str(row.object_repr or first), tuple(row.diff or ()))


def _sentences(error: ValidationError) -> list[str]:
    return error.messages


def _first(cells: Iterable[object]) -> str:
    return " · ".join(str(cell) for cell in cells if cell not in ("", None))[:80]
