"""Tables of procedures as offices keep them: headings, limits, fees and sheets in everybody's own manner."""

from __future__ import annotations

from decimal import Decimal

import pytest
from openpyxl import Workbook

from dossiers.catalogue.columns import canonical
from dossiers.catalogue.durations import parse_time_limit
from dossiers.catalogue.importing import Options, load_file
from dossiers.catalogue.procedures import parse_record
from dossiers.catalogue.reading import read_rows
from dossiers.catalogue.records import FeeKind, LimitUnit
from dossiers.models import CatalogueImportRow, Procedure
from dossiers.table_files.text_stream import TableFileError
from tests.people import MONDAY

HABITS = """DANH MỤC THỦ TỤC HÀNH CHÍNH, CẤP XÃ, NĂM 2026

STT;Mã số TTHC;Tên TTHC;Thời hạn giải quyết (ngày làm việc);Phí, lệ phí
1;1.000001;Đăng ký, cấp giấy, đổi, bổ sung;05;Không
2;1.000002;Cấp lại, sửa, xóa;Không quá 03 (ba) ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ;20.000
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_with_a_title_semicolons_and_commas_in_names_is_read(tmp_path, encoding):
    path = tmp_path / "danh-muc.csv"
    path.write_bytes(HABITS.encode(encoding))
    first, second = (parse_record(row.values) for row in read_rows(path))
    assert (first.code, second.code) == ("1.000001", "1.000002")
    (channel,) = first.channels
    assert (channel.limit.amount, channel.limit.unit) == (Decimal(5), LimitUnit.WORKING_DAY)
    assert channel.fees[0].kind == FeeKind.FREE
    (channel,) = second.channels
    assert (channel.limit.amount, channel.limit.unit) == (Decimal(3), LimitUnit.WORKING_DAY)
    assert channel.fees[0].amount == 20_000


@pytest.mark.parametrize(
    "words, amount, unit",
    [
        ("05 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ", 5, LimitUnit.WORKING_DAY),
        ("Không quá 05 ngày làm việc", 5, LimitUnit.WORKING_DAY),
        ("Trong thời hạn 10 ngày, kể từ ngày nhận hồ sơ", 10, LimitUnit.CALENDAR_DAY),
        ("15 (mười lăm) ngày làm việc tính từ khi nhận đủ giấy tờ.", 15, LimitUnit.WORKING_DAY),
        ("08 giờ làm việc sau khi nhận hồ sơ", 8, LimitUnit.HOUR),
        ("Ngay trong ngày làm việc", None, LimitUnit.SAME_DAY),
        # Two limits are a person's to choose; they are not one.
        ("05 ngày làm việc kể từ ngày nhận hồ sơ, phức tạp 10 ngày làm việc", None, LimitUnit.UNSTATED),
        ("05 đến 10 ngày làm việc", None, LimitUnit.UNSTATED),
        ("Từ ngày 01/7 là 05 ngày", None, LimitUnit.UNSTATED),
    ],
)
def test_a_limit_in_a_sentence(words, amount, unit):
    limit, problems = parse_time_limit(words)
    assert (limit.amount, limit.unit) == (amount and Decimal(amount), unit)
    assert bool(problems) == (unit == LimitUnit.UNSTATED)


@pytest.mark.parametrize(
    "heading, key",
    [
        ("Mã số TTHC", "ma_thu_tuc"),
        ("MÃ SỐ  THỦ TỤC", "ma_thu_tuc"),
        ("Thời hạn giải quyết (ngày làm việc)", "thoi_han"),
        ("Phí, lệ phí (đồng)", "le_phi"),
        ("Lệ phí (nếu có)", "le_phi"),
        ("Phí, lệ phí (nghìn đồng)", "Phí, lệ phí (nghìn đồng)"),
    ],
)
def test_headings_as_people_write_them(heading, key):
    """Thousands are not read as đồng: that column stays unknown, and nothing is made a thousand times cheaper."""
    assert canonical(heading) == key


@pytest.mark.parametrize("words, kind", [("Không", "free"), ("Không thu phí", "free"), ("Chưa quy định", "unclear")])
def test_a_fee_of_nothing_is_not_one_nobody_set(words, kind):
    record = parse_record({"ma_thu_tuc": "1.000001", "ten_thu_tuc": "Đăng ký", "le_phi": words})
    assert record.channels[0].fees[0].kind == FeeKind(kind)


def book(path, *sheets):
    found = Workbook()
    found.remove(found.active)
    for name, rows, *hidden in sheets:
        sheet = found.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if hidden:
            sheet.sheet_state = "hidden"
    found.save(path)
    return path


HEAD = ["Mã thủ tục", "Tên thủ tục"]


@pytest.mark.django_db
def test_every_sheet_is_read_and_what_is_not_stands_in_the_report(tmp_path):
    path = book(
        tmp_path / "danh-muc.xlsx",
        ("Đất đai", [HEAD, ["1.000001", "Đăng ký đất"]]),
        ("Hộ tịch", [["DANH MỤC"], HEAD, ["1.000002", "Khai sinh"]]),
        ("Ghi chú", [["Người lập: văn phòng"]]),
        ("Cũ", [HEAD, ["1.000003", "Đã bỏ"]], "hidden"),
        ("Trống", []),
    )
    outcome = load_file(path, Options(today=MONDAY.date()), now=MONDAY)
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000001", "1.000002"}
    failed = [row for row in outcome.rows if row.outcome == CatalogueImportRow.Outcome.FAILED]
    said = " ".join(str(row.problems) for row in failed)
    assert len(failed) == 2 and "Ghi chú" in said and "Cũ" in said and "ẩn" in said


@pytest.mark.parametrize("hidden", [(), ("hidden",)])
def test_a_book_with_nothing_to_load_says_so(tmp_path, hidden):
    sheets = [("A", [["x"]]), ("B", [HEAD, ["1.000001", "Đăng ký"]], *hidden)] if hidden else [("A", [["x"]])]
    with pytest.raises(TableFileError):
        list(read_rows(book(tmp_path / "a.xlsx", *sheets)))
