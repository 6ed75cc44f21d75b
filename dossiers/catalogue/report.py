"""What a load found, for people: a summary in a few lines, and every problem as a CSV file."""

from collections.abc import Iterable, Iterator
from itertools import chain

from dossiers.catalogue.coverage import as_table
from dossiers.models import CatalogueImport, CatalogueImportRow
from dossiers.table_files import written

HEADINGS = ("Dòng", "Mã thủ tục", "Kết quả", "Nội dung", "Mức", "Lý do", "Nguyên văn", "Trước", "Sau")
_SEVERITIES = {"unparsed": "Chưa đọc được", "doubtful": "Cần xác nhận"}
BATCH = 500


def summary(outcome, *, dry_run: bool) -> str:
    """Return the Vietnamese summary of a load's Outcome."""
    counts = outcome.counts
    names = [("new", "mới"), ("changed", "thay đổi"), ("unchanged", "không đổi"), ("failed", "không nạp được")]
    parts = ", ".join(f"{_number(counts[key])} {name}" for key, name in names)
    done = "Nạp thử (chưa ghi gì)" if dry_run else "Đã nạp"
    lines = [f"{done} “{outcome.load.file_name}” ({outcome.load.source}): {parts}."]
    lines.append(_about_missing(outcome))
    with_problems = sum(bool(row.problems) for row in outcome.rows)
    lines.append(
        f"Báo cáo: {_number(counts['problems'])} chỗ chưa đọc được hoặc cần xác nhận, ở {_number(with_problems)} dòng."
    )
    lines.append("\n" + as_table(outcome.shares))
    return "\n".join(line for line in lines if line)


def _about_missing(outcome) -> str:
    gone = outcome.counts["abolished"]
    if not gone:
        return ""
    if outcome.many_missing:
        return (
            f"{_number(gone)} thủ tục của lần nạp trước không có trong tệp này: có thể tệp chỉ là một phần danh mục, "
            "nên không bãi bỏ thủ tục nào."
        )
    if any(row.difference.get("applied") for row in outcome.rows if row.outcome == "abolished"):
        return f"{_number(gone)} thủ tục không còn trong danh mục đã được đánh dấu bãi bỏ."
    return f"{_number(gone)} thủ tục không còn trong danh mục: đề nghị bãi bỏ (thêm --abolish-missing để bãi bỏ)."


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def csv_lines(load: CatalogueImport) -> Iterator[str]:
    """Return the stored report as CSV text (with BOM, so that spreadsheets see UTF-8): one line a problem or change."""
    return csv_of(load.rows.order_by("line", "id").iterator(chunk_size=BATCH))


def csv_of(rows: Iterable[CatalogueImportRow]) -> Iterator[str]:
    """Return the same for rows at hand (a dry run stores none)."""
    return written.csv_lines(chain([HEADINGS], chain.from_iterable(row_cells(row) for row in rows)))


def row_cells(row: CatalogueImportRow) -> Iterator[tuple]:
    """Yield the cells of one row: a line a problem, a line a changed column, or one line saying the outcome."""
    lead = (row.line or "", row.code, row.get_outcome_display())
    empty = True
    for problem in row.problems:
        empty = False
        severity = _SEVERITIES.get(problem.get("severity"), "")
        yield (*lead, problem["field"], severity, problem["reason"], problem["text"], "", "")
    for change in row.difference.values():
        if isinstance(change, dict):
            empty = False
            yield (*lead, change["name"], "Thay đổi", "", "", change["before"], change["after"])
    if empty:
        yield (*lead, *[""] * 6)
