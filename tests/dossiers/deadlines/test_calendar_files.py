"""The calendar by file: Vietnamese words, every error row by row, proposals only, back out as it came in."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from dossiers.deadlines import calendar_files
from dossiers.deadlines.calendar_files import load
from dossiers.models import CalendarException
from dossiers.table_files.text_stream import TableFileError
from tests.people import MONDAY

GOOD = """Ngày,Loại,Tên gọi,Mã cơ quan,Làm từ giờ,Đến giờ,Văn bản quyết định
30/04/2027,nghỉ,Ngày Chiến thắng,,,,Điều 112
15/05/2027,Làm việc,Làm bù,H80.05,7:30,11h30,QĐ 12
2027-05-16,làm bù,Làm bù tiếp,H80.05,,,
"""


def loaded(text: str | bytes, allowed=None):
    data = text.encode() if isinstance(text, str) else text
    return load(io.BytesIO(data), len(data), allowed=allowed)


def test_days_come_in_as_proposals_and_a_second_time_change_nothing(centre):
    report = loaded(GOOD)
    assert (report.new, report.errors) == (3, [])
    assert not CalendarException.objects.filter(confirmed_at__isnull=False).exists()
    day = CalendarException.objects.get(date=dt.date(2027, 5, 15))
    assert (day.kind, day.agency, day.opens_at, day.closes_at) == (
        "work",
        centre.agency,
        dt.time(7, 30),
        dt.time(11, 30),
    )
    again = loaded(GOOD.replace("Ngày Chiến thắng", "Ngày Giải phóng"))
    assert (again.new, again.changed, again.same) == (0, 1, 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_saved_by_anything_are_read(centre, encoding):
    assert loaded(GOOD.encode(encoding)).new == 3
    assert loaded(GOOD.replace(",", ";").encode(encoding)).same == 3


def test_accents_of_windows_1258_are_read(centre):
    # Excel of older machines: base letters with the tone as a mark of its own behind them.
    text = "Nga\u0300y,Loa\u0323i,Tên go\u0323i\n30/04/2027,nghi\u0309,Tê\u0301t\n"
    assert loaded(text.encode("cp1258")).new == 1
    assert CalendarException.objects.get().name == "T\u1ebft"


def test_a_workbook_is_read_with_its_real_dates(centre):
    book = Workbook()
    book.active.append(["Ngày", "Loại", "Tên gọi", "Làm từ giờ", "Đến giờ"])
    book.active.append([dt.date(2027, 4, 30), "Nghỉ lễ", "Ngày Chiến thắng", None, None])
    book.active.append([dt.datetime(2027, 5, 15), "làm việc", "Làm bù", dt.time(7, 30), dt.time(11, 30)])
    out = io.BytesIO()
    book.save(out)
    assert loaded(out.getvalue()).new == 2


def test_every_fault_is_told_by_row_and_nothing_is_written(centre, elsewhere):
    loaded("Ngày,Loại,Tên gọi\n01/05/2027,nghỉ,Quốc tế Lao động\n")
    CalendarException.objects.update(confirmed_at=MONDAY)
    report = loaded(
        "Ngày,Loại,Tên gọi,Mã cơ quan,Làm từ giờ,Đến giờ\n"
        "32/13/2027,nghỉ,Sai ngày,,,\n"
        "02/06/2027,chơi,Sai loại,,,\n"
        "03/06/2027,nghỉ,,,,\n"
        "04/06/2027,nghỉ,Sai mã,H99,,\n"
        "05/06/2027,làm việc,Sai giờ,,17:00,7:30\n"
        "06/06/2027,nghỉ,Đúng,,,\n"
        "06/06/2027,nghỉ,Lặp,,,\n"
        "01/05/2027,làm việc,Đã xác nhận,,,\n"
    )
    assert [line for line, _ in report.errors] == [2, 3, 4, 5, 6, 8, 9]
    assert CalendarException.objects.count() == 1
    said = " ".join(sentence for _, sentence in report.errors)
    for words in (
        "32/13/2027",
        "“nghỉ” hoặc “làm việc”",
        "Tên gọi",
        "H99",
        "sau giờ bắt đầu",
        "dòng 7",
        "hủy xác nhận",
    ):
        assert words in said


def test_a_centre_writes_its_own_days_only(centre, elsewhere):
    report = loaded(GOOD, allowed=frozenset({elsewhere.agency.pk}))
    assert [line for line, _ in report.errors] == [2, 3, 4]
    assert not CalendarException.objects.exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02", b"PK\x03\x04rac", "a,b\n1,2\n", b"Ng\xc3\xa0y\n" * 3000],
)
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(db, data):
    with pytest.raises(TableFileError) as refused:
        loaded(data)
    assert str(refused.value).endswith(".")


def test_the_desk_takes_a_file_shows_faults_and_hands_it_back(client, centre):
    client.force_login(User.objects.create_superuser("goc", password="x"))
    address = reverse("admin:dossiers_calendar_load")
    bad = SimpleUploadedFile("lich.csv", "Ngày,Loại,Tên gọi\nx,nghỉ,y\n".encode())
    page = client.post(address, {"file": bad})
    assert page.status_code == 422
    assert "Dòng 2" in page.content.decode()
    answer = client.post(address, {"file": SimpleUploadedFile("lich.csv", GOOD.encode())})
    assert answer.status_code == 302
    for extension in ("csv", "xlsx"):
        out = client.get(reverse("admin:dossiers_calendar_export", args=[extension]))
        assert loaded(out.content).same == 3
    assert client.get(reverse("admin:dossiers_calendar_load")).status_code == 200


def test_a_cell_that_looks_like_a_formula_is_quoted(client, centre):
    CalendarException.objects.create(date=dt.date(2027, 1, 1), kind="off", name="=1+1", decision="@x")
    client.force_login(User.objects.create_superuser("goc", password="x"))
    text = client.get(reverse("admin:dossiers_calendar_export", args=["csv"])).content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'@x" in text


def test_proposals_for_a_year_wait_for_a_person(client, centre):
    client.force_login(User.objects.create_superuser("goc", password="x"))
    client.post(reverse("admin:dossiers_calendar_propose"), {"year": "2027"})
    proposed = CalendarException.objects.filter(date__year=2027)
    assert proposed.count() > 8
    assert not proposed.filter(confirmed_at__isnull=False).exists()
    client.post(reverse("admin:dossiers_calendar_propose"), {"year": "2027"})
    assert CalendarException.objects.filter(date__year=2027).count() == proposed.count()
    ids = ",".join(str(pk) for pk in proposed.values_list("pk", flat=True))
    page = client.get(reverse("admin:dossiers_calendar_effect"), {"viec": "confirm", "ngay": ids})
    assert "Xác nhận" in page.content.decode()
    client.post(reverse("admin:dossiers_calendar_effect"), {"viec": "confirm", "ngay": ids})
    assert not proposed.filter(confirmed_at__isnull=True).exists()


def test_a_title_with_commas_stands_above_a_table_with_semicolons(centre):
    text = "LỊCH NGHỈ, LÀM BÙ, NĂM 2027\n\nNgày;Loại;Tên gọi\n30/04/2027;nghỉ;Giải phóng miền Nam, thống nhất\n"
    report = loaded(text)
    assert report.new == 1 and not report.errors
    assert CalendarException.objects.get(date="2027-04-30").name == "Giải phóng miền Nam, thống nhất"


def test_every_sheet_of_a_workbook_is_read_or_told_of(centre):
    book = Workbook()
    for year in (2027, 2028):
        sheet = book.create_sheet(str(year))
        sheet.append(["Ngày", "Loại", "Tên gọi"])
        sheet.append([f"01/01/{year}", "nghỉ", "Tết Dương lịch"])
    del book["Sheet"]
    assert load_book(book).new == 2
    book.create_sheet("Ghi chú").append(["Người lập: văn phòng"])
    hidden = book.create_sheet("Nháp")
    hidden.append(["Ngày", "Loại", "Tên gọi"])
    hidden.sheet_state = "hidden"
    said = " ".join(words for _, words in load_book(book).errors)
    assert "Ghi chú" in said and "Nháp" in said and "ẩn" in said


def test_a_sheet_without_an_end_is_read_to_the_row_that_is_refused(centre, monkeypatch):
    def rows(self, name, most):
        yield 1, ["Ngày", "Loại", "Tên gọi"]
        for number in range(2, calendar_files.MOST_ROWS + 3):
            assert number <= calendar_files.MOST_ROWS + 1
            yield number, ["30/04/2027", "nghỉ", "Ngày Chiến thắng"]

    monkeypatch.setattr(calendar_files.Workbook, "rows", rows)
    with pytest.raises(TableFileError, match="hơn 2000 dòng"):
        load_book(Workbook())


def load_book(book: Workbook):
    file = io.BytesIO()
    book.save(file)
    return loaded(file.getvalue())
