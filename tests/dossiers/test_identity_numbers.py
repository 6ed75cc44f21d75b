"""Phone, identity and tax numbers: read in every usual spelling, refused with a sentence, masked for strangers."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers import identity_numbers as numbers
from dossiers.identity_numbers import InvalidNumber, InvalidPersonalId, InvalidPhone, InvalidTaxCode

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    [
        "0912345612",
        "0912 345 612",
        "0912.345.612",
        "0912-345-612",
        "0912–345–612",
        "(0912) 345 612",
        "+84912345612",
        "+84 (0) 912 345 612",
        "84912345612",
        "0084 912345612",
        "840912345612",
        "912345612",
        "０９１２３４５６１２",
        " \u200b0912\u00a0345\u00a0612\t",
    ],
)
def test_one_mobile_in_every_spelling(typed):
    phone = numbers.parse_phone(typed)
    assert (phone.e164, phone.kind) == ("+84912345612", "mobile")
    assert (phone.domestic, phone.zalo) == ("0912345612", "84912345612")
    assert numbers.normalise_phone(typed) == "+84912345612"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("01682345678", "+84382345678"),
        ("+841682345678", "+84382345678"),
        ("0120 234 5678", "+84702345678"),
        ("01232345678", "+84832345678"),
        ("01292345678", "+84822345678"),
        ("01882345678", "+84582345678"),
        ("01992345678", "+84592345678"),
    ],
)
def test_mobiles_of_before_2018_are_converted_with_a_note(old, new):
    phone = numbers.parse_phone(old)
    assert phone.e164 == new
    assert "2018" in phone.notes[0]


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0207 3822 123", "+842073822123"),
        ("(0222) 3.822.123", "+842223822123"),
        ("024 3825 1234", "+842438251234"),
        ("+84 28 3829 1234", "+842838291234"),
        ("2073822123", "+842073822123"),
    ],
)
def test_landlines(typed, e164):
    phone = numbers.parse_phone(typed)
    assert (phone.e164, phone.kind) == (e164, "landline")


def test_84_as_network_prefix_and_as_country_code_are_told_apart():
    assert numbers.normalise_phone("0849123456") == "+84849123456"
    assert numbers.normalise_phone("849123456") == "+84849123456"
    assert numbers.normalise_phone("84849123456") == "+84849123456"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Chưa có"),
        ("abc", "chữ số"),
        ("0912 345 61", "9 chữ số"),
        ("09123456789", "11 chữ số"),
        ("1900 1234", "tổng đài"),
        ("18001096", "tổng đài"),
        ("113", "không đúng"),
        ("+1 415 555 2671", "Việt Nam"),
        ("001 415 555 2671", "Việt Nam"),
        ("0912345678/0987654321", "một số"),
        ("0912345678; 0987654321", "một số"),
        ("0217 3822 123", "mã vùng"),
        ("0207 822 123", "mã vùng"),
        ("01602345678", "không đúng"),
        ("٠٩١٢٣٤٥٦٧٨", "chữ số"),
        ("+", "chữ số"),
        ("0612345678", "không đúng"),
    ],
)
def test_what_is_not_a_phone_is_refused_with_what_to_do(typed, says):
    with pytest.raises(InvalidPhone, match=r"Hãy|Chỉ nhập") as refused:
        numbers.parse_phone(typed)
    assert says in str(refused.value)


def test_personal_number_tells_what_it_encodes():
    woman = numbers.parse_personal_id("008 304 012345", today=TODAY)
    assert (woman.number, woman.kind, woman.birth_year, woman.sex) == ("008304012345", "cccd", 2004, "nữ")
    man = numbers.parse_personal_id("001.058.012345", today=TODAY)
    assert (man.birth_year, man.sex) == (1958, "nam")
    assert numbers.parse_personal_id("122099012345").kind == "cccd"  # Birth registered abroad.


def test_old_identity_card_is_accepted_with_a_note():
    card = numbers.parse_personal_id("123 456 789")
    assert (card.number, card.kind) == ("123456789", "cmnd")
    assert "01/01/2025" in card.notes[0]


@pytest.mark.parametrize("typed", ["C1234567", "c 1234567", "P00123456", "EA1234567"])
def test_passports(typed):
    assert numbers.parse_personal_id(typed).kind == "passport"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "000099012345",
        "003099012345",
        "001499012345",
        "001227012345",
        "01099012345",
        "1099012345",
        "111111111",
        "X12345",
        "12345678",
        "00109901234a",
        "001099012345678",
        "٠٠١٠٩٩٠١٢٣٤٥",
    ],
)
def test_impossible_personal_numbers_are_refused(typed):
    with pytest.raises(InvalidPersonalId, match="Hãy") as refused:
        numbers.normalise_personal_id(typed, today=TODAY)
    assert not typed or typed not in str(refused.value)


def test_a_number_that_lost_its_zero_in_a_spreadsheet_is_explained_not_guessed():
    with pytest.raises(InvalidPersonalId, match="bảng tính"):
        numbers.parse_personal_id("1099012345")


@pytest.mark.parametrize("code", ["0100109106", "0100684378", "0300588569", "0101248141"])
def test_tax_codes_of_known_companies_pass_the_check_digit(code):
    assert numbers.parse_tax_code(code) == numbers.TaxCode(code, numbers.TaxCodeKind.MAIN)


def test_tax_code_forms():
    assert numbers.normalise_tax_code("0100109106001") == "0100109106-001"
    assert numbers.normalise_tax_code(" 0100109106 - 001 ") == "0100109106-001"
    assert numbers.parse_tax_code("001099012345").kind == "person"


@pytest.mark.parametrize("typed", ["", "0100109107", "0100109106-000", "010010910", "MST0100109106", "000099012345"])
def test_wrong_tax_codes_are_refused(typed):
    with pytest.raises(InvalidTaxCode, match="Hãy"):
        numbers.normalise_tax_code(typed)


@settings(max_examples=100)
@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_of_ten_last_digits_at_most_one_is_right_and_a_slip_is_noticed(stem):
    def passes(code):
        try:
            return bool(numbers.parse_tax_code(code))
        except InvalidTaxCode:
            return False

    right = [digit for digit in "0123456789" if passes(stem + digit)]
    assert len(right) <= 1
    for digit in right:
        slipped = str((int(stem[0]) + 1) % 10) + stem[1:] + digit
        assert not passes(slipped)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=30), st.text(alphabet="0123456789+-. ()84OC", max_size=20)))
def test_any_text_is_read_or_refused_never_a_crash(text):
    for read in (numbers.parse_phone, numbers.parse_personal_id, numbers.parse_tax_code):
        try:
            read(text)
        except InvalidNumber as refused:
            assert str(refused).endswith(".")
    numbers.mask_phone(text), numbers.mask_name(text), numbers.mask_email(text)
    numbers.last_digits_match(text, text)


@settings(max_examples=100)
@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_reading_is_stable_and_masks_hide_the_middle(number):
    e164 = numbers.normalise_phone(number)
    assert numbers.normalise_phone(e164) == e164
    mask = numbers.mask_phone(e164)
    assert mask == f"{number[:2]}xx xxx x{number[-2:]}"


def test_masks():
    assert numbers.mask_phone("+842073822123") == "02xx xxxx x23"
    assert (numbers.mask_phone(""), numbers.mask_phone("abc")) == ("", "xxx")
    assert numbers.mask_name("Nguyễn Văn A") == "N*** V** A"
    assert numbers.mask_name("  Đỗ   Thi\u0323 ") == "Đ* T**"
    assert numbers.mask_email("nguyenvana@gmail.com") == "n***@gmail.com"
    assert numbers.mask_email("a@x.vn") == "***@x.vn"
    assert (numbers.mask_email(""), numbers.mask_email("abc")) == ("", "***")


def test_last_four_digits():
    assert numbers.last_digits_match("001099012345", "2345")
    assert numbers.last_digits_match("+84912345678", " 5678 ")
    for typed in ("2346", "345", "12345", "", "２３４", "abcd"):
        assert not numbers.last_digits_match("001099012345", typed)
    assert not numbers.last_digits_match("", "")
    assert not numbers.last_digits_match("123", "123")
