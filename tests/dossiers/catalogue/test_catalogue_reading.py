"""Catalogue files as people really save them, and files made to hurt (R6, R9)."""

import gzip
import io
import json
import unicodedata
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.catalogue import reading
from dossiers.catalogue.reading import read_rows
from dossiers.table_files import text_stream
from dossiers.table_files.text_stream import TableFileError
from tests.dossiers.catalogue.catalogue_files import json_lines, portal_record, windows_1258

TABLE = "code,name,field,level\n1.000001,Đăng ký khai sinh,Hộ tịch,xã\n1.000002,Đăng ký kết hôn,Hộ tịch,xã\n"


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


def names(path):
    return [row.values["ten_thu_tuc"] for row in read_rows(path)]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("utf-32"),
        windows_1258(TABLE),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace("\n", "\r\n").encode(),
        b"\n\n" + ("DANH MỤC THỦ TỤC,,,\n(Kèm theo Quyết định),,,\n" + TABLE).encode(),
        gzip.compress(TABLE.encode()),
    ],
)
def test_every_encoding_and_separator(write, data):
    found = [unicodedata.normalize("NFC", name) for name in names(write("danh-muc.bin", data))]
    assert found == ["Đăng ký khai sinh", "Đăng ký kết hôn"]


def test_decomposed_headings_are_headings(write):
    text = unicodedata.normalize("NFD", "Mã TTHC,Tên thủ tục hành chính\n1.000001,Đăng ký khai sinh\n")
    (row,) = read_rows(write("nfd.csv", text))
    assert row.values["ma_thu_tuc"] == "1.000001" and row.line == 2


def test_json_lines_list_and_packed(tmp_path, write):
    records = [portal_record("1.000001"), portal_record("1.000002")]
    assert len(list(read_rows(json_lines(tmp_path / "a.jsonl", records)))) == 2
    assert len(list(read_rows(json_lines(tmp_path / "a.jsonl.gz", records, packed=True)))) == 2
    assert len(list(read_rows(write("a.json", json.dumps(records))))) == 2
    assert len(list(read_rows(write("bom.jsonl", "\ufeff" + json.dumps(records[0]))))) == 1


def test_a_bad_line_is_reported_with_its_number_and_the_rest_is_read(tmp_path):
    path = json_lines(
        tmp_path / "a.jsonl",
        [
            portal_record("1.000001"),
            '{"ma_thu_tuc": "1.000002", "ten',
            "",
            "[1, 2]",
            "9" * 5000,
            portal_record("1.000003"),
        ],
    )
    rows = list(read_rows(path))
    assert [(row.line, row.values is None) for row in rows] == [(1, False), (2, True), (4, True), (5, True), (6, False)]
    assert "JSON" in rows[1].reason and rows[1].text.startswith('{"ma_thu_tuc"')


def test_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "Danh mục"
    sheet.append([None, "Mã thủ tục", "Tên thủ tục", "Thời hạn", "Đơn vị thời hạn"])
    sheet.append([None, 1.00017, "Đăng ký", 5, "ngày làm việc"])
    sheet.append([None, "1.000002", "=B4&C4", 3, "ngày"])
    book.save(tmp_path / "a.xlsx")
    rows = list(read_rows(tmp_path / "a.xlsx"))
    assert rows[0].values["ma_thu_tuc"] == 1.00017 and rows[0].line == 4
    assert "ten_thu_tuc" not in rows[1].values  # the formula was never computed


def test_formulas_in_csv_are_refused_row_by_row(write):
    rows = list(
        read_rows(write("a.csv", 'Mã thủ tục,Tên thủ tục\n1.000001,"=HYPERLINK(""http://x"")"\n1.000002,Đúng\n'))
    )
    assert "công thức" in rows[0].reason and rows[1].values["ten_thu_tuc"] == "Đúng"


def test_a_row_with_100_000_cells_is_reported_and_a_heading_of_100_000_refused(write):
    rows = list(read_rows(write("a.csv", TABLE + "1.000003,x" + ",y" * 100_000 + "\n")))
    assert [row.values is None for row in rows] == [False, False, True]
    with pytest.raises(TableFileError, match="cột"):
        list(read_rows(write("b.csv", "code,name" + ",x" * 100_000 + "\n1.000001,a\n")))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("rong.csv", b"", "rỗng"),
        ("trang.csv", b"   \n\n", "tiêu đề"),
        ("anh.png", b"\x89PNG\r\n\x1a\n123", "không phải danh mục"),
        ("cu.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel đời cũ"),
        ("khac.csv", b"a,b,c\n1,2,3\n", "Mã thủ tục"),
        ("hong.jsonl.gz", gzip.compress(json.dumps(portal_record()).encode() * 50)[:-20], "cắt giữa chừng"),
        ("hong.json", b'[{"ma_thu_tuc": "1.000001"', "cắt giữa chừng"),
        ("hong.xlsx", b"PK\x03\x04" + b"\x00" * 200, "bị hỏng"),
        ("nhi-phan.dat", bytes(range(256)) * 8, "không phải văn bản"),
    ],
)
def test_files_that_cannot_be_loaded_say_why_in_one_sentence(write, name, data, says):
    with pytest.raises(TableFileError) as refused:
        list(read_rows(write(name, data)))
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "khong-co.csv", tmp_path):
        with pytest.raises(TableFileError):
            list(read_rows(path))


def test_bombs_are_refused(write, tmp_path, monkeypatch):
    monkeypatch.setattr(text_stream, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(TableFileError, match="giải nén"):
        list(read_rows(write("bom.gz", gzip.compress(b"a" * 3_000_000))))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(TableFileError, match="quá lớn"):
        list(read_rows(write("bom.xlsx", archive.getvalue())))
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Mã thủ tục", 1
    book.save(tmp_path / "xa.xlsx")
    with pytest.raises(TableFileError, match="quá lớn"):
        list(read_rows(tmp_path / "xa.xlsx"))


def test_limits_of_size_rows_and_lines(write, monkeypatch):
    path = write("a.csv", TABLE)
    monkeypatch.setattr(reading, "MAX_ROWS", 1)
    with pytest.raises(TableFileError, match="hơn 1 dòng"):
        list(read_rows(path))
    monkeypatch.setattr(text_stream, "MAX_LINE", 20)
    with pytest.raises(TableFileError, match="dài hơn"):
        list(read_rows(path))
    monkeypatch.setattr(reading, "MAX_FILE", 10)
    with pytest.raises(TableFileError, match="lớn hơn"):
        list(read_rows(path))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: ("code,name\n" + text).encode("utf-8", "replace"))
)
def test_no_bytes_raise_anything_but_the_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "bytes.bin"
    path.write_bytes(data)
    try:
        for row in read_rows(path):
            assert row.values is not None or row.reason
    except TableFileError as refused:
        assert str(refused)
