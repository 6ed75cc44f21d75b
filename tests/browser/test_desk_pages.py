"""Staff pages in real Chromium: axe finds nothing, nothing is wider than the window, every word is Vietnamese."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.models import Dossier, Unit
from dossiers.workflow.acts import ACTS
from portal.correspondence.models import Document
from tests import factories, people
from tests.browser.accessibility import fits, focus_walk
from tests.browser.desk_steps import sign_in
from tests.browser.desk_world import DeskWorld
from tests.browser.page_faults import page_faults
from tests.portal.staff_walk import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


@pytest.fixture
def world(transactional_db):
    centre = people.centre()
    world = World(centre, people.procedure())
    factories.in_state("result_ready", centre, people.procedure("1.000001", "Chứng thực chữ ký", amount="1"))
    return world


def worked_pages(world) -> list[str]:
    """Return the pages a clerk works on all day."""
    return [
        reverse("admin:index"),
        reverse("admin:dossiers_dossier_changelist"),
        reverse("admin:dossiers_dossier_add"),
        reverse("admin:dossiers_dossier_change", args=[world.dossier.pk]),
        reverse("admin:dossiers_dossier_change", args=[world.online.pk]),
    ]


def test_the_sign_in_page_has_no_faults(open_page, world):
    assert not page_faults(open_page("desktop"), "/admin/login/")


def test_the_dark_look_has_the_same_contrast(open_page, world):
    page = open_page("desktop", color_scheme="dark")
    sign_in(page, world.centre.clerk)
    found = []
    for address in worked_pages(world):
        found += page_faults(page, address)
    assert not found, "\n".join(found)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page, world):
    page = open_page("desktop")
    sign_in(page, world.centre.clerk)
    page.goto("/admin/")
    walked = focus_walk(page)
    assert walked[0] == "A Đến nội dung chính"
    for words in ("Tiếp nhận hồ sơ", "Hồ sơ", "Quá hạn"):
        assert any(words in stop for stop in walked), walked
    # Groups of the sidebar and the account's menu open with Enter.
    page.goto("/admin/")
    group = page.get_by_role("button", name="Lịch và quy tắc")
    group.focus()
    page.keyboard.press("Enter")
    assert group.get_attribute("aria-expanded") == "true"
    page.get_by_role("link", name="Ngày nghỉ, làm bù").wait_for()
    menu = page.locator("nav button", has_text=world.centre.clerk.get_full_name())
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Đăng xuất").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Đăng xuất").wait_for(state="hidden")


ROLES = {
    "clerk": ("Tiếp nhận hồ sơ", "Nộp trực tuyến, chờ tiếp nhận", "Có kết quả, chờ trả", "Ý kiến mới, chưa tiếp nhận"),
    "handler": ("Việc của tôi", "Chờ người dân", "Ý kiến giao cho tôi"),
    "leader": ("Chưa phân công", "Quá hạn", "Văn bản chờ duyệt", "Trả lời chờ duyệt"),
    "supervisor": ("Quá hạn", "Đến hạn hôm nay", "Ý kiến quá hạn trả lời"),
    "editor": ("Hội thoại chờ trả lời", "Sự cố kênh đang mở"),
    "administrator": ("Bảng triển khai", "Còn thiếu", "mẫu tin cho mọi bước", "Xem cả bảng triển khai"),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_finds_its_work_on_the_home_page(open_page, world, role):
    page = open_page("desktop")
    sign_in(page, getattr(world.centre, role))
    text = page.inner_text("body")
    for words in ROLES[role]:
        assert words in text, (role, words)
    receives = page.get_by_role("link", name="Tiếp nhận hồ sơ").count() > 0
    assert receives == (role == "clerk")
    page.set_viewport_size({"width": 320, "height": 640})
    assert fits(page)


def test_zoomed_to_four_hundred_per_cent_a_dossier_is_moved_on(open_page, world):
    """1280 px at 400 % is 320 px: every page of the day fits, and an act is done from start to end."""
    page = open_page("small")
    sign_in(page, world.centre.clerk)
    for address in worked_pages(world):
        page.goto(address)
        assert fits(page), address
    page.goto(reverse("admin:dossiers_dossier_changelist") + "?worklist=online")
    page.locator(".mc-list .mc-code a, .mc-list a.mc-code").first.click()
    page.locator("summary", has_text="Tiếp nhận").first.click()
    assert fits(page)
    page.locator("details[open] form button:not([type=button])").first.click()
    page.get_by_text("đã ghi nhận").wait_for()
    world.online.refresh_from_db()
    assert world.online.state == "accepted"


def test_without_javascript_staff_find_a_dossier_and_move_it_to_its_result(open_page, world):
    centre, dossier = world.centre, factories.dossier(world.centre, world.dossier.procedure)

    def as_(user):
        page = open_page("phone", java_script_enabled=False)
        page.goto("/admin/login/")
        page.locator("[name=username]").fill(user.username)
        page.locator("[name=password]").fill("x")
        page.locator("button[type=submit]").click()
        return page

    def act(page, name: str, **fields):
        label = ACTS[name].label
        page.locator("[name=q]").locator("visible=true").first.fill(dossier.code)
        page.get_by_role("button", name="Tìm").locator("visible=true").first.click()
        if not page.url.endswith("/change/"):
            page.get_by_role("link", name=dossier.code).first.click()
        box = page.locator("details.mc-act", has=page.locator("summary", has_text=label)).first
        box.locator("summary").click()
        for field, value in fields.items():
            box.locator(f"[name={field}]").select_option(str(value))
        box.locator("form button:not([type=button])").click()
        assert f"{label}: đã ghi nhận." in page.inner_text("body")
        page.goto("/admin/")

    leader, handler, clerk = as_(centre.leader), as_(centre.handler), as_(centre.clerk)
    act(leader, "assign", handler=centre.handler.pk)
    act(handler, "start_appraisal")
    act(handler, "send_to_signing")
    act(leader, "sign")
    act(clerk, "return_result")
    dossier.refresh_from_db()
    assert dossier.state == "result_returned"


def test_on_a_phone_each_cell_of_a_list_is_led_by_its_columns_name(open_page, world):
    page = open_page("phone")
    sign_in(page, world.centre.administrator)
    row = "document.querySelector('#result_list tr:has(> [data-label])')"
    labels = f"[...{row}.children].map(cell => cell.dataset.label)"
    page.goto(reverse("admin:dossiers_procedure_changelist"))
    assert page.evaluate(labels) == ["Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Tình trạng", "Số lần tiếp nhận"]
    page.goto(reverse("admin:dossiers_calendarexception_changelist"))
    assert page.evaluate(labels)[:2] == ["Chọn dòng này", "Ngày"]


LONG_PROCEDURE = (
    "Đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất trong các trường hợp chuyển đổi, "
)
LONG_UNIT = "Phòng Kinh tế, Hạ tầng và Đô thị, bộ phận Địa chính – Nông nghiệp – Xây dựng và Môi trường"
LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Phước Huỳnh Trương Thị Quỳnh Phượng"
TABLES = {
    "dossiers_dossier_changelist": "", "dossiers_lateness": "?ds=soon", "dossiers_letter_changelist": "",
    "feedback_case_changelist": "", "zalo_conversation_changelist": "", "zalo_outboxmessage_changelist": "",
    "correspondence_document_changelist": "", "correspondence_assignment_changelist": "",
}  # fmt: skip
BOXES = """() => [...document.querySelectorAll("main *, #content *, .mc *")]
  .filter((box) => box.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(box).overflowX))
  .filter((box) => box.querySelector("table") && box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.className} ${box.getAttribute("aria-label")}: ${box.scrollWidth} > ${box.clientWidth}`)"""


@pytest.fixture
def busy(transactional_db) -> DeskWorld:
    return DeskWorld()


def lengthen() -> None:
    """Give every row the longest words an office has: a short one fits anywhere."""
    Dossier.objects.update(procedure_name=(LONG_PROCEDURE * 3)[:300], owner_name=LONG_NAME)
    Unit.objects.update(name=LONG_UNIT)
    User.objects.update(last_name=LONG_NAME[:30], first_name=LONG_NAME[30:])
    Document.objects.update(abstract=LONG_PROCEDURE * 2, issuer=LONG_UNIT)


def test_lists_with_long_words_are_whole_at_1280_px(open_page, busy):
    lengthen()
    page = open_page("desktop")
    sign_in(page, busy.centre.leader)
    page.set_viewport_size({"width": 1280, "height": 900})
    found, rows = [], {}
    for name, query in TABLES.items():
        page.goto(reverse(f"admin:{name}") + query)
        rows[name] = page.locator("table tbody tr").count()
        found += [f"{name}: {box}" for box in page.evaluate(BOXES)]
        if page.evaluate("document.documentElement.scrollWidth") > 1280:
            found.append(f"{name}: the page itself scrolls")
    assert all(rows.values()), rows
    assert not found, "\n".join(found)


def test_on_a_phone_rows_of_the_desks_tables_stand_as_cards(open_page, busy):
    lengthen()
    page = open_page("phone")
    sign_in(page, busy.centre.leader)
    found = []
    for name in (
        "dossiers_lateness",
        "dossiers_registers",
        "boards",
        "dossiers_delay",
        "correspondence_document_changelist",
    ):
        page.goto(reverse(f"admin:{name}"))
        found += [f"{name}: {box}" for box in page.evaluate(BOXES)]
        led = page.locator(".mc-cards tbody tr > [data-label]")
        if led.count():
            words = led.nth(1).evaluate("cell => getComputedStyle(cell, '::before').content")
            assert words not in ("", "none"), name
    assert not found, "\n".join(found)
