"""The PDF engine's doorway: tagged, deterministic, one font, and data that can only ever be data."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.printed_forms import printing
from tests.dossiers.printed_forms.printed_paper import reader, tags, words

NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)
TEMPLATE = """#import "page.typ": *
#let paper(d) = sheet(d, { title("Thử"); par(text(d.name)); blocks(d) })
"""


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A template of one paragraph beside the real page.typ; printing it returns the PDF."""
    (tmp_path / "page.typ").write_text((printing.TEMPLATES / "page.typ").read_text())
    (tmp_path / "one.typ").write_text(TEMPLATE)
    monkeypatch.setattr(printing, "TEMPLATES", tmp_path)
    monkeypatch.setattr(printing._engine, "compiler", None, raising=False)
    del printing._engine.compiler

    def render(name, now=NOW, **more):
        return printing.render("one.typ", {"name": name, "blocks": [], **more}, title="Thử", author="Đơn vị", now=now)

    yield render
    if hasattr(printing._engine, "compiler"):
        del printing._engine.compiler


HOSTILE = [
    '#panic("x")',
    "#{ import sys }",
    r"\u{202e}",
    "$x^2$",
    "*đậm*",
    "_nghiêng_",
    "<nhãn>",
    "@nguon",
    "`lệnh`",
    "// chú thích",
    "/* dài */",
    '"); #panic("thoát',
    '\\"); #panic(\\"thoát',
    "\\",
    "{{{ }}} [[ ]]",
    "= Tiêu đề",
    "- mục",
    "~~~",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_name_is_printed_letter_by_letter(template, name):
    assert "".join(name.split()) in "".join(words(template(name)).split())


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_gives_a_paper(name):
    data = {"blocks": [], "head": {}, "name": name}
    source = printing._source("x.typ", printing.printable(data))
    assert source.isascii()
    assert source.count(b"\n") == 2
    literal = source.split(b"bytes(", 1)[1].rsplit(b")))", 1)[0].decode()
    inner = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert "\\" not in inner
    assert '"' not in inner


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=40))
def test_the_engine_takes_any_cleaned_text(name):
    fields = {"label": "Tên", "value": name}
    data = {
        "head": {"parent": "", "issuer": name, "number": name, "place_date": name, "subject": ""},
        "heading": "THỬ",
        "under": name,
        "blocks": [{"fields": [fields]}],
        "words": {},
        "left_signature": None,
        "right_signature": None,
        "verify": None,
    }
    assert printing.render("slip.typ", data, title="Thử", author=name, now=NOW).startswith(b"%PDF-")


def test_direction_overrides_and_controls_are_dropped():
    assert printing.printable("Nguyễn \u202eVăn\u202c\x00 A\x07\u200f\ufeff") == "Nguyễn Văn A"


def test_characters_without_a_glyph_become_a_box(template):
    assert printing.printable("An 😀 中 \ud800") == "An □ □ □"
    assert "An □" in words(template("An 😀"))


def test_decomposed_vietnamese_is_composed():
    assert printing.printable("Nguye\u0302\u0303n") == "Nguyễn"


def test_the_font_has_every_vietnamese_letter():
    vowels = "aăâeêioôơuưy"
    marked = {f"{vowel}{mark}" for vowel in vowels for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")}
    for letters in marked:
        for text in (letters, letters.upper()):
            composed = printing.printable(text)
            assert len(composed) == 1
            assert composed in printing.covered_characters()
    assert {"đ", "Đ", "“", "”", "–", "₫"} <= printing.covered_characters()


def test_same_data_and_time_give_the_same_bytes(template):
    first = template("Nguyễn Văn A")
    template("người khác")
    assert template("Nguyễn Văn A") == first
    assert template("Nguyễn Văn A", now=NOW + timedelta(hours=1)) != first


def test_creation_time_is_the_issue_time(template):
    assert reader(template("A")).metadata.creation_date == NOW


def test_naive_time_is_refused(template):
    with pytest.raises(ValueError, match="aware"):
        template("A", now=datetime(2026, 2, 5))


def test_tagged_titled_and_in_vietnamese(template):
    pdf = template("A")
    root = reader(pdf).trailer["/Root"]
    assert root["/Lang"].startswith("vi")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert {"H1", "P"} <= tags(pdf)
    metadata = root["/Metadata"].get_data()
    assert b"pdfuaid:part" in metadata
    assert b"pdfaid:part" in metadata


def test_a_missing_font_is_an_error_not_a_substitution(template):
    source = printing.TEMPLATES / "page.typ"
    source.write_text(source.read_text().replace('font: "Tinos"', 'font: ("Không có", "Tinos")'))
    with pytest.raises(printing.PrintError, match="phông chữ"):
        template("A")


def test_engine_errors_become_a_sentence(template):
    (printing.TEMPLATES / "one.typ").write_text("#let paper(d) = panic(d.name)")
    with pytest.raises(printing.PrintError, match=r"Không tạo được văn bản theo mẫu one\.typ"):
        template("A")


def test_sizes_keep_the_paper_on_one_sheet_or_take_the_fewest_pages():
    def paper(lines, sizes):
        data = {
            "head": {"parent": "", "issuer": "Đơn vị", "number": "", "place_date": "", "subject": ""},
            "heading": "THỬ",
            "under": "",
            "blocks": [{"lines": [f"Dòng {line}" for line in range(lines)]}],
            "words": {},
            "left_signature": None,
            "right_signature": None,
            "verify": None,
        }
        pdf = printing.render("slip.typ", data, title="Thử", author="A", now=NOW, sizes=sizes)
        assert printing.page_count(pdf) == len(reader(pdf).pages)
        return printing.page_count(pdf)

    assert paper(28, (13,)) == 1
    assert paper(34, (13,)) == 2
    assert paper(34, (13, 10)) == 1
    assert paper(90, (13,)) > paper(90, (13, 8))
    assert paper(900, (13,)) > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_refuses_at_once_instead_of_hanging(template, monkeypatch):
    template("A")
    monkeypatch.setattr(printing, "_used_before_fork", printing._used)
    with pytest.raises(printing.PrintError, match="khởi động lại"):
        template("A")


def test_break_hints_only_go_into_long_words():
    assert printing.breakable("Nguyễn Văn A") == "Nguyễn Văn A"
    assert printing.breakable("H40.12-260205-0001", 9) == "H40.\u200b12-\u200b260205-\u200b0001"
    assert printing.breakable("x" * 40, 16).replace("\u200b", "") == "x" * 40
