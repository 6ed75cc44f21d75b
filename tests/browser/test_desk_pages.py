"""Staff pages in real Chromium: axe finds nothing, nothing is wider than the window, every word is Vietnamese."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests import factories, people
from tests.browser.accessibility import fits, focus_walk, violations
from tests.browser.desk_steps import sign_in
from tests.portal.staff_walk import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]

# English that Unfold or Django shows when a translation is missing.
ENGLISH = re.compile(
    r"\b(Search|Filters?|Add|Save|Delete|History|Select|Import|Export|Home|Welcome|Change|Remove|Apply|Reset|Cancel|"
    r"Close|Yes|No results|Submit|View|Log out|General|Show all|Run|Error|Please|objects?|password)\b"
)


@pytest.fixture
def world(transactional_db):
    centre = people.centre()
    world = World(centre, people.procedure())
    factories.in_state("result_ready", centre, people.procedure("1.000001", "Chứng thực chữ ký", amount="1"))
    return world


def pages_of(world) -> list[str]:
    """Return the pages staff meet in a day, then those of the administrator."""
    centre = world.centre
    change = {
        "dossiers_agency": centre.agency.pk,
        "dossiers_membership": centre.clerk.memberships.get().pk,
        "dossiers_calendarexception": world.day.pk,
        "dossiers_weekpattern": world.week.pk,
        "dossiers_legalrule": world.rule.pk,
        "auth_user": centre.handler.pk,
        "api_apiclient": world.client.pk,
    }
    return [
        reverse("admin:index"),
        reverse("admin:dossiers_dossier_changelist"),
        reverse("admin:dossiers_dossier_changelist") + "?worklist=waiting",
        reverse("admin:dossiers_dossier_add"),
        reverse("admin:dossiers_dossier_change", args=[world.dossier.pk]),
        reverse("admin:dossiers_dossier_change", args=[world.online.pk]),
        reverse("admin:dossiers_agency_rollout"),
        reverse("admin:dossiers_week_grid"),
        reverse("admin:dossiers_calendar_load"),
        reverse("admin:dossiers_calendar_effect") + f"?viec=confirm&ngay={world.day.pk}",
        reverse("admin:password_change"),
        *[reverse(f"admin:{model}_changelist") for model in change],
        *[reverse(f"admin:{model}_change", args=[pk]) for model, pk in change.items()],
        reverse("admin:auth_user_add"),
        reverse("admin:dossiers_membership_add"),
        reverse("admin:dossiers_agency_history", args=[centre.agency.pk]),
        reverse("admin:dossiers_calendarexception_delete", args=[world.day.pk]),
        reverse("admin:django_celery_beat_periodictask_changelist"),
        reverse("admin:axes_accessattempt_changelist"),
    ]


def faults(page, address: str) -> list[str]:
    """Return what is wrong with the page at the address."""
    page.goto(address)
    page.wait_for_load_state("load")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = [f"{address}: {fault}" for fault in violations(page)]
    if not fits(page):
        found.append(f"{address}: wider than the window")
    words = page.inner_text("body")
    placeholders = " ".join(page.eval_on_selector_all("[placeholder]", "all => all.map(node => node.placeholder)"))
    english = ENGLISH.search(words + " " + placeholders)
    return [*found, *([f"{address}: English: {english[0]}"] if english else [])]


def test_the_dark_look_has_the_same_contrast(open_page, world):
    page = open_page("desktop", color_scheme="dark")
    sign_in(page, world.centre.clerk)
    found = []
    for address in pages_of(world)[:5]:
        found += faults(page, address)
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
