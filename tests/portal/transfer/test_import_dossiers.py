"""Old dossiers brought over from a file: whole, once, told to nobody, with a line of report for every row."""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dossiers.models import AgencyVersion, Applicant, Dossier, DossierEvent
from dossiers.states import State
from dossiers.table_files.written import Book
from portal.transfer.columns import columns_of
from zalo.models import OutboxMessage
from zalo.notices import reconcile

pytestmark = pytest.mark.django_db
HEAD = (
    "Mã hồ sơ;Số biên nhận;Mã số TTHC;Họ và tên;CCCD;SĐT;Ngày tiếp nhận;Ngày hẹn trả;Trạng thái;Ngày kết thúc;Ghi chú"
)
FILE = "\n".join(
    [
        "SỔ THEO DÕI HỒ SƠ NĂM 2025;;;;;;;;;;",
        HEAD,
        "MC-1;12/2025;1.004441;nguyễn văn an;079085001234;0912345678;03/03/2025 08:15;14/03/2025;Đã trả;12/03/2025;cũ",
        "MC-2;13/2025;1.004441;Trần Thị Bình;;không có;04/03/2025;;Đang giải quyết;05/03/2025;",
        "MC-3;14/2025;9.999999;Lê Văn Cam;;;05/03/2025;;;;",
        "MC-4;15/2025;1.004441;Lê Văn Cam;;;31/02/2025;;;;",
        "MC-5;16/2025;1.004441;Lê Văn Cam;;;05/03/2025;;bay màu;;",
        ";17/2025;1.004441;Lê Văn Cam;;;05/03/2025;;;;",
    ]
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ho-so-cu.csv"
    path.write_bytes(FILE.encode("utf-8"))
    return path


def bring(path, agency, **options) -> str:
    out = StringIO()
    call_command("import_dossiers", str(path), agency=agency.code, stdout=out, **options)
    return out.getvalue()


def report(path) -> list[list[str]]:
    with path.with_name(path.name + ".bao-cao.csv").open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))[1:]


def test_every_row_is_taken_or_named(centre, procedure, file):
    told = bring(file, centre.agency)
    assert "nhận mới 2, đã có 0, không nhận 4" in told and "không dùng cột Ghi chú" in told
    first, second = Dossier.objects.order_by("code")
    assert (first.state, second.state) == (State.RESULT_RETURNED, State.APPRAISING)
    assert first.owner_name == "Nguyễn Văn An" and first.owner.phone == "+84912345678"
    assert first.receipt_number == "12/2025" and first.due_at.date() == dt.date(2025, 3, 14)
    assert first.received_at.isoformat().startswith("2025-03-03T")
    rows = report(file)
    assert [row[3] for row in rows] == ["nhận mới", "nhận mới", *["không nhận"] * 4]
    assert "9.999999" in rows[2][4] and "31/02/2025" in rows[3][4] and "bay màu" in rows[4][4]
    assert "điện thoại" in rows[1][4].lower(), "what was left out is said"


@pytest.mark.parametrize("written", ["H24.31-20250303-0000007", "h24.31 20250303 0000007", "H24.30-250303-0007"])
def test_a_code_of_another_agencys_pattern_is_refused_with_a_line(centre, elsewhere, procedure, tmp_path, written):
    """Taken in, it would be the other agency's next number, or its old one under a name it had before."""
    AgencyVersion.objects.create(
        agency=elsewhere.agency, name="Sơn Động", code="H24.30", valid_from=dt.date(2010, 1, 1)
    )
    path, row = tmp_path / "la.csv", "12/2025;1.004441;nguyễn văn an;;;03/03/2025;;;;"
    path.write_text("\n".join([HEAD, f"{written};{row}", f"H80.05-20250303-0000007;{row}"]), "utf-8")
    for dry_run in (True, False):
        assert "nhận mới 1, đã có 0, không nhận 1" in bring(path, centre.agency, dry_run=dry_run)
        refused, taken = report(path)
        assert refused[3] == "không nhận" and "dạng mã của cơ quan khác" in refused[4] and written in refused[4]
        assert taken[3] == "nhận mới"
    assert Dossier.objects.get().code == "H80.05-20250303-0000007"
    assert "nhận mới 0, đã có 1, không nhận 1" in bring(path, centre.agency), "alone and together alike"


def test_nobody_is_told_of_old_data_now_or_later(centre, procedure, file):
    bring(file, centre.agency)
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    assert not reconcile.events_without_message(since=now - day, until=now + day)
    assert not OutboxMessage.objects.exists()
    assert all(event.facts["brought_over"] for event in DossierEvent.objects.all())


def test_the_same_file_again_changes_nothing(centre, procedure, file):
    bring(file, centre.agency)
    before = list(Dossier.objects.order_by("pk").values()), DossierEvent.objects.count(), Applicant.objects.count()
    assert "nhận mới 0, đã có 2, không nhận 4" in bring(file, centre.agency)
    assert before == (
        list(Dossier.objects.order_by("pk").values()),
        DossierEvent.objects.count(),
        Applicant.objects.count(),
    )


def test_a_dry_run_leaves_nothing_behind(centre, procedure, file):
    assert "sẽ nhận mới 2" in bring(file, centre.agency, dry_run=True)
    assert not Dossier.objects.exists() and not Applicant.objects.exists()


def test_a_killed_run_goes_on_behind_what_it_did(centre, procedure, file):
    file.with_name(file.name + ".tien-do").write_text("1")
    report_of_before = file.with_name(file.name + ".bao-cao.csv")
    report_of_before.write_text("Trang tính,Dòng,Mã hồ sơ,Kết quả,Ghi chú\n,3,MC-1,nhận mới,\n", encoding="utf-8-sig")
    assert "Đi tiếp sau 1 dòng" in bring(file, centre.agency, resume=True)
    assert [each.code for each in Dossier.objects.all()] == ["MC-2"]
    assert len(report(file)) == 6 and not file.with_name(file.name + ".tien-do").exists()


def test_a_workbook_with_a_sheet_of_something_else(centre, procedure, tmp_path):
    book = Book()
    book.sheet("Ghi chú", ["Nội dung"]).add(["không phải hồ sơ"])
    sheet = book.sheet("Hồ sơ", ["Mã hồ sơ", "Mã TTHC", "Chủ hồ sơ", "Ngày nhận"])
    sheet.add(["MC-9", "1.004441.000.00.00.H80", "Đinh Thị Duyên", dt.date(2025, 3, 3)])
    path = tmp_path / "so.xlsx"
    with book.saved() as saved:
        path.write_bytes(saved.read())
    told = bring(path, centre.agency)
    assert "“Ghi chú”: không đọc, vì thiếu cột" in told and "nhận mới 1" in told
    assert Dossier.objects.get().procedure == procedure


def test_a_code_of_another_agency_stays_theirs(centre, elsewhere, procedure, file):
    bring(file, elsewhere.agency)
    assert "nhận mới 0, đã có 0, không nhận 6" in bring(file, centre.agency)
    assert set(Dossier.objects.values_list("agency_id", flat=True)) == {elsewhere.agency.pk}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 x", b"a;b\n1;2\n"])
def test_what_is_no_table_of_dossiers_is_refused_in_words(centre, tmp_path, content):
    path = tmp_path / "la.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"[Tt]ệp"):
        bring(path, centre.agency)


def test_headings_as_people_write_them():
    assert columns_of(["STT", "MÃ HỒ SƠ", "ma so  tthc", "Họ tên:", "Ngày Nhận *"]) == {
        "code": 1,
        "procedure_code": 2,
        "full_name": 3,
        "received_at": 4,
    }
