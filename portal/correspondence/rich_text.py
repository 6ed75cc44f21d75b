"""What is written in the desk's editor as the blocks a paper prints: paragraphs, headings, lists, tables. Pure.

Tables are written as the editor writes those pasted from Word or Excel: a line a row, cells parted by " | ", the first
row the heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from dossiers.printed_forms import body
from portal.content import safe_text

TABLE = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
CELLS = " | "
MOST_COLUMNS = 12
_BLOCKS = {"p", "h2", "h3", "li", "blockquote", "tr"}
_NUMBER = re.compile(r"[+-]?[\d.,\s]+(?:%|đ|đồng)?")


def cleaned(text: str) -> str:
    """Return the text as it may be kept and shown: the tags of the content desk, and tables."""
    return safe_text.cleaned(text, more=TABLE)


class _Lines(HTMLParser):
    """The text as (kind, depth, number, runs), a line each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, int, int, list[dict]]] = []
        self._runs: list[dict] = []
        self._kind = "p"
        self._lists: list[str] = []
        self._items: list[int] = []  # so far, of each list
        self._bold = self._italic = 0
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag in {"td", "th"}:
            if self._in_cell:
                self._runs.append({"t": CELLS})
            self._in_cell = True
            return
        if tag in _BLOCKS:
            self._end_line()
            self._kind = tag
            if tag == "li" and self._lists:
                self._items[-1] += 1
        elif tag in {"ul", "ol"}:
            self._end_line()
            self._lists.append(tag)
            self._items.append(0)
        elif tag == "br":
            self._end_line(stay=True)
        self._bold += tag == "strong"
        self._italic += tag in {"em", "blockquote"}

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
            self._in_cell = False
        elif tag in {"ul", "ol"}:
            self._end_line()
            if self._lists:
                self._lists.pop()
                self._items.pop()
        self._bold -= tag == "strong" and self._bold > 0
        self._italic -= tag in {"em", "blockquote"} and self._italic > 0

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if not text.strip() and not self._runs:
            return
        self._runs.append({"t": text, **({"b": True} if self._bold else {}), **({"i": True} if self._italic else {})})

    def close(self) -> None:
        super().close()
        self._end_line()

    def _end_line(self, *, stay: bool = False) -> None:
        if any(run["t"].strip() for run in self._runs):
            number = self._items[-1] if self._lists and self._lists[-1] == "ol" else 0
            kind = "li" if self._lists else self._kind
            self.lines.append((kind, len(self._lists), number, _trimmed(self._runs)))
        self._runs = []
        if not stay:
            self._kind = "p"


def _trimmed(runs: list[dict]) -> list[dict]:
    runs[0] = {**runs[0], "t": runs[0]["t"].lstrip()}
    runs[-1] = {**runs[-1], "t": runs[-1]["t"].rstrip()}
    return [run for run in runs if run["t"]]


def blocks(text: str) -> tuple[dict, ...]:
    """Return the blocks of dossiers.printed_forms.body for clean rich text; none for text that says nothing."""
    reader = _Lines()
    reader.feed(text)
    reader.close()
    return tuple(_blocks(reader.lines))


def _blocks(lines: list[tuple[str, int, int, list[dict]]]) -> Iterator[dict]:
    place = 0
    while place < len(lines):
        kind, depth, number, runs = lines[place]
        rows = _rows(lines, place)
        if len(rows) > 1:
            yield _table(rows)
            place += len(rows)
            continue
        place += 1
        if kind in {"h2", "h3"}:
            yield body.section("".join(run["t"] for run in runs), level=1 if kind == "h2" else 2)
        elif kind == "li":
            mark = f"{number}. " if number else "- " if depth == 1 else "+ "
            yield body.rich([{"t": mark}, *runs])
        else:
            yield body.rich(runs)


def _rows(lines: list, place: int) -> list[list[str]]:
    """Return the rows of the table that begins on the line: as many lines as have the same number of cells."""
    found: list[list[str]] = []
    for kind, _depth, _number, runs in lines[place:]:
        said = "".join(run["t"] for run in runs)
        cells = [cell.strip() for cell in said.strip().strip("|").split("|")] if CELLS.strip() in said else []
        if (
            kind not in {"p", "tr"}
            or kind != lines[place][0]
            or not 2 <= len(cells) <= MOST_COLUMNS
            or (found and len(cells) != len(found[0]))
        ):
            break
        found.append(cells)
    return found


def _table(rows: list[list[str]]) -> dict:
    heading, *rest = rows
    columns = []
    for place, name in enumerate(heading):
        cells = [row[place] for row in rest]
        figures = all(_NUMBER.fullmatch(cell) for cell in cells if cell not in {"", "–", "-"})
        width = max(len(name), *(len(cell) for cell in cells))
        columns.append((name, min(40, max(6, width)), "fr", "r" if figures else "l"))
    return body.table(columns, rest)
