"""The simulated phone: its page and requests, and in Chromium the hand that holds it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.fakes.zalo import SimulatedZalo, ZaloControlError, multipart, request


def picture_of(text: str) -> bytes:
    buffer = io.BytesIO()
    qrcode.make(text).save(buffer)
    return buffer.getvalue()


def read_qr(zalo: SimulatedZalo, name: str, content: bytes) -> tuple[int, dict]:
    body, headers = multipart(name, content, "image/png")
    status, _, answer = request("POST", f"{zalo.control_url}/__control/qr", body, headers)
    return status, json.loads(answer)


def test_page_may_be_framed_by_the_portal_only(simulated_zalo):
    status, headers, page = request("GET", f"{simulated_zalo.url}/phone/")
    assert status == 200 and 'lang="vi"' in page.decode()
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:9 http://localhost:9" in policy
    assert "script-src 'self';" in policy and "unsafe" not in policy


def test_every_file_of_the_page_is_served(simulated_zalo):
    for path in (Path(__file__).parents[3] / "zalo" / "sandbox" / "static").iterdir():
        assert request("GET", f"{simulated_zalo.url}/phone/{path.name}")[2] == path.read_bytes()
    assert request("GET", f"{simulated_zalo.url}/phone/..%2Fserver.py")[0] == 404


def test_link_of_an_account_opens_it_on_the_phone(simulated_zalo):
    status, headers, _ = request("GET", f"{simulated_zalo.url}/{simulated_zalo.oa_id}")
    assert (status, headers["location"]) == (302, f"/phone/#oa={simulated_zalo.oa_id}")
    assert request("GET", f"{simulated_zalo.url}/99999999999")[0] == 404


def test_people_are_made_with_sentences_for_what_is_wrong(simulated_zalo):
    made = simulated_zalo.person("Đỗ Thị Mai", "0987 654 321")
    assert simulated_zalo.control("GET", "people")["people"][-1]["phone"] == "84987654321"
    assert simulated_zalo.user_id(made) != simulated_zalo.user_id("lan")
    with pytest.raises(ZaloControlError, match="10 số"):
        simulated_zalo.person("Mai", "12")
    with pytest.raises(ZaloControlError, match="của người khác"):
        simulated_zalo.person("Mai", "0987654321")
    with pytest.raises(ZaloControlError, match="họ tên"):
        simulated_zalo.person("  ", "0987654322")
    with pytest.raises(ZaloControlError, match="Không có thao tác"):
        simulated_zalo.act("lan", "bay")
    with pytest.raises(ZaloControlError, match="trước khi gửi"):
        simulated_zalo.say("lan", "  ")


def test_server_reads_qr_codes(simulated_zalo):
    pytest.importorskip("zxingcpp")
    link = "http://127.0.0.1:8000/h/Ab3dEf/"
    assert read_qr(simulated_zalo, "qr.png", picture_of(link)) == (200, {"text": link})
    status, answer = read_qr(simulated_zalo, "qr.png", b"not a picture")
    assert status == 400 and "không phải là ảnh" in answer["error"]
    blank = io.BytesIO()
    from PIL import Image

    Image.new("L", (80, 80), 255).save(blank, "PNG")
    assert "Không thấy mã QR" in read_qr(simulated_zalo, "trang.png", blank.getvalue())[1]["error"]


# -- in Chromium ---------------------------------------------------------------------------------------------------


@pytest.fixture
def page(browser: Browser, simulated_zalo: SimulatedZalo) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{simulated_zalo.url}/phone/?nguoi=lan")
    page.get_by_text("Chưa có tin nhắn nào").wait_for()
    yield page
    page.close()
    assert faults == []


class Office:
    """The OA's side, sending as the portal would."""

    def __init__(self, zalo: SimulatedZalo) -> None:
        self.zalo = zalo
        self.token = zalo.tokens()["access_token"]

    def cs(self, message: dict) -> None:
        body = {"recipient": {"user_id": self.zalo.user_id("lan")}, "message": message}
        assert self.zalo.call("POST", "/v3.0/oa/message/cs", body, token=self.token)["error"] == 0

    def template(self, number: str, **data: str) -> None:
        common = {"ten_khach_hang": "Nguyễn Thị Lan", "ma_ho_so": "HS-0001", "co_quan": "Trung tâm"}
        body = {"phone": "84912000101", "template_id": number, "template_data": common | data, "tracking_id": "t1"}
        assert self.zalo.call("POST", "/message/template", body, token=self.token)["error"] == 0


def open_chat(page: Page, zalo: SimulatedZalo) -> Office:
    zalo.follow("lan")
    page.get_by_text("Bạn đã quan tâm").click()
    expect(page.locator(".chat")).to_be_visible()
    return Office(zalo)


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']} {node['target']}" for each in found for node in each["nodes"]] == []


@pytest.mark.browser
def test_find_and_follow(page, simulated_zalo, webhook_trap):
    page.get_by_role("button", name="Khám phá").click()
    page.get_by_label("Tìm Official Account").fill("chinh quyen")
    page.get_by_text("Chính quyền số tỉnh Tây Ninh").click()
    accessible(page)
    page.get_by_role("button", name="Quan tâm", exact=True).click()
    expect(page.get_by_role("button", name="Đã quan tâm")).to_be_visible()
    assert webhook_trap.wait(1, "follow")[0]["follower"]["id"] == simulated_zalo.user_id("lan")


@pytest.mark.browser
def test_message_arrives_by_itself_with_a_banner_and_is_seen(page, simulated_zalo, webhook_trap):
    simulated_zalo.follow("lan")
    Office(simulated_zalo).cs({"text": "Hồ sơ HS-0001 đã được tiếp nhận."})
    expect(page.locator(".banner")).to_contain_text("HS-0001")
    accessible(page)
    page.locator(".banner").click()
    expect(page.locator(".message")).to_contain_text("đã được tiếp nhận")
    assert webhook_trap.wait(1, "user_seen_message")


@pytest.mark.browser
def test_type_tap_menu_buttons_and_files(page, simulated_zalo, webhook_trap):
    office = open_chat(page, simulated_zalo)
    page.get_by_role("button", name="Dịch vụ công").click()
    page.get_by_role("button", name="Tra cứu hồ sơ").click()
    expect(page.locator(".own")).to_contain_text("Hồ sơ của tôi")
    button = {"title": "Xem chi tiết", "type": "oa.query.hide", "payload": "#XEM 1"}
    office.cs({"text": "Có 1 hồ sơ", "attachment": {"type": "template", "payload": {"buttons": [button]}}})
    page.get_by_role("button", name="Xem chi tiết").click()
    page.get_by_role("button", name="Mở bàn phím").click()
    page.get_by_label("Tin nhắn", exact=True).fill("gặp cán bộ")
    page.keyboard.press("Enter")
    expect(page.locator(".own").last).to_contain_text("gặp cán bộ")
    page.locator('.composer input[type="file"]').set_input_files(
        {"name": "Đơn.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    )
    expect(page.locator(".document")).to_contain_text("Đơn.pdf")
    said = [event["message"]["text"] for event in webhook_trap.wait(3, "user_send_text")]
    assert said == ["Hồ sơ của tôi", "#XEM 1", "gặp cán bộ"]
    assert webhook_trap.wait(1, "user_send_file")
    accessible(page)


@pytest.mark.browser
def test_rate_and_share_phone(page, simulated_zalo, webhook_trap):
    office = open_chat(page, simulated_zalo)
    office.template("500008")
    page.get_by_role("button", name="Rất hài lòng").click()
    page.get_by_label("Góp ý thêm").fill("Cán bộ nhiệt tình")
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.locator(".rated")).to_contain_text("Cán bộ nhiệt tình")
    assert webhook_trap.wait(1, "user_feedback")[0]["message"]["rate"] == 5
    element = {"title": "Liên kết hồ sơ", "subtitle": "Chia sẻ số điện thoại", "image_url": "https://example.vn/a.png"}
    payload = {"template_type": "request_user_info", "elements": [element]}
    office.cs({"attachment": {"type": "template", "payload": payload}})
    page.get_by_role("button", name="Chia sẻ thông tin").click()
    accessible(page)
    page.get_by_role("button", name="Đồng ý chia sẻ").click()
    expect(page.get_by_role("button", name="Đã chia sẻ")).to_be_disabled()
    assert webhook_trap.wait(1, "user_submit_info")[0]["info"]["phone"] == "84912000101"


@pytest.mark.browser
def test_scan_a_receipt(page, simulated_zalo):
    pytest.importorskip("zxingcpp")
    page.get_by_role("button", name="Quét QR").click()
    link = f"{simulated_zalo.url}/phone/bai-viet/khong-co"
    page.locator(".scan input[type=file]").set_input_files(
        {"name": "phieu.png", "mimeType": "image/png", "buffer": picture_of(link)}
    )
    expect(page.locator(".code")).to_have_text(link)
    accessible(page)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Mở liên kết").click()
    opened.value.wait_for_url(link)
    opened.value.close()
    page.get_by_label("Đường link của mã QR").fill(f"https://zalo.me/{simulated_zalo.oa_id}")
    page.get_by_role("button", name="Mở", exact=True).click()
    expect(page.get_by_role("heading", name="Chính quyền số tỉnh Tây Ninh")).to_be_visible()


@pytest.mark.browser
def test_panel_breaks_and_mends(page, simulated_zalo):
    page.get_by_role("button", name="Làm hỏng để tập").click()
    page.get_by_label("Zalo báo lỗi máy chủ (500)").check()
    expect(page.locator(".health")).to_contain_text("Zalo đang hỏng 1 chỗ")
    accessible(page)
    token = simulated_zalo.tokens()["access_token"]
    headers = {"access_token": token}
    assert request("GET", f"{simulated_zalo.url}/v2.0/oa/getoa", headers=headers)[0] == 500
    page.get_by_role("button", name="Khôi phục tất cả").click()
    expect(page.locator(".health")).to_contain_text("Zalo đang chạy tốt")
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=token)["error"] == 0
    page.get_by_label("Gửi trùng mỗi sự kiện 2 lần").check()
    page.get_by_role("button", name="Thu hồi khóa truy cập").click()
    expect(page.locator(".panel-note")).to_contain_text("Đã thu hồi")
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=token)["error"] == -216
    page.get_by_role("button", name="+7 ngày").click()
    expect(page.locator(".panel-note")).to_contain_text("7 ngày")
    overview = simulated_zalo.overview()
    assert overview["behaviour"]["webhook"]["copies"] == 2 and overview["offset_ms"] == 7 * 86_400_000


@pytest.mark.browser
def test_phone_keeps_to_its_width(page, simulated_zalo):
    office = open_chat(page, simulated_zalo)
    office.cs({"text": "Một-đường-link-rất-dài " + "https://example.vn/" + "x" * 300})
    expect(page.locator(".message")).to_have_count(1)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('.log').scrollWidth <= document.querySelector('.log').clientWidth")
