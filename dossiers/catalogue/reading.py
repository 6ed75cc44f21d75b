"""Reading catalogue files row by row: JSON lines (also .gz), a JSON list, CSV and XLSX, from people who use anything.

What a file is, is decided by its content, never by its name. Text may be UTF-8 (with or without BOM), UTF-16, or
Windows-1258; accents may be composed or not. Memory stays bounded: text is read line by line, and no file may unpack to
more than `MAX_UNPACKED`. A row that cannot be read is given back with its reason; a file that cannot be read at all
raises `TableFileError`, whose text is one sentence for the person who chose the file.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from dossiers.catalogue.columns import REQUIRED, canonical, unit_in
from dossiers.catalogue.portal_text import one_line
from dossiers.table_files.separated import separated_rows
from dossiers.table_files.text_stream import (
    TableFileError,
    encoding_of,
    first_character,
    numbered_lines,
    open_binary,
    undecodable,
)
from dossiers.table_files.workbook import Workbook
from dossiers.table_files.written import guarded

MAX_FILE = 200 * 1024 * 1024
MAX_ROWS = 20_000  # the national catalogue has about 6,000 procedures
MAX_COLUMNS = 500
_HEADER_SEARCH = 20  # rows above the headings that a person may have used for a title


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the file: its line (or sheet row) number from 1, and either its values or the reason it has none."""

    line: int
    values: dict | None
    reason: str = ""
    text: str = ""


def read_rows(path: Path | str) -> Iterator[SourceRow]:
    """Yield the rows of a catalogue file in order.

    Raises TableFileError before the first row for a file of the wrong kind, and during reading for one that turns
    out to be cut off, too large or undecodable; callers must therefore keep nothing of a file that raised.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise TableFileError(f"“{path.name}” không phải là tệp; hãy chọn một tệp danh mục.")
        if size == 0:
            raise TableFileError(f"Tệp “{path.name}” rỗng; hãy chọn tệp danh mục có nội dung.")
        if size > MAX_FILE:
            raise TableFileError(f"Tệp “{path.name}” lớn hơn {MAX_FILE // 1024**2} MB; hãy chia nhỏ rồi nạp từng phần.")
        with path.open("rb") as head:
            magic = head.read(8)
        yield from _limited(_rows(path, magic), path.name)
    except FileNotFoundError:
        raise TableFileError(f"Không tìm thấy tệp “{path.name}”; kiểm tra lại đường dẫn.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise TableFileError(f"Tệp nén “{path.name}” bị hỏng hoặc bị cắt giữa chừng; hãy tải lại tệp.") from None
    except PermissionError:
        raise TableFileError(f"Không có quyền đọc tệp “{path.name}”.") from None
    except OSError as error:
        raise TableFileError(f"Không đọc được tệp “{path.name}” ({error.strerror or 'lỗi đĩa'}).") from None


def _rows(path: Path, magic: bytes) -> Iterator[SourceRow]:
    if magic.startswith(b"PK\x03\x04"):
        yield from _sheets(path)
        return
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableFileError("Tệp là Excel đời cũ (.xls) hoặc có mật khẩu; hãy lưu lại thành .xlsx rồi nạp.")
    if magic.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        raise TableFileError("Tệp không phải danh mục; cần tệp JSON lines, CSV hoặc XLSX.")
    packed = magic.startswith(b"\x1f\x8b")
    encoding = encoding_of(path, packed)
    with open_binary(path, packed) as binary:
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        first = first_character(text)
    with open_binary(path, packed) as binary:
        text = io.TextIOWrapper(binary, encoding=encoding, newline="")
        if first == "{":
            yield from _json_lines(text)
        elif first == "[":
            yield from _json_list(text)
        else:
            yield from _table(separated_rows(text), path.name)


def _json_lines(text: io.TextIOWrapper) -> Iterator[SourceRow]:
    for number, line in numbered_lines(text):
        line = line.strip().strip("\ufeff")
        if line:
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> SourceRow:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return SourceRow(number, None, "Dòng không phải JSON hợp lệ nên không nạp được.", line[:300])
    if not isinstance(value, dict):
        return SourceRow(number, None, "Dòng JSON không phải là một bản ghi {…}.", line[:300])
    return SourceRow(number, value)


def _json_list(text: io.TextIOWrapper) -> Iterator[SourceRow]:
    """A file that is one JSON list. It cannot be read piece by piece, so it may not be large."""
    limit = 64 * 1024 * 1024
    try:
        whole = text.read(limit + 1)
    except UnicodeError:
        raise undecodable() from None
    if len(whole) > limit:
        raise TableFileError("Danh sách JSON quá lớn; hãy lưu thành JSON lines (mỗi thủ tục một dòng).")
    try:
        values = json.loads(whole.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise TableFileError("Tệp JSON bị hỏng hoặc bị cắt giữa chừng; hãy xuất lại tệp.") from None
    for number, value in enumerate(values, start=1):
        if isinstance(value, dict):
            yield SourceRow(number, value)
        else:
            yield SourceRow(number, None, "Phần tử không phải là một bản ghi {…}.", str(value)[:300])


def _sheets(path: Path) -> Iterator[SourceRow]:
    """Rows of every sheet that has headings; a sheet that has none, or is hidden, is one line of the report."""
    workbook, read = Workbook(path), False
    passed_over: list[SourceRow] = []
    refused: NoHeadings | None = None
    for sheet in workbook.sheets:
        rows = workbook.rows(sheet.name, MAX_COLUMNS)
        first = next(rows, None)
        if first is None:
            continue
        if not sheet.visible:
            reason = f"Trang tính “{sheet.name}” đang ẩn nên không nạp; bỏ ẩn (Unhide) nếu cần rồi nạp lại."
            passed_over.append(SourceRow(first[0], None, reason, sheet.name))
            continue
        try:
            for row in _table(chain([first], rows), path.name):
                read = True
                yield (
                    row
                    if len(workbook.sheets) == 1 or row.values is not None
                    else replace(row, reason=f"Trang tính “{sheet.name}”: {row.reason}")
                )
        except NoHeadings as error:
            reason = f"Trang tính “{sheet.name}” không có hàng tiêu đề của bảng thủ tục nên không nạp."
            passed_over.append(SourceRow(first[0], None, reason, sheet.name))
            refused = error
    if not read and refused is not None:
        raise refused
    if not read:
        raise TableFileError("Bảng tính không có dòng nào đang hiện; hãy chọn tệp có nội dung.")
    yield from passed_over


class NoHeadings(TableFileError):
    """A table without a row of headings among its first rows."""


def _table(rows: Iterator[tuple[int, list]], name: str) -> Iterator[SourceRow]:
    """Rows under a line of headings, which may stand below a title."""
    headings: list[str] | None = None
    unit = ""
    for seen, (number, cells) in enumerate(rows):
        if len(cells) > MAX_COLUMNS:
            while cells and not one_line(cells[-1]):
                cells.pop()
            if len(cells) > MAX_COLUMNS:
                if headings is None:
                    raise TableFileError(f"Tệp “{name}” có hơn {MAX_COLUMNS} cột; không phải bảng danh mục thủ tục.")
                yield SourceRow(
                    number, None, f"Dòng có hơn {MAX_COLUMNS} ô nên không nạp được.", one_line(cells[0])[:300]
                )
                continue
        if headings is None:
            keys = [canonical(cell) for cell in cells]
            if all(key in keys for key in REQUIRED):
                headings = keys
                unit = next(
                    (
                        found
                        for key, cell in zip(keys, cells, strict=True)
                        if key == "thoi_han" and (found := unit_in(cell))
                    ),
                    "",
                )
            elif seen >= _HEADER_SEARCH:
                break
            continue
        if any(one_line(cell) for cell in cells):
            row = _table_row(number, headings, cells)
            if unit and row.values and "thoi_han" in row.values:
                row.values.setdefault("don_vi_thoi_han", unit)
            yield row
    if headings is None:
        raise NoHeadings(
            f"Không tìm thấy hàng tiêu đề có cột “Mã thủ tục” và “Tên thủ tục” "
            f"trong tệp “{name}”; xem mẫu trong hướng dẫn."
        )


def _table_row(number: int, headings: list[str], cells: list) -> SourceRow:
    formulas = [cell for cell in cells if isinstance(cell, str) and cell.lstrip()[:1] == "=" and len(cell.strip()) > 1]
    if formulas:
        reason = "Ô chứa công thức, không phải giá trị; hãy dán dưới dạng giá trị rồi nạp lại dòng này."
        return SourceRow(number, None, reason, formulas[0][:300])
    values: dict = {}
    for heading, cell in zip(headings, cells, strict=False):
        # An empty cell of a table says nothing, as a missing column does.
        if heading and one_line(cell) and heading not in values:
            values[heading] = guarded(cell) if isinstance(cell, str) else cell
    return SourceRow(number, values)


def _limited(rows: Iterator[SourceRow], name: str) -> Iterator[SourceRow]:
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise TableFileError(f"Tệp “{name}” có hơn {MAX_ROWS} dòng; không phải danh mục thủ tục.")
        yield row
