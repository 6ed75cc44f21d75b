"""Real Chromium for every browser test: one browser a run, a fresh profile a page, script errors fail the test."""

from __future__ import annotations

import os
import shutil

import pytest
from django.db import connections

from tests import slow_pages

# Playwright's sync calls run a loop in this thread; Django would take it for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = os.environ.get("TEST_BROWSER") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # ms: how long a page may take on a busy machine
SIZES = {"phone": (390, 844), "small": (320, 640), "desktop": (1280, 900)}


@pytest.fixture(scope="session")
def browser():
    if not os.path.exists(CHROMIUM):
        if os.environ.get("CI") == "true":
            pytest.fail(f"Chromium is missing: {CHROMIUM}")
        pytest.skip("needs Chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        connections.close_all()  # those of the loop below, which nobody finds once it has stopped
        chromium.close()


@pytest.fixture
def open_page(browser, live_server):
    """Return a factory of pages: open_page("phone" | "small" | "desktop", javaScriptEnabled=…, any context option).

    Addresses may be relative. What the browser complains about (script errors, blocked content) fails the test.
    """
    contexts, complaints = [], []

    def make(size: str = "desktop", **options):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=live_server.url, locale="vi-VN", **options
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if slow_pages.SECONDS:
            slow_pages.slow_down_the_line(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
        contexts.append(context)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def phone(open_page):
    return open_page("phone", has_touch=True)


@pytest.fixture
def small(open_page):
    return open_page("small")


@pytest.fixture
def desktop(open_page):
    return open_page("desktop")


def _is_complaint(line) -> bool:
    # An error page answers 404 or 429 on purpose; the browser writes that down too.
    return line.type == "error" and "the server responded with a status of" not in line.text
