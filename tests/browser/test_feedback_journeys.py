"""From a citizen's phone to the handler, the leader and back; and from a low rating to the citizen's last word."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from PIL import Image

from dossiers.states import State
from feedback.models import Case, FollowUp, Rating
from feedback.ratings import rating as ratings
from feedback.states import Status
from tests import factories, people
from tests.browser.desk_steps import confirm, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def big_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((3200, 2400), 120).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_report_from_the_phone_is_answered_reopened_and_published(open_page, live_server):
    centre = people.centre()
    phone = open_page(
        "phone", has_touch=True, permissions=["geolocation"], geolocation={"latitude": 10.60512, "longitude": 106.67021}
    )
    phone.goto("/gop-y/")
    phone.get_by_label("Phản ánh").check()
    phone.get_by_label("Nội dung").fill("Ổ gà sâu trước chợ, hôm qua có người ngã xe. Gọi tôi 0912 345 678")
    content = big_photo()
    phone.get_by_label("Ảnh, tệp kèm theo").set_input_files(
        {"name": "o-ga.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    phone.get_by_text("Đã thu nhỏ ảnh").wait_for()
    phone.get_by_text("Thêm địa điểm").click()
    phone.get_by_role("button", name="Dùng vị trí của tôi").click()
    phone.get_by_text("Đã ghim vị trí: 10.60512, 106.67021").wait_for()
    phone.locator(".pin-map").focus()
    phone.keyboard.press("ArrowUp")
    phone.get_by_role("textbox", name="Số điện thoại").fill("0912 345 678")
    phone.get_by_label("Đồng ý công khai").check()
    phone.get_by_role("button", name="Gửi").click()
    phone.get_by_text("Đã nhận. Hãy giữ lại mã này").wait_for()
    case = Case.objects.get()
    assert phone.locator(".big-code").inner_text() == case.code
    assert float(case.latitude) > 10.6051 and case.files.get().size < len(content)
    address = phone.url.split("?")[0]

    handler = open_page()
    sign_in(handler, centre.handler)
    handler.goto("/admin/feedback/case/")
    handler.get_by_role("link", name=case.code).click()
    assert "0912" not in handler.locator(".mc-dl").first.inner_text()
    act(handler, "Tiếp nhận xử lý")
    handler.get_by_label("Câu trả lời (người gửi đọc được)").fill("Đã vá ổ gà trong ngày. Cảm ơn anh/chị.")
    handler.get_by_role("button", name="Lưu và trình duyệt").click()
    leader = open_page()
    sign_in(leader, centre.leader)
    leader.goto("/admin/feedback/case/?worklist=approval")
    leader.get_by_role("link", name=case.code).click()
    act(leader, "Duyệt và gửi trả lời")

    phone.goto(address)
    phone.get_by_text("Đã vá ổ gà trong ngày").wait_for()
    phone.get_by_role("button", name="Chưa", exact=True).click()
    phone.get_by_label("Điều chưa được giải quyết").fill("Mưa xuống lại bong")
    phone.get_by_role("button", name="Gửi yêu cầu xem lại").click()
    phone.get_by_text("Đã gửi yêu cầu xem lại").wait_for()

    handler.goto("/admin/feedback/case/?worklist=reopened")
    handler.get_by_role("link", name=case.code).click()
    handler.get_by_label("Câu trả lời (người gửi đọc được)").fill("Đã rải nhựa lại toàn bộ đoạn này.")
    handler.get_by_role("button", name="Lưu và trình duyệt").click()
    leader.goto(f"/admin/feedback/case/{case.pk}/change/")
    act(leader, "Duyệt và gửi trả lời")
    handler.goto(f"/admin/feedback/case/{case.pk}/change/")
    assert "0912 345 678" in handler.locator(".mc-mask").all_inner_texts()
    act(handler, "Soạn bản công khai")
    act(handler, "Trình duyệt công khai")
    leader.goto(f"/admin/feedback/case/{case.pk}/change/")
    act(leader, "Duyệt công khai")

    phone.goto(address)
    phone.get_by_role("button", name="Có, kết thúc").click()
    phone.get_by_role("heading", name="Đã kết thúc").wait_for()
    stranger = open_page("phone")
    stranger.goto("/hoi-dap/?q=o ga truoc cho")
    stranger.locator("ul.published a").first.click()
    shown = stranger.locator("main").inner_text()
    assert "rải nhựa lại" in shown and "0912" not in shown and "đã ẩn số điện thoại" in shown
    case.refresh_from_db()
    assert (case.status, case.satisfied, case.times_reopened) == (Status.CLOSED, True, 1)


def test_a_low_rating_is_put_right_by_the_supervisor_and_closed_by_the_citizen(open_page, live_server):
    centre, procedure = people.centre(), people.procedure()
    dossier = factories.in_state(State.RESULT_RETURNED, centre, procedure, now=timezone.now() - dt.timedelta(hours=5))
    sheet = f"/danh-gia/{ratings.invitation_of(dossier).token}/"
    phone = open_page("phone", has_touch=True)
    phone.goto(sheet)
    attitude = phone.get_by_role("group", name=re.compile("Thái độ"))
    attitude.get_by_text("Không hài lòng").click()
    phone.get_by_role("group", name=re.compile("Kết quả")).get_by_text("Hài lòng", exact=True).click()
    phone.get_by_label("Ý kiến khác").fill("Chờ lâu")
    phone.get_by_role("button", name="Gửi đánh giá").click()
    phone.get_by_text("Chúng tôi muốn khắc phục").wait_for()
    assert (Rating.objects.get().attitude, Rating.objects.get().result) == (1, 3)

    supervisor = open_page()
    sign_in(supervisor, centre.supervisor)
    supervisor.goto("/admin/feedback/followup/")
    supervisor.locator(".mc-table a").first.click()
    assert "Chờ lâu" in supervisor.locator(".mc").inner_text()
    supervisor.get_by_label("Đã làm gì").fill("Đã gọi xin lỗi và bố trí thêm quầy")
    supervisor.get_by_role("button", name="Đã liên hệ").click()

    phone.goto(sheet)
    phone.get_by_text("Đã gọi xin lỗi và bố trí thêm quầy").wait_for()
    phone.get_by_role("button", name="Đã được giải quyết", exact=True).click()
    phone.goto(sheet)
    phone.get_by_text("Bạn đã xác nhận việc này được giải quyết").wait_for()
    assert FollowUp.objects.get().status == FollowUp.Status.CLOSED


def act(page, name: str) -> None:
    """Open the fold of an act and confirm it."""
    fold = page.locator("details.mc-act", has=page.locator("summary", has_text=re.compile(f"^{name}$")))
    fold.locator("summary").click()
    confirm(fold)
    page.get_by_text(f"{name}: đã ghi nhận.").wait_for()
