"""Files as departments really save them, and files made to hurt: every row is loaded or has a line that says why."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import unicodedata
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.table_files.separated import separator_of
from dossiers.table_files.text_stream import TableFileError
from portal.datasets import rows
from portal.datasets.checking import Checker
from portal.datasets.columns import Column
from portal.datasets.models import DatasetName, DatasetProblem, DatasetRow, DatasetWord
from portal.datasets.proposing import propose
from portal.datasets.reading import opened
from portal.datasets.values import date_of, moments_of, span_of, tidy_area, tidy_code
from tests.dossiers.catalogue.catalogue_files import windows_1258

TABLE = (
    "BẢNG GIÁ ĐẤT NĂM 2026,,,\n(Kèm theo Quyết định số 88),,,\n"
    "Xã phường,Tên đường,Vị trí,Giá\nXã Cần Giuộc,Lê Lợi,Vị trí 1,12500000\nXã Mỹ Lộc,Nguyễn Huệ,Vị trí 2,9800000\n"
)


@pytest.fixture
def read(tmp_path):
    def proposal_of(data: bytes, kind: str = "land_price"):
        path = tmp_path / "tep"
        path.write_bytes(data)
        with opened(path, "tep") as table:
            sheets = table.sheets()
            proposal = propose(sheets, kind)
            below = [(line, cells) for line, cells in table.rows(proposal.sheet) if line > proposal.heading_row]
            return proposal, below, table.notes

    return proposal_of


def book(fill) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    fill(made)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        windows_1258(TABLE),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", "|").replace("\n", "\r\n").encode(),
        unicodedata.normalize("NFD", TABLE).encode(),
        gzip.compress(TABLE.encode()),
    ],
)
def test_every_encoding_and_separator_gives_the_same_columns_and_rows(read, data):
    proposal, below, _notes = read(data)
    assert proposal.heading_row == 3
    assert [column.role for column in proposal.columns] == ["commune", "key", "shown", "shown"]
    assert [column.type for column in proposal.columns][-1] == "number"
    record, problems = Checker(proposal.columns).check(*below[0])
    assert not problems and record.key == "le loi" and record.area == "can giuoc"
    assert record.cells == ["Xã Cần Giuộc", "Lê Lợi", "Vị trí 1", "12500000"]


def test_commas_inside_cells_do_not_make_the_separator():
    lines = ["Khu vực;Ngày;Lý do\n"] + ["Ấp 2, ấp 3, xã Cần Giuộc, tỉnh Tây Ninh;30/11/2026;Bảo trì\n"] * 5
    assert separator_of(lines) == ";"


def test_merged_cells_are_read_as_the_eye_reads_them(read):
    def fill(made):
        sheet = made.active
        sheet.append(["GIÁ ĐẤT"])
        sheet.merge_cells("A1:C1")
        for row in (["Tên đường", "Vị trí", "Giá"], ["Lê Lợi", 1, 12], [None, 2, 9], [None, 3, 7], ["Trần Phú", 1, 5]):
            sheet.append(row)
        sheet.merge_cells("A3:A5")

    proposal, below, _notes = read(book(fill))
    checker = Checker(proposal.columns)
    keys = [checker.check(line, cells)[0].key for line, cells in below]
    assert keys == ["le loi", "le loi", "le loi", "tran phu"]


def test_hidden_sheets_are_not_chosen_and_told_formulas_are_counted(read):
    def fill(made):
        hidden = made.create_sheet("Nháp")
        for number in range(50):
            hidden.append([f"Đường {number}", number])
        hidden.sheet_state = "hidden"
        made.active.append(["Tên đường", "Giá"])
        made.active.append(["Lê Lợi", 5])
        made.active.append(["Trần Phú", "=B2*2"])

    proposal, below, notes = read(book(fill))
    assert proposal.sheet == "Sheet" and len(below) == 2
    assert any("1 ô là công thức" in note for note in notes) and any("Nháp" in note for note in notes)


def test_the_sheet_with_the_table_is_chosen_among_several(read):
    def fill(made):
        made.active.append(["Hướng dẫn đọc bảng"])
        data = made.create_sheet("Dữ liệu")
        data.append(["Tên đường", "Giá"])
        for number in range(20):
            data.append([f"Đường số {number}", number * 1000])

    proposal, _below, _notes = read(book(fill))
    assert proposal.sheet == "Dữ liệu" and proposal.heading_row == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "rỗng"),
        (b"%PDF-1.7", "không phải bảng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel đời cũ"),
        (b"PK\x03\x04" + b"\0" * 100, "bị hỏng"),
        (bytes(range(256)) * 8, "không phải văn bản"),
        (gzip.compress(TABLE.encode() * 50)[:-20], "cắt giữa chừng"),
    ],
)
def test_what_is_no_table_says_so_in_one_sentence(read, data, says):
    with pytest.raises(TableFileError, match=says):
        read(data)


def test_a_bomb_is_refused_before_it_is_unpacked(read):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 120_000_000)
    with pytest.raises(TableFileError, match="quá lớn"):
        read(archive.getvalue())


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("30/11/2026", (2026, 11, 30)),
        ("30-11-26", (2026, 11, 30)),
        ("30.11.2026", (2026, 11, 30)),
        ("2026-11-30", (2026, 11, 30)),
        ("ngày 30 tháng 11 năm 2026", (2026, 11, 30)),
        ("Thứ hai, 30/11/2026", (2026, 11, 30)),
        (46356, (2026, 11, 30)),
        ("46356", (2026, 11, 30)),
        (dt.datetime(2026, 11, 30), (2026, 11, 30)),
        ("30112026", (2026, 11, 30)),
    ],
)
def test_dates_in_every_habit(written, day):
    assert date_of(written) == dt.date(*day)


@pytest.mark.parametrize("written", ["31/02/2026", "30/13/2026", "mai", "", "30/11", "1/1/1500", None])
def test_what_is_no_date_is_none(written):
    assert date_of(written) is None


@pytest.mark.parametrize(
    "days",
    [
        ("01022008", "02022008", "03122008"),
        ("39479", "39480", "39481"),
        ("1/2/2008", "01022008", "39479", "31/02/2008", "hôm qua"),
    ],
)
@pytest.mark.parametrize("heading", ["Ngày sinh", "Ngày tháng năm sinh"])
def test_birthdays_in_whatever_habit_are_proposed_as_days(read, heading, days):
    table = f"SBD,Họ và tên,{heading},Toán\n" + "".join(f"{n},An,{day},8\n" for n, day in enumerate(days, 100))
    proposal, _rows, _notes = read(table.encode(), "exam")
    assert (proposal.columns[2].role, proposal.columns[2].type) == ("secret", "date")


def test_a_day_is_proposed_under_its_heading_though_some_rows_are_slips(read):
    days = ["02/12/2026", "31/02/2026", "hôm qua", "5-12-2026", "06/12/2026"]
    table = "Ngày,Từ giờ,Đến giờ,Khu vực\n" + "".join(f"{day},8h,10h,Ấp {n}\n" for n, day in enumerate(days))
    proposal, _rows, _notes = read(table.encode(), "power_cut")
    assert [column.role for column in proposal.columns] == ["day", "from", "to", "key"]


def test_american_dates_are_seen_from_the_column():
    assert date_of("11/30/2026", month_first=True) == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("written", "times"),
    [
        ("7h30 - 11h00", ["07:30", "11:00"]),
        ("từ 8 giờ đến 16 giờ 30", ["08:00", "16:30"]),
        ("08:00:00", ["08:00"]),
        ("13g30", ["13:30"]),
        ("2h chiều", ["14:00"]),
        (0.3125, ["07:30"]),
        (dt.time(7, 30), ["07:30"]),
        ("24h00", ["23:59"]),
        ("5 gói, 30 hộp", []),
        ("25h00", []),
    ],
)
def test_hours_in_every_habit(written, times):
    assert [f"{time:%H:%M}" for time in moments_of(written).times] == times


@pytest.mark.parametrize(
    ("cells", "span"),
    [
        (("30/11/2026", "7h30", "11h00"), ("30/11 07:30", "30/11 11:00")),
        ((None, "08:00 ngày 30/11/2026", "16:00 ngày 30/11/2026"), ("30/11 08:00", "30/11 16:00")),
        ((None, "Từ 8h00 đến 16h30 ngày 30/11/2026", None), ("30/11 08:00", "30/11 16:30")),
        (("30/11/2026", "22h", "4h"), ("30/11 22:00", "01/12 04:00")),
        (("30/11/2026", None, None), ("30/11 00:00", "30/11 23:59")),
        ((None, "30/11/2026 08:00", "01/12/2026 17:00"), ("30/11 08:00", "01/12 17:00")),
        ((None, "7h30", "11h"), None),
        (("30/11/2026", "8h", "7h"), None),  # the wrong way round, not a day and a night without power
        ((None, "10h 30/11/2026", "8h 29/11/2026"), None),
    ],
)
def test_spans_however_they_are_spread_over_cells(cells, span):
    found = span_of(*cells)
    assert (found and tuple(f"{moment:%d/%m %H:%M}" for moment in found)) == span


def test_codes_and_communes_have_one_spelling():
    assert tidy_code(" 049.123 ") == tidy_code("49123") == "49123"
    assert tidy_area("Xã Cần Giuộc") == tidy_area("x. can giuoc") == tidy_area("CẦN GIUỘC")
    assert tidy_area("Xã") == "xa"


# --- A whole load


def test_every_row_is_loaded_or_has_a_line(load):
    text = (
        "Tên đường,Vị trí,Giá\nLê Lợi,1,100\n,2,90\nLê Lợi,1,100\n=HYPERLINK(1),1,5\n\nTrần Phú,1,5,thừa\n"
        "Nguyễn Huệ,1,7\n"
    )
    version = load(text, "land_price")
    said = {row.line: row.reason for row in DatasetProblem.objects.filter(version=version)}
    assert version.row_count == 2 and version.problem_count == 4
    assert "trống" in said[3] and "dòng 2" in said[4] and "công thức" in said[5] and "nhiều ô hơn" in said[7]
    assert [row.line for row in DatasetRow.objects.filter(version_id=version.pk).order_by("line")] == [2, 8]


def test_a_time_that_cannot_be_read_is_told_not_guessed(load):
    text = "Xã,Khu vực,Ngày,Từ giờ,Đến giờ\n" + "".join(
        f"Xã Mỹ Lộc,Ấp {n},{day},7h30,11h\n" for n, day in enumerate(["30/11/2026"] * 9 + ["31/11/2026"])
    )
    version = load(text, "power_cut")
    assert version.row_count == 9
    assert "thời gian" in DatasetProblem.objects.get(version=version).reason


def test_scores_with_one_number_twice_and_without_a_birthday_are_told_and_nothing_personal_is_quoted(load):
    text = (
        "Số báo danh,Họ và tên,Ngày sinh,Toán\n0101,Trần A,01/02/2010,8\n101,Trần B,03/02/2010,7\n0102,Lê C,,6\n"
        "0103,Lê D,4-5-2010,9\n"
    )
    version = load(text, "exam")
    found = list(DatasetProblem.objects.filter(version=version))
    assert version.row_count == 2 and [each.line for each in found] == [3, 4]
    assert not any(each.text for each in found)
    assert not DatasetRow.objects.filter(version_id=version.pk).exists()


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + b"\0" * 200, "Tên đường\n".encode(), ("Tên đường,Giá\n" + ",1\n" * 5).encode()]
)
def test_a_load_that_fails_keeps_nothing(load, data, monkeypatch):
    try:
        version = load(data, "land_price")
    except TableFileError:
        return
    assert version.state == "failed" and version.message
    assert not DatasetRow.objects.filter(version_id=version.pk).exists()


def test_too_many_bad_rows_stop_the_load_and_leave_nothing(load, monkeypatch):
    from portal.datasets import loading

    monkeypatch.setattr(loading, "MOST_PROBLEMS", 10)
    monkeypatch.setattr(loading, "BATCH", 5)
    version = load("Tên đường,Giá\n" + "Lê Lợi,1\nTrần Phú,2\n" + "Lê Lợi,1\n" * 30, "land_price")
    assert version.state == "failed" and "chọn sai cột" in version.message
    assert not DatasetRow.objects.filter(version_id=version.pk).exists()
    assert not DatasetProblem.objects.filter(version=version).exists()


def test_removing_a_version_leaves_no_row_of_it_and_all_of_others(load):
    first = load("Tên đường,Giá\nLê Lợi,1\n", "land_price", slug="mot")
    second = load("Tên đường,Giá\nTrần Phú,1\n", "land_price", slug="hai")
    rows.remove(first)
    for model in (DatasetRow, DatasetName, DatasetWord):
        assert not model.objects.filter(version_id=first.pk).exists()
        assert model.objects.filter(version_id=second.pk).exists()


cell = st.one_of(
    st.text(max_size=20), st.integers(-(10**9), 10**9), st.floats(allow_nan=True), st.none(), st.booleans(),
    st.dates(), st.times(), st.datetimes(),
)  # fmt: skip
roles = st.sampled_from(["key", "shown", "secret", "commune", "day", "from", "to"])
types = st.sampled_from(["text", "code", "number", "date"])
column = st.builds(Column, st.integers(0, 4), st.text(max_size=8), roles, types, st.booleans())


@settings(max_examples=150, deadline=None)
@given(st.lists(column, min_size=1, max_size=5), st.lists(st.lists(cell, max_size=7), max_size=6))
def test_any_cells_become_a_row_or_a_reason(columns, table):
    checker = Checker((Column(5, "k", "key"), *columns), needs_times=True)
    for line, cells in enumerate(table, start=1):
        record, problems = checker.check(line, cells)
        assert record is not None or problems
        if record is not None:
            assert record.key and "\0" not in "".join(record.cells)
        for problem in problems:
            assert problem.line == line and problem.reason


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: ("a,b\n" + text).encode("utf-8", "replace")))
def test_no_bytes_raise_anything_but_the_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.bin"
    path.write_bytes(data)
    try:
        with opened(path, "tep") as table:
            sheets = table.sheets()
            propose(sheets, "other")
            for sheet in sheets:
                list(table.rows(sheet.name))
    except TableFileError as refused:
        assert str(refused)
