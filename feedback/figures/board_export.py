"""The board as a workbook, the cases also as CSV: no senders, no words, no tracking addresses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from openpyxl import Workbook

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


def write(out: BinaryIO, found: Board, cases) -> None:
    """Write the workbook; `cases` is an iterable of Case. Rows are written one by one, memory stays flat."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tổng hợp")
    sheet.append([f"Ý kiến người dân {found.period.words}"])
    for title, groups in (
        ("Chung", [("Tất cả", found.total)]),
        ("Theo loại", found.by_kind),
        ("Theo lĩnh vực", found.by_category),
        ("Theo cơ quan", found.by_agency),
        ("Theo tháng", found.by_month),
    ):
        sheet.append([])
        sheet.append([title])
        sheet.append(HEAD)
        for name, tally in groups:
            sheet.append([plain(name), *_cells(tally)])
    _ratings(book, found)
    listed = book.create_sheet("Ý kiến")
    listed.append(CASES_HEAD)
    for case in cases:
        listed.append(_line(case))
    book.save(out)


def csv_lines(cases) -> Iterator[str]:
    """Yield the cases as CSV for any spreadsheet: a byte order mark first, so that it reads Vietnamese letters."""
    line = csv.writer(_Echo())
    yield "\ufeff" + line.writerow(CASES_HEAD)
    for case in cases:
        yield line.writerow(_line(case))


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _line(case) -> list[str]:
    return [
        case.code,
        case.get_kind_display(),
        plain(case.category.name) if case.category else "",
        case.get_channel_display(),
        plain(case.agency.name),
        case.get_status_display(),
        *(_moment(value) for value in (case.sent_at, case.due_at, case.answered_at)),
    ]


def _ratings(book: Workbook, found: Board) -> None:
    sheet = book.create_sheet("Đánh giá")
    sheet.append(["Cơ quan", "Số phiếu", "Thái độ", "Kết quả", "Cả hai"])
    for name, row in [("Tất cả", found.ratings.total), *found.ratings.by_agency]:
        if row.hidden:
            sheet.append([plain(name), f"dưới {found.ratings.hidden_below} phiếu, không hiện"])
        else:
            sheet.append([plain(name), row.count, row.attitude.percent, row.result.percent, row.both.percent])


def plain(text: str) -> str:
    """Return text that a spreadsheet will not run as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


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
