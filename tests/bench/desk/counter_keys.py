"""Receive ten different procedures by keyboard at a running demonstration; print the keys and the seconds of each.

    python -m tests.bench.desk.counter_keys --base http://127.0.0.1:8000 [--user tiepnhan --password demo-tiepnhan]

Needs the national catalogue (`manage.py import_catalogue FILE`) and a limit kept at the counter where it states none.
The person is known: the first dossier of the run makes them so and is not counted. A letter of a word, number or name
is typing; every other key pressed is a key. Typing goes at six letters a second, and READING seconds are added for the
eyes. Ends with 1 beyond the limits.
"""

from __future__ import annotations

import argparse
import random
import time

from playwright.sync_api import Page, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM

MOST_KEYS, MOST_SECONDS, READING = 15, 60, 15
LETTER_MS = 160
WORDS = (
    ("dang ky khai sinh", "1.001193"),
    ("dang ky ket hon", "1.000894"),
    ("xac nhan doc than", "1.004873"),
    ("dang ky khai tu", "1.000656"),
    ("ban sao trich luc", "2.000635"),
    ("chung thuc ban sao", "2.000815"),
    ("dang ky lai khai sinh", "1.004884"),
    ("nhan cha me con", "1.001022"),
    ("thanh lap ho kinh doanh", "1.001612"),
    ("dang ky giam ho", "1.004837"),
)


class Keyboard:
    """The page's keyboard with its keys counted apart from typing."""

    def __init__(self, page: Page):
        self.page, self.keys = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words, delay=LETTER_MS)


def receive(page: Page, words: str, code: str, number: str, name: str, phone: str) -> tuple[int, float, str]:
    """Return keys, seconds and what stood first in the list, from the empty form to the receipt ready to print."""
    page.goto("/admin/dossiers/dossier/add/")
    page.wait_for_function("document.activeElement.name === 'item-0-procedure'")
    hands, started = Keyboard(page), time.monotonic()
    hands.type(words)
    page.locator('[role="option"]').first.wait_for()
    options = page.locator('[role="option"]').all_inner_texts()
    for _ in range(next((place for place, text in enumerate(options) if code in text), 0)):
        hands.press("ArrowDown")
    hands.press("Enter")
    page.locator(".mc-chosen").wait_for()
    page.wait_for_function("document.activeElement.name !== 'item-0-procedure'")
    for _ in range(MOST_KEYS * 2):
        focus = page.evaluate("document.activeElement.name || ''")
        if focus == "item-0-all":
            hands.press("Space")
        if focus == "id_number":
            break
        hands.press("Enter")
    hands.type(number)
    hands.press("Enter")
    if name:
        hands.type(name)
        hands.press("Enter")
        hands.type(phone)
        hands.press("Enter")
    else:
        page.get_by_text("Đã từng nộp hồ sơ").wait_for()
    hands.press("Control+Enter")
    page.get_by_text("Nhấn Enter để in").wait_for()
    hands.press("Enter")
    return hands.keys, time.monotonic() - started, options[0].replace("\n", " ")


def main() -> int:
    """Print a line a procedure; return 1 when one needs more keys or seconds than the limits."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.desk.counter_keys", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--base", required=True)
    parser.add_argument("--user", default="tiepnhan")
    parser.add_argument("--password", default="demo-tiepnhan")
    asked = parser.parse_args()
    number = f"08018500{random.randint(1000, 9999)}"
    bad = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(base_url=asked.base, viewport={"width": 1280, "height": 900}, locale="vi-VN")
        page.goto("/admin/login/")
        page.locator("[name=username]").fill(asked.user)
        page.locator("[name=password]").fill(asked.password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "login" not in address)
        receive(page, *WORDS[0], number, "Nguyễn Thị Ngọc Hà", "0912345678")
        for words, code in WORDS:
            keys, seconds, first = receive(page, words, code, number, "", "")
            over = keys > MOST_KEYS or seconds + READING > MOST_SECONDS
            bad += over
            said = f"{code}: {keys} phím ngoài gõ chữ, {seconds + READING:.0f} giây kể cả {READING} giây đọc"
            print(f"{said}{' – QUÁ' if over else ''} (đứng đầu: {first[:70]})", flush=True)
        browser.close()
    print(f"{len(WORDS) - bad}/{len(WORDS)} trong mức {MOST_KEYS} phím, {MOST_SECONDS} giây")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
