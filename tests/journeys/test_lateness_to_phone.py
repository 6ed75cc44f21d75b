"""Journey 3 in real Chromium: forecast, draft, approval, the message on the citizen's Zalo, the QR on their phone."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import zxingcpp
from django.db import connection
from django.utils import timezone

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, add_working_days, at_minute
from dossiers.lateness import sweep as overdue
from dossiers.models import Letter
from dossiers.states import State
from tests import factories, people
from tests.browser.desk_steps import confirm, sign_in
from tests.browser.test_letters_pages import DESK
from tests.dossiers.printed_forms.printed_paper import picture
from tests.fakes.zalo import simulated_zalo, simulated_zalo_process
from tests.zalo.channel import Channel, connect
from tests.zalo.conftest import zalo_hosts

__all__ = ["simulated_zalo", "simulated_zalo_process", "zalo_hosts"]
pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]


def aside(work):
    """Return work() done in another thread: the browser's loop lives in this one, the channel needs one of its own."""

    def done():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def test_from_the_forecast_to_the_citizens_phone(live_server, open_page, zalo_hosts, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    centre, procedure = people.centre(), people.procedure()
    channel = Channel(zalo_hosts, aside(lambda: connect(zalo_hosts, centre)), centre)
    now = timezone.now()
    received = add_working_days(now.astimezone(ZONE).date(), -4, calendar_of(centre.agency))
    dossier = factories.in_state(State.APPRAISING, centre, procedure, now=at_minute(received, 8 * 60))
    aside(lambda: channel.follower(dossier=dossier))
    assert overdue.sweep(now=now).drafts == 1

    # --- the leader: one click on the draft the forecast made ---
    leader = open_page("desktop")
    sign_in(leader, centre.leader)
    leader.goto(f"{DESK}tre-han/?ds=soon")
    leader.get_by_role("link", name="Dự thảo", exact=True).click()
    leader.locator("summary", has_text="Duyệt, phát hành").click()
    confirm(leader.locator("details.mc-act[open]"))
    leader.get_by_text("Số 01/PXL-TTPVHCC").first.wait_for()
    letter = Letter.objects.select_related("paper").get()
    new_day = f"{letter.new_due_at.astimezone(ZONE):%d/%m/%Y}"

    # --- the citizen's Zalo: told before the date is missed, with the file ---
    aside(channel.drain)
    told = [text for text in channel.texts() if "01/PXL-TTPVHCC" in text]
    assert len(told) == 1
    assert new_day in told[0]
    assert dossier.code in told[0]
    assert letter.issued_at < letter.old_due_at

    with letter.paper.file.open("rb") as file:
        pdf = file.read()
    (sent,) = [row["content"] for row in channel.zalo.messages() if row["kind"] == "file"]
    assert (sent["name"], sent["checksum"]) == (
        f"van-ban-01-PXL-TTPVHCC-{dossier.code}.pdf",
        hashlib.md5(pdf).hexdigest(),
    )

    # --- the citizen's phone: the link of the message, then the QR of the paper ---
    phone = open_page("phone", has_touch=True)
    link = re.search(r"http\S+", told[0])[0]
    assert link == f"{live_server.url}/h/{dossier.token}/"
    phone.goto(link)
    assert new_day in phone.inner_text("main")
    codes = {code.text for code in zxingcpp.read_barcodes(picture(pdf))}
    assert codes == {f"{live_server.url}/x/{letter.paper.token}/"}
    phone.goto(codes.pop())
    seen = phone.inner_text("main")
    assert "đang có hiệu lực" in seen
    assert "01/PXL-TTPVHCC" in seen
    assert "Nguyễn Văn An" not in seen
