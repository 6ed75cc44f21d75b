"""The board as a workbook, the cases also as CSV: no senders, no words, no tracking addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import chain
from tempfile import SpooledTemporaryFile

from dossiers.deadlines.working_time import ZONE
from dossiers.table_files.written import Book, csv_lines
from dossiers.written_dates import written_moment
from feedback.figures.reports import Board, Tally
from feedback.figures.statistics import Share

HEAD = [
    "Nhóm",
    "Nhận",
    "Đang xử lý",
    "Đã trả lời",
    "Đúng hạn",
    "Tỷ lệ đúng hạn (%)",
    "Ngày trả lời (trung vị)",
    "Bị xem lại",
    "Tỷ lệ hài lòng (%)",
    "Khoảng tin cậy 95 %",
]
CASES_HEAD = ["Mã", "Loại", "Lĩnh vực", "Kênh", "Cơ quan", "Trạng thái", "Gửi lúc", "Hạn trả lời", "Trả lời lúc"]


def workbook(found: Board, cases, *, title: str, cases_title: str = "") -> SpooledTemporaryFile:
    """Return the board as a workbook; `title` says what, who takes it and when, `cases_title` the same of the rows.

    `cases` is an iterable of Case; None where they are too many for a workbook, which then says where they are.
    """
    book = Book()
    sheet = book.sheet("Tổng hợp", HEAD, title=title)
    for name, groups in (
        ("Chung", [("Tất cả", found.total)]),
        ("Theo loại", found.by_kind),
        ("Theo lĩnh vực", found.by_category),
        ("Theo cơ quan", found.by_agency),
        ("Theo tháng", found.by_month),
    ):
        sheet.add([name], bold=True)
        for group, tally in groups:
            sheet.add([group, *_cells(tally)])
    _ratings(book, found, title)
    listed = book.sheet("Ý kiến", CASES_HEAD, title=cases_title or title)
    if cases is None:
        listed.add(["Quá nhiều dòng cho một bảng tính: bấm Tải CSV ở trang số liệu."])
    for case in cases or ():
        listed.add(_with_moments(_line(case), _in_a_cell))
    return book.saved()


def csv_of(cases, *, title: str) -> Iterator[str]:
    """Return the cases as lines of CSV under a title that says who takes them and when."""
    return csv_lines(rows_of(cases, title=title))


def rows_of(cases, *, title: str) -> Iterator[list]:
    """Yield the same row by row: the title, the headings, the cases."""
    return chain([[title], CASES_HEAD], (_with_moments(_line(case), written_moment) for case in cases))


def _line(case) -> list:
    return [
        case.code,
        case.get_kind_display(),
        case.category.name if case.category else "",
        case.get_channel_display(),
        case.agency.name,
        case.get_status_display(),
        case.sent_at,
        case.due_at,
        case.answered_at,
    ]


def _with_moments(row: list, told: Callable[[dt.datetime], object]) -> list:
    return [told(cell) if isinstance(cell, dt.datetime) else cell for cell in row]


def _in_a_cell(moment: dt.datetime) -> dt.datetime:
    """Return the moment as a spreadsheet, which knows no zones, counts with it."""
    return moment.astimezone(ZONE).replace(tzinfo=None)


def _ratings(book: Book, found: Board, title: str) -> None:
    heads = ["Cơ quan", "Số phiếu", "Thái độ (%)", "Kết quả (%)", "Cả hai (%)"]
    sheet = book.sheet("Đánh giá", heads, title=title)
    for name, row in [("Tất cả", found.ratings.total), *found.ratings.by_agency]:
        if row.hidden:
            sheet.add([name, f"dưới {found.ratings.hidden_below} phiếu, không hiện"])
        else:
            sheet.add([name, row.count, *map(_per_cent, (row.attitude, row.result, row.both))])


def _cells(tally: Tally) -> list:
    return [
        tally.received,
        tally.open,
        tally.answered,
        tally.on_time,
        _per_cent(tally.timeliness),
        None if tally.median_days is None else round(tally.median_days, 1),
        tally.reopened,
        _per_cent(tally.satisfaction),
        tally.satisfaction.interval_text or None,
    ]


def _per_cent(share: Share) -> float | None:
    """Return a share as a number a spreadsheet counts with; nothing for a share of nothing."""
    return None if share.value is None else round(100 * share.value, 1)
