"""Fee cells of the portal: the headline, the note that contradicts it, and reductions for a time."""

from datetime import date

import pytest

from dossiers.catalogue.amounts import money_in
from dossiers.catalogue.fees import parse_fee
from dossiers.catalogue.records import FeeKind, Severity


def amounts(headline, note=""):
    return [(fee.kind, fee.amount) for fee in parse_fee(headline, note)[0]]


@pytest.mark.parametrize(
    "note",
    ["", "Không", "Không có", "không có", "Không thu phí", "Miễn lệ phí", "Chưa quy định.", "- Không có", "(Không)"],
)
def test_free_is_free(note):
    fees, problems = parse_fee("Miễn phí", note)
    assert [(f.kind, f.amount) for f in fees] == [(FeeKind.FREE, 0)] and not problems


@pytest.mark.parametrize(
    "note",
    [
        "Theo quy định của Hội đồng nhân dân cấp tỉnh",
        "Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định. Miễn lệ phí cho người thuộc hộ nghèo.",
        "Thông tư số 02/2022/TT-BTC ngày 11 tháng 01 năm 2022 của Bộ trưởng Bộ Tài chính",
    ],
)
def test_free_that_points_to_another_rule_is_not_shown_as_free(note):
    fees, problems = parse_fee("Miễn phí", note)
    assert [(f.kind, f.amount) for f in fees] == [(FeeKind.BY_RULE, None)]
    assert problems[0].severity is Severity.DOUBTFUL and note[:20] in problems[0].text


def test_free_with_amounts_in_the_note_gives_the_amounts():
    fees, problems = parse_fee("Miễn phí", "Lệ phí cấp mới 40.000đồng/lần; lệ phí cấp lại 20.000 đồng/lần.")
    assert [(f.amount, f.per, f.label) for f in fees] == [
        (40_000, "lần", "Lệ phí cấp mới"),
        (20_000, "lần", "lệ phí cấp lại"),
    ]
    assert problems


@pytest.mark.parametrize(
    ("headline", "note", "amount", "currency"),
    [
        ("50,000 Việt Nam Đồng", "/văn bản", 50_000, "VND"),
        ("20 VNĐ", "20.000 vnđ /tờ khai", 20_000, "VND"),
        ("40 VNĐ", "Lệ phí cấp giấy chứng nhận: 40.000 đồng/01 Giấy chứng nhận.", 40_000, "VND"),
        ("155 VNĐ", "Thẻ tạm trú có thời hạn từ trên 02 năm đến 05 năm: 155 USD/thẻ.", 155, "USD"),
        ("10 USD", "10USD/giấy", 10, "USD"),
        ("10,000,000 Việt Nam Đồng", "+ Dưới 50 tỷ: 10 triệu đồng/ Giấy chứng nhận", 10_000_000, "VND"),
    ],
)
def test_amounts(headline, note, amount, currency):
    fees, _ = parse_fee(headline, note)
    assert (fees[0].kind, fees[0].amount, fees[0].currency) == (FeeKind.FIXED, amount, currency)


def test_a_tiny_amount_without_explanation_is_reported():
    fees, problems = parse_fee("25 VNĐ", "")
    assert fees[0].amount is None and fees[0].text == "25 VNĐ"
    assert problems[0].severity is Severity.UNPARSED


def test_halved_for_a_time_by_percent():
    fees, problems = parse_fee(
        "140,000,000 Việt Nam Đồng",
        "(Từ ngày 01/07/2025 đến hết ngày 31/12/2026, mức lệ phí bằng 50% mức phí nêu trên theo quy định tại Thông tư "
        "64/2025/TT-BTC)",
    )
    assert [(f.amount, f.valid_from, f.valid_to) for f in fees] == [
        (140_000_000, None, None),
        (70_000_000, date(2025, 7, 1), date(2026, 12, 31)),
    ]
    assert not problems


def test_reduced_for_a_time_by_amount_and_waived_for_a_time():
    reduced, problems = parse_fee(
        "4,000,000 Việt Nam Đồng",
        "áp dụng mức phí 2.000.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến hết ngày 31/12/2026 theo Thông tư 64/2025",
    )
    assert [f.amount for f in reduced] == [4_000_000, 2_000_000]
    assert (reduced[1].valid_from, reduced[1].valid_to) == (date(2025, 7, 1), date(2026, 12, 31))
    assert not problems
    waived, _ = parse_fee(
        "40,000,000 VNĐ",
        "Phí cấp AOC: 40.000.000 đồng/lần. (Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo Thông tư 40/2026/TT-BTC)",
    )
    assert [(f.kind, f.amount) for f in waived] == [(FeeKind.FIXED, 40_000_000), (FeeKind.FREE, 0)]
    assert waived[1].valid_to == date(2026, 6, 30)


def test_percent_of_a_table_elsewhere_is_not_computed():
    fees, problems = parse_fee(
        "50,000 Việt Nam Đồng",
        "Kể từ ngày 01/01/2025 đến hết ngày 31/12/2025, mức thu lệ phí bằng 50% mức thu lệ phí theo Biểu",
    )
    assert [f.amount for f in fees] == [50_000]
    assert problems[0].severity is Severity.DOUBTFUL


def test_a_note_that_contradicts_the_headline_is_reported():
    fees, problems = parse_fee("2,300,000 Việt Nam Đồng", "- Thẩm định duy trì điều kiện: 1.500.000 đồng/01 cơ sở/lần.")
    assert fees[0].amount == 2_300_000
    assert "khác mức nêu" in problems[0].reason


def test_unknown_cells():
    assert amounts("Không có thông tin") == [(FeeKind.NOT_STATED, None)]
    assert parse_fee("5 Yên", "")[0][0].kind is FeeKind.UNCLEAR
    assert parse_fee("abc", "")[1][0].reason == "Không đọc được mức thu."


def test_money_in_prose_is_not_confused_with_document_numbers():
    assert money_in("Thông tư số 64/2025/TT-BTC, khoản 1 Điều 16, ngày 30/6/2025") == []
    assert [m.amount for m in money_in("2 triệu đồng; 1.500.000đ/hồ sơ; 200.000 VNĐ, 3 nghìn đồng")] == [
        2_000_000,
        1_500_000,
        200_000,
        3_000,
    ]
