"""A file of a pack as sheets and rows: CSV in any encoding, or XLSX with several, merged and hidden sheets."""

from __future__ import annotations

import gzip
import io
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from dossiers.table_files.separated import separated_rows
from dossiers.table_files.text_stream import TableFileError, encoding_of, open_binary
from dossiers.table_files.workbook import Workbook

MAX_FILE = 300 * 1024 * 1024
MAX_ROWS = 3_000_000
MAX_COLUMNS = 60
LOOKED_AT = 200
"""Rows read to propose sheet, headings and columns."""
_WHITE = dict.fromkeys(map(ord, "\t\r\n"))
TEXT = ""
"""The one sheet of a text file."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name ("" for a text file), whether its tab is hidden, and its first rows."""

    name: str
    hidden: bool
    head: list[tuple[int, list]]


@dataclass(frozen=True)
class Table:
    """An opened file; `notes` are remarks about the whole of it."""

    path: Path
    workbook: Workbook | None = None
    packed: bool = False
    encoding: str = "utf-8"
    notes: list[str] = field(default_factory=list)

    def sheets(self) -> list[Sheet]:
        """Return the sheets that hold anything, in order."""
        if self.workbook is None:
            return [Sheet(TEXT, False, list(islice(self.rows(TEXT), LOOKED_AT)))]
        found = []
        for each in self.workbook.sheets:
            head = list(islice(self.rows(each.name), LOOKED_AT))
            if head:
                found.append(Sheet(each.name, not each.visible, head))
        return found

    def rows(self, sheet: str) -> Iterator[tuple[int, list]]:
        """Yield (line from 1, cells) of the sheet; white rows are left out. Raises TableFileError."""
        rows = _workbook_rows(self.workbook, sheet) if self.workbook is not None else self._text_rows()
        for number, (line, cells) in enumerate(rows):
            if number > MAX_ROWS:
                raise TableFileError(f"Tệp có hơn {MAX_ROWS:,} dòng; hãy chia thành nhiều gói.".replace(",", "."))
            if any(cell not in ("", None) for cell in cells):
                yield line, cells

    def _text_rows(self) -> Iterator[tuple[int, list]]:
        with open_binary(self.path, self.packed) as binary:
            text = io.TextIOWrapper(binary, encoding=self.encoding, newline="")
            for line, cells in separated_rows(text):
                if line == 1 and cells and cells[0].startswith("\ufeff"):
                    cells[0] = cells[0][1:]
                if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                    if line < LOOKED_AT:
                        raise TableFileError(f"Tệp có hơn {MAX_COLUMNS} cột; hãy bỏ bớt cột không cần rồi nạp lại.")
                yield line, cells


@contextmanager
def opened(path: Path, name: str) -> Iterator[Table]:
    """Open a file for reading; what goes wrong, now or while reading, is a TableFileError of one sentence."""
    try:
        size = path.stat().st_size
        if not size:
            raise TableFileError(f"Tệp “{name}” rỗng; hãy chọn tệp có nội dung.")
        if size > MAX_FILE:
            raise TableFileError(f"Tệp “{name}” lớn hơn {MAX_FILE // 1024**2} MB; hãy chia thành nhiều tệp, nhiều gói.")
        yield _table(path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise TableFileError(f"Tệp nén “{name}” bị hỏng hoặc bị cắt giữa chừng; hãy tải lại tệp.") from None
    except UnicodeError:
        raise TableFileError(
            "Không nhận ra bảng mã chữ của tệp; hãy lưu lại ở dạng “CSV UTF-8” hoặc XLSX rồi nạp lại."
        ) from None


def _table(path: Path) -> Table:
    with path.open("rb") as head:
        magic = head.read(8)
    if magic.startswith(b"PK\x03\x04"):
        workbook = Workbook(path)
        notes = []
        if workbook.formulas:
            notes.append(
                f"Bảng tính có {workbook.formulas} ô là công thức: nạp theo giá trị tính lần lưu cuối; "
                "ô chưa tính thì coi như trống."
            )
        if hidden := [each.name for each in workbook.sheets if not each.visible]:
            notes.append(f"Trang tính ẩn, không tự chọn: {', '.join(hidden)[:200]}.")
        return Table(path, workbook, notes=notes)
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableFileError("Tệp là Excel đời cũ (.xls) hoặc có mật khẩu; hãy lưu lại thành .xlsx rồi nạp.")
    if magic.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8")):
        raise TableFileError("Tệp không phải bảng dữ liệu; cần tệp CSV hoặc XLSX.")
    packed = magic.startswith(b"\x1f\x8b")
    encoding = encoding_of(path, packed)
    with open_binary(path, packed) as binary:
        head = binary.read(8192)[: 8192 // 4 * 4].decode(encoding, "ignore")
    if sum(unicodedata.category(each) in ("Cc", "Cn", "Co", "Cs") for each in head.translate(_WHITE)) * 20 > len(head):
        raise TableFileError("Tệp không phải bảng dữ liệu; cần tệp CSV hoặc XLSX.")
    return Table(path, packed=packed, encoding=encoding)


def _workbook_rows(workbook: Workbook, sheet: str) -> Iterator[tuple[int, list]]:
    if sheet not in {each.name for each in workbook.sheets}:
        raise TableFileError(f"Tệp không có trang tính “{sheet[:60]}”; hãy chọn lại.")
    return workbook.rows(sheet, MAX_COLUMNS, fill_merged=True)
