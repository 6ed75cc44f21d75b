"""Legal bases, results, steps, audiences, decisions — and whole records from odd sources."""

import pytest

from dossiers.catalogue.legal import parse_legal_bases
from dossiers.catalogue.outcomes import parse_results, parse_steps
from dossiers.catalogue.parties import parse_decision, parse_levels, split_names
from dossiers.catalogue.procedures import parse_record
from dossiers.catalogue.records import ChannelKind, Level, LimitUnit, OnlineLevel

LEGAL = "Tên văn bản pháp lýMã văn bản"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "Luật Khiếu nại năm 201102/2011/QH13Quy định quy trình giải quyết khiếu nại11/2015/TT-BCA"
            "Nghị định 05/2012/NĐ-CP05/2012/NĐ-CP",
            [
                ("Luật Khiếu nại năm 2011", "02/2011/QH13"),
                ("Quy định quy trình giải quyết khiếu nại", "11/2015/TT-BCA"),
                ("Nghị định 05/2012/NĐ-CP", "05/2012/NĐ-CP"),
            ],
        ),
        (
            "Luật 49/2019/QH1449/2019/QH14Luật Thú yLuật 79/2015/QH13"
            "sửa đổi Thông tư số 15/2014/TT-BTNMT ngày 24/3/2014"
            "36/2025/TT-BNNMT",
            [
                ("Luật 49/2019/QH14", "49/2019/QH14"),
                ("Luật Thú y", "79/2015/QH13"),
                ("sửa đổi Thông tư số 15/2014/TT-BTNMT ngày 24/3/2014", "36/2025/TT-BNNMT"),
            ],
        ),
        ("37/2025/TT-BNNMT37/2025/TT-BNNMT", [("37/2025/TT-BNNMT", "37/2025/TT-BNNMT")]),
        (
            "thuộc phạm vi quản lý của Bộ Tư pháp.18/2026/NĐ-CP Thông tư 05/2020/TT-BTP05/2020/TT-BTP",
            [("thuộc phạm vi quản lý của Bộ Tư pháp.", "18/2026/NĐ-CP"), ("Thông tư 05/2020/TT-BTP", "05/2020/TT-BTP")],
        ),
        (
            "Nghị quyết số 66.7/2025/NQ-CP của Chính phủ66.7/2025/NQ-CPKim cương thô14/2009/TTLT-BCT-BTC",
            [
                ("Nghị quyết số 66.7/2025/NQ-CP của Chính phủ", "66.7/2025/NQ-CP"),
                ("Kim cương thô", "14/2009/TTLT-BCT-BTC"),
            ],
        ),
    ],
)
def test_legal_bases(text, pairs):
    bases, problems = parse_legal_bases(LEGAL + text)
    assert [(b.title, b.number) for b in bases] == pairs
    assert not problems


def test_a_legal_basis_without_number_is_kept_and_reported():
    bases, problems = parse_legal_bases(LEGAL + "Luật 08/2017/QH1408/2017/QH14BỘ LUẬT HÀNG HẢI VIỆT NAM")
    assert bases[-1].title == "BỘ LUẬT HÀNG HẢI VIỆT NAM" and bases[-1].number == ""
    assert problems[0].text == "BỘ LUẬT HÀNG HẢI VIỆT NAM"


def test_results_lose_the_boxes_of_the_page():
    results, problems = parse_results(
        "Quyết định giải quyếtMã: KQ.G01.00262Thông báo lô hàng không đạtMã: KQ.G10.001365Từ khóa"
        "Không có thông tinChọn cơ quan thực hiệnTỉnh/ Thành phốNộp hồ sơ"
    )
    assert [(r.name, r.code) for r in results] == [
        ("Quyết định giải quyết", "KQ.G01.00262"),
        ("Thông báo lô hàng không đạt", "KQ.G10.001365"),
    ]
    assert not problems
    assert parse_results("Văn bản trả lời")[1][0].reason == "Kết quả không có mã."


def test_steps():
    steps, _ = parse_steps(
        "Trình tự như sau:\n- Bước 1: Nộp hồ sơ.\n\nNộp tại quầy.\na) Bước 2. Thẩm định (xem Bước 1)"
    )
    assert [(s.order, s.heading, s.text) for s in steps] == [
        (0, "", "Trình tự như sau:"),
        (1, "Bước 1", "Nộp hồ sơ.\n\nNộp tại quầy."),
        (2, "Bước 2", "Thẩm định (xem Bước 1)"),
    ]
    assert parse_steps("Nộp hồ sơ tại quầy")[0][0].text == "Nộp hồ sơ tại quầy"


def test_levels_audiences_and_decisions():
    assert parse_levels("Cấp bộ, Cấp tỉnh, Cơ quan khác")[0] == (Level.MINISTRY, Level.PROVINCE, Level.OTHER)
    assert parse_levels("Cấp huyện")[1][0].text == "Cấp huyện"
    assert split_names("Doanh nghiệp, Cán bộ, công chức, viên chức, Tổ chức (không bao gồm doanh nghiệp, HTX)") == (
        "Doanh nghiệp",
        "Cán bộ, công chức, viên chức",
        "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    )
    for text, number in [
        ("163/QĐ-BTP", "163/QĐ-BTP"),
        ("QĐ/0001-BCA", "0001/QĐ-BCA"),
        ("QĐ123-BTP", "123/QĐ-BTP"),
        ("SỐ 1234/QĐ-NHNN", "1234/QĐ-NHNN"),
        ("5608/QD-BTP", "5608/QĐ-BTP"),
        ("1103./QĐ-BXD", "1103/QĐ-BXD"),
    ]:
        assert parse_decision(text) == (number, [])
    assert parse_decision("Demo/QĐ-BCA")[1]


def test_unknown_missing_and_odd_values():
    record = parse_record(
        {
            "ma_thu_tuc": 1.001193,
            "ten_thu_tuc": ["Đăng ký", "khai sinh"],
            "linh_vuc": None,
            "khoa_la": {"a": 1},
            "x": True,
        }
    )
    assert (record.code, record.name, record.field_name) == ("1.001193", "Đăng ký, khai sinh", "")
    assert record.raw["khoa_la"] == "a: 1" and record.raw["x"] == "có"
    assert record.is_loadable


@pytest.mark.parametrize("code", ["", None, "khai sinh", "1.0011934", "../../etc", "1.001193; DROP"])
def test_records_without_a_national_code_cannot_be_loaded(code):
    record = parse_record({"ma_thu_tuc": code, "ten_thu_tuc": "Khai sinh"})
    assert not record.is_loadable and record.problems[0].field == "Mã thủ tục"


def test_zeros_that_a_spreadsheet_dropped_come_back_with_a_remark():
    record = parse_record({"Mã TTHC": "1.00017", "Tên TTHC": "Khai sinh"})
    assert record.code == "1.000170" and "số 0" in record.problems[0].reason


def test_another_code_inside_the_page_becomes_an_alias():
    record = parse_record(
        {
            "ma_thu_tuc": "1.000689",
            "ten_thu_tuc": "Khai sinh",
            "raw_text": "Mã thủ tục: 1.000689.H08 …",
            "ma_khac": "HT-01",
        }
    )
    assert record.aliases == ("HT-01", "1.000689.H08")


def test_a_row_of_the_simple_table():
    record = parse_record(
        {
            "code": "1.012783", "name": "Cấp lại Giấy chứng nhận", "level": "tỉnh, xã", "processing_days": "10",
            "day_kind": "working", "fee_vnd": "50000",
        }
    )  # fmt: skip
    (channel,) = record.channels
    assert channel.kind is ChannelKind.ANY
    assert (channel.limit.amount, channel.limit.unit, channel.fees[0].amount) == (10, LimitUnit.WORKING_DAY, 50_000)
    assert record.levels == (Level.PROVINCE, Level.COMMUNE)
    same_day = parse_record({"code": "1.001193", "name": "x", "processing_days": 0, "day_kind": "same_day_15h_cutoff"})
    assert same_day.channels[0].limit.unit is LimitUnit.SAME_DAY


@pytest.mark.parametrize(
    ("stated", "level"),
    [
        ("Toàn trình", OnlineLevel.FULL),
        ("Dịch vụ công trực tuyến một phần", OnlineLevel.PARTIAL),
        ("Mức độ 4", OnlineLevel.FULL),
        ("3", OnlineLevel.PARTIAL),
        ("", OnlineLevel.UNSTATED),
        ("khác", OnlineLevel.UNSTATED),
    ],
)
def test_online_levels(stated, level):
    assert parse_record({"ma_thu_tuc": "1.1", "ten_thu_tuc": "x", "Mức độ": stated}).online_level is level


def test_links_must_be_web_addresses():
    assert parse_record({"code": "1.001193", "name": "x", "link": "javascript:alert(1)"}).online_url == ""
