"""Filing online in Chromium: from a phone of 390 px to the desk and back, axe on every page, 320 px, without script."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.workflow import acts
from portal.submission.models import OnlineProcedure
from tests import people
from tests.browser.accessibility import fits, violations
from tests.browser.desk_steps import sign_in
from tests.portal.submission.conftest import picture

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_citizen_files_staff_ask_for_more_and_it_comes_from_the_same_link(open_page, live_server):
    centre, procedure = people.centre(), people.procedure()
    OnlineProcedure.objects.create(
        agency=centre.agency, procedure=procedure, valid_from=dt.date(2026, 1, 1), basis="QĐ 1"
    )
    photo = {"name": "don.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    page = open_page("small")

    def sound():
        assert not violations(page) and fits(page), (page.url, violations(page))

    page.goto(f"/thu-tuc/{procedure.code}/")
    page.get_by_role("link", name="Nộp tại đây").click()
    page.get_by_text("Cho chính tôi").wait_for()
    sound()
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_role("alert").wait_for()
    sound()
    page.get_by_label("Họ và tên").fill("Nguyễn Văn An")
    page.get_by_label("Số CCCD").fill("080085001234")
    page.get_by_label("Số điện thoại").fill("0912345678")
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_role("heading", name="Giấy tờ của hồ sơ").wait_for()
    sound()
    page.locator("input[type=file]").nth(0).set_input_files(photo)
    page.locator("select").nth(1).select_option("later")
    page.get_by_role("button", name="Tải lên và tiếp tục").click()
    page.get_by_role("heading", name="Ai nhận được gì").wait_for()
    sound()
    page.locator("#agreed").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.get_by_role("heading", name="Đã nộp hồ sơ").wait_for()
    sound()
    link, dossier = page.url, Dossier.objects.get()

    desk = open_page("desktop")
    sign_in(desk, centre.clerk)
    desk.goto(f"/admin/dossiers/dossier/{dossier.pk}/change/")
    desk.get_by_role("heading", name="Nộp trực tuyến tại trang này").wait_for()
    assert not violations(desk) and fits(desk)
    reasons = [{"paper": "Đơn đăng ký theo mẫu", "what": "Ký tên", "why": "Đơn chưa ký"}]
    acts.do("ask_submitter", dossier, by=centre.clerk, now=timezone.now(), reasons=reasons)

    page.goto(link)
    page.get_by_role("heading", name="Nộp bổ sung").wait_for()
    sound()
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Gửi bổ sung").click()
    page.get_by_role("heading", name="Đã nộp hồ sơ").wait_for()
    stranger = open_page("phone")
    stranger.goto(link)
    stranger.get_by_label("Bốn số cuối").wait_for()
    assert not violations(stranger) and fits(stranger)


def test_a_helper_files_for_one_and_for_the_next_and_reads_who_receives_what(open_page, live_server):
    centre, procedure = people.centre(), people.procedure()
    until = timezone.localdate() + dt.timedelta(days=200)
    OnlineProcedure.objects.create(
        agency=centre.agency, procedure=procedure, valid_from=dt.date(2026, 1, 1), basis="QĐ 1"
    )
    page = open_page("phone")

    def sound():
        assert not violations(page) and fits(page), (page.url, violations(page))

    def files_for(name: str, number: str):
        page.get_by_label("Họ và tên chủ hồ sơ").fill(name)
        page.get_by_label("Số CCCD, định danh hoặc mã số thuế của chủ hồ sơ").fill(number)
        page.locator("#o-consent").check()
        page.get_by_role("button", name="Lưu và tiếp tục").click()
        page.get_by_role("heading", name="Giấy tờ của hồ sơ").wait_for()
        for choice in page.locator("select").all():
            choice.select_option("later")
        page.get_by_role("button", name="Tải lên và tiếp tục").click()
        page.get_by_role("heading", name="Ai nhận được gì").wait_for()
        page.get_by_text(f"Chủ hồ sơ: {name}").wait_for()
        page.get_by_text(f"Người nộp thay đến hết ngày {until:%d/%m/%Y}").wait_for()
        sound()
        page.locator("#agreed").check()
        page.get_by_role("button", name="Nộp hồ sơ").click()
        page.get_by_role("heading", name="Đã nộp hồ sơ").wait_for()

    page.goto(f"/thu-tuc/{procedure.code}/nop-tai-day/")
    page.get_by_label("Thay một người khác").check()
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_label("Họ và tên", exact=True).fill("Nguyễn Văn An")
    page.get_by_label("Số CCCD, định danh cá nhân").fill("080085001234")
    page.get_by_label("Số điện thoại", exact=True).fill("0912345678")
    page.get_by_label("Bạn là gì của chủ hồ sơ?").select_option("family")
    page.get_by_label("Nộp thay đến hết ngày").fill(f"{until:%d/%m/%Y}")
    files_for("Trần Thị Bình", "024190004321")
    page.get_by_role("button", name="Nộp tiếp cho người khác").click()
    page.get_by_role("heading", name="Bạn, người nộp thay").wait_for()
    assert page.get_by_label("Họ và tên", exact=True).input_value() == "Nguyễn Văn An"
    assert not page.locator("#o-consent").is_checked()
    sound()
    files_for("Lê Văn Cần", "001190004321")
    first, second = Dossier.objects.order_by("pk")
    page.get_by_role("link", name=first.code).wait_for()
    page.get_by_text(second.code).first.wait_for()
    sound()


def test_dark_colours_keep_their_contrast(open_page, live_server):
    procedure = people.procedure()
    people.centre()
    page = open_page("phone")
    page.emulate_media(color_scheme="dark")
    for address in (
        "/",
        "/tra-cuu/",
        f"/thu-tuc/{procedure.code}/",
        "/nop-ho-so/",
        "/gop-y/",
        "/huong-dan/",
        "/tin-tuc/",
    ):
        page.goto(address)
        assert not violations(page), (address, violations(page))
