"""The content desk: written by one, approved by another, public when it should be; versions, pictures, hostile text."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from dossiers.workflow.moving import ActError, Forbidden, Stale
from portal.content import acts, hours, writing
from portal.content.models import Picture, Piece
from portal.content.states import State

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>"


def body(answer) -> str:
    return answer.content.decode()


def act(client, piece: Piece, name: str, **sent):
    piece.refresh_from_db()
    return client.post(
        reverse("admin:content_piece_act", args=[piece.pk, name]), {"version": piece.version, **sent}, follow=True
    )


def drawn(width: int = 1600, height: int = 1200, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, kind)
    return out.getvalue()


@pytest.fixture
def draft(centre) -> Piece:
    return writing.begin(
        centre.agency, "news", "Đổi giờ làm việc mùa hè", by=centre.editor, now=timezone.now(), body="<p>Từ 7 giờ.</p>"
    )


@pytest.fixture
def public(centre, draft) -> Piece:
    acts.do("submit", draft, by=centre.editor, now=timezone.now())
    acts.do("approve", draft, by=centre.leader, now=timezone.now())
    return draft


def test_why_a_piece_was_returned_stays_on_its_page_however_often_it_is_saved(client, centre, draft):
    acts.do("submit", draft, by=centre.editor, now=timezone.now())
    acts.do("send_back", draft, by=centre.leader, now=timezone.now(), note="Thiếu số điện thoại")
    client.force_login(centre.editor)
    for body_ in ("<p>Gọi 1022.</p>", "<p>Gọi 1022, giờ hành chính.</p>"):
        assert "Trả lại để sửa: Thiếu số điện thoại" in body(act(client, draft, "edit", title="Giờ hè", body=body_))
    assert "Trả lại để sửa:" not in body(act(client, draft, "submit"))


def test_a_title_of_signs_alone_is_refused_with_a_sentence(client, centre):
    client.force_login(centre.editor)
    sent = {"kind": "news", "agency": centre.agency.pk, "title": "..."}
    answer = client.post(reverse("admin:content_piece_changelist"), sent)
    assert answer.status_code in {200, 422} and not Piece.objects.exists()


def test_what_is_public_is_not_put_aside_and_two_saves_are_told_apart(centre, public):
    acts.do("revise", public, by=centre.editor, now=timezone.now())
    other = Piece.objects.get(pk=public.pk)
    with pytest.raises(ActError, match="đang hiện"):
        acts.do("drop", public, by=centre.editor, now=timezone.now())
    acts.do("edit", public, by=centre.editor, now=timezone.now(), title="Một")
    with pytest.raises(Stale):
        acts.do("edit", other, by=centre.editor, now=timezone.now(), title="Hai")


def test_an_act_is_done_only_to_what_it_is_offered_for(client, centre, draft):
    client.force_login(centre.leader)
    answer = act(client, draft, "take_down", note="Chưa đăng lần nào")  # by its address: the page does not offer it
    draft.refresh_from_db()
    assert draft.state == State.DRAFT and "không làm được việc này" in body(answer)


def test_a_piece_goes_from_the_editor_over_the_approver_to_the_public(client, centre):
    client.force_login(centre.editor)
    begun = client.post(
        reverse("admin:content_piece_changelist"),
        {"kind": "policy", "agency": centre.agency.pk, "title": "Giảm lệ phí hộ tịch"},
        follow=True,
    )
    piece = Piece.objects.get()
    assert begun.status_code == 200 and piece.slug == "giam-le-phi-ho-tich"
    assert client.get(piece.address).status_code == 404
    refused = act(client, piece, "submit")
    assert refused.status_code == 409 and "Bài chưa đủ: số văn bản, ngày ban hành, ngày có hiệu lực" in body(refused)
    saved = act(
        client, piece, "edit", title="Giảm lệ phí hộ tịch", summary="Giảm 50 %.", body="<p>Áp dụng từ <b>2027</b>.</p>",
        doc_number="12/2026/NQ-HĐND", doc_date="01/12/2026", effective_on="01/01/2027",
        source_url="https://congbao.example.vn/12",
    )  # fmt: skip
    assert saved.status_code == 200, body(saved)
    assert act(client, piece, "submit").status_code == 200
    assert act(client, piece, "approve").status_code == 403, "an editor approves nothing"
    client.force_login(centre.leader)
    assert act(client, piece, "approve", publish_at="").status_code == 200
    client.logout()
    page = body(client.get(piece.address))
    assert "12/2026/NQ-HĐND" in page and "01/01/2027" in page and "<strong>2027</strong>" in page
    assert "https://congbao.example.vn/12" in page
    assert "Giảm lệ phí hộ tịch" in body(client.get("/tin-tuc/")) and piece.address in body(client.get("/sitemap.xml"))
    assert "Giảm lệ phí hộ tịch" not in body(client.get("/tin-tuc/?loai=video"))


def test_nobody_approves_what_they_wrote_or_submitted(centre):
    now = timezone.now()
    own = writing.begin(centre.agency, "news", "Tự viết", by=centre.leader, now=now, body="<p>Chữ.</p>")
    acts.do("submit", own, by=centre.editor, now=now)
    with pytest.raises(ActError, match="chính bạn viết"):
        acts.do("approve", own, by=centre.leader, now=now)
    assert own.state == State.SUBMITTED and own.live is None


def test_another_agency_neither_sees_nor_writes(client, elsewhere, draft):
    with pytest.raises(Forbidden):
        acts.do("submit", draft, by=elsewhere.editor, now=timezone.now())
    client.force_login(elsewhere.editor)
    refused = client.get(reverse("admin:content_piece_change", args=[draft.pk]))
    assert refused.status_code == 404 and "của cơ quan khác" in refused.content.decode()
    assert "Đổi giờ" not in body(client.get(reverse("admin:content_piece_changelist"), {"muc": "dang-soan"}))
    foreign = {"kind": "news", "agency": draft.agency_id, "title": "Chiếm"}
    assert client.post(reverse("admin:content_piece_changelist"), foreign).status_code == 422
    assert Piece.objects.count() == 1


def test_what_is_public_stays_until_the_new_text_is_approved(client, centre, public):
    now = timezone.now()
    acts.do("revise", public, by=centre.editor, now=now)
    acts.do("edit", public, by=centre.editor, now=now, title="Giờ làm việc mới", body="<p>Từ 8 giờ.</p>")
    page = body(client.get(public.address))
    assert "Từ 7 giờ." in page and "Từ 8 giờ." not in page
    client.force_login(centre.leader)
    compared = body(client.get(reverse("admin:content_piece_compare", args=[public.pk])))
    assert "<ins>Từ 8 giờ.</ins>" in compared and "<del>Từ 7 giờ.</del>" in compared
    acts.do("submit", public, by=centre.editor, now=now)
    acts.do("approve", public, by=centre.leader, now=now)
    page = body(client.get(public.address))
    assert "Từ 8 giờ." in page and "Từ 7 giờ." not in page
    assert [version.number for version in public.versions.order_by("number")] == [1, 2]
    acts.do("take_down", public, by=centre.leader, now=now, note="Hết hiệu lực")
    assert client.get(public.address).status_code == 404


def test_the_hour_publishes_and_the_end_of_an_emergency_takes_down(client, centre):
    now = timezone.now()
    piece = writing.begin(
        centre.agency, "emergency", "Bão số 9", by=centre.editor, now=now, summary="Ở trong nhà.",
        shown_until=now + dt.timedelta(hours=5),
    )  # fmt: skip
    acts.do("submit", piece, by=centre.editor, now=now)
    acts.do("approve", piece, by=centre.leader, now=now, publish_at=now + dt.timedelta(hours=1))
    assert piece.state == State.SCHEDULED and client.get(piece.address).status_code == 404
    assert hours.keep(now=now) == (0, 0)
    assert hours.keep(now=now + dt.timedelta(hours=1)) == (1, 0)
    assert "Ở trong nhà." in body(client.get(piece.address))
    assert hours.keep(now=now + dt.timedelta(hours=2)) == (0, 0)
    assert hours.keep(now=now + dt.timedelta(hours=5)) == (0, 1)
    assert client.get(piece.address).status_code == 404
    assert [step.what for step in piece.steps.order_by("id")] == [
        "Bắt đầu soạn", "Trình duyệt", "Duyệt, đăng", "Đăng", "Gỡ bài"
    ]  # fmt: skip


def test_a_stale_page_overwrites_nothing(client, centre, draft):
    client.force_login(centre.editor)
    address = reverse("admin:content_piece_act", args=[draft.pk, "edit"])
    first = client.post(address, {"version": draft.version, "title": "Bản một", "body": "<p>1</p>"})
    second = client.post(address, {"version": draft.version, "title": "Bản hai", "body": "<p>2</p>"})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Người khác vừa sửa" in body(second)
    draft.refresh_from_db()
    assert draft.working.title == "Bản một"


def test_html_and_script_in_every_field_stay_words(client, centre):
    client.force_login(centre.editor)
    client.post(
        reverse("admin:content_piece_changelist"),
        {"kind": "policy", "agency": centre.agency.pk, "title": f"Tin {HOSTILE}"[:160]},
    )
    piece = Piece.objects.get()
    sent = {
        "title": f"Tin {HOSTILE}"[:160], "summary": HOSTILE, "doc_number": HOSTILE[:60], "doc_date": "01/12/2026",
        "effective_on": "01/01/2027", "source_url": "https://a.example/",
        "body": HOSTILE + '<p onclick="x()" style="color:red">Chữ <a href="javascript:alert(1)">xấu</a> '
        '<a href="https://tot.example/">tốt</a></p><iframe src="//x"></iframe>',
        "picture": SimpleUploadedFile("a.png", drawn()), "picture_alt": HOSTILE, "picture_credit": HOSTILE[:120],
        "picture_frame": "16:9",
    }  # fmt: skip
    wrong = act(client, piece, "edit", **{**sent, "source_url": "javascript:alert(1)", "picture": ""})
    assert wrong.status_code == 422
    assert act(client, piece, "edit", **sent).status_code == 200
    piece = Piece.objects.get()
    acts.do("submit", piece, by=centre.editor, now=timezone.now())
    acts.do("approve", piece, by=centre.leader, now=timezone.now())
    desk = body(client.get(reverse("admin:content_piece_change", args=[piece.pk])))
    preview = body(client.get(reverse("admin:content_piece_preview", args=[piece.pk])))
    public = [body(client.get(path)) for path in (piece.address, "/tin-tuc/", f"{piece.address}doc-loa/")]
    for page in [desk, preview, *public]:
        lowered = page.casefold()
        for bad in (
            "<script>alert",
            "<img src=x",
            "<svg/onload",
            'onclick="x()"',
            "javascript:alert",
            '<iframe src="//',
        ):
            assert bad not in lowered, (bad, page[:80])
    assert 'href="https://tot.example/" rel="noopener"' in public[0]
    feed = body(client.get("/tin-tuc/rss.xml"))
    assert "<script>" not in feed and "&lt;script&gt;" in feed


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("anh.png", b"\x89PNG\r\n\x1a\n" + b"rac" * 50, "hỏng"),
        ("anh.jpg", drawn(40, 40), "đuôi .jpg nhưng nội dung là"),
        ("anh.png", b"<html><script>alert(1)</script></html>", "Ảnh chưa nhận được"),
        ("anh.png", b"%PDF-1.7\n%%EOF", "Loại tệp này không được nhận"),
    ],
)
def test_a_picture_that_lies_is_refused_with_a_sentence_and_nothing_is_lost(client, centre, draft, name, content, said):
    client.force_login(centre.editor)
    answer = act(
        client, draft, "edit", title="Vẫn còn tiêu đề này", body="<p>Vẫn còn chữ này.</p>",
        picture=SimpleUploadedFile(name, content), picture_alt="Cán bộ tiếp dân", picture_frame="16:9",
    )  # fmt: skip
    assert answer.status_code == 409 and said in body(answer), body(answer)[-3000:]
    assert "Vẫn còn tiêu đề này" in body(answer) and "Vẫn còn chữ này." in body(answer)
    assert not Picture.objects.exists()


def test_a_picture_is_cropped_measured_and_needs_words(client, centre, draft):
    client.force_login(centre.editor)
    sent = {"title": "Có ảnh", "body": "<p>Chữ.</p>", "picture_frame": "16:9"}
    silent = act(client, draft, "edit", **sent, picture=SimpleUploadedFile("a.png", drawn()))
    assert silent.status_code == 422 and "Mô tả ảnh bằng một câu" in body(silent)
    act(client, draft, "edit", **sent, picture=SimpleUploadedFile("a.png", drawn()), picture_alt="Quầy số 1")
    row = Picture.objects.get()
    assert (row.width, row.height) == (1200, 675)
    draft.refresh_from_db()
    before = client.get(f"{draft.address}tep/anh-{row.pk}/")
    assert before.status_code == 404, "a picture is public with its piece only"
    acts.do("submit", draft, by=centre.editor, now=timezone.now())
    acts.do("approve", draft, by=centre.leader, now=timezone.now())
    client.logout()
    page = body(client.get(draft.address))
    assert f'src="{draft.address}tep/anh-{row.pk}/"' in page and 'alt="Quầy số 1"' in page
    answer = client.get(f"{draft.address}tep/anh-{row.pk}/")
    assert answer["Content-Type"] == "image/png" and "sandbox" in answer["Content-Security-Policy"]
    assert Image.open(io.BytesIO(b"".join(answer))).size == (1200, 675)
    small = b"".join(client.get(f"{draft.address}tep/anh-{row.pk}-nho/"))
    assert Image.open(io.BytesIO(small)).size == (400, 225)
    for odd in ("anh-0", "anh-99999999999999999999", "anh-x", "van-ban", "khac"):
        assert client.get(f"{draft.address}tep/{odd}/").status_code == 404


def test_an_editor_marks_a_translation_and_a_vietnamese_one_is_refused(client, centre, public):
    mine = writing.begin(centre.agency, "news", "Hnub so", by=centre.editor, now=timezone.now())
    client.force_login(centre.editor)
    sent = {"title": "Hnub so", "body": "<p>7 teev.</p>", "original": public.pk}
    assert "Bản dịch thì chọn ngôn ngữ khác tiếng Việt." in body(act(client, mine, "edit", **sent, language="vi"))
    assert "Đã lưu" in body(act(client, mine, "edit", **sent, language="hmn"))
    mine.refresh_from_db()
    assert (mine.working.language, mine.working.original) == ("hmn", public)
    compared = body(client.get(reverse("admin:content_piece_compare", args=[mine.pk])))
    assert "Ngôn ngữ: Tiếng Mông" in compared and "Bản dịch của: Đổi giờ làm việc mùa hè" in compared
