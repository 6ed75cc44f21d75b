"""The board as a workbook, the cases also as CSV: no senders, no words, no tracking addresses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from tempfile import SpooledTemporaryFile

from dossiers.table_files.written import Book, csv_lines
from dossiers.written_dates import written_moment
from feedback.figures.reports import Board, Tally
from feedback.figures.statistics import NOT_APPLICABLE, number

HEAD = [
    "Nhóm",
    "Nhận",
    "Đang xử lý",
    "Đã trả lời",
    "Đúng hạn",
    "Tỷ lệ đúng hạn",
    "Ngày trả lời (trung vị)",
    "Bị xem lại",
    "Tỷ lệ hài lòng",
    "Khoảng tin cậy 95 %",
]
CASES_HEAD = ["Mã", "Loại", "Lĩnh vực", "Kênh", "Cơ quan", "Trạng thái", "Gửi lúc", "Hạn trả lời", "Trả lời lúc"]


def workbook(found: Board, cases, *, made: str) -> SpooledTemporaryFile:
    """Return the board as a workbook; `cases` is an iterable of Case, `made` says who takes it and when."""
    book = Book()
    sheet = book.sheet("Tổng hợp")
    head = f"Ý kiến người dân {found.period.words}. {made}"
    sheet.add([head])
    for title, groups in (
        ("Chung", [("Tất cả", found.total)]),
        ("Theo loại", found.by_kind),
        ("Theo lĩnh vực", found.by_category),
        ("Theo cơ quan", found.by_agency),
        ("Theo tháng", found.by_month),
    ):
        sheet.add([])
        sheet.add([title], bold=True)
        sheet.add(HEAD, bold=True)
        for name, tally in groups:
            sheet.add([name, *_cells(tally)])
    _ratings(book, found, head)
    listed = book.sheet("Ý kiến", CASES_HEAD, title=head)
    for case in cases:
        listed.add(_line(case))
    return book.saved()


def csv_of(cases, *, title: str) -> Iterator[str]:
    """Return the cases as lines of CSV under a title that says who takes them and when."""
    return csv_lines(chain([[title], CASES_HEAD], map(_line, cases)))


def _line(case) -> list[str]:
    return [
        case.code,
        case.get_kind_display(),
        case.category.name if case.category else "",
        case.get_channel_display(),
        case.agency.name,
        case.get_status_display(),
        *(_moment(value) for value in (case.sent_at, case.due_at, case.answered_at)),
    ]


def _ratings(book: Book, found: Board, title: str) -> None:
    sheet = book.sheet("Đánh giá", ["Cơ quan", "Số phiếu", "Thái độ", "Kết quả", "Cả hai"], title=title)
    for name, row in [("Tất cả", found.ratings.total), *found.ratings.by_agency]:
        if row.hidden:
            sheet.add([name, f"dưới {found.ratings.hidden_below} phiếu, không hiện"])
        else:
            sheet.add([name, row.count, row.attitude.percent, row.result.percent, row.both.percent])


def _cells(tally: Tally) -> list:
    return [
        tally.received,
        tally.open,
        tally.answered,
        tally.on_time,
        tally.timeliness.percent,
        number(tally.median_days, 1),
        tally.reopened,
        tally.satisfaction.percent,
        tally.satisfaction.interval_text or NOT_APPLICABLE,
    ]


def _moment(value) -> str:
    return written_moment(value) if value else ""
