"""Walk a day of the desk by the keyboard, in Chromium, on the demonstration with the national catalogue loaded.

python -m tests.pictures.day --catalogue FILE --out FOLDER     starts the demonstration on ports of its own
python -m tests.pictures.day --at http://127.0.0.1:8000 …      walks one that runs

Every page of the day is kept as a picture at 1280 px, the commonest at 390 px too, every paper as one by pdftoppm (the
package poppler-utils). For each procedure: seconds from the empty form to the receipt, and the keys beside the typing.
A step that fails is named and the day goes on. No test: it is what a person looks at.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.pictures import unusual
from tests.pictures.__main__ import ARGUMENTS, CHROMIUM, demonstration
from tests.pictures.steps import LATE, LIST, MONEY, TO_SIGN, Day, act, at_box, going, opened, received

# What is typed in the box of the procedure, and the citizen's card as a scanner types it.
PEOPLE = (
    ("khai sinh", "080085001234||TRẦN THỊ MAI|05031985|Nữ|Ấp 3, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("ket hon", "080190004321|301234567|NGUYỄN VĂN BÌNH|17081990|Nam|Ấp 1, xã Cần Giuộc, tỉnh Tây Ninh|11062021|||"),
    ("chung thuc ban sao", "080175001111||PHẠM VĂN CƯỜNG|01011975|Nam|Ấp 1, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("bien dong dat dai", "080180002222||LÊ THỊ DUNG|02021980|Nữ|Ấp 2, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("thuong tru", "080182003333||VÕ VĂN EM|03031982|Nam|Ấp 4, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("tinh trang hon nhan", "080195004444||ĐỖ THỊ GẤM|04041995|Nữ|Ấp 5, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("ho kinh doanh", "080178005555||HUỲNH VĂN HẢI|05051978|Nam|Ấp 6, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("khai tu", "080166006666||BÙI THỊ LAN|06061966|Nữ|Ấp 7, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("trich luc ho tich", "080188007777||NGÔ VĂN KHOA|07071988|Nam|Ấp 8, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
    ("tro cap xa hoi", "080150009988||TRƯƠNG THỊ LỆ|08081950|Nữ|Ấp 9, xã Cần Giuộc, tỉnh Tây Ninh|10052021"),
)


def collected(page: Page) -> None:
    """Take what is due in cash, by the button of the dossier's page."""
    page.locator("button[name=method][value=cash]").press("Enter")
    page.get_by_text("Đã ghi thu").wait_for()


def clerk(day: Day, page: Page) -> None:
    """The counter: ten procedures, missing papers, a refusal, two dossiers of one person, fees."""
    day.step("ban-lam-viec-quay", page, going("/admin/"))
    for number, (words, card) in enumerate(PEOPLE, start=1):
        name = f"tiep-nhan-{number}-{words.replace(' ', '-')}"
        if number < 4:
            day.step(f"{name}-dang-nhap", page, partial(received, words=words, card=card, press=""))
        day.step(name, page, partial(received, words=words, card=card))
        day.step(f"giay-{number}", page, partial(day.paper, name=f"giay-tiep-nhan-{number}", words="In giấy tiếp nhận"))
        if number == 5:
            day.step("thu-phi", page, collected)
            day.step("phieu-thu", page, partial(day.paper, name="phieu-thu-cua-lan-nay", words="thu phí"))
    words, card = PEOPLE[0]

    def beside(page: Page) -> None:
        page.locator("a:has-text('Thêm hồ sơ vào giấy này')").focus()
        page.keyboard.press("Enter")
        at_box(page, "item-0-procedure")
        page.keyboard.type("chung thuc ban sao", delay=5)
        page.locator('[role="option"]').first.wait_for()
        page.keyboard.press("Enter")
        page.locator("[name=item-0-all]").press("Space")
        page.locator("[name=reason]").fill("Người dân nộp thêm")
        day.picture(page, "them-vao-giay-dang-nhap")
        page.locator(".mc-savebar button").first.press("Enter")
        page.wait_for_url(lambda here: "thay=1" in here)

    def missing(page: Page) -> None:
        received(page, "ket hon", card, papers=False, press="")
        page.get_by_role("button", name="Thiếu giấy: mẫu 02").press("Enter")
        page.wait_for_url(lambda here: "viec=" in here)
        day.picture(page, "thieu-giay-truoc-khi-ghi")
        act(page, "Yêu cầu bổ sung")

    def refused(page: Page) -> None:
        received(page, "ket hon", card, papers=False, press="")
        page.get_by_role("button", name="Từ chối: mẫu 03").press("Enter")
        page.wait_for_url(lambda here: "viec=" in here)
        box = page.locator("[data-ready-reason]:visible").first
        box.select_option(index=1)
        day.picture(page, "tu-choi-truoc-khi-ghi")
        act(page, "Từ chối tiếp nhận")

    day.step("them-vao-giay", page, beside)
    day.step("giay-thay-the", page, partial(day.paper, name="giay-thay-the", words="thay thế"))
    day.step("thieu-giay", page, missing)
    day.step("mau-02", page, partial(day.paper, name="mau-02", words="bổ sung"))
    day.step("tu-choi", page, refused)
    day.step("mau-03", page, partial(day.paper, name="mau-03", words="từ chối"))

    def came(page: Page) -> None:
        opened(page, "waiting")
        page.locator("summary:text-is('Đã nhận bổ sung')").focus()
        page.keyboard.press("Enter")
        day.picture(page, "bo-sung-dang-ghi")
        for tick in page.locator("details[open] input[type=checkbox]").all():
            tick.check()
        act(page, "Đã nhận bổ sung")

    day.step("nhan-bo-sung", page, came)
    day.step("tim-nhanh", page, lambda page: (page.keyboard.press("Control+k"), page.keyboard.type("tien thu")))
    day.step("tien-thu-trong-ngay", page, going(MONEY))
    day.step("danh-sach", page, going(LIST))


def handler(day: Day, page: Page) -> None:
    """Who works on dossiers: own list, appraisal, a supplement, a result sent to be signed."""
    day.step("ban-lam-viec-thu-ly", page, going("/admin/"))
    day.step("viec-cua-toi", page, going(f"{LIST}?worklist=mine"))
    day.step("mot-ho-so", page, lambda page: opened(page, "mine"))

    def signing(number: int, page: Page) -> None:
        opened(page, "mine", number)
        if page.locator("summary:text-is('Bắt đầu thẩm định')").count():
            act(page, "Bắt đầu thẩm định")
        page.locator("summary:text-is('Trình ký')").focus()
        page.keyboard.press("Enter")
        if number == 0:
            day.picture(page, "trinh-ky-dang-ghi")
        act(page, "Trình ký")

    def asking(page: Page) -> None:
        opened(page, "mine", 1)
        page.locator("summary:text-is('Yêu cầu bổ sung')").focus()
        page.keyboard.press("Enter")
        page.locator("details[open] [data-ready-reason]").first.select_option(index=1)
        day.picture(page, "yeu-cau-bo-sung-dang-ghi")
        act(page, "Yêu cầu bổ sung")

    for number in range(4):
        day.step(f"trinh-ky-{number}", page, partial(signing, number))
    day.step("yeu-cau-bo-sung", page, asking)
    day.step("giay-kiem-soat", page, partial(day.paper, name="phieu-kiem-soat", words="Phiếu kiểm soát"))


def leader(day: Day, page: Page) -> None:
    """Who signs: the week, what waits, one signed, one returned, several at once, fees cancelled, a correction."""
    day.step("ban-lam-viec-lanh-dao", page, going("/admin/"))
    day.step("cho-toi-ky", page, lambda page: page.locator("a:has-text('Chờ tôi ký')").first.press("Enter"))

    def one(page: Page, label: str, **boxes: str) -> None:
        page.goto(TO_SIGN)
        page.locator("a.mc-code").first.press("Enter")
        page.wait_for_url(lambda here: "/change/" in here)
        act(page, label, **boxes)

    def many(page: Page) -> None:
        page.goto(TO_SIGN)
        for tick in page.locator("[name=pk]").all()[:3]:
            tick.press("Space")
        page.locator("button[name=act][value=sign]").press("Enter")
        page.wait_for_load_state()
        day.picture(page, "ky-nhieu-hoi-lai")
        page.locator("form button:text-is('Ký duyệt')").press("Enter")
        page.wait_for_load_state()

    day.step("ky-mot-ho-so", page, lambda page: one(page, "Ký duyệt"))
    day.step("tra-ve", page, lambda page: one(page, "Trả về thẩm định lại", note="Ghi rõ căn cứ ở mục 2"))
    day.step("ky-nhieu", page, many)

    def correcting(page: Page) -> None:
        page.goto(LIST)
        page.locator("a.mc-code").first.press("Enter")
        page.wait_for_url(lambda here: "/change/" in here)
        page.locator("a:text-is('Sửa thông tin')").press("Enter")
        page.wait_for_url(lambda here: here.endswith("/sua/"))

    day.step("sua-thong-tin", page, correcting)
    day.step("van-ban-xin-loi", page, going("/admin/dossiers/letter/"))
    day.step("nhiem-vu", page, going("/admin/correspondence/assignment/"))
    day.step("tien-thu-trong-ngay-lanh-dao", page, going(MONEY))
    day.step("bang-so-lieu", page, going("/admin/so-lieu/"))


def supervisor(day: Day, page: Page) -> None:
    """Who watches over lateness: the page, a letter of apology drafted, the page of a letter, registers."""
    day.step("ban-lam-viec-giam-sat", page, going("/admin/"))
    day.step("tre-han", page, going(LATE))

    def letter(page: Page) -> None:
        page.goto("/admin/dossiers/letter/")
        page.locator("a.mc-code, .mc-list a, .mc-table a").first.press("Enter")
        page.wait_for_url(lambda here: "/change/" in here)

    day.step("mot-van-ban-xin-loi", page, letter)
    day.step("so-theo-doi", page, lambda page: page.locator("a:has-text('Sổ theo dõi')").first.press("Enter"))


DAY = (
    ("tiepnhan", clerk),
    ("tiepnhan", unusual.at_the_counter),
    ("thuly", handler),
    ("lanhdao", leader),
    ("lanhdao", unusual.at_the_leaders_desk),
    ("tiepnhan", unusual.at_the_end),
    ("giamsat", supervisor),
)


def main() -> None:
    """Walk the day, name each picture and at the end what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.day", description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--at", default="")
    parser.add_argument("--catalogue", default="")
    parser.add_argument("--port", type=int, default=8140)
    parser.add_argument("--only", default="", help="tiepnhan, thuly, lanhdao, giamsat, or unusual")
    asked = parser.parse_args()
    folder = Path(asked.out)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        with nullcontext(asked.at) if asked.at else demonstration(Path(var), asked.port, asked.catalogue) as address:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            day = Day(address, browser, folder)
            for who, work in DAY:
                if asked.only in {"", who, work.__module__.rpartition(".")[2]}:
                    with day.at_work(who) as page:
                        work(day, page)
            browser.close()
    print("\n".join(day.wrong) or "Không có gì hỏng.")


if __name__ == "__main__":
    main()
