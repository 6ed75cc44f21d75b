"""Loading catalogue files: versions, differences, proposals to abolish, and nothing half-written."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dossiers.catalogue import importing
from dossiers.catalogue.importing import Options, load_file
from dossiers.catalogue.report import csv_lines
from dossiers.models import (
    CatalogueImport,
    CatalogueImportRow,
    Fee,
    Procedure,
    ProcedureAlias,
    ProcedureVersion,
    RequiredPaper,
    TimeLimit,
)
from dossiers.table_files.text_stream import TableFileError
from tests.dossiers.catalogue.catalogue_files import CHANNELS, PAPERS, json_lines, portal_record
from tests.dossiers.catalogue.test_catalogue_national_file import national_file

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 16)
NOW = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)


@pytest.fixture
def load(tmp_path):
    def load(*records, day=DAY, name="danh-muc.jsonl", **options):
        path = json_lines(tmp_path / name, records)
        return load_file(path, Options(today=day, **options), now=NOW)

    return load


def counts(outcome):
    return {key: value for key, value in outcome.counts.items() if key != "problems" and value}


def tables():
    models = (Procedure, ProcedureVersion, RequiredPaper, TimeLimit, Fee, CatalogueImport, CatalogueImportRow)
    return [model.objects.count() for model in models]


def test_a_new_procedure_with_all_it_asks_for(load):
    outcome = load(portal_record("1.000001"))
    assert counts(outcome) == {"new": 1}
    version = Procedure.objects.get(code="1.000001").version_on(DAY)
    assert version.levels == ["province", "commune"] and version.announcing_decision == "163/QĐ-BTP"
    assert version.field.name == "Hộ tịch" and version.procedure.ministry == "Bộ Tư pháp"
    assert [(p.name, p.form_file, p.originals, p.copies, p.required) for p in version.papers.all()] == [
        ("Tờ khai", "Mẫu số 01.docx", 1, 0, True),
        ("Bản sao căn cước (nếu có)", "", 0, 1, False),
    ]
    assert [(x.channel, int(x.amount), x.unit) for x in version.time_limits.all()] == [
        ("online", 5, "working_day"),
        ("counter", 5, "working_day"),
    ]
    assert [(fee.channel, fee.amount, str(fee)) for fee in version.fees.all()] == [("", 0, "Miễn phí")]
    assert version.results == [{"name": "Giấy khai sinh", "code": "KQ.G15.000001"}]
    assert version.legal_bases == [{"title": "Luật Hộ tịch", "number": "60/2014/QH13"}]
    assert version.source_text["thanh_phan_ho_so"].startswith(f"--{PAPERS}")
    assert Procedure.objects.filter(search_text__contains="thu tuc dang ky so 1 000001").exists()


def test_loading_again_changes_nothing(load):
    load(portal_record("1.000001"), portal_record("1.000002"))
    before = tables()
    outcome = load(portal_record("1.000001"), portal_record("1.000002", ten_thu_tuc=" Thủ tục  đăng ký số 1.000002 "))
    assert counts(outcome) == {"unchanged": 2}
    assert tables()[:5] == before[:5]


def test_a_change_makes_a_new_version_and_stores_the_difference(load):
    load(portal_record("1.000001"), day=dt.date(2026, 11, 1))
    outcome = load(portal_record("1.000001", ten_thu_tuc="Đăng ký khai sinh"))
    assert counts(outcome) == {"changed": 1}
    procedure = Procedure.objects.get()
    first, second = procedure.versions.order_by("number")
    assert (first.valid_to, second.valid_from) == (dt.date(2026, 11, 15), DAY)
    assert procedure.version_on(dt.date(2026, 11, 10)) == first and procedure.version_on(DAY) == second
    assert procedure.name == "Đăng ký khai sinh" and "dang ky khai sinh" in procedure.search_text
    row = CatalogueImportRow.objects.get(outcome="changed")
    assert row.difference == {
        "ten_thu_tuc": {"name": "Tên thủ tục", "before": "Thủ tục đăng ký số 1.000001", "after": "Đăng ký khai sinh"}
    }


def test_two_changes_on_one_day_keep_the_dates_in_order(load):
    load(portal_record("1.000001"))
    load(portal_record("1.000001", ten_thu_tuc="Tên hai"))
    load(portal_record("1.000001", ten_thu_tuc="Tên ba"))
    assert Procedure.objects.get().version_on(DAY).name == "Tên ba"
    assert all(v.valid_to is None or v.valid_to >= v.valid_from for v in ProcedureVersion.objects.all())


def test_a_dossiers_version_and_staff_corrections_survive(load):
    bare = portal_record("1.000001", cach_thuc_thuc_hien=f"{CHANNELS}Trực tiếp7Miễn phí")
    load(bare)
    TimeLimit.objects.update(unit="working_day")  # a person chose the unit
    load(bare | {"ten_thu_tuc": "Tên mới"})
    newest = Procedure.objects.get().version_on(DAY)
    assert newest.name == "Tên mới"
    assert [(limit.amount, limit.unit) for limit in newest.time_limits.all()] == [(7, "working_day")]
    load(bare | {"cach_thuc_thuc_hien": f"{CHANNELS}Trực tiếp9Miễn phí"})
    assert [limit.unit for limit in Procedure.objects.get().version_on(DAY).time_limits.all()] == ["unstated"]
    assert ProcedureVersion.objects.count() == 3


def test_a_table_of_a_few_columns_erases_nothing_it_does_not_mention(load, tmp_path):
    load(portal_record("1.000001"), day=dt.date(2026, 11, 1))
    path = tmp_path / "thoi-han.csv"
    path.write_text(
        "code,name,processing_days,day_kind,fee_vnd\n1.000001,Thủ tục đăng ký số 1.000001,3,working,\n", "utf-8"
    )
    assert counts(load_file(path, Options(today=DAY), now=NOW)) == {"changed": 1}
    version = Procedure.objects.get().version_on(DAY)
    assert [(limit.channel, str(limit)) for limit in version.time_limits.all()] == [("", "3 ngày làm việc")]
    assert [str(fee) for fee in version.fees.all()] == ["Miễn phí"]
    assert [paper.name for paper in version.papers.all()] == ["Tờ khai", "Bản sao căn cước (nếu có)"]
    assert version.steps and version.legal_bases and version.levels == ["province", "commune"]
    assert version.field.name == "Hộ tịch" and version.announcing_decision == "163/QĐ-BTP"
    assert counts(load_file(path, Options(today=DAY), now=NOW)) == {"unchanged": 1}


def test_a_version_written_by_hand_keeps_what_the_file_leaves_out(load, procedure):
    load({"ma_thu_tuc": procedure.code, "ten_thu_tuc": "Tên theo danh mục", "linh_vuc": None})
    version = procedure.version_on(DAY)
    assert version.name == "Tên theo danh mục" and version.field.name == "Đất đai"
    assert version.papers.count() == 2 and version.time_limits.get().amount == 5 and version.fees.count() == 1


def test_a_level_corrected_by_hand_survives_a_change_elsewhere(load):
    load(portal_record("1.000001"))
    ProcedureVersion.objects.update(online_level="full", levels=["commune"])
    load(portal_record("1.000001", yeu_cau_dieu_kien="Có điều kiện mới"))
    version = Procedure.objects.get().version_on(DAY)
    assert (version.number, version.online_level, version.levels) == (2, "full", ["commune"])


def test_cases_carry_their_own_papers_into_the_next_version(load):
    text = f"Trường hợp cấp mới:{PAPERS}Đơn1 bản chínhTrường hợp cấp lại:{PAPERS}Đơn2 bản chính"
    load(portal_record("1.000001", thanh_phan_ho_so=text))
    load(portal_record("1.000001", thanh_phan_ho_so=text, linh_vuc="Lĩnh vực khác"))
    version = Procedure.objects.get().version_on(DAY)
    assert [(paper.case.name, paper.originals, paper.case.version_id) for paper in version.papers.all()] == [
        ("Trường hợp cấp mới", 1, version.pk),
        ("Trường hợp cấp lại", 2, version.pk),
    ]


def test_missing_procedures_are_proposed_then_abolished_and_come_back(load):
    load(portal_record("1.000001"), portal_record("1.000002"), day=dt.date(2026, 11, 1))
    proposed = load(portal_record("1.000001"))
    assert counts(proposed) == {"unchanged": 1, "abolished": 1}
    assert Procedure.objects.get(code="1.000002").status == "active"
    again = load(portal_record("1.000001"), abolish_missing=True, abolishing_decision="12/QĐ-BTP")
    assert counts(again)["abolished"] == 1
    gone = Procedure.objects.get(code="1.000002")
    assert (gone.status, gone.abolished_on, gone.abolishing_decision) == ("abolished", DAY, "12/QĐ-BTP")
    assert gone.version_on(DAY) is None and gone.version_on(dt.date(2026, 11, 10)) is not None
    assert counts(load(portal_record("1.000001"))) == {"unchanged": 1}
    back = load(portal_record("1.000001"), portal_record("1.000002"))
    assert counts(back) == {"unchanged": 1, "changed": 1}
    gone.refresh_from_db()
    assert gone.status == "active" and gone.version_on(DAY) is not None


def test_another_source_or_agency_abolishes_nothing(load, centre):
    load(portal_record("1.000001"), portal_record("1.000002"))
    assert counts(load(portal_record("1.000003"), source="Danh mục tỉnh", abolish_missing=True)) == {"new": 1}
    assert counts(load(portal_record("1.000003"), agency=centre.agency, abolish_missing=True)) == {"unchanged": 1}
    assert Procedure.objects.filter(status="abolished").count() == 0


def test_a_file_that_lacks_most_of_the_catalogue_abolishes_nothing_unless_told(load):
    load(*(portal_record(f"1.{number:06}") for number in range(40)))
    outcome = load(portal_record("1.000000"), abolish_missing=True)
    assert outcome.many_missing and Procedure.objects.filter(status="abolished").count() == 0
    load(portal_record("1.000000"), abolish_missing=True, abolish_even_many=True)
    assert Procedure.objects.filter(status="abolished").count() == 39


def test_a_dry_run_counts_and_writes_nothing(load):
    load(portal_record("1.000001"), portal_record("1.000002"))
    before = tables()
    outcome = load(portal_record("1.000001", linh_vuc="Khác"), portal_record("1.000003"), dry_run=True)
    assert counts(outcome) == {"new": 1, "changed": 1, "abolished": 1}
    assert tables() == before


def test_bad_rows_are_reported_with_their_lines_and_the_rest_is_loaded(load):
    outcome = load(
        portal_record("1.000001"),
        '{"ma_thu_tuc": "1.0000',
        portal_record("khong-phai-ma"),
        portal_record("1.000001", ten_thu_tuc="Trùng mã"),
        portal_record("1.000004", ten_thu_tuc=None),
        portal_record("1.000005"),
    )
    assert counts(outcome) == {"new": 2, "failed": 4}
    failed = CatalogueImportRow.objects.filter(outcome="failed").order_by("line")
    assert [(row.line, row.problems[0]["field"]) for row in failed] == [
        (2, "Dòng"),
        (3, "Mã thủ tục"),
        (4, "Mã thủ tục"),
        (5, "Tên thủ tục"),
    ]
    assert "trùng với dòng 1" in failed[2].problems[0]["reason"]


def test_a_file_cut_off_in_the_middle_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 5)
    path = json_lines(tmp_path / "a.jsonl.gz", [portal_record(f"1.{n:06}") for n in range(400)], packed=True)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(TableFileError, match="cắt giữa chừng"):
        load_file(path, Options(today=DAY), now=NOW)
    assert tables() == [0] * 7


def test_other_codes(load):
    load(portal_record("1.000001", ma_khac="HT-01; H08.0001"))
    assert set(ProcedureAlias.objects.values_list("code", flat=True)) == {"HT-01", "H08.0001"}
    load(portal_record("1.000001", ma_khac="1.000001.H08"))
    outcome = load(portal_record("1.000001.H08", ten_thu_tuc="Tên theo mã địa phương"), name="dia-phuong.jsonl")
    assert counts(outcome) == {"changed": 1}
    assert Procedure.objects.count() == 1 and Procedure.objects.get().name == "Tên theo mã địa phương"
    both = load(portal_record("1.000001"), portal_record("1.000001.H08"))
    assert counts(both) == {"changed": 1, "failed": 1}
    clash = load(portal_record("1.000002", ma_khac="HT-01"), portal_record("1.000001"))
    assert any("thuộc thủ tục khác" in p["reason"] for row in clash.rows for p in row.problems)


def test_listeners_hear_of_a_load_inside_its_transaction_and_not_of_a_dry_run(load):
    heard = []

    def listen(sender, load, **kwargs):
        heard.append(load.rows.count())

    importing.catalogue_loaded.connect(listen)
    try:
        load(portal_record("1.000001"), dry_run=True)
        load(portal_record("1.000001"))
    finally:
        importing.catalogue_loaded.disconnect(listen)
    assert heard == [1]


def test_odd_values_of_an_unseen_file(load):
    outcome = load(
        {"ma_thu_tuc": 1.001193, "ten_thu_tuc": "Số là số", "cap_thuc_hien": None, "la": {"x": [1, {"y": None}]}},
        {"Mã TTHC": "1.000002", "Tên TTHC": "Tiêu đề khác", "Phí": 50000, "Thời hạn": "3", "Loại ngày": "ngày"},
    )
    assert counts(outcome) == {"new": 2}
    version = Procedure.objects.get(code="1.000002").version_on(DAY)
    assert [str(limit) for limit in version.time_limits.all()] == ["3 ngày"]
    assert [str(fee) for fee in version.fees.all()] == ["50.000 đồng"]


def test_fees_that_are_no_sum_in_dong_say_so_in_words(load):
    cell = (
        f"{CHANNELS}Trực tiếp5 Ngày10 USD(/bản)Trực tuyến5 NgàyMiễn phí(Theo quy định của Hội đồng nhân dân cấp tỉnh)"
        "Dịch vụ bưu chính5 Ngày4,000,000 Việt Nam Đồng(áp dụng mức phí 2.000.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến "
        "hết ngày 31/12/2026 theo Thông tư số 64/2025/TT-BTC)"
    )
    load(portal_record("1.000001", cach_thuc_thuc_hien=cell))
    fees = {fee.channel: fee for fee in Fee.objects.filter(valid_to=None)}
    assert (fees["counter"].amount, str(fees["counter"])) == (None, "10 USD/bản")
    assert (fees["online"].kind, str(fees["online"])) == ("by_rule", "Theo quy định của Hội đồng nhân dân cấp tỉnh")
    reduced = Fee.objects.get(valid_to=dt.date(2026, 12, 31))
    assert (fees["post"].amount, reduced.amount, reduced.basis) == (4_000_000, 2_000_000, "Thông tư số 64/2025/TT-BTC")


def test_the_command_speaks_vietnamese(tmp_path, centre):
    path = json_lines(tmp_path / "a.jsonl", [portal_record("1.000001"), "{"])
    out = io.StringIO()
    call_command("import_catalogue", str(path), "--report", str(tmp_path / "bao-cao.csv"), stdout=out)
    assert "Đã nạp “a.jsonl” (Cổng Dịch vụ công quốc gia): 1 mới, 0 thay đổi" in out.getvalue()
    report = (tmp_path / "bao-cao.csv").read_text(encoding="utf-8-sig")
    assert report.startswith("Dòng,Mã thủ tục,Kết quả") and "không phải JSON" in report
    call_command("import_catalogue", str(path), "--dry-run", "--agency", centre.agency.code, stdout=out)
    assert "Nạp thử" in out.getvalue()
    for arguments in ([str(path), "--agency", "KHONG-CO"], [str(tmp_path / "khong-co.csv")]):
        with pytest.raises(CommandError) as refused:
            call_command("import_catalogue", *arguments, stdout=out)
        assert str(refused.value).endswith((".", "”"))


def test_the_report_cannot_smuggle_formulas(load):
    outcome = load(portal_record("1.000001"), portal_record("=cmd|x"), portal_record("+84"))
    text = "".join(csv_lines(outcome.load)).removeprefix("\ufeff")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert "'=cmd|x" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


@pytest.mark.harder_on_postgresql
def test_the_whole_national_catalogue_loads_and_loads_again():
    path = national_file()
    started = timezone.now()
    first = load_file(path, Options(today=DAY), now=NOW)
    assert counts(first) == {"new": 2300}
    assert Procedure.objects.count() == 2300 and RequiredPaper.objects.count() > 12_000
    assert (timezone.now() - started).total_seconds() < 180  # alone it takes a tenth of this
    second = load_file(path, Options(today=DAY), now=NOW)
    assert counts(second) == {"unchanged": 2300}
    assert ProcedureVersion.objects.count() == 2300
