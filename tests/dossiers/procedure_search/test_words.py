"""Spellings of one word meet: raw Telex, i/y, k/c, short forms, slips; whole words only."""

import pytest

from dossiers.procedure_search.spelling import Speller, one_slip
from dossiers.procedure_search.thesaurus import Thesaurus
from dossiers.procedure_search.words import spelled, undo_telex, words_of

pytestmark = pytest.mark.sqlite_only


def plain(text: str) -> list[str]:
    return [word.plain for word in words_of(text)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddooir ther cawn cuwowcs", "đổi thẻ căn cước"),
        ("tachs hooj", "tách hộ"),
        ("ddawng kys tafu cas", "đăng ký tàu cá"),
        ("đăng kí", "đăng ký"),
        ("ly lich", "lí lịch"),
        ("qui hoạch", "quy hoạch"),
        ("kăn kước", "căn cước"),
        ("lm lại gplx", "làm lại giấy phép lái xe"),
        ("BHXH", "bảo hiểm xã hội"),
        ("hkd", "hộ kinh doanh"),
        ("laàm sỗ đõ", "làm sổ đỏ"),
        ("tàu cá", "tau ca"),
        ("so hong", "sổ hồng"),
    ],
)
def test_spellings_of_the_same_words_meet(typed, meant):
    assert plain(typed) == plain(meant)


@pytest.mark.parametrize("word", ["tax", "form", "xe", "thuy", "quyen", "khoan", "2026", "ct07", "nghieng", "luu"])
def test_what_is_no_telex_stays(word):
    assert undo_telex(word) == word


def test_accents_are_kept_when_typed():
    assert [word.accented for word in words_of("đất dat")] == ["đất", ""]
    assert spelled("zay") == spelled("giay") == spelled("day")


@pytest.mark.parametrize("other", ["khai", "kha", "khaiw", "kahi", "khei"])
def test_one_slip(other):
    assert one_slip("khai", other)


def test_two_slips_are_too_many():
    assert not one_slip("khai", "khe") and not one_slip("sinh", "minhs")


def test_the_speller_mends_unknown_words_only():
    speller = Speller({"khai": 9, "sinh": 9, "giay": 5, "hun": 1})
    assert speller.instead_of("khaii") == ["khai"]
    assert speller.instead_of("giaykhaisinh") == ["giay", "khai", "sinh"]
    assert speller.instead_of("sinh") == [] and speller.instead_of("zzzz") == []


def test_the_thesaurus_reads_whole_words():
    thesaurus = Thesaurus([("sổ đỏ", "giấy chứng nhận"), ("hun", "hôn")])
    meant = [[word.plain for word in words] for _, words in thesaurus.meant_by(words_of("mất so do rồi"))]
    assert meant == [plain("giấy chứng nhận")]
    assert not list(thesaurus.meant_by(words_of("chứng thực")))
