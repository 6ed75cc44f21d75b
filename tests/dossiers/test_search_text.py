"""Folding: what staff type without accents finds what was written with them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.search_text import fold, fold_words, prefix_upper_bound

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
names = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + "bcdghklmnpqrstvx  -.,'0123456789", max_size=60)


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("  Trần  Đức-Nghĩa ", "tran duc nghia"),
        ("ĐƯỜNG 3/2, P. Tân An", "duong 3 2 p tan an"),
        ("ＮＧＵＹỄN", "nguyen"),
        ("“Quyền” – lợi…", "quyen loi"),
        ("hồ\u200bsơ", "ho so"),
        ("", ""),
        (None, ""),
        ("...", ""),
    ],
)
def test_folds_what_people_write(written, searched):
    assert fold(written) == searched


def test_every_vietnamese_letter_becomes_one_ascii_letter():
    for letter in VIETNAMESE + VIETNAMESE.upper():
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            folded = fold(unicodedata.normalize(form, letter))
            assert len(folded) == 1 and folded.isascii() and folded.islower()


@settings(max_examples=150)
@given(names)
def test_composed_and_decomposed_agree_and_result_is_plain(text):
    folded = fold(text)
    assert folded == fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
    assert folded == fold(text.upper()) == fold(text.lower())
    assert folded.isascii() and folded == folded.strip() and "  " not in folded


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_for_any_text(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
    assert fold_words(text) == folded.split()


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_prefix_range_holds_exactly_the_texts_with_the_prefix(prefix, rest, other):
    upper = prefix_upper_bound(prefix)
    assert prefix <= prefix + rest and (upper is None or prefix + rest < upper)
    if not other.startswith(prefix):
        assert not (prefix <= other and (upper is None or other < upper))


def test_prefix_bound_edges():
    assert prefix_upper_bound("nguyen") == "nguyeo"
    assert prefix_upper_bound("") is None
    assert prefix_upper_bound("a\U0010ffff") == "b"
    assert prefix_upper_bound("\U0010ffff") is None
    assert prefix_upper_bound("\ud7ff") == "\ue000"
