"""The bar of the desk in real Chromium: Ctrl+K, "?", the bell; the save bar covers no field that has the focus."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories, people
from tests.browser.desk_steps import sign_in
from tests.browser.page_faults import COVERED, page_faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


@pytest.fixture
def centre(transactional_db):
    return people.centre()


@pytest.fixture
def dossier(centre):
    return factories.dossier(centre, people.procedure())


def test_a_dossier_is_opened_from_any_page_with_the_keyboard_alone(open_page, centre, dossier):
    page = open_page("desktop")
    sign_in(page, centre.clerk)
    page.keyboard.press("Control+k")
    page.wait_for_function("document.activeElement.id === 'desk-find-words'")
    page.keyboard.type(dossier.code)
    page.locator("#desk-found a").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('admin:dossiers_dossier_change', args=[dossier.pk])}")
    page.keyboard.press("Control+k")
    page.keyboard.type("qq")
    page.keyboard.press("Escape")
    page.locator("#desk-find-box").wait_for(state="hidden")
    page.keyboard.press("?")
    page.get_by_role("heading", name="Phím tắt").wait_for()
    page.keyboard.press("Escape")
    page.locator("#desk-keys").wait_for(state="hidden")


def test_the_bell_rings_without_reload(open_page, centre, dossier):
    page = open_page("desktop")
    sign_in(page, centre.clerk)
    page.wait_for_function("sessionStorage.getItem('desk-bell') !== null")
    assert page.locator(".desk-bell-count").is_hidden()
    factories.submitted(centre, dossier.procedure)
    page.clock.install()
    page.reload()
    page.locator(".desk-bell-count").wait_for()
    assert page.locator(".desk-bell-count").inner_text() == "1"
    factories.submitted(centre, dossier.procedure)
    page.clock.fast_forward(61_000)
    page.wait_for_function("document.querySelector('.desk-bell-count').textContent === '2'")
    assert "Hồ sơ nộp trực tuyến" in page.locator("#desk-bell-said").text_content()
    page.locator("#desk-bell summary").press("Enter")
    page.locator(".desk-drop a", has_text="chờ tiếp nhận").click()
    assert "worklist=online" in page.url


@pytest.mark.parametrize("height", [640, 768, 860, 1000])
def test_the_save_bar_covers_no_field_that_has_the_focus(open_page, centre, dossier, height):
    page = open_page("desktop")
    sign_in(page, centre.clerk)
    page.set_viewport_size({"width": 1280, "height": height})
    page.goto(reverse("admin:dossiers_dossier_add"))
    page.locator("details.mc-other").last.evaluate("node => node.open = true")
    assert page.evaluate(COVERED) == []


def test_the_new_pages_have_no_faults(open_page, centre, dossier):
    page = open_page("desktop")
    sign_in(page, centre.administrator)
    found = []
    for name, arguments in (
        ("desk_find", []),
        ("desk_help", []),
        ("desk_handbook", ["ngay-dau-tien"]),
        ("desk_trained", []),
        ("desk_colleague", []),
        ("desk_long_acts", []),
    ):
        found += page_faults(page, reverse(f"admin:{name}", args=arguments))
    assert not found, "\n".join(found)
