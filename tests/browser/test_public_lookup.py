"""The citizen's main road in Chromium: look up, unlock, read, print; with a phone, a keyboard, without script."""

import datetime as dt
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from dossiers.states import State
from tests import factories, people
from tests.browser.accessibility import fits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dossier(live_server):
    centre, procedure = people.centre(), people.procedure()
    return factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure, now=timezone.now() - dt.timedelta(days=1))


def test_from_the_home_page_to_what_must_be_brought_on_a_phone(phone, dossier):
    phone.goto("/")
    phone.get_by_label("Gõ số hồ sơ, tên thủ tục hoặc câu hỏi").fill(dossier.code.lower())
    phone.get_by_role("button", name="Tìm", exact=True).tap()
    phone.get_by_role("heading", level=1, name="Cần bổ sung giấy tờ").wait_for()
    assert phone.url.endswith("/tim/"), "nothing typed is in the address"
    phone.get_by_label("4 số cuối CCCD/CMND hoặc điện thoại").fill("1234")
    phone.get_by_role("button", name="Xem đầy đủ").tap()
    phone.get_by_text("Trích đo bản đồ").first.wait_for()
    assert phone.get_by_text("Bản đã nộp chưa có dấu xác nhận").is_visible()
    assert fits(phone)
    assert not phone.context.cookies()


def test_the_qr_address_shows_seven_steps_and_the_one_it_stands_on(phone, dossier):
    phone.goto(f"/h/{dossier.token}/")
    steps = phone.locator(".steps > li")
    assert steps.count() == 7
    assert "Thẩm định" in phone.locator('[aria-current="step"]').inner_text()
    phone.get_by_text("Vì sao là ngày này?").tap()
    assert "chậm nhất" in phone.locator(".why p").inner_text()
    assert phone.get_by_role("link", name="02723874001").get_attribute("href") == "tel:+842723874001"


def test_keyboard_alone(desktop, dossier):
    desktop.goto("/")
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.className") == "skip"
    desktop.keyboard.press("Enter")
    for _ in range(10):
        desktop.keyboard.press("Tab")
        if desktop.evaluate("document.activeElement.name") == "q":
            break
    desktop.keyboard.type(dossier.code)
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/tim/")
    for _ in range(40):
        desktop.keyboard.press("Tab")
        if desktop.evaluate("document.activeElement.name") == "last4":
            break
    desktop.keyboard.type("5678")
    desktop.keyboard.press("Enter")
    desktop.get_by_text("Trích đo bản đồ").first.wait_for()


@pytest.mark.parametrize("size", ["phone", "small"])
def test_without_script_every_journey_can_be_finished(open_page, dossier, size):
    page = open_page(size, java_script_enabled=False)
    page.goto("/tra-cuu/")
    page.get_by_label("Số hồ sơ", exact=True).fill(dossier.code)
    page.get_by_label("4 số cuối CCCD/CMND hoặc điện thoại").fill("1234")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_text("Trích đo bản đồ").first.wait_for()
    page.goto("/tra-cuu/")
    page.get_by_text("Không có số hồ sơ?").click()
    page.get_by_label("Số CCCD/CMND", exact=True).fill("080085001234")
    page.get_by_label("Số điện thoại", exact=True).fill("0912345678")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_role("button", name="Xem hồ sơ này").click()
    page.get_by_text("Trích đo bản đồ").first.wait_for()
    page.goto(f"/h/{dossier.token}/")
    page.get_by_role("link", name="Chữ lớn").click()
    page.locator("html.large main").wait_for()
    assert page.url.endswith(f"/h/{dossier.token}/")
    assert page.locator("[data-print]:visible").count() == 0, "no button that would do nothing"


def test_errors_stand_beside_the_field_and_take_the_focus(phone, dossier):
    phone.goto("/tra-cuu/")
    phone.get_by_text("Không có số hồ sơ?").tap()
    phone.get_by_label("Tên người nộp").fill("Nguyễn Văn An")
    phone.get_by_role("button", name="Tìm kiếm").tap()
    alert = phone.get_by_role("alert")
    alert.wait_for()
    expect(alert).to_be_focused()
    alert.get_by_role("link").tap()
    box = phone.locator("#o-id_number")
    expect(box).to_be_focused()
    assert box.get_attribute("aria-invalid") == "true"


def test_large_letters_keep_the_answer_on_the_screen(desktop, dossier):
    desktop.goto("/tra-cuu/")
    desktop.get_by_label("Số hồ sơ", exact=True).fill(dossier.code)
    desktop.get_by_role("button", name="Tìm kiếm").click()
    desktop.get_by_role("link", name="Chữ lớn").click()
    desktop.locator("html.large").get_by_text(dossier.code).first.wait_for()
    desktop.goto("/")
    assert desktop.locator("html.large").count() == 1


def test_the_camera_reads_a_receipt_and_refuses_other_codes(open_page, live_server, dossier):
    page = open_page("phone")
    # Desktop Chromium has neither detector nor camera: both are stood in for, the page's own script is real.
    page.add_init_script(
        """
        window.BarcodeDetector = class { detect() { return Promise.resolve(
            window.shown ? [{ rawValue: window.shown }] : []) } };
        Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: () =>
            Promise.resolve(document.createElement("canvas").captureStream()) } });
        HTMLMediaElement.prototype.play = () => Promise.resolve();
        """
    )
    page.goto("/tra-cuu/")
    page.get_by_role("button", name="Quét mã QR trên giấy").click()
    page.get_by_text("Đưa mã QR vào giữa khung hình.").wait_for()
    page.evaluate("window.shown = 'https://elsewhere.example/h/abcdefgh/'")
    page.get_by_text("Mã QR này không phải của giấy tiếp nhận hồ sơ.").wait_for()
    page.evaluate(f"window.shown = '{live_server.url}/h/{dossier.token}/'")
    page.wait_for_url(f"**/h/{dossier.token}/")


def test_paper_carries_the_answer_and_no_buttons(desktop, dossier):
    desktop.goto(f"/h/{dossier.token}/")
    desktop.emulate_media(media="print")
    assert desktop.locator(".masthead").is_hidden() and desktop.locator("form").is_hidden()
    assert desktop.locator(".steps").is_visible() and desktop.locator(".print-only").is_visible()
    pdf = desktop.pdf(format="A4", print_background=True)
    document = PdfReader(BytesIO(pdf))
    # The reader puts spaces where two fonts meet inside a word.
    told = "".join("".join(page.extract_text() for page in document.pages).split())
    assert len(document.pages) <= 2 and dossier.code in told and "Ngàyhẹntrảkếtquả" in told


def test_english_is_chosen_by_a_link_and_stays(desktop, dossier):
    desktop.goto("/")
    desktop.get_by_role("link", name="English").click()
    desktop.get_by_label("Type a file number, a procedure or a question").fill(dossier.code)
    desktop.get_by_role("button", name="Search", exact=True).click()
    desktop.get_by_role("heading", level=1, name="More papers needed").wait_for()
    assert desktop.locator("html").get_attribute("lang") == "en"


def test_a_dossier_kept_on_the_phone_is_read_without_a_connection(phone, dossier, live_server):
    address = f"/h/{dossier.token}/"
    phone.goto(address)
    phone.evaluate("navigator.serviceWorker.ready")
    phone.get_by_role("button", name="Lưu để xem khi không có mạng").click()
    phone.get_by_role("button", name="Bỏ bản lưu trên máy này").wait_for()
    phone.reload()  # the worker has the page now
    phone.get_by_role("button", name="Bỏ bản lưu trên máy này").wait_for()
    assert not phone.get_by_text("Bản lưu lúc").is_visible()
    phone.context.set_offline(True)
    phone.goto(address)
    phone.get_by_text("Bản lưu lúc").wait_for()
    assert phone.get_by_text(dossier.code).first.is_visible()
    phone.goto("/tra-cuu/")
    phone.get_by_role("heading", name="Hồ sơ đã lưu trên máy này").wait_for()
    phone.get_by_role("link", name=dossier.code).click()
    phone.get_by_text("Bản lưu lúc").wait_for()
    phone.context.set_offline(False)
    phone.goto(address)
    phone.get_by_role("button", name="Bỏ bản lưu trên máy này").click()
    phone.get_by_role("button", name="Lưu để xem khi không có mạng").wait_for()
    assert phone.evaluate("caches.open('ho-so-da-luu').then((pages) => pages.keys()).then((all) => all.length)") == 0
