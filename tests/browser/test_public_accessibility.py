"""R11 on every public page: axe without violations, 320 px, 400 % zoom, visible focus."""

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.privacy import guessing
from dossiers.states import State
from tests import factories, people
from tests.browser.accessibility import fits, focus_walk, unfold, violations

pytestmark = pytest.mark.django_db(transaction=True)
PLAIN = [
    "/",
    "/tra-cuu/",
    "/thu-tuc/",
    "/thu-tuc/1.004441/",
    "/nop-ho-so/",
    "/tin-tuc/",
    "/bao-chi/",
    "/thong-tin/",
    "/nhan-tin/",
    "/nhan-tin/thu/",
    "/khong-mang/",
    "/so-lieu/",
    "/huong-dan/",
    "/ho-tro/",
    "/quy-che/",
]


@pytest.fixture
def cast(live_server):
    return people.centre(), people.procedure()


@pytest.fixture
def yesterday():
    return timezone.now() - dt.timedelta(days=1)


def test_plain_pages_have_no_violations_and_fit(open_page, cast):
    factories.dossier(*cast)
    for size in ("desktop", "small"):
        page = open_page(size)
        for address in [*PLAIN, "/thu-tuc/?q=khong+co", "/khong-co-trang-nay/", "/huong-dan/?lang=en"]:
            page.goto(address)
            assert not violations(page), (size, address, violations(page))
            assert fits(page), (size, address)


@pytest.mark.parametrize(
    "state", [State.SUBMITTED, State.APPRAISING, State.SUPPLEMENT_REQUESTED, State.RESULT_READY, State.STOPPED]
)
def test_a_dossier_has_no_violations_in_either_tier(open_page, cast, yesterday, state):
    row = factories.in_state(state, *cast, now=yesterday)
    page = open_page("small")
    page.goto(f"/h/{row.token}/")
    assert not violations(page) and fits(page)
    page.get_by_label("4 số cuối CCCD/CMND hoặc điện thoại").fill("0000")
    page.get_by_role("button", name="Xem đầy đủ").click()
    page.locator("[aria-invalid=true]").wait_for()
    assert not violations(page) and fits(page)
    page.get_by_label("4 số cuối CCCD/CMND hoặc điện thoại").fill("1234")
    page.get_by_role("button", name="Xem đầy đủ").click()
    page.get_by_role("heading", name="Diễn biến").wait_for()
    unfold(page)
    assert not violations(page) and fits(page)


def test_lists_errors_and_waiting_have_no_violations(open_page, cast, yesterday, monkeypatch):
    for _ in range(3):
        factories.dossier(*cast, now=yesterday)
    late = factories.in_state(State.APPRAISING, *cast, now=timezone.now() - dt.timedelta(days=40))
    page = open_page("small")
    page.goto(f"/h/{late.token}/")
    assert not violations(page) and fits(page)
    page.goto("/tra-cuu/")
    page.get_by_label("Số hồ sơ", exact=True).fill("H99.01-260101-0001")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_role("alert").wait_for()
    assert not violations(page) and fits(page)
    page.get_by_text("Không có số hồ sơ?").click()
    page.get_by_label("Số CCCD/CMND", exact=True).fill("080085001234")
    page.get_by_label("Số hồ sơ", exact=True).fill("")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.locator("[aria-invalid=true]").first.wait_for()
    assert not violations(page) and fits(page)
    page.get_by_label("Số điện thoại", exact=True).fill("0912345678")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_role("heading", name="Hồ sơ của bạn").wait_for()
    assert not violations(page) and fits(page)
    monkeypatch.setattr(guessing, "SEARCHES", (guessing.Limit("search", 0, 60),))
    page.goto("/tra-cuu/")
    page.get_by_label("Số hồ sơ", exact=True).fill("H99.01-260101-0001")
    page.get_by_role("button", name="Tìm kiếm").click()
    page.get_by_role("heading", name="Hãy chờ rồi thử lại").wait_for()
    assert not violations(page) and fits(page)


def test_four_hundred_per_cent_zoom_and_large_letters(open_page, cast, yesterday):
    """1280 px at 400 % is 320 CSS px, with the letters as the reader set them."""
    row = factories.in_state(State.SUPPLEMENT_REQUESTED, *cast, now=yesterday)
    page = open_page("small", device_scale_factor=4)
    page.goto("/tuy-chon/chu/?co=lon")
    for address in [*PLAIN, f"/h/{row.token}/"]:
        page.goto(address)
        assert page.locator("html.large").count() == 1
        assert fits(page), address


@pytest.mark.parametrize("address", ["/", "/tra-cuu/", "/thu-tuc/", "/ho-tro/"])
def test_the_focus_is_seen_everywhere(desktop, cast, address):
    desktop.goto(address)
    walked = focus_walk(desktop)
    assert walked[0].startswith("A Bỏ qua") and len(walked) > 8
    assert any(name.startswith(("INPUT", "A 0")) for name in walked)


def test_high_contrast_and_still_motion(open_page, cast):
    page = open_page("desktop", reduced_motion="reduce", forced_colors="active")
    page.goto("/")
    assert fits(page)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
