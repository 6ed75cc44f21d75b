"""The front page: one box for numbers, procedures and questions; life events; the centres now; the Official Account."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from dossiers.deadlines.working_time import ZONE
from dossiers.models import ProcedureVersion
from tests import factories, people
from tests.zalo.chat.talk import channel_of

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    "spelling", [str.lower, str, lambda code: f"mã hồ sơ {code}", lambda code: code.replace("-", " ")]
)
def test_the_box_opens_a_dossier_and_keeps_its_number_out_of_addresses(client, centre, procedure, spelling):
    dossier = factories.dossier(centre, procedure)
    answer = client.post("/tim/", {"q": spelling(dossier.code)})
    assert answer.status_code == 200 and dossier.code in body(answer) and answer["Cache-Control"] == "no-store, private"
    assert "Các bước" in body(answer) or "steps" in body(answer)
    got = client.get("/tim/", {"q": dossier.code})
    assert 'class="steps"' not in body(got), "a number in an address is not looked up"


def test_the_box_finds_procedures_by_words_and_by_code(client, procedure):
    for words in ("bien dong dat", "1.004441"):
        page = body(client.post("/tim/", {"q": words}))
        assert 'href="/thu-tuc/1.004441/"' in page, words
    lost = body(client.post("/tim/", {"q": "xyzt qwrt"}))
    assert "Chưa tìm được câu trả lời." in lost and 'href="/gop-y/"' in lost


@pytest.mark.parametrize(
    "odd", ["", "²³", "1" * 5000, "<script>alert(1)</script>", "\x00\ud800", "0912345678", "080085001234"]
)
def test_odd_words_are_answered(client, centre, odd):
    answer = client.post("/tim/", {"q": odd.encode("utf-8", "replace").decode("utf-8")})
    assert answer.status_code == 200 and "<script>alert" not in body(answer)


def test_guesses_through_the_box_are_limited_like_the_look_up(client, centre, monkeypatch):
    from dossiers.privacy import guessing

    monkeypatch.setattr(guessing, "SEARCHES", (guessing.Limit("search", 1, 60),))
    answers = [client.post("/tim/", {"q": "H99.01-260101-0001"}).status_code for _ in range(3)]
    assert answers[-1] == 429


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZONE), ("Đang mở cửa", "đến 11:30")),
        (dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE), ("Đang đóng cửa", "mở lại lúc 13:30")),
        (dt.datetime(2026, 11, 21, 22, 0, tzinfo=ZONE), ("Đang đóng cửa", "mở lại lúc 07:30 thứ Hai 23/11/2026")),
    ],
)
def test_the_centre_says_whether_it_is_open(client, centre, at, said):
    from dossiers.models import WeekPattern

    WeekPattern.objects.filter(agency=None).delete()
    for weekday in range(5):
        for opens, closes in (("07:30", "11:30"), ("13:30", "17:00")):
            WeekPattern.objects.create(
                weekday=weekday, opens_at=opens, closes_at=closes, valid_from=dt.date(2020, 1, 1)
            )
    with time_machine.travel(at, tick=False):
        page = body(client.get("/"))
    assert all(words in page for words in said), page[page.find("Trung tâm hôm nay") :][:900]
    assert "google.com/maps/search/?api=1&amp;query=S%E1%BB%91%201" in page


def test_the_official_account_is_named_with_link_qr_and_keyword_wherever_a_citizen_looks(client, centre):
    account = channel_of(centre, name="Chính quyền số tỉnh Tây Ninh")
    account.search_keyword = "Chính quyền điện tử Tây Ninh"
    account.save()
    for address in ("/", "/huong-dan/", "/ho-tro/", "/bao-chi/"):
        page = body(client.get(address))
        assert "Chính quyền số tỉnh Tây Ninh" in page and "Chính quyền điện tử Tây Ninh" in page, address
        assert 'href="https://zalo.me/388613280878808645"' in page and "<svg" in page, address
        assert "cần có internet" in page, address
    for address in ("/thu-tuc/", "/tra-cuu/", "/tim/", "/tin-tuc/", "/nowhere/"):
        page = body(client.get(address))
        assert "Chính quyền số tỉnh Tây Ninh" in page and "Chính quyền điện tử Tây Ninh" in page, address
        assert 'href="/huong-dan/#oa-zalo"' in page and "cần có internet" in page, address
    assert "Phiên bản" in body(client.get("/huong-dan/"))


def test_online_means_the_page_of_that_very_procedure_or_its_code_to_type(client, procedure):
    version = ProcedureVersion.objects.get(procedure=procedure)
    own = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"
    for address, shown in ((own, True), ("", False), ("https://dichvucong.gov.vn/", False), ("javascript:x", False)):
        version.online_level, version.online_url = "full", address
        version.save()
        for page in ("/thu-tuc/1.004441/", "/nop-ho-so/"):
            said = body(client.get(page))
            assert ('href="/thu-tuc/1.004441/nop/"' in said) is shown, (page, address)
            assert ("gõ mã 1.004441" in said) is not shown, (page, address)
        assert "javascript:x" not in said
        led = client.get("/thu-tuc/1.004441/nop/")
        assert led["Location"] == (own if shown else "/nop-ho-so/?q=1.004441")


def test_papers_are_boxes_to_tick(client, procedure):
    page = body(client.get("/thu-tuc/1.004441/"))
    assert page.count('type="checkbox"') == 2 and "data-print" in page


def test_a_form_known_by_its_name_is_downloaded_where_the_catalogue_keeps_it(client, procedure):
    version = ProcedureVersion.objects.get(procedure=procedure)
    own = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"
    version.papers.update(form_file="Mẫu số 13.docx")
    assert f'<a href="{own}"' not in body(client.get("/thu-tuc/1.004441/"))
    version.online_url = own
    version.save()
    page = body(client.get("/thu-tuc/1.004441/"))
    assert f'<a href="{own}" rel="noopener external">Mẫu số 13.docx' in page and "bấm vào tên mẫu" in page
    assert "Địa chỉ và giờ làm việc của các trung tâm" in page


def test_changes_of_the_catalogue_are_a_page_a_feed_and_a_draft(client, centre):
    from django.urls import reverse
    from django.utils import timezone

    from dossiers.models import CatalogueImport, CatalogueImportRow
    from portal.content.models import Piece

    row = people.procedure("1.001193", "Thủ tục <b>đăng ký</b> khai sinh")
    loads = [
        CatalogueImport.objects.create(
            file_name="a.csv", sha256=str(n), source="Cổng", started_at=timezone.now(), finished_at=timezone.now()
        )
        for n in range(2)
    ]
    for load, outcome in zip(loads, ("new", "changed"), strict=True):
        CatalogueImportRow.objects.create(
            load=load, code=row.code, procedure=row, outcome=outcome,
            difference={"le_phi": {"name": "Lệ phí", "before": "8.000", "after": "0"}},
        )  # fmt: skip
    page = body(client.get("/thu-tuc/thay-doi/"))
    assert "Thủ tục sửa đổi (1)" in page and "Lệ phí" in page and "Thủ tục mới công bố" not in page
    assert "Thủ tục sửa đổi" in body(client.get("/thu-tuc/thay-doi/rss.xml"))
    client.force_login(centre.editor)
    client.post(reverse("admin:content_piece_draft_changes"))
    piece = Piece.objects.get()
    assert piece.state == "draft" and "1 thủ tục sửa đổi" in piece.working.summary
    assert "/thu-tuc/1.001193/" in piece.working.body and "<b>" not in piece.working.body
    assert client.get("/thu-tuc/thay-doi/", {"sau": "²"}).status_code == 200
