"""R11 on every page of the citizens' voice, public and staff: axe, 320 px, keyboard, no JavaScript."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.utils import timezone

from dossiers.states import State
from feedback.cases import acts as case_acts
from feedback.models import FollowUp
from feedback.ratings import rating as ratings
from feedback.seeding import month as seeding
from feedback.states import Status
from tests import factories, people
from tests.browser.accessibility import fits, focus_walk, unfold, violations
from tests.browser.desk_steps import sign_in
from tests.feedback.conftest import case_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(live_server):
    return people.centre(), people.procedure()


@pytest.fixture
def yesterday():
    return timezone.now() - dt.timedelta(days=1)


def check(page, what):
    assert not violations(page), (what, violations(page))
    assert fits(page), what


def test_sending_in_every_shape(open_page, cast):
    for size in ("desktop", "small"):
        page = open_page(size)
        page.goto("/gop-y/")
        unfold(page)
        check(page, size)
        page.get_by_role("button", name="Gửi").click()
        page.get_by_role("alert").wait_for()
        check(page, "errors")
        page.get_by_label("Phản ánh").check()
        page.get_by_label("Nội dung").fill("Tôi làm đơn tố cáo ông A nhận hối lộ")
        page.get_by_role("button", name="Gửi").click()
        page.get_by_text("Chưa gửi gì cả").wait_for()
        check(page, "stop")


@pytest.mark.parametrize(
    "status", [Status.NEW, Status.INFO_REQUESTED, Status.ANSWERED, Status.REFUSED, Status.RESTRICTED]
)
def test_tracking(open_page, cast, yesterday, status):
    case = case_in(status, cast[0], now=yesterday)
    page = open_page("small")
    page.goto(f"/gop-y/{case.token}/?vua-gui=1")
    unfold(page)
    check(page, status)


def test_published_rating_and_misses(open_page, cast, yesterday):
    centre, procedure = cast
    case = case_in(Status.ANSWERED, centre, now=yesterday)
    row = case_acts.do("prepare", case, by=centre.handler, now=yesterday)
    case_acts.do("submit_publication", row.case, by=centre.handler, now=yesterday)
    case_acts.do("approve_publication", row.case, by=centre.leader, now=yesterday)
    dossier = factories.in_state(State.RESULT_RETURNED, centre, procedure, now=yesterday)
    sheet = f"/danh-gia/{ratings.invitation_of(dossier).token}/"
    page = open_page("small")
    for address in (
        "/hoi-dap/",
        "/hoi-dap/?q=xyz",
        f"/hoi-dap/{row.token}/",
        "/danh-gia/",
        sheet,
        "/gop-y/" + "A" * 22,
    ):
        page.goto(address)
        unfold(page)
        check(page, address)
    page.goto(sheet)
    page.get_by_label("Không hài lòng").nth(0).check()
    page.get_by_label("Hài lòng", exact=True).nth(1).check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.get_by_text("Chúng tôi muốn khắc phục").wait_for()
    check(page, "low rating")


def test_the_keyboard_alone_reaches_everything(desktop, cast):
    desktop.goto("/gop-y/")
    reached = " ".join(focus_walk(desktop))
    for name in ("kind", "text", "Chưa rõ", "phone", "may_publish", "Gửi", "code", "last4"):
        assert name in reached, (name, reached)


def test_without_javascript_a_case_is_sent_and_supplied(open_page, cast):
    page = open_page("phone", java_script_enabled=False)
    page.goto("/gop-y/")
    page.get_by_label("Góp ý").check()
    page.get_by_label("Nội dung").fill("Nên có thêm ghế ngồi chờ ở hiên trung tâm")
    page.get_by_role("button", name="Gửi").click()
    page.get_by_text("Đã nhận. Hãy giữ lại mã này").wait_for()


def test_staff_pages(open_page, cast, yesterday):
    """What one role alone is offered; every page as who may open all is walked by test_desk_walk.py."""
    centre, procedure = cast
    for _ in range(2):
        factories.in_state(State.RESULT_RETURNED, centre, procedure, now=yesterday)
    seeding.seed_cases([centre.agency], timezone.localdate(), random.Random(3), 12)
    dossier = factories.in_state(State.RESULT_RETURNED, centre, procedure, now=yesterday)
    ratings.give(ratings.invitation_of(dossier), {"attitude": 1, "result": 1}, now=timezone.now())
    people.named_officer(centre.supervisor)
    made = {status: case_in(status, centre, now=yesterday) for status in (Status.NEW, Status.APPROVAL, Status.ANSWERED)}
    working = case_in(Status.IN_PROGRESS, centre, now=yesterday)
    visits = {
        centre.handler: ["case/", f"case/{working.pk}/change/", f"case/{made['answered'].pk}/change/"],
        centre.leader: [f"case/{made['new'].pk}/change/", f"case/{made['approval'].pk}/change/"],
        centre.supervisor: [f"followup/{FollowUp.objects.latest('pk').pk}/change/"],
    }
    for user, addresses in visits.items():
        page = open_page("desktop")
        sign_in(page, user)
        for address in addresses:
            page.goto(f"/admin/feedback/{address}")
            unfold(page)
            ours = [line for line in violations(page) if "mc-" in line or "feedback" in line]
            assert not ours, (address, ours)
