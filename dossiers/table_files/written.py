"""Tables written for a spreadsheet program: CSV and workbooks, line by line with flat memory; no text is a formula.

What somebody typed may begin with "=": in CSV it gets an apostrophe in front, in a workbook its cell is marked as text.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dossiers.written_dates import said_moment

BYTE_ORDER_MARK = "\ufeff"
"""In front of CSV: spreadsheet programs read the accents by it."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
PIXELS_A_POINT = 96 / 72
POINTS_A_ROW = 15  # an unwrapped row of a new sheet
_IN_MEMORY = 8 * 1024 * 1024  # bytes of a workbook before it goes to the disk


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""


def made_by(user, now: dt.datetime) -> str:
    """Return what every file that leaves says of itself: "Nguyễn Văn An xuất lúc 09:30 16/11/2026."."""
    return f"{user.get_full_name() or user.get_username()} xuất lúc {said_moment(now)}."


def plain(value: object) -> str:
    """Return text that a spreadsheet will not run as a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def guarded(text: str) -> str:
    """Return a cell as it was before `plain` guarded it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the rows as lines of CSV, the byte order mark before the first."""
    mark = BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([plain(cell) for cell in row])
        yield mark + line.getvalue()
        mark = ""


class Book:
    """A workbook being written, sheet after sheet. Days and times are cells a spreadsheet can count with."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)

    def sheet(self, name: str, headings: Iterable[str] = (), *, title: str = "") -> Sheet:
        """Return a new sheet; title and headings are bold and stay in view, the headings set the widths."""
        return Sheet(self._book.create_sheet(name), list(headings), title)

    def saved(self) -> tempfile.SpooledTemporaryFile:
        """Return the file, ready to be read from its start; nothing can be written to the book any more."""
        file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
        self._book.save(file)
        file.seek(0)
        return file


class Sheet:
    """One sheet of a Book; rows can only be added."""

    def __init__(self, sheet, headings: list[str], title: str) -> None:
        self._sheet = sheet
        self._rows = 0
        lines = [line for line in ([title] if title else [], headings) if line]
        if lines:
            sheet.freeze_panes = f"A{len(lines) + 1}"
        for place, heading in enumerate(headings, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = max(12, min(40, len(heading) * 2))
        for line in lines:
            self.add(line, bold=True)

    def add(self, row: Iterable[object], *, bold: bool = False) -> None:
        """Write one row."""
        self._rows += 1
        self._sheet.append([self._cell(value, bold) for value in row])

    def add_picture(self, png: bytes, *, width: int, height: int) -> None:
        """Lay a picture of so many points below the rows written so far, and leave its place free."""
        drawn = Image(io.BytesIO(png))
        drawn.width, drawn.height = round(width * PIXELS_A_POINT), round(height * PIXELS_A_POINT)
        self._sheet.add_image(drawn, f"A{self._rows + 1}")
        for _ in range(-(-height // POINTS_A_ROW) + 1):
            self.add([""])

    def _cell(self, value, bold: bool):
        made = WriteOnlyCell(self._sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # a name that begins with "=" is a name
        elif isinstance(value, dt.datetime):
            made.number_format = "hh:mm dd/mm/yyyy"
        elif isinstance(value, dt.date):
            made.number_format = "dd/mm/yyyy"
        made.alignment = Alignment(vertical="top", wrap_text=True)
        if bold:
            made.font = Font(bold=True)
        return made
