"""Every form in every set with the worst a centre may hold: long names, long procedures, forty papers."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from dossiers import printed_forms
from dossiers.printed_forms import FORMS, Head, Person
from tests.dossiers.printed_forms.printed_paper import lowest_text, needs_poppler, qr_codes, reader, tags, words

pytestmark = pytest.mark.sqlite_only  # no database at all
NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)
NAME = "Công Tằng Tôn Nữ Nguyễn Phước Huỳnh Trương Thị Quỳnh Phượng"
ADDRESS = ("Số 123/45/6 hẻm 789, đường Nguyễn Thị Minh Khai nối dài, khu phố Hòa Thuận 1, ấp Phước Thuận, " * 4)[:300]
PROCEDURE = (
    "Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất trong các trường hợp chuyển đổi, "
    "chuyển nhượng, cho thuê, cho thuê lại, thừa kế, tặng cho, góp vốn; chuyển quyền sử dụng đất của vợ hoặc chồng "
    "thành của chung vợ và chồng; chuyển nhượng dự án đầu tư; thành lập nhóm người sử dụng đất (1.012786)"
)
ISSUER = "Trung tâm Phục vụ hành chính công phường Nguyễn Thị Minh Khai, Thành phố Hồ Chí Minh"
PLACE = "Phường Nguyễn Thị Minh Khai"
PAPERS = [f"Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất số {n:02d}" for n in range(1, 41)]
LISTS = {
    "supplement": lambda context: {"items": tuple(replace(context.items[0], content=name) for name in PAPERS)},
    "receipt": lambda context: {"dossiers": (_with_papers(context.dossiers[0]),)},
    "control_sheet": lambda _: {"papers": tuple(PAPERS)},
    "result_handover": lambda context: {"results": tuple(replace(context.results[0], name=name) for name in PAPERS)},
    "register": lambda context: {
        "rows": tuple(
            replace(row, applicant=NAME, contact=ADDRESS, procedure=f"{PROCEDURE} {name}", agency=ISSUER)
            for row, name in zip(context.rows * 3, PAPERS, strict=False)
        )
    },
}
EVERY = [(code, edition.form_set) for code, form in FORMS.items() for edition in form.sets if code != "dispatch"]


def _with_papers(dossier):
    papers = tuple(replace(dossier.papers[0], name=name) for name in PAPERS)
    return replace(dossier, procedure=PROCEDURE, owner=NAME, papers=papers)


def worst(code: str, form_set: str):
    """Return the sample of the form with every name, office and list as bad as it gets."""
    context = FORMS[code].sample(form_set)
    changes = {}
    for each in fields(context):
        value = getattr(context, each.name)
        if isinstance(value, Person):
            changes[each.name] = replace(value, name=NAME, address=ADDRESS, email=f"{'rat.dai.' * 8}@example.vn")
        elif isinstance(value, Head):
            changes[each.name] = replace(value, issuer=ISSUER, parent=f"Ủy ban nhân dân {PLACE}", place=PLACE)
        elif each.name == "procedure":
            changes[each.name] = PROCEDURE
        elif each.name in {"settling_unit", "received_by"}:
            changes[each.name] = ISSUER
        elif each.name == "reason":
            changes[each.name] = ("hồ sơ có ranh giới thửa đất cần đo đạc lại; " * 20)[:600]
    return replace(context, **changes, **LISTS.get(code, lambda _: {})(context))


@pytest.mark.parametrize(("code", "form_set"), EVERY)
def test_the_worst_data_prints_whole(code, form_set):
    context = worst(code, form_set)
    pdf = printed_forms.render(code, context, form_set=form_set, now=NOW)
    text = words(pdf)
    assert NAME in text
    assert ISSUER.upper() in text
    assert f"{PLACE}, ngày 05 tháng 02 năm" in text
    if code in LISTS:
        # A wide table tears words apart in the text layer; without spaces they are all there.
        joined = "".join(text.split())
        assert all("".join(name.split()) in joined for name in PAPERS[: len(getattr(context, "rows", PAPERS))])
    else:
        assert len(reader(pdf).pages) == 1
    assert lowest_text(pdf) > 5
    assert "H1" in tags(pdf)
    for number, page in enumerate(reader(pdf).pages[1:], start=2):
        assert page.extract_text().split()[0] == str(number)


@needs_poppler
@pytest.mark.parametrize("code", ["receipt", "apology", "stop"])
def test_the_codes_of_the_worst_paper_are_still_read(code):
    context = worst(code, "2025")
    wanted = {getattr(context, name) for name in ("verify_url", "lookup_url", "zalo_url") if hasattr(context, name)}
    assert set(qr_codes(printed_forms.render(code, context, form_set="2025", now=NOW))) == wanted
