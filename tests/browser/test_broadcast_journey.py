"""A notice to many in Chromium: written by one, approved by another with the number typed, stopped, to the phone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from dossiers.models import LegalRule
from tests import people
from tests.browser.accessibility import fits, violations
from tests.browser.desk_steps import sign_in
from tests.fakes.zalo import simulated_zalo, simulated_zalo_process
from tests.zalo.channel import Channel, connect
from zalo.broadcasts import sending
from zalo.models import Broadcast

__all__ = ["simulated_zalo", "simulated_zalo_process"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]
FOLLOWERS = ("lan", "minh", "hoa")


@pytest.fixture
def channel(live_server, settings, simulated_zalo):
    """A centre on the channel with three who follow, at noon: notices of this kind wait at night."""
    settings.ZALO_OAUTH_BASE_URL = settings.ZALO_OPENAPI_BASE_URL = settings.ZALO_BUSINESS_BASE_URL = simulated_zalo.url
    LegalRule.objects.filter(key="broadcast-typed-from").update(value=3)
    centre = people.centre()
    channel = Channel(simulated_zalo, elsewhere(lambda: connect(simulated_zalo, centre)), centre)
    channel.account.keeper = centre.agency
    channel.account.save()
    with time_machine.travel(timezone.localtime().replace(hour=12, minute=0, second=0), tick=True):
        for number, name in enumerate(FOLLOWERS):
            channel.follower(simulated_zalo.person(f"Người dân {name}", f"091200070{number}"))
        yield channel


def elsewhere(work):
    """Return what `work` does in a thread of its own, on this thread's database: Playwright's loop runs in this one."""
    mine = connections["default"]

    def shared():
        connections["default"] = mine
        return work()

    mine.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(shared).result()
    finally:
        mine.dec_thread_sharing()


def act(page, label: str, **fields) -> None:
    """Unfold the act, fill its fields, press its button and wait for the answer."""
    box = page.locator("details.mc-act", has=page.locator("summary", has_text=label)).first
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in fields.items():
        box.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        box.locator("form button").last.click()


def test_from_the_editor_over_the_approver_and_a_stop_to_the_phone(open_page, channel):
    editor = open_page("desktop")
    sign_in(editor, channel.centre.editor)
    editor.goto(reverse("admin:zalo_broadcast_changelist"))
    editor.get_by_text("Tin mới", exact=True).click()
    editor.get_by_label("Tiêu đề").fill("Nghỉ lễ Quốc khánh")
    editor.locator("[name=category]").select_option("news")
    editor.get_by_role("button", name="Mở tin mới").click()
    editor.locator("textarea[name=text]").fill("Trung tâm nghỉ ngày 2/9, làm việc lại ngày 3/9.")
    editor.get_by_label("Mọi người quan tâm kênh").check()
    editor.get_by_role("button", name="Lưu").click()
    ahead = editor.locator("[aria-labelledby=neu-gui]")
    ahead.get_by_text("3 người sẽ nhận, trong 3 người").wait_for()
    assert ahead.get_by_role("row", name="Tin tư vấn").get_by_role("cell").inner_text() == "3"
    assert not violations(editor) and fits(editor), violations(editor)
    act(editor, "Trình duyệt")
    editor.get_by_text("Bước này thuộc người khác.").or_(editor.get_by_text("Rút lại để sửa")).first.wait_for()

    leader = open_page("desktop")
    sign_in(leader, channel.centre.leader)
    leader.goto(reverse("admin:zalo_broadcast_changelist"))
    leader.get_by_role("link", name="Nghỉ lễ Quốc khánh").click()
    act(leader, "Duyệt, gửi", typed="30")
    leader.get_by_text("Hãy gõ đúng số 3 để xác nhận").wait_for()
    act(leader, "Duyệt, gửi", typed="3")
    leader.get_by_role("heading", name="Tiến độ, kết quả").wait_for()

    sending.tick(now=timezone.now())
    leader.get_by_text("0 / 3 người đã xong").wait_for()
    act(leader, "Tạm dừng ngay")
    elsewhere(lambda: channel.drain(now=timezone.now()))
    assert not channel.zalo.messages(channel="cs"), "stopped: what was queued stays"
    act(leader, "Gửi tiếp")
    elsewhere(lambda: channel.drain(now=timezone.now()))
    sending.tick(now=timezone.now())
    leader.get_by_text("3 / 3 người đã xong").wait_for()  # the page counts by itself
    leader.get_by_text("Tin đã gửi xong, không còn việc gì.").wait_for()
    assert not violations(leader) and fits(leader), violations(leader)
    leader.get_by_role("link", name="Xem từng người").click()
    leader.get_by_text("Người dùng Zalo …").nth(len(FOLLOWERS) - 1).wait_for()
    assert len(channel.zalo.messages(channel="cs")) == len(FOLLOWERS)
    assert Broadcast.objects.get().state == Broadcast.State.DONE

    phone = open_page("phone")
    person = channel.zalo.messages(channel="cs")[0]["person_id"]
    phone.goto(f"{channel.zalo.control_url}/phone/?nguoi={person}")
    phone.get_by_text("Trung tâm nghỉ ngày 2/9").first.click()
    phone.get_by_text("Thôi nhận tin này").first.wait_for()
