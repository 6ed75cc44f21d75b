"""Procedures at a centre's counters by file: its own rows alone, the national limit untouched."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.catalogue.importing import Options, load_file
from dossiers.models import CounterProcedure, Procedure, ProcedureVersion, TimeLimit
from portal.transfer.everyday import sending
from tests.portal.transfer.test_everyday_tables import book, page_of, tried, written

pytestmark = pytest.mark.django_db

FILE = """DANH MỤC THỦ TỤC TẠI QUẦY
STT;Mã số TTHC;Tên TTHC;Thời hạn giải quyết (ngày làm việc);Căn cứ thời hạn;Phí, lệ phí (đồng);Có nhận
1;1.000001;Cấp bản sao trích lục, sao y;05;Điều 7;Lệ phí: 8.000 đồng/bản;có
2;2.000002.000.00.00.H80;Đăng ký lại, bổ sung;05 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ;Điều 9;Không;
3;1.000003;Có thời hạn quốc gia;7;;;không
4;1.000004;Thời hạn quốc gia khác;7;;;
5;1.999999;Lạ;;;;
6;1.000005;Khoản thu lạ;;;tùy việc;
"""


def said_of(one) -> list:
    return [(line.place, line.outcome, line.said) for line in sending.lines_of(sending.outcome_of(one))]


@pytest.fixture
def procedures(centre):
    made = {}
    for code in ("1.000001", "2.000002", "1.000003", "1.000004", "1.000005"):
        row = made[code] = Procedure.objects.create(code=code, name=f"Thủ tục {code}")
        version = ProcedureVersion.objects.create(procedure=row, name=row.name, valid_from="2020-01-01")
        if code in ("1.000003", "1.000004"):
            amount = 7 if code == "1.000003" else 10
            TimeLimit.objects.create(version=version, amount=amount, unit=TimeLimit.Unit.WORKING_DAY)
    return made


def test_a_centres_own_list_goes_in_and_out(keeper, centre, elsewhere, procedures):
    theirs = CounterProcedure.objects.create(agency=elsewhere.agency, procedure=procedures["1.000001"], taken=False)
    one = tried(keeper, "thu-tuc-o-quay", FILE, centre.agency)
    page = page_of(keeper, one)
    assert one.counts == {"new": 3, "invalid": 3}, said_of(one)
    for said in ("danh mục ghi 10 ngày làm việc", "không có thủ tục mã “1.999999”", "khoản thu “tùy việc”"):
        assert said in page, said
    written(keeper, one)
    rows = {row.procedure.code: row for row in CounterProcedure.objects.filter(agency=centre.agency)}
    first, second, third = rows["1.000001"], rows["2.000002"], rows["1.000003"]
    assert (first.limit_amount, first.limit_unit, first.taken) == (Decimal(5), "working_day", True)
    assert (
        first.fees == [{"name": "Lệ phí", "unit": "bản", "amount": 8000}] and first.checked_by == centre.administrator
    )
    assert (second.limit_amount, second.limit_unit) == (Decimal(5), "working_day") and second.fees[0]["amount"] == 0
    assert (third.limit_unit, third.taken) == ("", False)  # the catalogue says it already
    theirs.refresh_from_db()
    assert theirs.taken is False
    for extension in ("csv", "xlsx"):
        out = keeper.get(reverse("admin:table_export", args=["thu-tuc-o-quay", extension]))
        again = tried(keeper, "thu-tuc-o-quay", out.content, centre.agency, name=f"x.{extension}")
        assert again.counts == {"skip": 3}, page_of(keeper, again)


def test_only_who_keeps_counter_lists_and_only_their_own(client, keeper, centre, elsewhere, procedures):
    text = f"Mã cơ quan,Mã thủ tục,Có nhận\n{elsewhere.agency.code},1.000001,có\n"
    one = tried(keeper, "thu-tuc-o-quay", text, centre.agency)
    assert one.counts == {"invalid": 1}
    client.force_login(centre.clerk)
    assert client.get(reverse("admin:table_send", args=["thu-tuc-o-quay"])).status_code == 403


def test_every_sheet_with_headings_is_read(keeper, centre, procedures):
    sheets = [
        (name, [["Mã TTHC", "Có nhận"], [code, "có"]]) for name, code in (("Một", "1.000001"), ("Hai", "2.000002"))
    ]
    one = tried(keeper, "thu-tuc-o-quay", book(*sheets), centre.agency, name="x.xlsx")
    assert one.counts == {"new": 2}, page_of(keeper, one)


def test_the_catalogue_goes_out_as_a_table_that_changes_nothing_when_loaded(province, centre, tmp_path):
    source = tmp_path / "nguon.csv"
    source.write_text(
        "Mã số TTHC;Tên TTHC;Thời hạn giải quyết (ngày làm việc);Phí, lệ phí;Giấy tờ phải nộp;Địa phương ghi\n"
        '1.001193;Đăng ký khai sinh, khai tử;05;Không;"- Tờ khai (1 bản chính)\nGiấy chứng sinh; bản sao";riêng\n'
        "1.001194;Tên khác;05 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ;8.000 đồng;;\n"
    )
    options = Options(today=timezone.localdate())
    first = load_file(source, options, now=timezone.now())
    assert first.counts["new"] == 2
    address = reverse("admin:dossiers_procedure_csv")
    out = tmp_path / "ra.csv"
    out.write_bytes(b"".join(province.get(address).streaming_content))
    again = load_file(out, options, now=timezone.now())
    assert again.counts["unchanged"] == 2 and again.counts["problems"] == first.counts["problems"]
    province.force_login(centre.administrator)
    page = province.get(reverse("admin:tables")).content.decode()
    assert address in page and reverse("admin:dossiers_catalogueimport_add") not in page


def test_the_limit_of_another_channel_is_not_the_counters(keeper, centre, procedures):
    version = procedures["1.000004"].versions.get()  # 10 working days for every channel
    TimeLimit.objects.create(version=version, amount=3, unit=TimeLimit.Unit.WORKING_DAY, channel="online")
    one = tried(
        keeper, "thu-tuc-o-quay", "Mã số TTHC;Thời hạn giải quyết;Căn cứ thời hạn\n1.000004;3 ngày làm việc;Điều 7\n",
        centre.agency,
    )  # fmt: skip
    assert one.counts == {"invalid": 1} and "danh mục ghi 10 ngày làm việc, cơ quan" in page_of(keeper, one)
    TimeLimit.objects.create(version=version, amount=3, unit=TimeLimit.Unit.WORKING_DAY, channel="counter")
    one = tried(
        keeper, "thu-tuc-o-quay", "Mã số TTHC;Thời hạn giải quyết;Có nhận\n1.000004;3 ngày làm việc;có\n", centre.agency
    )
    assert one.counts == {"new": 1}, "the counter's own goes before that of no channel"
