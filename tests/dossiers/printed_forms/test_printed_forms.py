"""Every form in every set: the right title, words, tags, fonts and number of pages."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

import pytest

from dossiers import printed_forms
from dossiers.printed_forms import FORMS, FormError
from tests.dossiers.printed_forms.printed_paper import (
    font_names,
    lowest_text,
    needs_poppler,
    qr_codes,
    reader,
    tags,
    words,
)

NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)
EDITIONS = [(code, edition.form_set) for code, form in FORMS.items() for edition in form.sets]
LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Phước Huỳnh Trương Thị Quỳnh Phượng A"[:60].strip()
LONG_ADDRESS = ("Số 123/45/6 hẻm 789, đường Nguyễn Thị Minh Khai nối dài, khu phố Hòa Thuận 1, ấp Phước Thuận, " * 4)[
    :300
]

LEGAL_TITLES = {
    ("receipt", "2018"): ("01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
    ("receipt", "2025"): ("01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
    ("supplement", "2018"): ("02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
    ("supplement", "2025"): ("02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
    ("refusal", "2018"): ("03", "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ"),
    ("refusal", "2025"): ("03", "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ"),
    ("apology", "2018"): ("04", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
    ("apology", "2025"): ("04", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"),
    ("stop", "2025"): ("05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"),
    ("control_sheet", "2018"): ("05", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
    ("control_sheet", "2025"): ("06", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
    ("register", "2018"): ("06", "SỔ THEO DÕI HỒ SƠ"),
    ("register", "2025"): ("07", "SỔ THEO DÕI HỒ SƠ"),
}


@lru_cache(maxsize=64)
def sample(code, form_set):
    return printed_forms.preview(code, form_set=form_set, now=NOW)


def printed(code, form_set, context=None):
    if context is None:
        return sample(code, form_set)
    return printed_forms.render(code, context, form_set=form_set, now=NOW)


@pytest.mark.parametrize(("code", "form_set"), EDITIONS)
def test_each_form_reads_back_whole(code, form_set):
    pdf = printed(code, form_set)
    text = words(pdf)
    head = FORMS[code].sample(form_set).head
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert head.issuer.upper() in text
    assert head.parent.upper() in text
    assert head.place_date in text
    assert font_names(pdf) <= {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    assert reader(pdf).trailer["/Root"]["/Lang"].startswith("vi")
    assert "H1" in tags(pdf)
    assert "□" not in text


@pytest.mark.parametrize(("code", "form_set"), LEGAL_TITLES)
def test_the_title_and_number_of_the_law(code, form_set):
    number, title = LEGAL_TITLES[code, form_set]
    edition = FORMS[code].edition(form_set)
    assert (edition.number, FORMS[code].title(form_set)) == (number, title)
    text = words(printed(code, form_set))
    circular = {"2018": "01/2018/TT-VPCP", "2025": "03/2025/TT-VPCP"}[form_set]
    assert title in text
    assert f"Mẫu số {number} ban hành kèm theo Thông tư số {circular}" in text


@pytest.mark.parametrize(("code", "form_set"), EDITIONS)
def test_the_same_paper_printed_again_is_the_same_file(code, form_set):
    assert printed_forms.preview(code, form_set=form_set, now=NOW) == sample(code, form_set)


ONE_SHEET = ["receipt", "supplement", "refusal", "apology", "stop", "result_handover", "fee_receipt", "control_sheet"]


@pytest.mark.parametrize(("code", "form_set"), [pair for pair in EDITIONS if pair[0] in ONE_SHEET])
def test_one_sheet_with_the_longest_names_and_addresses(code, form_set):
    context = FORMS[code].sample(form_set)
    field = "payer" if code == "fee_receipt" else "applicant"
    person = replace(getattr(context, field), name=LONG_NAME, address=LONG_ADDRESS)
    pdf = printed(code, form_set, replace(context, **{field: person}))
    assert len(reader(printed(code, form_set)).pages) == 1
    assert len(reader(pdf).pages) == 1
    assert LONG_NAME in words(pdf)


def test_tables_have_header_cells_and_figures_have_alternatives():
    found = tags(printed("receipt", "2025"))
    assert {"Table", "TR", "TH", "TD", "Figure"} <= found


def test_sets_hold_on_the_days_of_the_law():
    assert printed_forms.set_on(date(2019, 1, 6)) == "2018"
    assert printed_forms.set_on(date(2025, 9, 14)) == "2018"
    assert printed_forms.set_on(date(2025, 9, 15)) == "2025"
    assert FORMS["apology"].edition_on(date(2025, 9, 14)).title.startswith("PHIẾU XIN LỖI")
    assert FORMS["apology"].edition_on(date(2025, 9, 15)).title.startswith("VĂN BẢN XIN LỖI")
    with pytest.raises(FormError, match="chưa có hiệu lực vào ngày 14/09/2025"):
        FORMS["stop"].edition_on(date(2025, 9, 14))


def test_unknown_forms_sets_and_editions_are_sentences():
    with pytest.raises(FormError, match="Không có mẫu"):
        printed_forms.preview("khac", form_set="2025", now=NOW)
    with pytest.raises(FormError, match="Không có bộ mẫu"):
        printed("receipt", "2030", FORMS["receipt"].sample())
    with pytest.raises(FormError, match="không có mẫu “Thông báo dừng"):
        printed("stop", "2018", FORMS["stop"].sample())
    with pytest.raises(TypeError):
        printed("receipt", "2025", FORMS["stop"].sample())


def test_reasons_are_required():
    refusal = FORMS["refusal"].sample()
    with pytest.raises(FormError, match="lý do cụ thể"):
        printed("refusal", "2025", replace(refusal, reasons=(" ",)))
    with pytest.raises(FormError, match="căn cứ pháp lý"):
        printed("refusal", "2025", replace(refusal, legal_ground=""))
    supplement = FORMS["supplement"].sample()
    with pytest.raises(FormError, match="ít nhất một nội dung"):
        printed("supplement", "2025", replace(supplement, items=()))
    with pytest.raises(FormError, match="phải có lý do"):
        printed("supplement", "2025", replace(supplement, items=(replace(supplement.items[0], reason=""),)))
    with pytest.raises(FormError, match="lý do chậm"):
        printed("apology", "2025", replace(FORMS["apology"].sample(), reason=""))


def test_the_apology_of_each_set_says_its_own_things():
    old, new = words(printed("apology", "2018")), words(printed("apology", "2025"))
    assert "sẽ trả kết quả giải quyết hồ sơ vào ngày 12 tháng 02 năm 2021" in old
    assert "gia hạn" not in old.replace("Mẫu số", "")
    assert "đề nghị gia hạn thời gian giải quyết hồ sơ thêm 03 ngày làm việc" in new
    assert "Thời gian trả kết quả mới: ngày 12 tháng 02 năm 2026" in new
    for text in (old, new):
        assert "Kính gửi: Ông/Bà Nguyễn Thị Huỳnh Như" in text
        assert "Nơi nhận:" in text
        assert "- Lưu: VT." in text
        assert "Trân trọng./." in text
        assert "KT. TRƯỞNG PHÒNG PHÓ TRƯỞNG PHÒNG" in text


@needs_poppler
@pytest.mark.parametrize("code", [code for code in ONE_SHEET if code != "receipt"])
def test_each_form_names_who_acts_for_an_organisation(code):
    context = FORMS[code].sample("2025")
    field = "payer" if code == "fee_receipt" else "applicant"
    firm = replace(
        getattr(context, field), name="Công ty TNHH Vĩnh Phát", kind="enterprise", representative="Lê Thị Hoa",
        representative_position="Giám đốc", representative_paper="080185001234",
    )  # fmt: skip
    text = words(printed(code, "2025", replace(context, **{field: firm})))
    assert "Người đại diện: Lê Thị Hoa, Giám đốc" in text and "Ông/Bà Công ty" not in text
    assert ("080185001234" in text) == (code not in {"apology", "stop"}), "a letter need not say the card's number"
    assert "Người đại diện" not in words(printed(code, "2025"))


@pytest.mark.parametrize("code", ["apology", "stop"])
def test_issued_letters_carry_a_verification_code_and_drafts_do_not(code):
    context = FORMS[code].sample("2025")
    assert set(qr_codes(printed(code, "2025"))) == {context.verify_url}
    draft = replace(context, verify_url="", head=replace(context.head, number=None, dated=None, drafted=NOW.date()))
    pdf = printed(code, "2025", draft)
    assert qr_codes(pdf) == {}
    assert "tháng 02 năm 2026" in words(pdf)
    assert "Số: 0" not in words(pdf)


def test_the_control_sheet_keeps_past_rows_and_leaves_room_for_the_next():
    text = words(printed("control_sheet", "2025"))
    assert "10 giờ 05 phút, ngày 05 tháng 02 năm 2026" in text
    assert "Đúng hạn" in text
    assert text.count("Người giao") == 4
    with pytest.raises(FormError, match="trước hạn, đúng hạn hoặc quá hạn"):
        context = FORMS["control_sheet"].sample()
        printed("control_sheet", "2025", replace(context, hand_overs=(replace(context.hand_overs[0], outcome="x"),)))


def test_the_fee_receipt_adds_up_in_figures_and_words():
    text = words(printed("fee_receipt", "2025"))
    assert "Tổng cộng: 16.000 đồng" in text
    assert "Bằng chữ: Mười sáu nghìn đồng" in text
    with pytest.raises(FormError, match="không được âm"):
        context = FORMS["fee_receipt"].sample()
        printed("fee_receipt", "2025", replace(context, lines=(replace(context.lines[0], amount=-1),)))


def test_a_reason_longer_than_a_page_is_printed_to_its_end():
    context = FORMS["supplement"].sample()
    reason = " ".join(f"lý{n}" for n in range(3000))
    pdf = printed("supplement", "2025", replace(context, items=(replace(context.items[0], reason=reason),)))
    visible = "".join(words(pdf).split())
    assert "lý2999" in visible
    assert len(reader(pdf).pages) > 2
    assert lowest_text(pdf) > 5
