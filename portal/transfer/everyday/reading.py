"""A file of an everyday table: its sheets, their headings, the rows below them, and what is not read, in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dossiers.search_text import fold
from dossiers.table_files.text_stream import TableFileError
from portal.datasets import reading
from portal.transfer.everyday.cells import Cell, words_of
from portal.transfer.everyday.tables import Table

HEADING_WITHIN = 30
"""Rows looked at for the headings: titles and decision numbers stand above them."""
IGNORED = "-"
"""In place of a column: this heading is known and means nothing here."""
_BRACKETS = re.compile(r"\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a sheet and the column it is read as: "" unknown, IGNORED told to be of no use."""

    place: int
    text: str
    column: str


@dataclass
class SheetRead:
    """One sheet: its headings, and why it is not read ("" when it is)."""

    name: str
    headings: list[Heading] = field(default_factory=list)
    note: str = ""
    rows: list[tuple[int, dict[str, object]]] = field(default_factory=list)


@dataclass
class Reading:
    """A whole file: sheets in order, and remarks about what is left out."""

    sheets: list[SheetRead] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class TooLong(TableFileError):
    """A table of more rows than asked for."""


def folded(heading: object) -> str:
    """Return a heading as it is compared and remembered."""
    return " ".join(fold(words_of(heading)).split()).strip(" :*")[:120]


def read(path: Path, name: str, table: type[Table], remembered: Mapping[str, str], most: int) -> Reading:
    """Return what a file holds for the table; `remembered` maps folded headings to columns, before our own words.

    Raises TableFileError, one sentence, for a file that is no table, TooLong for one of more than `most` rows.
    """
    found, names = Reading(), {**_names(table), **remembered}
    with reading.opened(path, name) as opened:
        found.remarks += opened.notes
        left = most
        for sheet in opened.sheets():
            place = sheet.name and f"Trang tính “{sheet.name}”: "
            if sheet.hidden:
                found.remarks.append(f"{place}đang ẩn nên không đọc; bỏ ẩn rồi gửi lại nếu cần.")
                continue
            one = SheetRead(sheet.name)
            found.sheets.append(one)
            line, one.headings = _headings(sheet.head, names, remembered, table)
            one.note = _lacking(one.headings, table)
            found.remarks += [place + said if place else _capital(said) for said in _left_out(sheet.head, line, one)]
            if one.note:
                continue
            left = _below(opened.rows(sheet.name), line, one, found.remarks, left, place, table)
            if left < 0:
                raise TooLong(f"Tệp có hơn {most:,} dòng; hãy chia thành nhiều tệp.".replace(",", "."))
    if not found.sheets:
        raise TableFileError("Tệp không có dòng nào đọc được. " + " ".join(found.remarks))
    return found


def _names(table: type[Table]) -> dict[str, str]:
    return {
        fold(word): column.column_name
        for column in reversed(table.column_list())
        for word in (*column.also, column.column_name)
    }


def _headings(
    head, names: Mapping[str, str], first: Mapping[str, str], table: type[Table]
) -> tuple[int, list[Heading]]:
    """Return the line of the row that names most columns, or else of the first with two texts, and its headings.

    Of two headings for one column the one in `first` counts, then the one further left.
    """
    counting = {column.column_name: column.widget for column in table.column_list() if column.widget.counts}
    best: tuple[int, int, list[Heading]] = (-1, 0, [])
    for line, cells in head[:HEADING_WITHIN]:
        texts = [(place, words_of(cell)) for place, cell in enumerate(cells)]
        row: list[Heading] = []
        taken: set[str] = set()
        for place, text in sorted(texts, key=lambda each: folded(each[1]) not in first):
            column = _column_of(text, names, counting)
            row.append(Heading(place, text, "" if column in taken else column))
            taken |= {column} - {"", IGNORED}
        worth = len(taken) or (0 if sum(bool(text) for _, text in texts) > 1 else -1)
        if worth > best[0]:
            best = (worth, line, row)
    return best[1], sorted((each for each in best[2] if each.text), key=lambda each: each.place)


def _column_of(text: str, names: Mapping[str, str], counting: Mapping[str, Cell]) -> str:
    whole = folded(text)
    if whole in names:
        return names[whole]
    column = names.get(folded(_BRACKETS.sub("", text)), "")
    return "" if column in counting and not counting[column].knows_unit(_bracketed(text)) else column


def _bracketed(text: str) -> str:
    found = _BRACKETS.search(text)
    return words_of(found[0].strip(" ()")) if found else ""


def _unit(heading: Heading, cell_of: Mapping[str, Cell]) -> str:
    """Return the unit the brackets of a heading give to its cells; "" for none."""
    unit, cell = _bracketed(heading.text), cell_of.get(heading.column)
    return unit if unit and cell is not None and cell.knows_unit(unit) else ""


def _lacking(headings: list[Heading], table: type[Table]) -> str:
    there = {each.column for each in headings}
    lacking = [f"“{each.column_name}”" for each in table.column_list() if each.needed and each.column_name not in there]
    return f"không đọc, vì thiếu cột {', '.join(lacking)}." if lacking else ""


def _left_out(head: list[tuple[int, list]], line: int, sheet: SheetRead) -> list[str]:
    """Return sentences about the lines above the headings and the columns nobody reads."""
    said = [sheet.note] if sheet.note else []
    if above := [number for number, _ in head if number < line]:
        where = f"dòng {above[0]}" if len(above) == 1 else f"dòng {above[0]} đến {above[-1]}"
        said.append(f"{where} đứng trên dòng tên cột, coi là tiêu đề.")
    if unread := [each.text for each in sheet.headings if each.column in ("", IGNORED)]:
        said.append(f"không dùng cột {', '.join(unread)}.")
    return said


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _below(rows, line: int, sheet: SheetRead, remarks: list[str], left: int, place: str, table: type[Table]) -> int:
    """Take the rows below the headings; return how many more the file may have, -1 when it has more."""
    cell_of = {column.column_name: column.widget for column in table.column_list()}
    units = {each.place: (cell_of[each.column], unit) for each in sheet.headings if (unit := _unit(each, cell_of))}
    columns = {each.place: each.column for each in sheet.headings if each.column not in ("", IGNORED)}
    named = {each.place for each in sheet.headings}
    nameless: set[int] = set()
    for number, cells in rows:
        if number <= line:
            continue
        left -= 1
        if left < 0:
            break
        nameless |= {at for at, cell in enumerate(cells) if at not in named and words_of(cell)}
        for at, (cell, unit) in units.items():
            if at < len(cells):
                cells[at] = cell.in_unit(cells[at], unit)
        sheet.rows.append((number, {column: cells[at] if at < len(cells) else "" for at, column in columns.items()}))
    if nameless:
        which = ", ".join(str(at + 1) for at in sorted(nameless))
        said = f"cột thứ {which} không có tên nên không đọc."
        remarks.append(place + said if place else _capital(said))
    return left
