"""Sheets of labels and the press sheet, read back: every symbol in its label and right, every word in its place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from dossiers.models import Dossier
from portal.print_studio import drawing, labels, press_sheet
from portal.print_studio.labels import ACROSS, COLUMNS, HEIGHT, LEFT, ON_A_SHEET, TOP, WIDTH, Label
from portal.print_studio.press_sheet import NewsLine
from portal.print_studio.sources import Source
from tests import factories, people
from tests.dossiers.printed_forms.printed_paper import needs_poppler, picture, qr_codes, reader, tags, words
from tests.portal.content.test_public import told
from tests.portal.print_studio.printed import LONG, NOW, SITE, clashes, facts, outside, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
LOOK_UP = Label(f"{SITE}/h/8IdzFFj1z6RLGH2legH1aQ/", "Quét để xem tiến độ", "H80.05-20261130-0000042", "Khai sinh")


def symbols(pdf: bytes, *, dpi: int = 150, page: int = 1) -> list[tuple[int, str, float]]:
    """Return (number of the label, what its symbol holds, its side in millimetres) as a phone finds them."""
    import zxingcpp

    found = []
    for code in zxingcpp.read_barcodes(picture(pdf, dpi=dpi, page=page).convert("L")):
        at = code.position.top_left
        x, y = at.x / dpi * 25.4, at.y / dpi * 25.4
        column, row = int((x - LEFT) // ACROSS), int((y - TOP) // HEIGHT)
        left, top = LEFT + column * ACROSS, TOP + row * HEIGHT
        side = (code.position.top_right.x - at.x) / dpi * 25.4
        assert left < x and x + side < left + WIDTH and top < y and y + side < top + HEIGHT, "inside its label"
        found.append((row * COLUMNS + column + 1, code.text, side))
    return sorted(found)


@needs_poppler
def test_every_label_holds_its_own_symbol_large_enough_for_a_phone():
    many = [Label(f"{SITE}/h/{number:022d}/", LOOK_UP.head, f"H80-{number}", "Khai sinh") for number in range(25)]
    pdf = labels.drawn(many, facts(), start=1, now=NOW)
    pages = reader(pdf).pages
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [210, 297] and len(pages) == 2
    first, second = symbols(pdf), symbols(pdf, page=2)
    assert [(place, text) for place, text, _ in first] == [(n + 1, many[n].address) for n in range(ON_A_SHEET)]
    assert [(place, text) for place, text, _ in second] == [(n + 1, many[n + 21].address) for n in range(4)]
    assert min(side for *_, side in first) >= 25
    assert "Figure" in tags(pdf)


@needs_poppler
def test_a_sheet_begun_earlier_is_used_up():
    pdf = labels.drawn([LOOK_UP, LOOK_UP], facts(), start=21, now=NOW)
    assert [place for place, *_ in symbols(pdf)] == [21]
    assert [place for place, *_ in symbols(pdf, page=2)] == [1]


@needs_poppler
def test_the_longest_words_stay_on_their_label():
    long = Label(LOOK_UP.address, LONG[:120], LONG[:120], LONG)
    for page in words_of(labels.drawn([long, LOOK_UP] * 10, facts(LONG), start=1, now=NOW)):
        assert not clashes(page) and not outside(page, 210, 297, LEFT)
        for word in page:
            column, row = int((word.left - LEFT) // ACROSS), int((word.top - TOP) // HEIGHT)
            assert word.right < LEFT + column * ACROSS + WIDTH and word.bottom < TOP + (row + 1) * HEIGHT, word


def test_counters_share_a_sheet_and_without_an_account_there_is_none():
    three = [Source(f"CG-0{n}", f"Quầy {n}") for n in (1, 2, 3)]
    found = labels.of_desks(facts(), three)
    assert [label.title for label in found] == ["Quầy 1"] * 7 + ["Quầy 2"] * 7 + ["Quầy 3"] * 7
    assert len(labels.of_desks(facts(), three * 10)) == 30
    with pytest.raises(drawing.NothingToPrint, match="gắn kênh"):
        labels.of_desks(facts(account=None), three)


# --- At the desk


def url(name: str, *args) -> str:
    return reverse(f"admin:print_studio_{name}", args=args)


@needs_poppler
def test_a_clerk_prints_labels_of_counters_and_of_the_dossiers_of_a_day(place, signed_in, client):
    dossiers = list(factories.received(place, people.procedure(), now=NOW, count=2).dossiers.order_by("pk"))
    clerk = signed_in(place.clerk)
    page = clerk.get(url("agency", place.agency.pk)).content.decode()
    assert "Nhãn mã QR của 2 quầy" in page and "Nhãn tra cứu của hồ sơ" in page
    answer = clerk.get(url("desk_labels", place.agency.pk) + "?tu=x")
    assert answer["Content-Type"] == "application/pdf" and "nhan-quay_" in answer["Content-Disposition"]
    assert set(qr_codes(answer.content)) == {f"{SITE}/q/Q-H80-05.n/", f"{SITE}/q/CG-02.n/"}
    sent = {"nhan-day": "30/11/2026", "nhan-numbers": "", "nhan-start": "5"}
    answer = clerk.post(url("dossier_labels", place.agency.pk), sent)
    assert [(n, text) for n, text, _ in symbols(answer.content)] == [
        (n, f"{SITE}/h/{row.token}/") for n, row in enumerate(dossiers, start=5)
    ]
    said = words(answer.content).replace(" ", "")
    assert dossiers[0].code in said and people.AN.full_name.replace(" ", "") not in said
    sent |= {"nhan-numbers": f"{dossiers[1].code.lower()}\n\n", "nhan-start": "1"}
    answer = clerk.post(url("dossier_labels", place.agency.pk), sent)
    assert [text for _, text, _ in symbols(answer.content)] == [f"{SITE}/h/{dossiers[1].token}/"]


def test_what_cannot_be_printed_is_said_and_kept_in_the_form(place, signed_in):
    factories.received(place, people.procedure(), now=NOW)
    clerk = signed_in(place.clerk)
    for sent, words_back in (
        ({"numbers": "H00.00-1\nBN-7"}, "Không thấy hồ sơ: H00.00-1, BN-7"),
        ({"day": "29/11/2026"}, "Không có hồ sơ nào nhận trong ngày này"),
        ({"day": "31/02/2026"}, "Ngày chưa đúng"),
        ({"day": "", "numbers": ""}, "Không có hồ sơ nào"),
        ({"day": "30/11/2026", "start": "22"}, "Hãy ghi số từ 1 đến 21"),
        ({"numbers": "\n".join(str(n) for n in range(500))}, "tối đa 420 nhãn"),
    ):
        asked = {f"nhan-{name}": value for name, value in {"start": "1", "day": "30/11/2026", **sent}.items()}
        page = clerk.post(url("dossier_labels", place.agency.pk), asked)
        said = page.content.decode()
        assert page.status_code == 200 and words_back in said and '<details class="mc-act" open>' in said, sent


def test_labels_are_of_ones_own_dossiers_and_for_who_sees_dossiers(place, signed_in):
    foreign = factories.dossier(people.centre("H80.06", "Trung tâm phường Long An"), people.procedure(), now=NOW)
    asked = {"nhan-numbers": foreign.code, "nhan-start": "1"}
    assert foreign.code in signed_in(place.clerk).post(url("dossier_labels", place.agency.pk), asked).content.decode()
    assert signed_in(place.clerk).post(url("dossier_labels", foreign.agency_id), asked).status_code == 404
    editor = signed_in(place.editor)
    assert not place.editor.has_perm("dossiers.view_dossier")
    assert "Nhãn tra cứu" not in editor.get(url("agency", place.agency.pk)).content.decode()
    assert editor.post(url("dossier_labels", place.agency.pk), asked).status_code == 403
    assert Dossier.objects.count() == 1


# --- The press sheet


@needs_poppler
def test_the_press_sheet_says_how_to_find_the_channel_and_carries_the_latest_news(place, client):
    for number in range(5):
        told(place, "news", f"Tin số {number}", at=NOW - dt.timedelta(days=9 - number), summary="Nghỉ ngày lễ.")
    address = f"/bao-chi/{place.agency.code}.pdf"
    assert f'href="{address}"' in client.get("/bao-chi/").content.decode()
    answer = client.get(address)
    said = words(answer.content)
    assert answer["Content-Type"] == "application/pdf" and len(reader(answer.content).pages) == 2
    for part in (
        "chính quyền số tây ninh",
        "Cách 1",
        "Cách 2",
        "Tin số 4",
        "Tin số 1",
        "Kính thưa bà con",
        "30/11/2026",
    ):
        assert part in said, part
    assert "Tin số 0" not in said
    assert set(qr_codes(answer.content)) == {f"{SITE}/q/cq-H80.05.p/"}
    assert set(qr_codes(answer.content, page=2)) == {f"{SITE}/tin-tuc/tin-so-{number}/" for number in (1, 2, 3, 4)}
    assert client.get("/bao-chi/H99.pdf").status_code == 404


@needs_poppler
@pytest.mark.parametrize("account", [True, False])
def test_the_press_sheet_holds_the_longest_words_with_and_without_a_channel(place, account):
    news = [NewsLine(LONG[:150], NOW.date(), LONG * 3, f"{SITE}/tin-tuc/{'a' * 100}/")] * 6
    known = facts(LONG, hours=LONG[:200], **({} if account else {"account": None}))
    known.agency.code = "H80.05"
    pdf = press_sheet.drawn(known, news, now=NOW, day=NOW.date())
    pages = words_of(pdf)
    assert len(pages) == 2
    for page in pages:
        assert not clashes(page) and not outside(page, 210, 297, 6)
    held = set(qr_codes(pdf))
    assert held == ({f"{SITE}/q/cq-H80.05.p/"} if account else {f"{SITE}/"})
