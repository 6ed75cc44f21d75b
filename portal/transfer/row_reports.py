"""The report of old dossiers brought over: a line of CSV for every row of the file, no text of it a formula."""

from __future__ import annotations

from dossiers.table_files.written import plain
from portal.transfer.dossier_files import Line

HEADINGS = ("Trang tính", "Dòng", "Mã hồ sơ", "Kết quả", "Ghi chú")
WORDS = {"new": "nhận mới", "known": "đã có, đối chiếu", "refused": "không nhận"}


def row_of(line: Line) -> list[str]:
    """Return the cells of a row's line, below HEADINGS."""
    return [plain(cell) for cell in (line.sheet, line.number, line.code, WORDS[line.outcome], " ".join(line.notes))]
