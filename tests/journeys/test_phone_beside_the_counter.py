"""The citizen's phone beside the clerk's screen in real Chromium: follow, link by code, every step, chat, rating."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.models import Dossier
from dossiers.workflow import acts
from feedback.cases import acts as case_acts
from feedback.models import Case, Rating
from tests import factories, people
from tests.browser.desk_steps import confirm, sign_in
from tests.fakes.zalo import SimulatedZalo, simulated_zalo, simulated_zalo_process
from tests.zalo.channel import connect
from tests.zalo.conftest import zalo_hosts
from zalo.account import agencies_served
from zalo.account import keys as webhook_keys
from zalo.inbound import drain as inbound
from zalo.models import ContactLink, OutboxMessage, Outcome, State
from zalo.outbox import delivery

__all__ = ["simulated_zalo", "simulated_zalo_process", "zalo_hosts"]
pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]


def aside(work):
    """Return work() done in another thread: the browser's loop lives in this one, the sender needs one of its own."""

    def done():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


class Worker:
    """What beat and the workers do, step by step, so that one program at a time writes to the embedded database."""

    def __init__(self, zalo: SimulatedZalo, portal: str):
        self.zalo = zalo
        zalo.deliver_webhooks_to(f"{portal}/zalo/webhook/")
        zalo.webhook_mode(hold=True)

    def hear(self) -> None:
        """What the citizen did arrives by webhook and is handled."""
        self.zalo.release()
        self.zalo.settle(20)
        inbound.drain()

    def send(self) -> None:
        """What is due leaves, then what was meant to follow a little later."""
        aside(lambda: delivery.drain())
        if OutboxMessage.objects.filter(state=State.QUEUED).update(next_at=timezone.now()):
            aside(lambda: delivery.drain())


def _told(answer) -> bool:
    """Zalo has heard what the hand did; only then is there an event to wait for."""
    return answer.request.method == "POST"


class Hand:
    """The hand that holds the simulated phone."""

    def __init__(self, page, zalo: SimulatedZalo, person: str):
        self.page = page
        page.goto(f"{zalo.url}/phone/?nguoi={person}")

    def follow(self, name: str) -> None:
        self.page.get_by_role("button", name="Khám phá").click()
        self.page.get_by_role("button", name=name).click()
        self.page.get_by_role("button", name="Quan tâm", exact=True).click()
        expect(self.page.get_by_role("button", name="Đã quan tâm")).to_be_visible()
        self.page.get_by_role("button", name="Nhắn tin").click()
        # The chat opens with the account's menu; the keyboard is one tap away.
        self.page.get_by_role("button", name="Mở bàn phím").click()

    def say(self, text: str) -> None:
        self.page.get_by_label("Tin nhắn", exact=True).fill(text)
        with self.page.expect_response(_told):
            self.page.keyboard.press("Enter")
        expect(self.page.locator(".own").last).to_contain_text(text)

    def tap(self, title: str) -> None:
        with self.page.expect_response(_told):
            self.page.locator(".log").get_by_role("button", name=title, exact=True).last.click()

    def reads(self, *words: str) -> None:
        """The words arrive by themselves."""
        for each in words:
            expect(self.page.locator(".log")).to_contain_text(each, timeout=15_000)


@pytest.fixture
def world(live_server, zalo_hosts, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    settings.ZALO_MEDIA_HOSTS = []
    centre, procedure = people.centre(), people.procedure()
    aside(lambda: connect(zalo_hosts, centre))
    # What the web process keeps for a while knew the account of the test before.
    webhook_keys.forget()
    agencies_served.forget()
    return centre, procedure, Worker(zalo_hosts, live_server.url)


def test_from_the_counter_to_the_last_word(world, open_page, zalo_hosts):
    centre, procedure, worker = world
    clerk = open_page("desktop")
    sign_in(clerk, centre.clerk)

    # --- received at the counter: the slip's page offers the channel's code by itself ---
    dossier = factories.dossier(centre, procedure, now=timezone.now())
    clerk.goto(reverse("admin:dossiers_dossier_change", args=[dossier.pk]) + "?moi=1")
    code = clerk.locator(".zd-words")
    expect(code).to_have_text(re.compile(r"#HS \d{3} \d{3}"))
    expect(clerk.locator(".zd-qr svg")).to_be_visible()

    # --- the citizen follows, is welcomed, sends the code: the clerk's screen turns green by itself ---
    phone = Hand(open_page("phone", has_touch=True), zalo_hosts, "lan")
    phone.follow("Chính quyền số tỉnh Tây Ninh")
    phone.say(code.inner_text())
    worker.hear()
    expect(clerk.locator(".zd-linked")).to_be_visible()
    link = ContactLink.objects.get()
    assert (link.dossier, link.proof) == (dossier, "code")
    worker.send()
    phone.reads("Chính quyền số", dossier.shown_number, "đã tiếp nhận hồ sơ", "Đã kết nối hồ sơ")

    # --- every step arrives with the receipt number, while the page stays open ---
    walk_to_the_result(dossier, centre, worker, phone)

    # --- a question in the chat, answered by a person ---
    phone.say("hồ sơ của tôi")
    worker.hear()
    worker.send()
    phone.reads("Đã có kết quả")
    phone.say("gặp cán bộ")
    worker.hear()
    worker.send()
    phone.say("Tôi nhờ con đến lấy kết quả được không?")
    worker.hear()
    answer_at_the_desk(clerk, "Được, chị đưa con giấy tiếp nhận và giấy uỷ quyền.")
    worker.send()
    phone.reads("giấy uỷ quyền")

    # --- the result is handed over, the citizen rates it with two taps and a word ---
    acts.do("return_result", Dossier.objects.get(), by=centre.clerk, now=timezone.now())
    phone.say("máy trả lời")
    worker.hear()
    worker.send()
    phone.reads("đã trả kết quả", "Đánh giá tại đây")
    phone.tap("Đánh giá tại đây")
    for answer in ("Rất hài lòng", "Hài lòng", "Không"):
        worker.hear()
        worker.send()
        phone.tap(answer)
    worker.hear()
    worker.send()
    phone.reads("Cảm ơn bạn đã đánh giá")
    rating = Rating.objects.get()
    assert (rating.attitude, rating.result, rating.via) == (4, 3, "zalo")

    # --- the ledger: everything told has come to one end ---
    worker.hear()
    rows = OutboxMessage.objects.filter(required=True)
    assert {row.outcome for row in rows} <= {Outcome.DELIVERED, Outcome.SEEN}, [
        (r.kind, r.state, r.error) for r in rows
    ]
    assert rows.count() >= 8
    assert zalo_hosts.repeated() == {}


def walk_to_the_result(dossier: Dossier, centre, worker: Worker, phone: Hand) -> None:
    now = timezone.now
    steps = (
        (
            lambda d: acts.do("assign", d, by=centre.leader, now=now(), handler=centre.handler, unit=centre.land),
            "phân công",
        ),
        (lambda d: acts.do("start_appraisal", d, by=centre.handler, now=now()), "đang được thẩm định"),
        (
            lambda d: acts.do("request_supplement", d, by=centre.handler, now=now(), reasons=[factories.REASON]),
            "cần bổ sung",
        ),
        (lambda d: acts.do("receive_supplement", d, by=centre.clerk, now=now()), "nhận đủ giấy tờ bổ sung"),
        (lambda d: acts.do("send_to_signing", d, by=centre.handler, now=now()), "trình ký duyệt"),
        (lambda d: acts.do("sign", d, by=centre.leader, now=now()), "đã có kết quả"),
    )
    for act, words in steps:
        act(Dossier.objects.get(pk=dossier.pk))
        worker.send()
        phone.reads(words)
    worker.hear()


def answer_at_the_desk(clerk, text: str) -> None:
    clerk.goto(reverse("admin:zalo_conversation_changelist"))
    row = clerk.locator("tbody tr", has_text="Tôi nhờ con đến lấy")
    expect(row).to_contain_text("miễn phí đến")
    row.get_by_role("link").first.click()
    clerk.locator("#zd-text").fill(text)
    clerk.get_by_role("button", name="Gửi trả lời").click()
    clerk.get_by_text(text).first.wait_for()
    # The open thread asks for news; nothing else may read while the sender writes.
    clerk.goto("about:blank")


def test_a_report_by_chat_is_answered_on_the_same_phone(world, open_page, zalo_hosts):
    centre, _, worker = world
    phone = Hand(open_page("phone", has_touch=True), zalo_hosts, "hung")
    phone.follow("Chính quyền số tỉnh Tây Ninh")
    for words in ("phản ánh", "Đèn đường trước cổng trường tắt một tuần nay rồi", "gửi"):
        phone.say(words)
        worker.hear()
        worker.send()
    case = Case.objects.get()
    phone.reads(case.code)

    desk = open_page("desktop")
    sign_in(desk, centre.handler)
    desk.goto(reverse("admin:feedback_case_change", args=[case.pk]))
    press(desk, "Tiếp nhận xử lý")
    worker.send()
    phone.reads("Đã tiếp nhận xử lý")
    case.refresh_from_db()
    case_acts.do("draft", case, by=centre.handler, now=timezone.now(), text="Đã thay bóng đèn sáng nay.")
    case_acts.do("submit", case, by=centre.handler, now=timezone.now())
    case_acts.send_answer(case, by=centre.leader, now=timezone.now())
    worker.send()
    phone.reads("Đã thay bóng đèn sáng nay.", "Xem chi tiết")
    worker.hear()
    case.refresh_from_db()
    assert case.answer_received_at is not None
    assert zalo_hosts.repeated() == {}


def press(desk, label: str) -> None:
    box = desk.locator("details.mc-act", has=desk.locator("summary", has_text=label)).first
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    confirm(box)
    desk.get_by_text(f"{label}: đã ghi nhận.").wait_for()
