"""Dossier codes: written by rule, read from whatever a citizen types, never read as somebody else's."""

import contextlib
import itertools
import re
import string
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers import dossier_codes as codes
from dossiers.dossier_codes import InvalidCode

TT01, QD20, Y2026 = "000.17.22.H56-210531-0001", "H40.12-210101-0001", "G09.20-20260609-0092637"


@st.composite
def valid_codes(draw):
    """A canonical code of any rule."""
    rule = draw(st.sampled_from(codes.PATTERNS))
    shape = draw(st.sampled_from(rule.agency_shapes))
    alphabet = {"0": string.digits, "A": string.ascii_uppercase}
    agency = ".".join("".join(draw(st.sampled_from(alphabet[kind])) for kind in part) for part in shape)
    day = draw(st.dates(codes.FIRST_DAY, codes.LAST_DAY))
    return codes.format_code(rule.name, agency, day, draw(st.integers(0, 9_999_999)))


@pytest.mark.parametrize(
    ("pattern", "agency", "day", "number", "written"),
    [
        ("tt01-2018", "000.17.22.H56", date(2021, 5, 31), 1, TT01),
        ("qd20-2020", "H40.12", date(2021, 1, 1), 1, QD20),
        ("qd20-2020", "H40", date(2021, 1, 1), 12345, "H40-210101-12345"),
        ("2026", "G09.20", date(2026, 6, 9), 92637, Y2026),
    ],
)
def test_codes_are_written_by_their_rule_and_read_back(pattern, agency, day, number, written):
    assert codes.format_code(pattern, agency, day, number) == written
    assert codes.parse_code(written) == codes.DossierCode(written, pattern, agency, day, number)


@pytest.mark.parametrize(
    ("pattern", "agency", "day", "number"),
    [
        ("unknown", "H40", date(2021, 1, 1), 1),
        ("tt01-2018", "H40.12", date(2021, 1, 1), 1),
        ("qd20-2020", "H4.12", date(2021, 1, 1), 1),
        ("qd20-2020", "h40.12", date(2021, 1, 1), 1),
        ("qd20-2020", "Đ40.12", date(2021, 1, 1), 1),
        ("qd20-2020", "H40.1٢", date(2021, 1, 1), 1),
        ("qd20-2020", "H40", date(2021, 1, 1), 10_000_000),
        ("qd20-2020", "H40", date(2021, 1, 1), -1),
        ("2026", "H40", date(1999, 1, 1), 1),
    ],
)
def test_codes_that_no_rule_allows_are_not_written(pattern, agency, day, number):
    with pytest.raises(InvalidCode, match="Hãy"):
        codes.format_code(pattern, agency, day, number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("h40.12-210101-0001", QD20),
        (" H40.12 - 210101 - 0001 ", QD20),
        ("H40.12–210101—0001", QD20),
        ("H40.12_210101_0001", QD20),
        ("H40 12 210101 0001", QD20),
        ("H40.12.210101.0001", QD20),
        ("H40-12-210101-0001", QD20),
        ("H4012-210101-0001", QD20),
        ("H4012210101-0001", QD20),
        ("H40,12-210101-0001.", QD20),
        ("H40..12--210101-0001", QD20),
        ("H40.12-21.01.01-0001", QD20),
        ("H 4 0.1 2-2 1 0 1 0 1-0 0 0 1", QD20),
        ("H4O.I2-2IOlOl-OOOl", QD20),
        ("Ｈ４０．１２－２１０１０１－０００１", QD20),
        ("H40.12\u200b-210101\u00a0-0001\n", QD20),
        ("Mã hồ sơ: H40.12-210101-0001", QD20),
        ("H40.12-210101-0001 ạ", QD20),
        ("ooo.17.22.h56-210531-0001", TT01),
        ("0001722H562105310001", TT01),
        ("000 17 22 H56 210531 0001", TT01),
        ("G09.20 20260609 0092637", Y2026),
        ("G09 20 20260609 0092637", Y2026),
        ("g09.20.20260609.0092637", Y2026),
    ],
)
def test_spellings_of_citizens(typed, code):
    assert codes.normalise_code(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\0",
        "H40.12",
        "H40.12-210101",
        "H40.12-210101-001",
        "H40.12-210101-00000001",
        "H40.12-211301-0001",
        "H40.12-210230-0001",
        "H40.12-19991231-0001",
        "00.17.22.H56-210531-0001",
        "XH40.12-210101-0001",
        "H40.12-210101-0001-05",
        "H40.12-210101-0001.05",
        "H40.12-210101-0001 05",
        "Đ40.12-210101-0001",
        "Н40.12-210101-0001",  # Cyrillic.
        "H٤٠.12-210101-0001",
        "001099012345",
        "0912345678",
        "H40.12-210101-0001 và G09.20-20260609-0092637",
        "1" * 5000,
    ],
)
def test_what_is_not_one_code_is_refused(typed):
    with pytest.raises(InvalidCode, match="Hãy"):
        codes.normalise_code(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("H4012345-210101-0001", "H40.20210101-0001", "H40.20210101 0001", "G0920202606090092637"),
        "O00.00.00.O00-150101-0002",
    ],
)
def test_a_spelling_that_fits_two_codes_is_refused_not_guessed(typed):
    with pytest.raises(InvalidCode):
        codes.normalise_code(typed)


@settings(max_examples=200)
@given(valid_codes())
def test_canonical_codes_read_as_themselves(code):
    parsed = codes.parse_code(code)
    assert parsed.text == code and len(code) <= codes.MAX_CODE_LENGTH
    assert codes.find_codes(f"Cho em hỏi hồ sơ {code}, xong chưa?") == [code]


def meant(typed: str) -> set[str]:
    """The codes a spelling can mean whose groups begin with O, I or l: each may be the letter, H here, or the digit."""
    found = set()
    begins = [match.start(1) for match in re.finditer(r"(?:^|[.,]\s*)([OoIl])", typed)]
    for letters in itertools.product((True, False), repeat=len(begins)):
        signs = list(typed)
        for at, is_letter in zip(begins, letters, strict=True):
            signs[at] = "H" if is_letter else "0" if signs[at] in "Oo" else "1"
        with contextlib.suppress(InvalidCode):
            found.add(codes.normalise_code("".join(signs)))
    return found


@settings(max_examples=100)
@given(valid_codes(), st.data())
def test_noise_that_keeps_the_places_of_the_signs_changes_nothing(code, data):
    noise = {
        "-": ["-", " - ", "–", "—", "_", " -", "‑", "-\u200b"],
        ".": [".", " .", ". ", "..", ","],
        "0": ["0", "O", "o", "０"],
        "1": ["1", "I", "l", "１"],
    }
    number_at = code.rindex("-") + 1
    typed = "".join(
        data.draw(st.sampled_from(noise.get(ch, [ch, ch.lower(), ch + " "] if at < number_at + 3 else [ch])))
        for at, ch in enumerate(code)
    )
    if len(typed) <= codes.MAX_TYPED_LENGTH:
        try:
            assert codes.normalise_code(typed) == code
        except InvalidCode:
            assert len(meant(typed)) > 1, "only what fits two codes is refused"


@settings(max_examples=100)
@given(valid_codes(), st.data())
def test_lost_signs_give_the_code_or_a_refusal_never_another_code(code, data):
    typed = "".join(ch if ch.isalnum() or data.draw(st.booleans()) else "" for ch in code)
    try:
        assert codes.normalise_code(typed) == code
    except InvalidCode:
        pass


@settings(max_examples=200)
@given(valid_codes(), st.data())
def test_a_changed_digit_is_never_read_as_the_same_code(code, data):
    at = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from(string.digits))
    if code[at].isdigit() and code[at] != digit:
        try:
            assert codes.normalise_code(code[:at] + digit + code[at + 1 :]) != code
        except InvalidCode:
            pass


@settings(max_examples=250)
@given(st.one_of(st.text(max_size=90), st.text(alphabet="H40.12-GOIl 9_–", max_size=40)))
def test_any_text_is_read_or_refused_and_what_is_read_is_canonical(text):
    try:
        code = codes.normalise_code(text)
    except InvalidCode:
        pass
    else:
        assert codes.normalise_code(code) == code
    for code in codes.find_codes(text):
        assert codes.normalise_code(code) == code
    try:
        assert codes.normalise_procedure_code(text)[1] == "."
    except InvalidCode:
        pass


def test_codes_in_a_chat_message():
    message = f"em chào, hồ sơ {TT01.lower()} và h40.12 - 210101 - 0001; {Y2026}. {TT01} sđt 0912345678 ngày 21.10.2026"
    assert codes.find_codes(message) == [TT01, QD20, Y2026]
    assert codes.find_codes("cho em gặp cán bộ, CCCD 001099012345") == []


def test_a_level_of_one_digit_is_read_as_typed_and_never_guessed():
    assert codes.find_codes("hai hồ sơ H17.02.6-250801-0009 với H35.9-251120-0112") == [
        "H17.02.6-250801-0009",
        "H35.9-251120-0112",
    ]
    assert codes.parse_code("H17.02.6-250801-0009").pattern == "qd20-2020"


def test_configured_patterns_replace_the_list():
    own = (codes.CodePattern("own", "mẫu của tỉnh", (("A00",),), 6, "05d", 5, 5),)
    assert codes.format_code("own", "K01", date(2026, 1, 2), 7, patterns=own) == "K01-260102-00007"
    assert codes.normalise_code("k01 260102 00007", patterns=own) == "K01-260102-00007"
    with pytest.raises(InvalidCode):
        codes.normalise_code(TT01, patterns=own)


@pytest.mark.parametrize(
    "typed",
    [
        "1.004441",
        "1004441",
        "1 004441",
        "1,004441",
        "l.OO4441",
        "１．００４４４１",
        "mã 1.004441.",
        "1.004441.000.00.00.H40",
    ],
)
def test_procedure_codes(typed):
    assert codes.normalise_procedure_code(typed) == "1.004441"


@pytest.mark.parametrize("typed", ["", "1.00444", "1.0044411", "11.004441", "A.004441", "khai sinh", "1.004441x"])
def test_wrong_procedure_codes(typed):
    with pytest.raises(InvalidCode, match="ví dụ"):
        codes.normalise_procedure_code(typed)
