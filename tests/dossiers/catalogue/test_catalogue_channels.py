"""Hard rows of the portal's table of ways to submit, each read and checked by hand."""

from decimal import Decimal

import pytest

from dossiers.catalogue.channels import parse_channels
from dossiers.catalogue.durations import parse_time_limit
from dossiers.catalogue.records import ChannelKind, FeeKind, LimitSource, LimitUnit, Severity

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
ONLINE, COUNTER, POST = ChannelKind.ONLINE, ChannelKind.COUNTER, ChannelKind.POST
WORKING, CALENDAR, HOUR = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.HOUR


def rows(text):
    channels, _ = parse_channels(HEADER + text)
    return [(c.kind, c.limit.amount and int(c.limit.amount), c.limit.unit) for c in channels]


def test_three_plain_rows():
    text = "Trực tuyến7 Ngày làm việcMiễn phíTrực tiếp3 Ngày làm việc40 VNĐ(Lệ phí: 40.000 đồng/01 Giấy chứng nhận.)"
    channels, problems = parse_channels(HEADER + text)
    assert rows(text) == [(ONLINE, 7, WORKING), (COUNTER, 3, WORKING)]
    assert channels[0].fees[0].kind is FeeKind.FREE and channels[0].fees[0].amount == 0
    assert channels[1].fees[0].amount == 40_000
    assert [p.severity for p in problems] == [Severity.DOUBTFUL]


def test_channels_may_have_different_limits():
    text = "Trực tuyến15 Ngày làm việcMiễn phíDịch vụ bưu chính18 Ngày làm việcMiễn phíTrực tiếp8 GiờMiễn phí"
    assert rows(text) == [(ONLINE, 15, WORKING), (POST, 18, WORKING), (COUNTER, 8, HOUR)]


def test_channel_words_inside_a_description_start_no_row():
    text = (
        "Trực tuyến7 Ngày làm việcKhông có thông tin- Trực tiếp: nộp hồ sơ trực tiếp tại trụ sở Cục Quản lý xuất nhập "
        "cảnh.\n- Trực tuyến: nộp hồ sơ trực tuyến qua Cổng dịch vụ công quốc gia.\nKhông quá 05 ngày làm việc."
        "Trực tiếp7 Ngày làm việcKhông có thông tin- Trực tiếp: nộp hồ sơ trực tiếp tại trụ sở Cục."
    )
    channels, problems = parse_channels(HEADER + text)
    assert rows(text) == [(ONLINE, 7, WORKING), (COUNTER, 7, WORKING)]
    assert channels[0].description.startswith("- Trực tiếp: nộp hồ sơ")
    assert channels[0].fees[0].kind is FeeKind.NOT_STATED and not problems


def test_description_that_begins_with_a_number_is_not_a_second_fee():
    channels, problems = parse_channels(
        HEADER + "Trực tuyến7 Ngày làm việcMiễn phí07 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ"
        "Trực tiếp30 Ngày30,000,000 Việt Nam Đồng(+ 30 triệu đồng/Giấy phép.)30 ngày kể từ ngày UBCKNN nhận hồ sơ"
    )
    assert [c.description[:7] for c in channels] == ["07 ngày", "30 ngày"]
    assert [(f.amount, f.per) for c in channels for f in c.fees] == [(0, ""), (30_000_000, "Giấy phép")]
    assert not problems


def test_the_same_channel_twice_keeps_both_rows():
    text = (
        "Trực tiếpKhông có thông tin10,000 Việt Nam Đồng(/trường hợp)Tại Ủy ban nhân dân cấp xã."
        "Trực tiếpKhông có thông tin10 USD(/bản)Tại cơ quan đại diện: 10 USD/bản."
    )
    channels, _ = parse_channels(HEADER + text)
    assert [(c.fees[0].amount, c.fees[0].currency, c.fees[0].per) for c in channels] == [
        (10_000, "VND", "trường hợp"),
        (10, "USD", "bản"),
    ]


def test_several_fees_in_one_cell():
    channels, _ = parse_channels(
        HEADER + "Trực tiếp5 Ngày150,000 Việt Nam Đồng(cấp mới)75,000 Việt Nam Đồng(cấp lại)Nộp tại Bộ phận Một cửa"
    )
    assert [(f.amount, f.label) for f in channels[0].fees] == [(150_000, "cấp mới"), (75_000, "cấp lại")]
    assert channels[0].description == "Nộp tại Bộ phận Một cửa"


@pytest.mark.parametrize(
    ("text", "limit", "fee"),
    [
        ("Trực tuyến150,000 Việt Nam Đồng", 1, 50_000),  # a fee never begins with 0: only 1 | 50,000 is left
        ("Trực tuyến120 VNĐ(20.000 đ/tờ khai)", 1, 20_000),
        ("Trực tuyến1Miễn phíTrực tiếp1250,000 VNĐ", 1, 250_000),  # the other row says that the limit is 1
    ],
)
def test_a_bare_limit_run_into_the_fee_is_split_only_when_one_reading_is_left(text, limit, fee):
    channels, _ = parse_channels(HEADER + text)
    assert channels[-1].limit.amount == limit
    assert channels[-1].fees[0].amount == fee


def test_digits_with_two_readings_are_reported_and_not_guessed():
    channels, problems = parse_channels(HEADER + "Trực tiếp1250 VNĐ")
    assert channels[0].limit.amount is None
    assert channels[0].fees[0].amount is None
    assert "dính liền" in problems[0].reason and problems[0].text == "Trực tiếp1250 VNĐ"


def test_brackets_of_enumerations_do_not_close_the_note():
    channels, _ = parse_channels(
        HEADER
        + "Trực tiếp5 Ngày100,000 VNĐ(Phí: a) 100.000 đồng/lần (theo Thông tư); b) miễn cho hộ nghèo)Nộp tại quầy"
    )
    assert channels[0].fees[0].note.endswith("b) miễn cho hộ nghèo")
    assert channels[0].description == "Nộp tại quầy"


def test_a_note_with_one_bracket_too_many_or_too_few():
    extra, _ = parse_channels(HEADER + "Dịch vụ bưu chính20 NgàyMiễn phí(Theo quy định))Trực tiếp20 NgàyMiễn phí")
    assert [c.description for c in extra] == ["", ""]
    lost, _ = parse_channels(
        HEADER + "Trực tiếp3 Ngày5,000,000 VNĐ(đồng/lần (Lệ phí) (Miễn đến 30/6/2026)- Nộp tại quầy"
    )
    assert lost[0].fees[0].amount == 5_000_000


def test_empty_and_foreign_texts_are_reported():
    assert parse_channels("Không có thông tin")[1][0].reason == "Cổng không công bố cách thức thực hiện."
    channels, problems = parse_channels("một đoạn văn bất kỳ")
    assert channels == () and problems[0].text == "một đoạn văn bất kỳ"


@pytest.mark.parametrize(
    ("cell", "amount", "unit"),
    [
        ("60 Ngày làm việc", 60, WORKING),
        ("0,5 Ngày", Decimal("0.5"), CALENDAR),
        ("2.5 Ngày làm việc", Decimal("2.5"), WORKING),
        ("3 Tháng", 3, LimitUnit.MONTH),
        ("1 Năm", 12, LimitUnit.MONTH),
        ("2 Tuần", 14, CALENDAR),
        ("8 Giờ", 8, HOUR),
    ],
)
def test_units_of_the_time_cell(cell, amount, unit):
    limit, problems = parse_time_limit(cell)
    assert (limit.amount, limit.unit, problems) == (amount, unit, [])


def test_a_bare_number_takes_its_unit_only_from_words_that_name_it():
    said, problems = parse_time_limit("7", "Trong thời hạn 07 ngày làm việc kể từ ngày nhận đủ hồ sơ")
    assert (said.unit, said.source, problems) == (WORKING, LimitSource.DESCRIPTION, [])
    other, problems = parse_time_limit("7", "Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ")
    assert other.unit is LimitUnit.UNSTATED and other.amount == 7
    assert problems[0].severity is Severity.DOUBTFUL
    steps, problems = parse_time_limit("7", "", "Bước 2: trong 07 ngày làm việc, cơ quan thẩm định")
    assert (steps.unit, steps.source) == (WORKING, LimitSource.STEPS) and problems


def test_same_day_with_the_15_hour_rule():
    steps = (
        "Ngay trong ngày tiếp nhận hồ sơ; trường hợp nhận hồ sơ sau 15 giờ mà không giải quyết được ngay thì trả "
        "kết quả trong ngày làm việc tiếp theo."
    )
    limit, problems = parse_time_limit("1", "", steps)
    assert limit.unit is LimitUnit.SAME_DAY and limit.is_stated
    assert "15 giờ" in problems[0].reason


def test_an_empty_time_cell():
    one, problems = parse_time_limit("Không có thông tin", "05 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ")
    assert (one.amount, one.unit, one.source) == (5, WORKING, LimitSource.DESCRIPTION)
    assert problems[0].severity is Severity.DOUBTFUL
    many, problems = parse_time_limit("Không có thông tin", "07 ngày làm việc (cấp mới), 02 ngày làm việc (cấp lại)")
    assert not many.is_stated and problems[0].severity is Severity.UNPARSED
    day_of_month, _ = parse_time_limit("Không có thông tin", "Chậm nhất vào ngày 20 tháng đầu tiên hàng quý")
    assert not day_of_month.is_stated


@pytest.mark.parametrize("cell", ["0", "99999 Ngày", "năm ngày"])
def test_impossible_limits_are_refused(cell):
    limit, problems = parse_time_limit(cell)
    assert not limit.is_stated and problems[0].severity is Severity.UNPARSED
