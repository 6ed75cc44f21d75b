"""Not every dossier: an enterprise, a proxy, a transfer, a receipt parted, a fee cancelled, a withdrawal."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import Page

from tests.pictures.steps import ADD, Day, act, at_box, opened, received

FIRM = {
    "full_name": "Công ty TNHH Một thành viên Xây dựng Phú An",
    "phone": "02723874111",
    "address": "Số 20 đường Trương Định, xã Cần Giuộc, tỉnh Tây Ninh",
}
CARD = "080170004567||ĐINH THỊ PHƯỢNG|09091970|Nữ|Ấp 2, xã Cần Giuộc, tỉnh Tây Ninh|10052021"


def _saved(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda here: "/change/" in here)


def _chosen(page: Page, number: int, words: str) -> None:
    """Choose the procedure of that place on the receipt, with all its papers."""
    at_box(page, f"item-{number}-procedure")
    page.keyboard.type(words, delay=5)
    page.locator('[role="option"]:visible').first.wait_for()
    page.keyboard.press("Enter")
    page.locator(f"[name=item-{number}-fees_shown]").wait_for(state="attached")
    box = page.locator(f"[name=item-{number}-all]")
    if box.count():
        box.check()


def at_the_counter(day: Day, page: Page) -> None:
    """An enterprise by its tax code, somebody for another, two procedures on a receipt, fees by transfer."""

    def firm(page: Page) -> None:
        page.goto(f"{ADD}?bo=1")
        _chosen(page, 0, "chung thuc ban sao")
        page.locator("[name=id_number]").focus()
        page.keyboard.type("1101234567", delay=2)
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('[name=kind]').value === 'enterprise'")
        for name, value in FIRM.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=representative]").fill("Trần Quốc Phú")
        page.locator("[name=representative_position]").fill("Giám đốc")
        day.picture(page, "doanh-nghiep-dang-nhap")
        page.locator("[name=phone]").focus()
        _saved(page)

    def proxy(page: Page) -> None:
        received(page, "tinh trang hon nhan", CARD, press="")
        page.locator("summary:text-is('Nộp thay cho người khác')").press("Enter")
        page.locator("[name=owner_full_name]").fill("đinh văn  NHÂN")
        page.locator("[name=owner_id_number]").fill("080098007654")
        day.picture(page, "nop-thay-dang-nhap")
        page.locator("[name=owner_full_name]").focus()
        _saved(page)

    def two(page: Page) -> None:
        received(page, "trich luc ho tich", CARD, press="")
        page.locator("[name^=item-0-fee-][name$=-name]").last.fill("Phí bản sao thứ hai")
        page.locator("[name^=item-0-fee-][name$=-price]").nth(-2).fill("8.000")
        page.locator("[name=item-0-collected]").select_option("transfer")
        page.locator("button[name=more]").press("Enter")
        _chosen(page, 1, "xac nhan thong tin ve cu tru")
        day.picture(page, "hai-thu-tuc-mot-giay")
        page.locator("[name=phone]").focus()
        _saved(page)
        day.kept["two"] = page.url

    day.step("doanh-nghiep", page, firm)
    day.step("giay-doanh-nghiep", page, partial(day.paper, name="giay-doanh-nghiep", words="In giấy tiếp nhận"))
    day.step("nop-thay", page, proxy)
    day.step("giay-nop-thay", page, partial(day.paper, name="giay-nop-thay", words="In giấy tiếp nhận"))
    day.step("hai-thu-tuc", page, two)
    day.step("giay-hai-thu-tuc", page, partial(day.paper, name="giay-hai-thu-tuc", words="In giấy tiếp nhận"))
    day.step("phieu-thu-hai", page, partial(day.paper, name="phieu-thu-hai-khoan", words="thu phí"))


def at_the_leaders_desk(day: Day, page: Page) -> None:
    """One line of a collection cancelled, a dossier taken off a receipt, a name put right; the papers that replace."""

    def cancelling(page: Page) -> None:
        page.goto(day.kept["two"])
        box = page.locator("details.mc-act", has=page.locator("summary:has-text('Hủy thu')")).first
        box.locator("summary").press("Enter")
        box.locator("[name=only]").nth(1).check()
        box.locator("[name=reason]").fill("Ghi thừa một bản sao")
        day.picture(page, "huy-mot-khoan-dang-ghi")
        _pressed_twice(page, box)

    def parting(page: Page) -> None:
        page.goto(day.kept["two"])
        box = page.locator("details.mc-act", has=page.locator("summary:has-text('Tách hồ sơ này')")).first
        box.locator("summary").press("Enter")
        box.locator("[name=reason]").fill("Hai việc trả hai ngày khác nhau")
        _pressed_twice(page, box)

    def name(page: Page) -> None:
        page.goto(day.kept["two"])
        page.locator("a:text-is('Sửa thông tin')").press("Enter")
        page.wait_for_url(lambda here: here.endswith("/sua/"))
        page.locator("[name=full_name]").first.fill("Đinh Thị Phượng Em")
        page.locator("[name=reason]").last.fill("Ghi sai tên đệm, đã đối chiếu căn cước")
        page.locator("form button.mc-main").last.press("Enter")
        page.wait_for_url(lambda here: "/change/" in here)

    day.step("huy-mot-khoan", page, cancelling)
    day.step("phieu-thu-thay", page, partial(day.paper, name="phieu-thu-thay-the", words="thu phí"))
    day.step("tach-ho-so", page, parting)
    day.step("giay-sau-khi-tach", page, partial(day.paper, name="giay-sau-khi-tach", words="tiếp nhận"))
    day.step("sua-ten", page, name)
    day.step("giay-sau-khi-sua", page, partial(day.paper, name="giay-sau-khi-sua", words="thay thế"))


def at_the_end(day: Day, page: Page) -> None:
    """Results handed over and posted, a dossier withdrawn, the books of the day."""

    def handed(page: Page, **boxes: str) -> None:
        opened(page, "ready")
        page.locator("summary:text-is('Trả kết quả')").press("Enter")
        day.picture(page, f"tra-ket-qua-{boxes['how']}-dang-ghi")
        act(page, "Trả kết quả", **boxes)

    def withdrawn(page: Page) -> None:
        page.goto(day.kept["two"])
        act(page, "Người dân xin rút", note="Người dân xin rút để nộp ở nơi khác")

    day.step(
        "tra-tai-quay", page, partial(handed, how="counter", collector="Trần Văn Tư", collector_number="080170003333")
    )
    day.step("gui-buu-dien", page, partial(handed, how="post", post_code="EB123456789VN"))
    day.step("xin-rut", page, withdrawn)


def _pressed_twice(page: Page, box) -> None:
    box.locator("form > button").last.press("Enter")
    if box.locator("form[data-armed]").count():
        page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.locator(".mc-messages, [role=status], .messagelist").first.wait_for()
