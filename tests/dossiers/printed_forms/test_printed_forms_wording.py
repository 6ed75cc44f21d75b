"""Wording staff may change: what is refused, in words, and what never turns into markup."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dossiers import printed_forms
from dossiers.printed_forms import FORMS, WordingError
from tests.dossiers.printed_forms.printed_paper import words

NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)


def apology(wording, **changes):
    context = replace(FORMS["apology"].sample("2025"), **changes)
    return words(printed_forms.render("apology", context, form_set="2025", wording=wording, now=NOW))


@pytest.mark.parametrize(("code", "form_set"), [(c, e.form_set) for c, f in FORMS.items() for e in f.sets])
def test_defaults_pass_their_own_check(code, form_set):
    form = FORMS[code]
    form.check_wording(form_set, form.default_wording(form_set))
    for block in form.blocks(form_set).values():
        assert set(block.required) <= set(form.placeholders)
        assert block.label


def test_new_wording_replaces_one_block_and_keeps_the_others():
    text = apology({"closing": "Chân thành cảm ơn {nguoi_nop}.\n\nKính chào./."})
    assert "Chân thành cảm ơn Ông/Bà Nguyễn Thị Huỳnh Như. Kính chào./." in text
    assert "Trân trọng" not in text
    assert "Thời gian trả kết quả mới" in text


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        ({"closing": "Gửi {ten_la}"}, "dùng {ten_la} mà mẫu không có"),
        ({"reason": "Không nêu"}, "phải có {ly_do} (lý do chậm)"),
        ({"closing": "Gửi {nguoi_nop"}, "ngoặc nhọn không khép đúng"),
        ({"closing": "Gửi {0.__class__}"}, "ngoặc nhọn không khép đúng"),
        ({"closing": "**đậm"}, "dấu ** chưa khép"),
        ({"closing": "x" * 4001}, "dài quá 4000 ký tự"),
        ({"la": "x"}, "Mẫu không có đoạn “la”"),
        ({"closing": 5}, "phải là chữ"),
    ],
)
def test_wrong_wording_is_explained(wording, sentence):
    with pytest.raises(WordingError) as caught:
        apology(wording)
    assert sentence in str(caught.value)
    assert list(caught.value.problems) == list(wording)


def test_every_problem_is_told_at_once():
    with pytest.raises(WordingError) as caught:
        apology({"closing": "{a} {b", "reason": "x"})
    assert {key: len(found) for key, found in caught.value.problems.items()} == {"closing": 2, "reason": 1}


def test_values_never_act_as_placeholders_or_bold():
    person = replace(FORMS["apology"].sample().applicant, name="{ma_ho_so} **A**")
    assert "{ma_ho_so} **A**" in apology({}, applicant=person, reason="do {ngay_hen_moi} **gấp**")


def test_the_2018_set_has_no_extension_block():
    assert "extension" not in FORMS["apology"].blocks("2018")
    with pytest.raises(WordingError, match="không có đoạn “extension”"):
        FORMS["apology"].check_wording("2018", {"extension": "{thoi_gian_gia_han}"})
