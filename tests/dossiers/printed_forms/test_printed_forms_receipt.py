"""Mẫu 01: what the citizen takes home, with codes a phone can read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dossiers import printed_forms, qr
from dossiers.printed_forms import FORMS, FeeLine, FormError, PaperLine
from tests.dossiers.printed_forms.printed_paper import needs_poppler, qr_codes, reader, words

NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)


def printed(context, form_set="2025"):
    return printed_forms.render("receipt", context, form_set=form_set, now=NOW)


@pytest.fixture
def receipt():
    return FORMS["receipt"].sample("2025")


@pytest.mark.parametrize("form_set", ["2018", "2025"])
def test_everything_the_law_asks_for_is_on_it(form_set):
    context = FORMS["receipt"].sample(form_set)
    text = words(printed(context, form_set))
    dossier = context.dossiers[0]
    for expected in (
        f"Mã hồ sơ: {dossier.code}",
        f"Tiếp nhận hồ sơ của: {context.applicant.name} (nộp trực tiếp)",
        f"Địa chỉ: {context.applicant.address}",
        f"Số điện thoại: {context.applicant.phone}",
        context.applicant.email,
        context.applicant.identity,
        f"Nội dung yêu cầu giải quyết: {dossier.procedure}",
        "1. Thành phần hồ sơ nộp gồm:",
        "Giấy chứng sinh",
        "2. Số lượng hồ sơ: 01 (bộ)",
        "3. Thời gian giải quyết hồ sơ theo quy định là: 05 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 08 giờ 05 phút, ngày 05 tháng 02 năm",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 12 tháng 02 năm",
        "Vì sao là ngày này? Tính 05 ngày làm việc",
        "6. Đăng ký nhận kết quả tại:",
        "Lệ phí đăng ký khai sinh: miễn phí",
        "Bản sao trích lục khai sinh: 16.000 đồng (đã nộp)",
        f"gõ mã hồ sơ tại {context.lookup_site}",
        context.contact_phone,
        f"Vào Sổ theo dõi hồ sơ, Quyển số: {context.book} Số thứ tự: 0007",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        context.officer,
    ):
        assert expected in text, expected


@needs_poppler
def test_a_phone_reads_both_codes_and_they_are_large_enough(receipt):
    found = qr_codes(printed(receipt))
    assert set(found) == {receipt.lookup_url, receipt.zalo_url}
    assert all(side >= 24.5 for side in found.values())


@needs_poppler
def test_codes_survive_a_poor_printer(receipt):
    assert receipt.lookup_url in qr_codes(printed(receipt), dpi=72)


@needs_poppler
def test_without_a_channel_there_is_one_code(receipt):
    assert set(qr_codes(printed(replace(receipt, zalo_url="")))) == {receipt.lookup_url}


def test_online_dossiers_have_no_submitter_signature(receipt):
    text = words(printed(replace(receipt, channel="online")))
    assert "(nộp trực tuyến)" in text
    assert "NGƯỜI NỘP HỒ SƠ" not in text
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in text


def test_several_dossiers_share_one_receipt_with_a_list(receipt):
    first = receipt.dossiers[0]
    dossiers = tuple(
        replace(first, code=f"H40.12-260205-{n:04d}", owner=f"Nguyễn Văn {n}", due_at=first.due_at + timedelta(days=n))
        for n in range(1, 5)
    )
    text = words(printed(replace(receipt, dossiers=dossiers)))
    assert "H40.12-260205-0001 (và 3 hồ sơ khác)" in text
    assert "4 hồ sơ theo danh sách sau:" in text
    for n in range(1, 5):
        assert f"Hồ sơ H40.12-260205-{n:04d}" in text
        assert f"Chủ hồ sơ: Nguyễn Văn {n}" in text
    assert "2. Số lượng hồ sơ: 04 (bộ)" in text
    assert "5. Thời gian trả kết quả giải quyết hồ sơ: theo từng hồ sơ trong danh sách" in text
    assert "4. Thời gian nhận hồ sơ: 08 giờ 05 phút" in text


def test_forty_papers_flow_to_a_second_numbered_page_with_the_header_row_again(receipt):
    papers = tuple(PaperLine(f"Giấy tờ thứ {n}: bản vẽ thiết kế hạng mục công trình", copies=1) for n in range(1, 41))
    pdf = printed(replace(receipt, dossiers=(replace(receipt.dossiers[0], papers=papers),)))
    pages = reader(pdf).pages
    assert len(pages) == 2
    second = " ".join(pages[1].extract_text().split())
    assert second.startswith("2 ")
    assert "Tên giấy tờ" in second
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in second
    text = words(pdf)
    assert all(f"Giấy tờ thứ {n}:" in text for n in range(1, 41))


def test_enterprises_and_missing_fields(receipt):
    company = replace(
        receipt.applicant, kind="enterprise", name="Công ty TNHH Ánh Dương", identity="1101234567", phone="", email=""
    )
    text = words(printed(replace(receipt, applicant=company, fees=(), book="", book_line="")))
    assert "Mã số doanh nghiệp: 1101234567" in text
    assert "Quý tổ chức được báo" in text
    assert "Email" not in text
    assert "Phí, lệ phí" not in text
    assert "Quyển số: ...." in text


def test_a_dossier_without_a_due_date_says_who_will_tell(receipt):
    dossier = replace(receipt.dossiers[0], due_at=None, why="")
    text = words(printed(replace(receipt, dossiers=(dossier,))))
    assert "theo thông báo của cơ quan giải quyết" in text
    assert "Vì sao" not in text


def test_unpaid_fees_say_so():
    assert FeeLine("Lệ phí", 50_000).sentence() == "Lệ phí: 50.000 đồng (chưa nộp)"


def test_impossible_receipts_are_sentences(receipt):
    with pytest.raises(FormError, match="ít nhất một hồ sơ"):
        printed(replace(receipt, dossiers=()))
    with pytest.raises(FormError, match="hình thức nộp"):
        printed(replace(receipt, channel="fax"))


def test_qr_needs_an_address_of_reasonable_length():
    for text in ("", "x" * 701):
        with pytest.raises(ValueError, match="Mã QR"):
            qr.svg(text)
    assert qr.picture("https://a.vn/")["width"] > 25
