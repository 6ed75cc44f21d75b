"""The content desk in Chromium: an editor writes, another approves, a citizen reads; pages without violations."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw

from portal.content import acts, writing
from portal.content.models import Piece
from tests import people
from tests.browser.accessibility import fits, violations
from tests.zalo.chat.talk import channel_of

pytestmark = pytest.mark.django_db(transaction=True)


def photograph() -> bytes:
    """Return a picture of a counter, drawn."""
    picture = Image.new("RGB", (1600, 1200), "#f3e7d3")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 800, 1600, 1200), fill="#9b1b21")
    draw.ellipse((600, 250, 1000, 650), fill="#e8bd5a")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def sign_in(page, user) -> None:
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill("x")
    page.locator("[type=submit]").first.click()
    page.wait_for_url("**/admin/")


@pytest.fixture
def town(live_server):
    centre, procedure = people.centre(), people.procedure()
    channel_of(centre, name="Chính quyền số Cần Giuộc")
    return centre, procedure


def test_an_editor_writes_an_approver_publishes_and_a_citizen_reads(open_page, town):
    centre, _procedure = town
    editor = open_page("desktop")
    sign_in(editor, centre.editor)
    editor.goto("/admin/content/piece/")
    assert not violations(editor), violations(editor)
    editor.get_by_text("Bài mới", exact=True).click()
    editor.get_by_label("Tiêu đề").fill("Quầy hộ tịch mở sáng thứ Bảy")
    editor.get_by_role("button", name="Mở bài mới").click()
    editor.locator("trix-editor").click()
    editor.keyboard.type("Từ 7 giờ 30 đến 11 giờ 30.")
    editor.keyboard.press("Enter")
    editor.get_by_role("button", name="Danh sách").click()
    editor.keyboard.type("Mang căn cước")
    editor.get_by_label("Tóm tắt").fill("Người đi làm xa không phải nghỉ việc.")
    editor.get_by_label("Thêm ảnh").set_input_files(
        {"name": "quay.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    editor.get_by_label("Mô tả ảnh vừa chọn").fill("Cán bộ hướng dẫn tại quầy hộ tịch")
    editor.get_by_role("button", name="Lưu bài").click()
    editor.get_by_text("Đã lưu thành một bản mới").wait_for()
    editor.locator(".content-preview").scroll_into_view_if_needed()
    phone = editor.frame_locator(".content-preview iframe")
    phone.get_by_role("heading", name="Quầy hộ tịch mở sáng thứ Bảy").wait_for()
    phone.get_by_role("img", name="Cán bộ hướng dẫn tại quầy hộ tịch").wait_for()
    assert not violations(editor), violations(editor)
    editor.get_by_text("Trình duyệt", exact=True).first.click()
    editor.get_by_role("button", name="Trình duyệt").click()
    editor.get_by_text("Đã trình.").wait_for()

    approver = open_page("small")
    sign_in(approver, centre.leader)
    approver.goto("/admin/content/piece/")
    approver.get_by_role("link", name="Quầy hộ tịch mở sáng thứ Bảy").click()
    assert fits(approver)
    approver.get_by_text("Duyệt, đăng", exact=True).first.click()
    approver.get_by_role("button", name="Duyệt, đăng").click()
    approver.get_by_text("Đã duyệt.").wait_for()

    citizen = open_page("phone")
    citizen.goto("/")
    citizen.get_by_role("link", name="Quầy hộ tịch mở sáng thứ Bảy").click()
    citizen.get_by_role("heading", level=1, name="Quầy hộ tịch mở sáng thứ Bảy").wait_for()
    assert citizen.get_by_text("Mang căn cước").is_visible()
    citizen.wait_for_function("document.querySelector('.piece img').naturalWidth > 600")
    assert not violations(citizen), violations(citizen)
    assert fits(citizen) and not citizen.context.cookies()
    with citizen.expect_download() as kit:
        citizen.get_by_role("link", name="Tải bộ chia sẻ: chữ, mã QR, ảnh").click()
    assert kit.value.suggested_filename.endswith(".zip")


def test_pages_of_pieces_have_no_violations_at_any_size(open_page, town):
    centre, _procedure = town
    now = timezone.now()
    for kind, more in (
        ("guide", {"body": "<h2>Bước 1</h2><p>Mở Zalo.</p>"}),
        ("video", {"summary": "Hai phút", "video_url": "https://video.example.vn/1"}),
        ("emergency", {"summary": "Ở trong nhà", "shown_until": now.replace(year=now.year + 1)}),
        ("emergency", {"summary": "Sơ tán", "shown_until": now.replace(year=now.year + 1)}),
    ):
        piece = writing.begin(centre.agency, kind, f"Bài {kind}", by=centre.editor, now=now, **more)
        acts.do("submit", piece, by=centre.editor, now=now)
        acts.do("approve", piece, by=centre.leader, now=now)
    addresses = [piece.address for piece in Piece.objects.all()]
    addresses += [f"{addresses[0]}doc-loa/", "/", "/viec/sinh-con/", "/tim/?q=dat", "/thu-tuc/thay-doi/", "/?lang=en"]
    for size in ("small", "desktop"):
        page = open_page(size)
        for address in addresses:
            page.goto(address)
            assert not violations(page), (size, address, violations(page))
            assert fits(page), (size, address)


def test_without_script_a_piece_is_written_and_published(open_page, town):
    centre, _procedure = town
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, centre.editor)
    piece = writing.begin(centre.agency, "news", "Không cần script", by=centre.editor, now=timezone.now())
    page.goto(f"/admin/content/piece/{piece.pk}/change/")
    page.get_by_label("Nội dung", exact=True).fill("Đoạn một.\n\nĐoạn hai.")
    page.get_by_role("button", name="Lưu bài").click()
    page.get_by_text("Đã lưu thành một bản mới").wait_for()
    piece.refresh_from_db()
    assert piece.working.body == "<p>Đoạn một.</p>\n<p>Đoạn hai.</p>"
