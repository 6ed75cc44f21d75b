"""Days off and make-up days as a CSV or XLSX file: read row by row with Vietnamese reasons, written for Excel.

An imported day is a proposal: it counts once a person has confirmed it with its preview (calendar_changes).
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from dossiers.models import Agency, CalendarException
from dossiers.search_text import fold
from dossiers.table_files.separated import separated_rows
from dossiers.table_files.text_stream import TableFileError, encoding_of, open_binary
from dossiers.table_files.workbook import Workbook
from dossiers.table_files.written import Book, csv_lines
from dossiers.written_dates import written_day, written_time

COLUMNS = ["Ngày", "Loại", "Tên gọi", "Mã cơ quan", "Làm từ giờ", "Đến giờ", "Văn bản quyết định"]
_FIELDS = ("date", "kind", "name", "agency", "opens_at", "closes_at", "decision")
_BY_HEADING = {fold(heading): name for heading, name in zip(COLUMNS, _FIELDS, strict=True)}
_NEEDED = ("date", "kind", "name")
_COUNTING = ("kind", "name", "opens_at", "closes_at")
OFF_WORDS = {"nghi", "nghi le", "nghi bu", "nghi tet", "ngay nghi", "off"}
WORK_WORDS = {"lam viec", "lam bu", "lam", "di lam", "ngay lam viec", "ngay lam bu", "work"}
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 2000
MOST_COLUMNS = 60
TITLE_ROWS = 20


@dataclass
class Report:
    """What became of a file; when `errors` is not empty nothing was written."""

    new: int = 0
    changed: int = 0
    same: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def load(stream: BinaryIO, size: int, *, allowed: frozenset[int] | None) -> Report:
    """Write the days of a file as proposals and return the report.

    `allowed` holds the agencies whose days the person may write; None means all of them and the common calendar.
    Raises TableFileError, one Vietnamese sentence, for a file that is no such table at all.
    """
    if size > LARGEST:
        raise TableFileError("Tệp lịch lớn hơn 2 MB; hãy chỉ giữ các dòng ngày nghỉ, ngày làm bù.")
    report = Report()
    days: list[tuple[int, CalendarException]] = []
    agencies = {agency.code.upper(): agency for agency in Agency.objects.only("code", "name")}
    for line, values in _table(stream, report):
        try:
            days.append((line, _day(values, agencies, allowed)))
        except ValidationError as error:
            report.errors += [(line, sentence) for sentence in error.messages]
    try:
        with transaction.atomic():
            _write(days, report)
            if report.errors:
                transaction.set_rollback(True)
    except IntegrityError:
        raise TableFileError("Người khác vừa ghi trùng ngày trong lịch; hãy nhập lại tệp.") from None
    return report


def _write(days: list[tuple[int, CalendarException]], report: Report) -> None:
    seen: dict[tuple, int] = {}
    known = {
        (row.agency_id, row.date): row
        for row in CalendarException.objects.filter(date__in={day.date for _, day in days})
    }
    for line, day in days:
        key = (day.agency_id, day.date)
        if key in seen:
            report.errors.append((line, f"Ngày {written_day(day.date)} đã có ở dòng {seen[key]} của tệp."))
            continue
        seen[key] = line
        there = known.get(key)
        if there is None:
            day.save()
            report.new += 1
        elif all(getattr(there, name) == getattr(day, name) for name in _COUNTING) and (
            there.confirmed or there.decision == day.decision
        ):
            report.same += 1
        elif there.confirmed:
            report.errors.append(
                (line, f"Ngày {written_day(day.date)} đã được xác nhận; hãy hủy xác nhận trước khi sửa bằng tệp.")
            )
        else:
            for name in (*_COUNTING, "decision"):
                setattr(there, name, getattr(day, name))
            there.save()
            report.changed += 1


def _day(values: dict, agencies: dict[str, Agency], allowed: frozenset[int] | None) -> CalendarException:
    """Return the unsaved day of one row; ValidationError with every sentence at once."""
    errors = []
    date = _date(values.get("date"))
    if date is None:
        errors.append(f"Ngày “{_text(values.get('date'))}” chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 30/04/2027.")
    word = fold(_text(values.get("kind")))
    kind = "off" if word in OFF_WORDS else "work" if word in WORK_WORDS else ""
    if not kind:
        errors.append(f"Loại “{_text(values.get('kind'))}” chưa đúng. Hãy ghi “nghỉ” hoặc “làm việc”.")
    name = _text(values.get("name"))
    if not name or len(name) > 120:
        errors.append("Tên gọi phải có, dài không quá 120 ký tự.")
    code = _text(values.get("agency"))
    agency = agencies.get(code.upper()) if code else None
    if code and agency is None:
        errors.append(f"Không có cơ quan mã “{code}”.")
    elif allowed is not None and (agency is None or agency.pk not in allowed):
        errors.append(
            f"Bạn không được ghi lịch của cơ quan “{code}”."
            if code
            else "Lịch chung do quản trị toàn tỉnh ghi; hãy điền mã cơ quan của bạn."
        )
    hours = [_time(values.get("opens_at")), _time(values.get("closes_at"))]
    if False in hours:
        errors.append("Giờ chưa đúng. Hãy ghi giờ:phút, ví dụ 07:30, hoặc để trống.")
    if errors or date is None:
        raise ValidationError(errors)
    day = CalendarException(
        agency=agency,
        date=date,
        kind=kind,
        name=name,
        opens_at=hours[0] or None,
        closes_at=hours[1] or None,
        decision=_text(values.get("decision"))[:160],
        source="nhập từ tệp",
    )
    day.clean()
    return day


def _text(value: Any) -> str:
    return unicodedata.normalize("NFC", " ".join(str(value).split())) if value is not None else ""


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            found = dt.datetime.strptime(_text(value), pattern).date()
        except ValueError:
            continue
        return found if 2000 <= found.year < 2100 else None
    return None


def _time(value: Any) -> dt.time | Literal[False] | None:
    """Return the time, None for a blank cell, False for what is no time."""
    if isinstance(value, dt.datetime):
        return value.time()
    if isinstance(value, dt.time):
        return value
    text = _text(value).replace("giờ", ":").replace("h", ":").replace(" ", "")
    if not text:
        return None
    for pattern in ("%H:%M", "%H:%M:%S", "%H:"):
        try:
            return dt.datetime.strptime(text, pattern).time()
        except ValueError:
            continue
    return False


def _table(stream: BinaryIO, report: Report) -> Iterator[tuple[int, dict]]:
    """Yield (row number, values by field) under the headings of every sheet; a sheet left out is told of."""
    with tempfile.NamedTemporaryFile(suffix=".tep") as kept:
        kept.write(stream.read(LARGEST + 1))
        kept.flush()
        path = Path(kept.name)
        if path.read_bytes()[:4] == b"PK\x03\x04":
            yield from _sheets(Workbook(path), report)
        else:
            yield from _rows(_csv_rows(path))


def _sheets(workbook: Workbook, report: Report) -> Iterator[tuple[int, dict]]:
    # No further than to the row that is refused: a small file may unpack to millions.
    read = ((each, list(islice(workbook.rows(each.name, MOST_COLUMNS), MOST_ROWS + 1))) for each in workbook.sheets)
    filled = [(sheet, rows) for sheet, rows in read if rows]
    if not filled:
        raise TableFileError("Tệp không có dòng nào.")
    for sheet, rows in filled:
        if len(filled) == 1:
            yield from _rows(rows)
        elif not sheet.visible:
            words = f"Trang tính “{sheet.name}” đang ẩn: bỏ ẩn để nhập, hoặc xóa trang này khỏi tệp."
            report.errors.append((rows[0][0], words))
        else:
            try:
                yield from _rows(rows)
            except TableFileError as error:
                report.errors.append((rows[0][0], f"Trang tính “{sheet.name}”: {error}"))


def _rows(rows: Iterable[tuple[int, list]]) -> Iterator[tuple[int, dict]]:
    """Yield the rows under the headings, which may stand below a title."""
    fields: list[str] | None = None
    first: list | None = None
    for number, cells in rows:
        if number > MOST_ROWS:
            raise TableFileError(f"Tệp lịch có hơn {MOST_ROWS} dòng; hãy chia theo năm.")
        if not any(_text(cell) for cell in cells):
            continue
        if fields is None:
            first = first or cells
            found = [_BY_HEADING.get(fold(_text(cell)), "") for cell in cells]
            if all(name in found for name in _NEEDED):
                fields = found
            elif number > TITLE_ROWS:
                break
            continue
        yield number, dict(zip(fields, cells, strict=False))
    if fields is None:
        raise TableFileError(_no_headings(first))


def _no_headings(cells: list | None) -> str:
    if cells is None:
        return "Tệp không có dòng nào."
    found = {_BY_HEADING.get(fold(_text(cell)), "") for cell in cells}
    missing = [COLUMNS[_FIELDS.index(name)] for name in _NEEDED if name not in found]
    return (
        f"Dòng đầu của tệp thiếu cột {', '.join(f'“{name}”' for name in missing)}. "
        f"Các cột: {', '.join(COLUMNS)}; hãy xuất lịch hiện có để lấy tệp mẫu."
    )


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with open_binary(path, False) as stream:
        text = io.TextIOWrapper(stream, encoding_of(path, False), errors="replace", newline="")
        yield from separated_rows(text)


def rows_of(days: Iterable[CalendarException]) -> Iterator[list[str]]:
    """Yield the headings, then a row a day, in the columns `load` reads."""
    yield COLUMNS
    for day in days:
        yield [
            written_day(day.date),
            "nghỉ" if day.kind == CalendarException.Kind.OFF else "làm việc",
            day.name,
            day.agency.code if day.agency else "",
            written_time(day.opens_at) if day.opens_at else "",
            written_time(day.closes_at) if day.closes_at else "",
            day.decision,
        ]


def as_csv(days: Iterable[CalendarException]) -> bytes:
    """Return the table as UTF-8, which spreadsheet programs open with its accents."""
    return "".join(csv_lines(rows_of(days))).encode()


def as_xlsx(days: Iterable[CalendarException]) -> bytes:
    """Return the table as a workbook of one sheet."""
    book = Book()
    sheet = book.sheet("Lịch")
    for row in rows_of(days):
        sheet.add(row)
    with book.saved() as file:
        return file.read()
