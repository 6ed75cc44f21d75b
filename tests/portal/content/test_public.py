"""What the public reads of the desk: lists by page, feeds, films in parts, kits to share, the loudspeaker's script."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from portal.content import acts, published, safe_text, writing
from portal.content.models import Piece
from tests.portal.content.test_desk import HOSTILE, drawn
from zalo.models import Account

pytestmark = pytest.mark.django_db
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x10mdat" + b"12345678"


def body(answer) -> str:
    return answer.content.decode()


def told(centre, kind: str, title: str, *, at: dt.datetime | None = None, **written) -> Piece:
    """Return a public piece, walked there by its acts."""
    now = at or timezone.now()
    first = {"body": f"<p>{title}.</p>", **written}
    text = {
        name: value for name, value in first.items() if name in writing.COPIED and name not in {"video", "captions"}
    }
    piece = writing.begin(centre.agency, kind, title, by=centre.editor, now=now, **text)
    files = {name: value for name, value in written.items() if name not in text}
    if files:
        acts.do("edit", piece, by=centre.editor, now=now, title=title, **files)
    acts.do("submit", piece, by=centre.editor, now=now)
    acts.do("approve", piece, by=centre.leader, now=now)
    return piece


def test_the_list_goes_back_page_by_page_and_shows_each_once(client, centre):
    start = timezone.now() - dt.timedelta(days=1)
    for number in range(2 * published.PAGE + 3):
        told(centre, "news", f"Bản tin số {number:02}", at=start + dt.timedelta(microseconds=number // 2))
    seen, query = [], ""
    while True:
        page = body(client.get(f"/tin-tuc/?{query}"))
        seen += [piece for piece in Piece.objects.all() if f'href="{piece.address}"' in page]
        _, more, rest = page.partition('href="/tin-tuc/?sau=')
        if not more:
            break
        query = "sau=" + rest.partition('"')[0]
    assert len(seen) == len(set(seen)) == 2 * published.PAGE + 3
    for odd in ("x", "20260101T000000000000_x", "99999999T999999999999_1", "_", "1" * 500):
        assert client.get("/tin-tuc/", {"sau": odd}).status_code == 200


def test_the_feed_is_sound_and_by_kind(client, centre):
    told(centre, "policy", "Chính sách A", doc_number="1", doc_date="2026-01-01", effective_on="2026-02-01")
    told(centre, "news", f"Tin B & {HOSTILE}"[:150])
    feed = ElementTree.fromstring(client.get("/tin-tuc/rss.xml").content)
    assert len(feed.findall("./channel/item")) == 2
    only = ElementTree.fromstring(client.get("/tin-tuc/rss.xml?loai=chinh-sach").content)
    assert [item.text for item in only.findall("./channel/item/title")] == ["Chính sách A"]
    assert client.get("/tin-tuc/rss.xml?co-quan=KHONG").status_code == 200
    assert "sitemap.xml" in body(client.get("/robots.txt"))
    ElementTree.fromstring(client.get("/sitemap.xml").content)


def test_a_film_is_handed_out_in_parts_with_captions(client, centre):
    captions = SimpleUploadedFile("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nXin chào\n".encode())
    piece = told(
        centre, "video", "Cách tra cứu", summary="Hai phút.", captions=captions,
        video=SimpleUploadedFile("phim.mp4", FILM), picture=SimpleUploadedFile("a.png", drawn()),
        picture_alt="Màn hình tra cứu", picture_frame="16:9",
    )  # fmt: skip
    page = body(client.get(piece.address))
    assert "<track" in page and "poster=" in page and 'kind="captions"' in page
    part = client.get(f"{piece.address}tep/video/", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"ftyp", f"bytes 4-7/{len(FILM)}")
    assert client.get(f"{piece.address}tep/video/", headers={"Range": "bytes=9999-"}).status_code == 416
    assert b"".join(client.get(f"{piece.address}tep/video/")) == FILM
    assert b"".join(client.get(f"{piece.address}tep/phu-de/")).startswith(b"WEBVTT\n\n1\n00:00:01.000 -->")


def test_kits_hold_text_qr_pictures_and_both_ways_to_the_account(client, centre):
    Account.objects.create(
        name="Chính quyền số tỉnh", search_keyword="Chính quyền điện tử tỉnh", oa_id="388613280878808645",
        app_id="360846524940903967", keeper=centre.agency,
    )  # fmt: skip
    piece = told(
        centre, "news", "Cấp căn cước lưu động", summary="Sáng thứ Bảy.",
        picture=SimpleUploadedFile("a.png", drawn()), picture_alt="Tổ lưu động", picture_frame="1:1",
    )  # fmt: skip
    box = zipfile.ZipFile(io.BytesIO(client.get(f"{piece.address}bo-chia-se.zip").content))
    assert set(box.namelist()) == {
        "chia-se.txt", "loa-truyen-thanh.txt", "bai-viet-oa.txt", "ma-qr-bai.svg", "ma-qr-bai.png", "anh-1.png"
    }  # fmt: skip
    assert "CẤP CĂN CƯỚC LƯU ĐỘNG" in box.read("chia-se.txt").decode("utf-8-sig")
    assert "phút" in box.read("loa-truyen-thanh.txt").decode("utf-8-sig")
    import zxingcpp

    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(box.read("ma-qr-bai.png"))).convert("L"))
    assert read.text.endswith(piece.address)
    page = body(client.get("/bao-chi/"))
    assert f'href="/bao-chi/{centre.agency.code}.zip"' in page and "Chính quyền điện tử tỉnh" in page
    kit = zipfile.ZipFile(io.BytesIO(client.get(f"/bao-chi/{centre.agency.code}.zip").content))
    words = kit.read("gioi-thieu-kenh.txt").decode("utf-8-sig")
    assert "gõ vào ô tìm kiếm: Chính quyền điện tử tỉnh, chọn đúng tên Chính quyền số tỉnh" in words
    assert "internet" in words and {"ma-qr-zalo.png", "ma-qr-trang.svg"} <= set(kit.namelist())
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(kit.read("ma-qr-zalo.png"))).convert("L"))
    assert read.text.endswith(f"/q/cq-{centre.agency.code}.p/")  # what the press brings is counted
    assert any(name.startswith("tin/01-anh-1") for name in kit.namelist())
    assert client.get("/bao-chi/KHONG.CO.zip").status_code == 404


def test_the_loudspeaker_reads_sentences_and_says_how_long(client, centre):
    piece = told(
        centre, "news", "Tiêm vắc xin", body="<p>Sáng mai</p><ul><li>Mang sổ tiêm</li></ul>" + "<p>chữ</p>" * 300
    )
    page = body(client.get(f"{piece.address}doc-loa/"))
    assert "Mang sổ tiêm." in page and "khoảng 3 phút" in page


def test_a_policy_says_its_number_and_from_when_wherever_it_is_carried(client, centre):
    piece = told(
        centre, "policy", "Hỗ trợ học phí", doc_number="12/2026/NQ-HĐND", doc_date=dt.date(2026, 11, 30),
        effective_on=dt.date(2027, 1, 1),
    )  # fmt: skip
    said = ("Văn bản số 12/2026/NQ-HĐND ngày 30/11/2026", "Có hiệu lực từ 01/01/2027")
    box = zipfile.ZipFile(io.BytesIO(client.get(f"{piece.address}bo-chia-se.zip").content))
    texts = [box.read(name).decode() for name in box.namelist() if name.endswith(".txt")]
    assert len(texts) == 3 and all(words in text for text in [*texts, body(client.get(f"{piece.address}doc-loa/"))]
                                   for words in said)  # fmt: skip


@pytest.mark.parametrize("prefix", ["/tin-tuc/", "/quy-che/", "/ho-tro/", "/huong-dan/"])
def test_a_piece_is_read_below_its_own_prefix_only(client, centre, prefix):
    piece = told(centre, "guide", "Quét mã QR", body="<h2>Bước 1</h2><p>Mở Zalo.</p>")
    assert client.get(f"{prefix}{piece.slug}/").status_code == (200 if prefix == "/huong-dan/" else 404)
    if prefix == "/huong-dan/":
        assert "Phiên bản 1," in body(client.get(piece.address))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Dòng một\nDòng hai\n\nĐoạn < hai", "<p>Dòng một<br>Dòng hai</p>\n<p>Đoạn &lt; hai</p>"),
        ("<div>Một<br><br>Hai</div>", "<p>Một</p><p>Hai</p>"),
        ("<p><b>Đậm</b> <i>nghiêng</i></p>", "<p><strong>Đậm</strong> <em>nghiêng</em></p>"),
        ('<a href="data:text/html,x">x</a>', '<a rel="noopener">x</a>'),
        ("<p></p><p><br></p>", ""),
    ],
)
def test_rich_text_keeps_meaning_and_nothing_that_runs(typed, kept):
    assert safe_text.cleaned(typed) == kept
    assert safe_text.cleaned(kept) == kept


def test_what_is_said_in_another_language_is_found_from_the_original_and_read_out_as_such(client, centre):
    first = told(centre, "guide", "Quét mã QR")
    second = told(centre, "guide", "Lul Hmoob", language="hmn", original=first)
    third = told(centre, "guide", "ស្កេនកូដ QR", language="km", original=first)
    page = body(client.get(first.address))
    assert f'<a href="{second.address}" lang="hmn" hreflang="hmn">Tiếng Mông</a>' in page
    assert f'<a href="{third.address}" lang="km" hreflang="km">ភាសាខ្មែរ</a>' in page
    page = body(client.get(third.address))
    assert 'lang="km">ស្កេនកូដ QR</h1>' in page and f'href="{first.address}" lang="vi"' in page
    assert f'href="{second.address}"' in page and third.address + '" lang' not in page
    assert "Tiếng Khmer ·" in body(client.get("/huong-dan/"))
    acts.do("take_down", first, by=centre.leader, now=timezone.now(), note="Sai")
    assert first.address not in body(client.get(third.address))
