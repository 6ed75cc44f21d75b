"""Every page of lateness and letters in Chromium: axe, no sideways scrolling, the leader's road by clicks alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, add_working_days, at_minute
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.models import Letter
from dossiers.states import State
from tests import factories, people
from tests.browser.accessibility import fits, violations
from tests.browser.desk_steps import confirm, sign_in
from tests.dossiers.letters.test_letters_acts import fresh

pytestmark = pytest.mark.django_db(transaction=True)
DESK = "/admin/dossiers/letter/"


@pytest.fixture
def cast(live_server):
    """A centre with three dossiers due on the next working day, drafted for this morning."""
    centre, procedure = people.centre(), people.procedure()
    calendar = calendar_of(centre.agency)
    now = timezone.now()
    received = add_working_days(now.astimezone(ZONE).date(), -4, calendar)
    for _ in range(3):
        factories.in_state(State.APPRAISING, centre, procedure, now=at_minute(received, 8 * 60))
    overdue.sweep(now=now)
    return centre, [fresh(letter) for letter in Letter.objects.order_by("id")]


def test_every_page_of_the_leader_is_accessible(open_page, cast):
    centre, rows = cast
    letter_acts.do("approve", rows[0], by=centre.leader, now=timezone.now())
    page = open_page("desktop")
    sign_in(page, centre.leader)
    for address in (
        f"{DESK}tre-han/",
        DESK,
        f"{DESK}{rows[1].pk}/change/",
        f"{DESK}{rows[0].pk}/change/",
        f"{DESK}cham-o-dau/",
        f"{DESK}ky-so/",
        f"{DESK}so/",
    ):
        page.goto(address)
        # The browser's own PDF viewer is not ours to mend.
        page.evaluate("document.querySelectorAll('iframe').forEach((frame) => frame.removeAttribute('src'))")
        assert not violations(page), (address, violations(page))
        assert fits(page), address


def test_wording_pages_are_accessible(open_page, cast, admin_user):
    page = open_page("desktop")
    sign_in(page, admin_user, "password")
    for address in ("/admin/dossiers/formtemplate/", "/admin/dossiers/formtemplate/apology/2025/"):
        page.goto(address)
        assert not violations(page), (address, violations(page))


@pytest.mark.parametrize("size", ["small", "desktop"])
def test_the_verification_page_is_accessible_in_every_state(open_page, cast, size):
    centre, rows = cast
    for letter in rows[:2]:
        letter_acts.do("approve", letter, by=centre.leader, now=timezone.now())
    letter_acts.do("withdraw", rows[1], by=centre.leader, now=timezone.now(), note="Nhầm")
    with rows[0].paper.file.open("rb") as file:
        pdf = file.read()
    page = open_page(size)
    for letter, name, content, words in (
        (rows[0], "dung.pdf", pdf, "Tệp khớp bản gốc"),
        (rows[0], "sua.pdf", pdf + b" ", "Tệp đã bị sửa"),
        (rows[1], "dung.pdf", pdf, "Đây là văn bản khác"),
    ):
        page.goto(f"/x/{letter.paper.token}/")
        assert not violations(page), violations(page)
        page.set_input_files("#tep", {"name": name, "mimeType": "application/pdf", "buffer": content})
        page.get_by_role("button", name="Kiểm tra tệp").click()
        page.get_by_text(words).wait_for()
        assert not violations(page), violations(page)
        assert fits(page)


def test_the_leader_corrects_returns_and_approves_by_clicks(open_page, cast):
    centre, rows = cast
    leader, handler = open_page("desktop"), open_page("desktop")
    sign_in(leader, centre.leader)
    sign_in(handler, centre.handler)
    handler.goto(f"{DESK}{rows[0].pk}/change/")
    handler.get_by_label("Ghi rõ thêm").fill("chờ đo đạc lại thửa đất")
    past = timezone.localdate() - dt.timedelta(days=1)
    handler.get_by_label("Ngày hẹn mới").fill(f"{past:%d/%m/%Y}")
    handler.get_by_role("button", name="Lưu nội dung").click()
    handler.get_by_text("đã qua hoặc là hôm nay").wait_for()
    handler.get_by_label("Ngày hẹn mới").fill(f"{rows[0].new_due_at.astimezone(ZONE):%d/%m/%Y}")
    handler.get_by_role("button", name="Lưu nội dung").click()
    handler.get_by_text("Đã lưu").wait_for()
    handler.locator("summary", has_text="Trình duyệt").click()
    handler.get_by_role("button", name="Trình duyệt").click()
    handler.get_by_text("Chờ duyệt").first.wait_for()

    leader.goto(DESK)
    leader.get_by_role("link", name=rows[0].dossier.code).click()
    leader.locator("summary", has_text="Duyệt, phát hành").click()
    confirm(leader.locator("details.mc-act[open]"))
    leader.get_by_text("Số 01/PXL-TTPVHCC").first.wait_for()
    assert "chờ đo đạc lại thửa đất" in leader.inner_text("main")

    leader.goto(f"{DESK}?buoc=du-thao")
    leader.get_by_label("Đánh dấu cả trang").check()
    leader.get_by_role("button", name="Duyệt, phát hành văn bản đã đánh dấu").click()
    leader.get_by_role("button", name="Duyệt, phát hành 2 văn bản").click()
    leader.get_by_text("Đã duyệt, phát hành 2 văn bản").wait_for()
    assert "Bảo đảm" in leader.inner_text("main")
