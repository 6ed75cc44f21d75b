"""One step of the day at the desk: the day being walked, a dossier received, an act done, a page kept as a picture."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from tests.pictures.__main__ import DESKTOP, PHONE

ADD = "/admin/dossiers/dossier/add/"
LIST = "/admin/dossiers/dossier/"
MONEY, TO_SIGN, LATE = f"{LIST}thu-phi/", f"{LIST}cho-ky/", "/admin/dossiers/letter/tre-han/"
PHONES = ("/admin/", ADD, LIST, LATE, TO_SIGN)
PATIENCE = 60_000


@dataclass
class Day:
    """The day being walked: where, with what browser, where the pictures go, what went wrong."""

    address: str
    browser: Browser
    folder: Path
    wrong: list[str] = field(default_factory=list)
    taken: int = 0
    kept: dict[str, str] = field(default_factory=dict)  # addresses of dossiers that somebody else goes on with

    @contextmanager
    def at_work(self, who: str) -> Iterator[Page]:
        """Sign in by the keyboard and yield the page; what its scripts complain of is kept."""
        context = self.browser.new_context(base_url=self.address, viewport=dict(width=1280, height=860), locale="vi-VN")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{who}: {error}"))
        page.goto("/admin/login/")
        page.locator("[name=username]").fill(who)
        page.locator("[name=password]").fill(f"demo-{who}")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda here: "login" not in here)
        yield page
        context.close()

    def step(self, name: str, page: Page, do: Callable[[Page], object]) -> None:
        """Do one step and keep the page it ends on, also where it fails."""
        started = time.monotonic()
        try:
            said = do(page)
        except (Error, AssertionError) as error:
            said = f"HỎNG: {str(error).splitlines()[0]}"
            self.wrong.append(f"{name}: {said}")
        print(f"{name}: {time.monotonic() - started:.1f} s {said or ''}", flush=True)
        self.picture(page, name)

    def picture(self, page: Page, name: str) -> None:
        """Keep the whole page; of the commonest pages also as a phone shows them."""
        self.taken += 1
        where = page.url.removeprefix(self.address).partition("?")[0]
        for width, height in (DESKTOP, PHONE) if where in PHONES else (DESKTOP,):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=self.folder / f"{self.taken:02}-{name}-{width}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                self.wrong.append(f"{name}: wider than {width} px")
        page.set_viewport_size({"width": 1280, "height": 860})

    def paper(self, page: Page, name: str, words: str) -> None:
        """Press the button of the page that prints, and keep each sheet of the paper as a picture."""
        button = page.locator(f':is(.mc-prints, .mc-card) :is(a, button):has-text("{words}")').first
        form = button.locator("xpath=ancestor::form")
        address = form.get_attribute("action") if form.count() else button.get_attribute("href")
        token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
        headers = {"X-CSRFToken": token, "Referer": self.address + "/"}
        answer = page.request.post(address, headers=headers) if form.count() else page.request.get(address)
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(answer.body())
            file.flush()
            self.taken += 1
            sheets = self.folder / f"{self.taken:02}-{name}"
            subprocess.run(["pdftoppm", "-r", "80", "-png", file.name, str(sheets)], check=False)
        count = len(list(self.folder.glob(f"{self.taken:02}-{name}*.png")))
        print(f"  {name}: {count} trang", flush=True)
        if count != 1:
            self.wrong.append(f"{name}: {count} pages")


def received(page: Page, words: str, card: str, *, papers: bool = True, press: str = "Control+Enter") -> str:
    """Take a dossier in by the keyboard; return the keys beside the typing."""
    keys = 0
    page.goto(f"{ADD}?bo=1")  # without what an earlier step left half typed
    at_box(page, "item-0-procedure")
    page.keyboard.type(words, delay=5)
    page.locator('[role="option"]').first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".mc-chosen").wait_for()
    page.wait_for_function("document.activeElement.name !== 'item-0-procedure'")
    keys += 1
    if page.evaluate("document.activeElement.name") == "item-0-case":
        page.keyboard.press("ArrowDown")
        page.locator("[data-must-choose]").wait_for(state="detached")
        page.locator("[data-all]").focus()
        keys += 2
    if papers and page.evaluate("document.activeElement.name") == "item-0-all":
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        keys += 2
    while page.evaluate("document.activeElement.name") != "id_number":
        page.keyboard.press("Enter")
        keys += 1
    # A scanner types as a very fast hand and ends with Enter; letters with accents come in where text can stand alone.
    page.keyboard.type(card, delay=1)
    page.keyboard.press("Enter")
    at_box(page, "phone")
    page.keyboard.type("0912000111", delay=5)
    if press:
        page.keyboard.press(press)
        page.wait_for_url(lambda here: "/change/" in here)
        keys += 1
    return f"{keys} phím ngoài chữ"


def at_box(page: Page, name: str) -> None:
    page.wait_for_function(f"document.activeElement.name === '{name}'")


def going(address: str) -> Callable[[Page], None]:
    """Return the step that opens the address."""

    def go(page: Page) -> None:
        page.goto(address)

    return go


def act(page: Page, label: str, **boxes: str) -> None:
    """Unfold the act of the page, fill its boxes by name, press Enter on its button; twice where it asks."""
    box = page.locator("details.mc-act", has=page.locator(f'summary:text-is("{label}")')).first
    if not box.evaluate("node => node.open"):
        box.locator("summary").focus()
        page.keyboard.press("Enter")
    for name, value in boxes.items():
        field = box.locator(f'[name="{name.replace("__", "-")}"]').first
        field.select_option(value) if field.evaluate("node => node.tagName") == "SELECT" else field.fill(value)
    button = box.locator("form > button").last
    button.focus()
    page.keyboard.press("Enter")
    if box.locator("form[data-armed]").count():
        page.keyboard.press("Enter")
    page.wait_for_load_state()


def opened(page: Page, worklist: str, place: int = 0) -> None:
    """Open a dossier of the worklist."""
    page.goto(f"{LIST}?worklist={worklist}")
    page.locator("a.mc-code").nth(place).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda here: "/change/" in here)
