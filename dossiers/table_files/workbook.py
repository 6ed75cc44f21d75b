"""The sheets of an XLSX file and their rows, after a look at what the archive would unpack to."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from dossiers.table_files.text_stream import TableFileError

MAX_RATIO = 200  # real workbooks pack 5–30 to 1; an archive of zeros packs 1000 to 1
MAX_ENTRIES = 2_000
MAX_CELLS = 10_000_000
MAX_MERGED = 200_000
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_FORMULA = re.compile(rb"<f[ >/]")
# The engine holds a sheet in memory, several times its size in the archive.
MAX_SHEETS_UNPACKED = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as its tab shows it."""

    name: str
    visible: bool


class Workbook:
    """An opened workbook: its sheets in order, and how many cells of it are formulas."""

    def __init__(self, path: Path):
        """Look the archive over, then open it. Raises TableFileError."""
        self.formulas = _check_archive(path)
        with _as_sentence():
            self._book = CalamineWorkbook.from_path(str(path))
            self.sheets = [
                Sheet(each.name, each.visible == SheetVisibleEnum.Visible) for each in self._book.sheets_metadata
            ]

    def rows(self, name: str, max_columns: int, *, fill_merged: bool = False) -> Iterator[tuple[int, list]]:
        """Yield (row number from 1, cells) of a sheet; nothing for an empty one. Raises TableFileError.

        With `fill_merged` every cell of a merged range has the range's value, as the eye reads it.
        """
        with _as_sentence():
            sheet = self._book.get_sheet_by_name(name)
            if not sheet.height or not sheet.width:
                return
            if sheet.width > max_columns:
                raise TableFileError(f"Bảng tính có {sheet.width} cột; không phải bảng dữ liệu để nạp.")
            merged = _Merged(sheet.merged_cell_ranges or [] if fill_merged else [])
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                yield number, merged.filled(number - 1, list(cells))


class _Merged:
    """Merged ranges met from top to bottom: the value of each is known when its first row is read."""

    def __init__(self, ranges: list):
        if len(ranges) > MAX_MERGED:
            raise TableFileError("Bảng tính có quá nhiều ô gộp; hãy bỏ gộp ô (Unmerge) rồi nạp lại.")
        self._starting: dict[int, list] = {}
        for (top, left), (bottom, right) in ranges:
            self._starting.setdefault(top, []).append((bottom, left, right))
        self._open: list[tuple[int, int, int, object]] = []

    def filled(self, row: int, cells: list) -> list:
        """Return the cells of the row (counted from 0) with the values of the ranges they belong to."""
        for bottom, left, right in self._starting.get(row, ()):
            if left < len(cells):
                self._open.append((bottom, left, right, cells[left]))
        if self._open:
            self._open = [each for each in self._open if each[0] >= row]
            for _bottom, left, right, value in self._open:
                last = min(right, len(cells) - 1)
                cells[left : last + 1] = [value] * (last + 1 - left)
        return cells


class _as_sentence:
    """Turns what the engine raises into the one sentence for the person who chose the file."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, (CalamineError, ValueError, OSError)) and not isinstance(error, TableFileError):
            raise TableFileError(
                "Không mở được bảng tính; tệp hỏng hoặc có mật khẩu. Hãy lưu lại thành .xlsx rồi nạp."
            ) from None
        return False


def _check_archive(path: Path) -> int:
    """Return how many cells are formulas. Refuse archives that unpack to too much, lie about their sizes, or place a
    cell so far out that the dense table the engine builds would not fit in memory."""
    too_large = "Bảng tính giải nén ra quá lớn; không nạp để bảo vệ hệ thống. Hãy lưu thành CSV UTF-8 rồi nạp."
    formulas = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if not any(entry.filename.startswith("xl/") for entry in entries):
                raise TableFileError("Tệp nén không phải bảng tính XLSX; hãy giải nén rồi nạp tệp dữ liệu bên trong.")
            unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
            if (
                len(entries) > MAX_ENTRIES
                or unpacked > MAX_SHEETS_UNPACKED
                or unpacked > MAX_RATIO * max(packed, 50_000)
            ):
                raise TableFileError(too_large)
            for entry in entries:
                rows, columns, found = _extent(archive, entry)  # reading to the end also checks sizes and checksums
                formulas += found
                if rows * columns > MAX_CELLS:
                    raise TableFileError(too_large)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError):
        raise TableFileError(
            "Tệp bảng tính bị hỏng, bị cắt giữa chừng hoặc có mật khẩu; hãy lưu lại rồi nạp."
        ) from None
    return formulas


def _extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[int, int, int]:
    """The furthest row and column a sheet's cells name, and its formulas; zeros for other parts."""
    last_row = last_column = formulas = 0
    is_sheet = entry.filename.startswith("xl/worksheets/")
    tail = b""
    with archive.open(entry) as part:
        while block := part.read(1024 * 1024):
            if not is_sheet:
                continue
            for letters, digits in _CELL_NAME.findall(tail + block):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, _column(letters))
            formulas += len(_FORMULA.findall(tail[-2:] + block))
            tail = block[-16:]
    return last_row, last_column, formulas


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
