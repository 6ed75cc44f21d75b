"""Each piece read back as a printer, a phone and a reader see it: size, bleed, fonts, words in their place, symbols."""

from __future__ import annotations

import dataclasses
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.print_studio import drawing, palettes
from portal.print_studio.palettes import PALETTES, SHAPE_CONTRAST, TEXT_CONTRAST, contrast
from portal.print_studio.pieces import BLEED, PIECES, SLUG
from tests.dossiers.printed_forms.printed_paper import needs_poppler, picture, reader, tags, words
from tests.portal.print_studio.printed import (
    ADDRESS,
    EMBLEM,
    LONG,
    NAME,
    NOW,
    SITE,
    clashes,
    facts,
    outside,
    pdf,
    words_of,
)

pytestmark = pytest.mark.sqlite_only
SLUGS = sorted(PIECES)
POINTS = 72 / 25.4


def str_of(value: str) -> str:
    return value if value in PIECES else f"{len(value)} letters"


def address(slug: str) -> str:
    piece = PIECES[slug]
    return f"{SITE}/q/{ADDRESS[piece.owner].code}.{piece.medium}/"


def box(page, name: str) -> list[float]:
    return [round(float(value) / POINTS, 1) for value in getattr(page, name)]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_printer_gets_trim_bleed_marks_and_fonts(slug):
    piece, made = PIECES[slug], reader(pdf(slug, "nha-in"))
    assert len(made.pages) == piece.pages
    around = BLEED + SLUG
    for page in made.pages:
        media = [0, 0, round(piece.width + 2 * around, 1), round(piece.height + 2 * around, 1)]
        assert box(page, "mediabox") == media
        assert box(page, "trimbox") == [around, around, round(media[2] - around, 1), round(media[3] - around, 1)]
        assert box(page, "bleedbox") == [SLUG, SLUG, round(media[2] - SLUG, 1), round(media[3] - SLUG, 1)]
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()
            assert "BeVietnamPro" in described["/BaseFont"]
            assert "/FontFile3" in described["/FontDescriptor"].get_object()
    assert "/StructTreeRoot" in made.trailer["/Root"]
    assert "Figure" in tags(pdf(slug, "nha-in"))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_office_printer_gets_the_paper_size_itself(slug):
    piece, page = PIECES[slug], reader(pdf(slug)).pages[0]
    assert box(page, "mediabox") == [0, 0, round(piece.width, 1), round(piece.height, 1)]


@pytest.mark.parametrize("slug", SLUGS)
def test_it_says_who_how_and_where(slug):
    text = words(pdf(slug))
    assert NAME in text
    assert "motcua.tayninh.gov.vn" in text.replace("motcua.tayninh. ", "motcua.tayninh.") or slug == "nhan-dan"
    if slug not in {"nhan-dan", "the-can-bo", "loi-noi"}:
        assert "chính quyền số tây ninh" in text  # the second way: words to type into Zalo's search
    assert "Quan tâm" in text
    if PIECES[slug].owner == "desk":
        assert "Quầy 1" in text and "CG-01" in text


@needs_poppler
@pytest.mark.parametrize("slug", SLUGS)
def test_a_phone_reads_the_symbol_at_60_dpi_and_askew(slug):
    import zxingcpp

    piece = PIECES[slug]
    page = 2 if slug == "loi-noi" else 1
    dpi = 60 if piece.width < 400 else 24  # what hangs on a wall is seen from afar
    shown = picture(pdf(slug), dpi=dpi, page=page).convert("L")
    found = {code.text: code for code in zxingcpp.read_barcodes(shown)}
    assert set(found) == {address(slug)}
    at = found[address(slug)].position
    side = ((at.top_right.x - at.top_left.x) ** 2 + (at.top_right.y - at.top_left.y) ** 2) ** 0.5 / dpi * 25.4
    assert side >= piece.least_qr - 0.5, f"{side:.0f} mm, read from {piece.distance / 1000:g} m"
    assert {code.text for code in zxingcpp.read_barcodes(askew(shown))} == {address(slug)}


def askew(shown: Image.Image) -> Image.Image:
    """Return the sheet as a hand-held phone sees it: turned, from the side, blurred a little, in grey light."""
    width, height = shown.size
    larger = shown.resize((width * 2, height * 2), Image.Resampling.BILINEAR).rotate(9, expand=True, fillcolor=190)
    width, height = larger.size
    seen = larger.transform(
        (width, height),
        Image.Transform.QUAD,
        (-0.05 * width, -0.03 * height, 0.04 * width, 1.05 * height, 1.02 * width, 0.96 * height, 0.97 * width, 0),
        Image.Resampling.BILINEAR,
        fillcolor=190,
    )
    return seen.point(lambda grey: 40 + grey * 0.7)


@needs_poppler
@pytest.mark.parametrize(("slug", "name"), list(product(SLUGS, (NAME, LONG))), ids=str_of)
def test_no_word_leaves_the_safe_area_or_lies_on_another(slug, name):
    piece = PIECES[slug]
    for page in words_of(pdf(slug, name=name)):
        assert not outside(page, piece.width, piece.height, piece.safe)
        assert not clashes(page)


_LETTERS = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyẤỮỘỆ"), min_size=1, max_size=40)
_NAMES = st.lists(_LETTERS, min_size=1, max_size=60).map(lambda parts: " ".join(parts)[:300].strip() or "A")


@needs_poppler
@settings(max_examples=8, deadline=None)
@given(_NAMES, _NAMES)
def test_any_name_fits_the_small_pieces(name, keyword):
    for slug in ("nhan-dan", "to-quay"):
        piece = PIECES[slug]
        made = drawing.drawn(
            piece, facts(name, keyword=keyword[:120]), ADDRESS[piece.owner], finish="van-phong", now=NOW
        )
        for page in words_of(made):
            assert not outside(page, piece.width, piece.height, piece.safe)
            assert not clashes(page)


@needs_poppler
@pytest.mark.parametrize("slug", SLUGS)
def test_long_names_of_counter_account_and_hours_fit_too(slug):
    from types import SimpleNamespace

    piece, long = PIECES[slug], LONG[:120]
    account = SimpleNamespace(name=long, search_keyword=long)
    known = facts(LONG, account=account, hotline="0272 3874 001 máy lẻ 115", hours=LONG[:200], invitation=LONG[:160])
    source = dataclasses.replace(ADDRESS[piece.owner], place=long if ADDRESS[piece.owner].place else "")
    made = drawing.drawn(piece, known, source, finish="van-phong", now=NOW)
    for page in words_of(made):
        assert not outside(page, piece.width, piece.height, piece.safe)
        assert not clashes(page)


def test_without_an_emblem_and_telephone_nothing_gapes():
    bare = facts(emblem="", hotline="", hours="")
    for slug in SLUGS:
        piece = PIECES[slug]
        assert drawing.drawn(piece, bare, ADDRESS[piece.owner], finish="nha-in", now=NOW).startswith(b"%PDF-")


def test_the_same_facts_give_the_same_bytes():
    piece = PIECES["nhan-dan"]
    one, other = (drawing.drawn(piece, facts(), ADDRESS["desk"], finish="van-phong", now=NOW) for _ in range(2))
    assert one == other


def test_no_line_parts_a_counters_name_hours_or_a_telephone_where_they_belong_together():
    source = dataclasses.replace(ADDRESS["desk"], place="Quầy 1 – Tư pháp, hộ tịch")
    data = drawing.data_of(PIECES["to-quay"], facts(), source, finish="van-phong")
    assert data["place"] == "Quầy\u00a01 – Tư\u00a0pháp, hộ\u00a0tịch"
    assert data["hours"].startswith("7\u00a0giờ\u00a030–11\u00a0giờ\u00a030, 13\u00a0giờ")
    assert data["hotline"].endswith("0272\u00a0387\u00a04001")


@needs_poppler
def test_the_symbol_of_a_sticker_stands_in_its_middle():
    import zxingcpp

    (code,) = zxingcpp.read_barcodes(picture(pdf("nhan-dan"), dpi=150).convert("L"))
    middle = (code.position.top_left.x + code.position.top_right.x) / 2 / 150 * 25.4
    assert abs(middle - 50) < 0.3


def test_nothing_is_drawn_before_an_account_answers():
    with pytest.raises(drawing.NothingToPrint, match="gắn kênh"):
        drawing.drawn(PIECES["to-quay"], facts(account=None), ADDRESS["desk"], finish="nha-in", now=NOW)


def test_a_preview_is_a_picture_of_the_width_asked_for():
    import io

    shown = Image.open(io.BytesIO(drawing.pictured(PIECES["to-gap"], facts(), ADDRESS["agency"], width=360)))
    assert abs(shown.width - 360) <= 1 and shown.format == "PNG"
    assert EMBLEM


@pytest.mark.parametrize("name", sorted(PALETTES))
def test_every_set_of_colours_can_be_read(name):
    colours = PALETTES[name]
    for ground in (colours.main, colours.dark):
        assert contrast("#ffffff", ground) >= TEXT_CONTRAST
        assert contrast(colours.accent, ground) >= SHAPE_CONTRAST
    for ink, ground in product((colours.ink, colours.dark), ("#ffffff", colours.tint)):
        assert contrast(ink, ground) >= TEXT_CONTRAST
    assert contrast(colours.main, colours.tint) >= TEXT_CONTRAST
    assert contrast(colours.ink, colours.accent) >= TEXT_CONTRAST
    assert palettes.contrast("#000000", "#ffffff") == pytest.approx(21)
