"""The channel's pages in real Chromium: axe finds nothing, nothing is wider than the window, words are Vietnamese."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories, people
from tests.browser.accessibility import fits, focus_walk, violations
from tests.browser.desk_steps import sign_in
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.account import oa_menu as menu
from zalo.models import Account, CannedAnswer, Incident, OutboxMessage, Outcome, State, Template
from zalo.people import linking
from zalo.templatetags import zalo_invite

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


@pytest.fixture
def world(transactional_db):
    """A channel in use: somebody linked, somebody waiting, a message nobody got, trouble on the health desk."""
    centre, now = people.centre(), timezone.now()
    account = channel_of(centre)
    Account.objects.update(grant="good", access_expires_at=now + dt.timedelta(hours=20))
    zalo_invite._kept.forget()
    dossier = factories.in_state("supplement_requested", centre, people.procedure(), now=now - dt.timedelta(hours=4))
    row = OutboxMessage.objects.filter(dossier=dossier).order_by("-id").first()
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED, finished_at=now, error="Số này không dùng Zalo."
    )
    citizen = Citizen(account, now - dt.timedelta(minutes=10))
    citizen.follows()
    citizen.says("gặp cán bộ")
    citizen.says("Hồ sơ đất của tôi bổ sung giấy gì?")
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=now, by=centre.clerk)
    menu.make_usual(account, today=timezone.localdate())
    CannedAnswer.objects.create(title="Giờ làm việc", text="Từ 7 giờ 30.")
    Template.objects.create(account=account, template_id="1", name="tiep_nhan", status="ENABLE", params=[])
    Incident.objects.create(
        account=account, subject="webhook", words="Chữ ký sai", advice="Chép khoá mới", first_at=now, last_at=now
    )
    yield {"centre": centre, "account": account, "dossier": dossier, "citizen": citizen, "message": row}
    zalo_invite._kept.forget()


def test_public_pages_have_no_violations_and_fit(open_page, world):
    token = world["dossier"].token
    for size in ("desktop", "small"):
        page = open_page(size)
        for address in (f"/h/{token}/", f"/zalo/ket-noi/{token}/"):
            page.goto(address)
            assert not violations(page), (size, address, violations(page))
            assert fits(page), (size, address)
        page.get_by_label("4 số cuối CCCD/CMND hoặc điện thoại").fill("1234")
        page.get_by_role("button", name="Lấy mã kết nối").click()
        page.locator("#ma").wait_for()
        assert not violations(page)
        assert fits(page)


def test_linking_works_without_scripts(open_page, world):
    page = open_page("phone", java_script_enabled=False)
    page.goto(f"/h/{world['dossier'].token}/")
    page.get_by_role("link", name="Nhận tin qua Zalo").click()
    page.get_by_label("4 số cuối CCCD/CMND hoặc điện thoại").fill("1234")
    page.get_by_role("button", name="Lấy mã kết nối").click()
    assert "#HS" in page.locator("#ma").inner_text()


def test_answering_needs_the_keyboard_only(open_page, world):
    page = open_page("desktop")
    sign_in(page, world["centre"].clerk)
    page.goto(reverse("admin:zalo_conversation_change", args=[world["citizen"].conversation.pk]))
    assert focus_walk(page, most=90)
    page.locator("#zd-text").focus()
    page.keyboard.type("Chào bác, bác bổ sung trích đo bản đồ.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Chào bác, bác bổ sung trích đo bản đồ.").first.wait_for()
    assert world["citizen"].conversation.assigned_to == world["centre"].clerk
