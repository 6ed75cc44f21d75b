"""The rows of the first filled sheet of an XLSX file, after a look at what the archive would unpack to."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from dossiers.catalogue.text_stream import CatalogueFileError

MAX_RATIO = 200  # real workbooks pack 5–30 to 1; an archive of zeros packs 1000 to 1
MAX_ENTRIES = 2_000
MAX_CELLS = 10_000_000
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
# The engine holds a sheet in memory, several times its size in the archive.
MAX_SHEETS_UNPACKED = 100 * 1024 * 1024


def workbook_rows(path: Path, max_columns: int) -> Iterator[tuple[int, list]]:
    """Yield (row number from 1, cells) of the first sheet that has any. Raises CatalogueFileError."""
    _check_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if not sheet.height or not sheet.width:
                continue
            if sheet.width > max_columns:
                raise CatalogueFileError(f"Bảng tính có {sheet.width} cột; không phải bảng danh mục thủ tục.")
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                yield number, list(cells)
            return
    except CatalogueFileError:
        raise
    except (CalamineError, ValueError, OSError):
        raise CatalogueFileError(
            "Không mở được bảng tính; tệp hỏng hoặc có mật khẩu. Hãy lưu lại thành .xlsx rồi nạp."
        ) from None
    raise CatalogueFileError("Bảng tính không có dòng nào; hãy chọn tệp có nội dung.")


def _check_archive(path: Path) -> None:
    """Refuse archives that unpack to too much, lie about their sizes, or place a cell so far out that the dense table
    the engine builds would not fit in memory."""
    too_large = "Bảng tính giải nén ra quá lớn; không nạp để bảo vệ hệ thống."
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if not any(entry.filename.startswith("xl/") for entry in entries):
                raise CatalogueFileError(
                    "Tệp nén không phải bảng tính XLSX; hãy giải nén rồi nạp tệp danh mục bên trong."
                )
            unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
            if (
                len(entries) > MAX_ENTRIES
                or unpacked > MAX_SHEETS_UNPACKED
                or unpacked > MAX_RATIO * max(packed, 50_000)
            ):
                raise CatalogueFileError(too_large)
            for entry in entries:
                rows, columns = _extent(archive, entry)  # reading to the end also checks sizes and checksums
                if rows * columns > MAX_CELLS:
                    raise CatalogueFileError(too_large)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError):
        raise CatalogueFileError(
            "Tệp bảng tính bị hỏng, bị cắt giữa chừng hoặc có mật khẩu; hãy lưu lại rồi nạp."
        ) from None


def _extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """The furthest row and column a sheet's cells name; (0, 0) for other parts."""
    last_row = last_column = 0
    is_sheet = entry.filename.startswith("xl/worksheets/")
    tail = b""
    with archive.open(entry) as part:
        while block := part.read(1024 * 1024):
            if not is_sheet:
                continue
            for letters, digits in _CELL_NAME.findall(tail + block):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, _column(letters))
            tail = block[-16:]
    return last_row, last_column


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
