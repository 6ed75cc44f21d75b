"""Golden searches on a small catalogue, through the engine all pages share."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.models import Field, Procedure, ProcedureAlias, ProcedurePhrasing, ProcedureVersion, SearchSynonym
from dossiers.procedure_search import current, fitting
from dossiers.procedure_search.search import search
from tests import people

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
CATALOGUE = {
    "1.001193": "Thủ tục đăng ký khai sinh",
    "1.004884": "Thủ tục đăng ký lại khai sinh",
    "2.000635": "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh",
    "1.000894": "Thủ tục đăng ký kết hôn",
    "2.000806": "Thủ tục đăng ký kết hôn có yếu tố nước ngoài",
    "1.000656": "Thủ tục đăng ký khai tử",
    "1.004873": "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
    "2.000815": "Chứng thực bản sao từ bản chính giấy tờ, văn bản",
    "2.001194": "Cấp lại thẻ căn cước (thực hiện tại cấp tỉnh)",
    "1.014063": "Cấp đổi thẻ căn cước",
    "1.010038": "Tách hộ",
    "1.003197": "Xóa đăng ký thường trú",
    "1.012784": "Tách thửa hoặc hợp thửa đất.",
    "1.013978": "Đăng ký đất đai, tài sản gắn liền với đất, cấp Giấy chứng nhận quyền sử dụng đất lần đầu",
    "1.001612": "Đăng ký thành lập hộ kinh doanh",
    "1.001266": "Chấm dứt hoạt động hộ kinh doanh",
    "3.000348": "Cấp lại giấy phép lái xe",
    "3.000347": "Đổi giấy phép lái xe",
    "2.000693": "Giải quyết hưởng chế độ thai sản",
    "1.013225": "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
}


@pytest.fixture
def catalogue(db):
    subject = Field.objects.create(name="Hộ tịch")
    for code, name in CATALOGUE.items():
        row = Procedure.objects.create(code=code, name=name, field=subject if "khai" in name else None)
        ProcedureVersion.objects.create(
            procedure=row, name=name, valid_from=dt.date(2026, 1, 1), levels=["commune" if code < "2" else "province"]
        )


def codes(words: str, **options) -> list[str]:
    return [row.code for row in search(words, today=TODAY, **options).rows]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("làm giấy khai sinh cho con", "1.001193"),
        ("thủ tục đăng kí khai sinh", "1.001193"),
        ("mất giấy khai sinh gốc xin làm lại", "1.004884"),
        ("xin trích lục khai sinh", "2.000635"),
        ("giay doc than", "1.004873"),
        ("em cần giấy chưa có vk", "1.004873"),
        ("cuoi vo han quoc", "2.000806"),
        ("giấy báo tử cho ông nội", "1.000656"),
        ("tachs hooj khaarua rieeng", "1.010038"),
        ("cắt hộ khẩu", "1.003197"),
        ("mất căn cước răng chừ làm lại mô rứa", "2.001194"),
        ("ddooir ther cawn cuwowcs heest hanj", "1.014063"),
        ("gộp hai thửa đất", "1.012784"),
        ("lam so do lan dau", "1.013978"),
        ("mở tiệm tạp hóa", "1.001612"),
        ("dky hkd", "1.001612"),
        ("dẹp tiệm", "1.001266"),
        ("mất bằng lái", "3.000348"),
        ("doi gplx het han", "3.000347"),
        ("lãnh tiền thai sản", "2.000693"),
        ("xin phép xây nhà", "1.013225"),
        ("xin pheps xaay nhaf", "1.013225"),
        ("photo công chứng sao y", "2.000815"),
    ],
)
def test_what_people_say_finds_what_they_mean(catalogue, words, code):
    assert codes(words)[:1] == [code]


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("sang tên sổ đỏ cho con", "Đăng ký xe khi thay đổi chủ xe (sang tên xe)"),
        ("bien dong dat dai", "Giải quyết tranh chấp đất đai"),
        ("thi bằng lái xe a1", "Cấp lại giấy phép lái xe"),
        ("dang ki thuong tru cho con", "Xóa đăng ký thường trú"),
        ("hộ chiếu làm ở đâu", "Trình báo mất hộ chiếu phổ thông"),
    ],
)
def test_another_act_or_another_thing_stands_further_down(words, other):
    assert fitting.fit(words, other) < 1


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("mất bằng lái", "Cấp lại giấy phép lái xe"),
        ("cắt khẩu cho con đi học xa", "Xóa đăng ký thường trú"),
        ("hang xom lan ranh dat", "Giải quyết tranh chấp đất đai"),
        ("sang tên xe máy", "Đăng ký xe khi thay đổi chủ xe (sang tên xe)"),
    ],
)
def test_who_asks_for_such_an_act_gets_it(words, meant):
    assert fitting.fit(words, meant) == 1


def test_words_are_whole(catalogue):
    """ "hun" is no part of "chứng"."""
    assert "2.000815" not in codes("hun")


def test_nothing_is_found_for_what_is_no_procedure(catalogue):
    assert codes("hôm nay trời đẹp quá") == [] and codes("không có gì đâu ạ") == []


@pytest.mark.parametrize("typed", ["1.001193", "1001193", "1 001193", "1.001193.000.00.00.H80", "mã 1.001193"])
def test_codes_in_every_spelling(catalogue, typed):
    assert codes(typed) == ["1.001193"]


def test_a_part_of_a_code_and_another_code(catalogue):
    assert set(codes("1.0011")) == {"1.001193"} and set(codes("00063")) == {"2.000635"}
    ProcedureAlias.objects.create(procedure=Procedure.objects.get(code="1.000894"), code="HT-07")
    assert codes("HT-07") == ["1.000894"]


def test_a_word_being_typed_is_searched_by_its_beginning(catalogue):
    assert "1.000656" in codes("khai t", unfinished=True) and "1.000894" in codes("đăng ký kế", unfinished=True)


def test_what_is_taken_often_comes_first_among_equals(catalogue):
    first, second, *_ = codes("giấy phép lái xe")
    Procedure.objects.filter(code=second).update(times_received=900)
    assert codes("giấy phép lái xe")[:2] == [second, first]


def test_two_words_of_a_long_name_taken_here_find_it_while_it_is_typed(catalogue):
    """Of many that name it shortly none hides it; who is not at the counter is told by the words alone, as before."""
    about = ", ".join(f"trường hợp thứ {n} của quyền sử dụng, quyền sở hữu tài sản gắn liền với đất" for n in range(12))
    land = Field.objects.create(name="Đất đai")
    Procedure.objects.create(code="1.013831", name=f"Đăng ký biến động trong {about}", field=land, times_received=60)
    for n in range(70):
        Procedure.objects.create(code=f"1.7000{n:02d}", name=f"Khai biến động đất đai {n}")
    for typed in ("bien dong", "biến độ", "bien dong dat dai"):
        assert "1.013831" in codes(typed, unfinished=True)[:2], typed
        assert "1.013831" not in codes(typed), typed
    assert "1.013831" not in codes("bien dong thu", unfinished=True, level="commune")


def test_slips_are_mended_and_told(catalogue):
    page = search("ket hoon nuoc ngoaif", today=TODAY)
    assert page.rows[0].code == "2.000806"
    page = search("dang ky keet hhon", today=TODAY)
    assert page.corrected and page.rows


def test_equally_good_answers_are_counted(catalogue):
    assert search("căn cước", today=TODAY).clear is False
    assert search("đăng ký khai sinh", today=TODAY).clear


def test_field_and_level_narrow(catalogue):
    subject = Field.objects.get()
    assert set(codes("đăng ký", field_id=subject.pk)) <= {"1.001193", "1.004884", "2.000635", "1.000656"}
    assert "2.000806" not in codes("kết hôn", level="commune") and "2.000806" in codes("kết hôn", level="province")


def test_pages_follow_each_other_without_repeating(catalogue):
    seen, after = [], ""
    while True:
        page = search("cấp giấy", today=TODAY, size=3, after=after)
        seen += [row.code for row in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) > 3


def test_an_editors_phrasing_and_synonym_are_found_at_once(catalogue):
    assert codes("xin cái tấm bìa xanh") == []
    ProcedurePhrasing.objects.create(procedure=Procedure.objects.get(code="1.010038"), text="xin cái tấm bìa xanh")
    assert codes("xin tam bia xanh")[:1] == ["1.010038"]
    SearchSynonym.objects.create(said="quăng quật", meant="kết hôn")
    assert codes("giấy quăng quật")[:1] == ["1.000894"]


def test_a_name_that_changed_is_found_at_once(catalogue):
    row = Procedure.objects.get(code="1.010038")
    row.name = "Chia vườn thượng uyển"
    row.save()
    assert codes("thượng uyển")[:1] == ["1.010038"]
    row.status = Procedure.Status.ABOLISHED
    row.save()
    assert "1.010038" not in codes("thượng uyển")


def test_the_index_is_built_once_for_one_catalogue(catalogue, django_assert_max_num_queries):
    assert current.index() is current.index()
    with django_assert_max_num_queries(6):
        search("khai sinh", today=TODAY)


def test_a_result_written_as_its_name_alone_breaks_no_search():
    row = people.procedure("9.000001", "Cấp giấy chứng nhận xanh")
    row.versions.update(results=["Giấy chứng nhận xanh"])
    found = search("giay chung nhan xanh", today=timezone.localdate()).rows
    assert [each.code for each in found] == ["9.000001"]
