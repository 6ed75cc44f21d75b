"""The phone beside the clerk's screen: intake, a code, the green screen, each step arriving, a question, a person."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from dossiers import workflow
from tests import factories, people
from tests.browser.desk_steps import sign_in
from tests.fakes.zalo import simulated_zalo, simulated_zalo_process
from tests.zalo.channel import connect
from zalo import agencies_served, delivery, inbound, webhook_keys

__all__ = ["simulated_zalo", "simulated_zalo_process"]
pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]
LAN = "lan"


@pytest.fixture
def channel(transactional_db, live_server, simulated_zalo, settings):
    """A centre whose account is connected to the simulated Zalo, which tells its webhooks to the running portal."""
    for name in ("OAUTH", "OPENAPI", "BUSINESS"):
        setattr(settings, f"ZALO_{name}_BASE_URL", simulated_zalo.url)
    agencies_served.forget()
    webhook_keys.forget()
    centre = people.centre()
    account = connect(simulated_zalo, centre)
    simulated_zalo.deliver_webhooks_to(f"{live_server.url}/zalo/webhook/")
    yield centre, account, simulated_zalo
    webhook_keys.forget()


def work(zalo, until, seconds: float = 20) -> None:
    """What worker and beat do: handle events and send, until the condition holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        inbound.drain()
        delivery.drain()
        if until():
            return
        time.sleep(0.1)
    raise AssertionError([message["content"].get("text") for message in zalo.thread(LAN)])


def heard(zalo, words: str):
    return lambda: any(
        words in str(message["content"]) for message in zalo.thread(LAN) if message["direction"] == "out"
    )


def test_from_the_counter_to_a_talk_with_staff(open_page, channel):
    centre, _account, zalo = channel
    dossier = factories.dossier(centre, people.procedure(), now=people.MONDAY)
    page = open_page("desktop")
    sign_in(page, centre.clerk)
    page.goto(reverse("admin:dossiers_dossier_change", args=[dossier.pk]) + "?moi=1")
    page.locator(".zd-words:not(:empty)").wait_for()  # just received: the code comes by itself

    zalo.follow(LAN)
    work(zalo, heard(zalo, "Chào mừng"))
    zalo.say(LAN, page.locator(".zd-words").inner_text())
    work(zalo, heard(zalo, "Đã kết nối hồ sơ"))
    page.locator(".zd-linked:not([hidden])").wait_for()
    work(zalo, heard(zalo, "giay-tiep-nhan"))

    workflow.assign(
        dossier, by=centre.leader, now=people.MONDAY.replace(hour=9), handler=centre.handler, unit=centre.land
    )
    work(zalo, heard(zalo, "phân công người thụ lý"))

    zalo.say(LAN, "ho so cua toi den dau roi")
    work(zalo, heard(zalo, "Đã phân công thụ lý"))
    zalo.say(LAN, "gặp cán bộ")
    work(zalo, heard(zalo, "số chờ"))
    zalo.say(LAN, "Tôi cần mang thêm giấy gì không?")
    work(zalo, lambda: dossier.zalo_links.first().contact.conversation.unread == 2)

    page.goto(reverse("admin:zalo_conversation_changelist"))
    page.locator("a.mc-code").first.click()
    page.get_by_text("Tôi cần mang thêm giấy gì không?").wait_for()
    page.locator("#zd-text").fill("Chị mang theo căn cước là đủ.")
    page.get_by_role("button", name="Gửi trả lời").click()
    work(zalo, heard(zalo, "Chị mang theo căn cước là đủ."))
    assert zalo.repeated() == {}
