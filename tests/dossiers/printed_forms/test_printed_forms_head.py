"""Number, place and date, signature block, dates and money as Nghị định 30/2020 writes them."""

from datetime import UTC, date, datetime

import pytest

from dossiers import printed_forms
from dossiers.printed_forms import DispatchContext, FormError, Head, Signature, body
from dossiers.printed_forms.head import recipient_lines
from dossiers.printed_forms.sentences import amount_in_words, money
from dossiers.written_dates import date_words, moment_words
from tests.dossiers.printed_forms.printed_paper import reader, words

NOW = datetime(2019, 7, 12, 1, 5, tzinfo=UTC)


def head(**changes):
    return Head(**{"issuer": "Sở Thông tin và Truyền thông", "place": "Long An", "symbol": "BC-STTTT", **changes})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 2), "ngày 02 tháng 01 năm 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_dates_have_a_zero_where_the_decree_wants_one(day, expected):
    assert date_words(day) == expected


def test_moments_are_told_in_office_time():
    assert moment_words(datetime(2026, 2, 4, 18, 5, tzinfo=UTC)) == "01 giờ 05 phút, ngày 05 tháng 02 năm 2026"
    with pytest.raises(ValueError, match="aware"):
        moment_words(datetime(2026, 2, 4))


def test_numbers_below_ten_are_padded_and_drafts_are_blank():
    assert head(number=7).number_line == "Số: 07/BC-STTTT"
    assert head(number=1149).number_line == "Số: 1149/BC-STTTT"
    assert head().number_line == "Số:         /BC-STTTT"
    assert head(symbol="").number_line == ""


def test_a_draft_has_no_day():
    assert head(drafted=date(2019, 7, 12)).place_date.split() == "Long An, ngày tháng 7 năm 2019".split()
    assert head().place_date.split() == "Long An, ngày tháng năm".split()
    assert head(dated=date(2019, 7, 12)).place_date == "Long An, ngày 12 tháng 7 năm 2019"


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ({"position": "Giám đốc"}, ("GIÁM ĐỐC",)),
        ({"position": "Phó Giám đốc", "authority": "KT", "head": "Giám đốc"}, ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (
            {"position": "Chủ tịch", "authority": "TM", "body": "Ủy ban nhân dân"},
            ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        ),
        (
            {"position": "Phó Chủ tịch", "authority": "KT", "head": "Chủ tịch", "body": "Ủy ban nhân dân"},
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ),
        (
            {"position": "Chánh Văn phòng", "authority": "TL", "head": "Chủ tịch"},
            ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
        ),
        (
            {"position": "Trưởng phòng", "authority": "TUQ", "head": "Giám đốc"},
            ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG"),
        ),
        ({"position": "Giám đốc", "authority": "Q"}, ("Q. GIÁM ĐỐC",)),
    ],
)
def test_signature_authorities(arguments, lines):
    assert Signature.of(**arguments).lines == lines


def test_incomplete_authority_is_a_sentence():
    with pytest.raises(FormError, match="người được ký thay"):
        Signature.of("Phó Giám đốc", authority="KT")
    with pytest.raises(FormError, match="tên tập thể"):
        Signature.of("Chủ tịch", authority="TM")
    with pytest.raises(FormError, match="quyền hạn ký"):
        Signature.of("Chủ tịch", authority="XX")


def test_recipients_are_closed_as_the_decree_asks():
    assert recipient_lines(("Như trên", "Lưu: VT")) == ["Như trên;", "Lưu: VT."]
    assert recipient_lines(("Như trên;", "Lưu: VT.")) == ["Như trên;", "Lưu: VT."]
    assert recipient_lines(()) == []


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (105, "Một trăm linh năm đồng"),
        (110, "Một trăm mười đồng"),
        (8_000, "Tám nghìn đồng"),
        (20_005, "Hai mươi nghìn không trăm linh năm đồng"),
        (1_642_900, "Một triệu sáu trăm bốn mươi hai nghìn chín trăm đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (2_000_000_015, "Hai tỷ không trăm mười lăm đồng"),
        (3_000_000_000_000, "Ba nghìn tỷ đồng"),
    ],
)
def test_amounts_in_words(amount, expected):
    assert amount_in_words(amount) == expected


def test_amounts_out_of_range_are_refused():
    for amount in (-1, 10**18):
        with pytest.raises(ValueError, match="Số tiền"):
            amount_in_words(amount)
    assert money(1_642_900) == "1.642.900 đồng"


def dispatch(**changes):
    context = {
        "head": head(parent="UBND tỉnh Long An", number=1149, dated=date(2019, 7, 12)),
        "kind": "Báo cáo",
        "abstract": "Kết quả triển khai thí điểm",
        "blocks": (body.section("1. Kết quả đạt được"), body.prose("Đã tích hợp kênh Zalo.", "Trên đây là báo cáo.")),
        "signature": Signature.of("Phó Giám đốc", "Hồ Văn Dân", authority="KT", head="Giám đốc"),
        "recipients": ("UBND tỉnh (báo cáo)", "Lưu: VT, CNTT"),
        **changes,
    }
    return printed_forms.render("dispatch", DispatchContext(**context), form_set="2018", now=NOW)


def test_a_report_has_the_layout_of_the_source():
    text = words(dispatch())
    for expected in (
        "UBND TỈNH LONG AN",
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "Số: 1149/BC-STTTT",
        "Long An, ngày 12 tháng 7 năm 2019",
        "BÁO CÁO",
        "Kết quả triển khai thí điểm",
        "Trên đây là báo cáo./.",
        "Nơi nhận: - UBND tỉnh (báo cáo); - Lưu: VT, CNTT.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Hồ Văn Dân",
    ):
        assert expected in text, expected
    assert reader(dispatch()).metadata.title == "Báo cáo Kết quả triển khai thí điểm"


def test_a_cong_van_has_its_subject_under_the_number_and_no_title():
    draft = head(symbol="UBND-THKSTTHC", drafted=date(2019, 7, 1), subject="V/v chỉ đạo triển khai mở rộng kênh Zalo")
    text = words(dispatch(head=draft, kind="", abstract="", to=("Các sở, ngành tỉnh", "UBND huyện, thị xã, thành phố")))
    assert "/UBND-THKSTTHC V/v chỉ đạo triển khai mở rộng kênh Zalo" in text or "V/v chỉ đạo triển khai" in text
    assert "Kính gửi: - Các sở, ngành tỉnh; - UBND huyện, thị xã, thành phố." in text
    assert "BÁO CÁO" not in text
    with pytest.raises(FormError, match="trích yếu"):
        dispatch(kind="", abstract="")
    with pytest.raises(FormError, match="chưa có nội dung"):
        dispatch(blocks=())


def test_long_reports_are_numbered_from_page_two():
    pdf = dispatch(blocks=(body.prose(*["Nội dung báo cáo rất dài. " * 20] * 12),))
    pages = [" ".join(page.extract_text().split()) for page in reader(pdf).pages]
    assert len(pages) > 2
    assert not pages[0].startswith("1 ")
    assert [page.split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]


def test_sections_may_start_or_jump_at_any_level():
    blocks = (body.section("1.1. Nhỏ trước", level=3), body.section("1.1.1. Rồi nhảy", level=6), body.prose("Hết."))
    assert "1.1.1. Rồi nhảy" in words(dispatch(blocks=blocks))
    assert "1.1.1. Rồi nhảy" in words(dispatch(blocks=blocks, kind="", head=head(subject="V/v thử")))
