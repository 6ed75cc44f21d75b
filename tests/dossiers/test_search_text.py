"""Folding: what staff type without accents finds what was written with them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.search_text import fold, fold_words

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
