"""Start the demonstration on ports of its own, walk it in Chromium and keep a picture of each place.

python -m tests.pictures                              the three of README, into docs/pictures
python -m tests.pictures --all --out FOLDER           every place below, at 1280 and 390 px
python -m tests.pictures --catalogue FILE --all …     with the national catalogue loaded first
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("TEST_BROWSER", "/usr/bin/chromium")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
)
DESKTOP, PHONE = (1280, 860), (390, 844)
READY_SECONDS = 300

# (file name, who looks, address, width and height, whether README shows it)
PLACES = [
    ("trang-chu", "", "/", PHONE, False),
    ("ho-so-tren-dien-thoai", "", "{dossier}", PHONE, True),
    ("thu-tuc", "", "/thu-tuc/?q=khai+sinh", PHONE, False),
    ("gop-y", "", "/gop-y/", PHONE, False),
    ("ho-tro", "", "/ho-tro/", PHONE, False),
    ("dien-thoai-zalo", "", "/demo/dien-thoai/", DESKTOP, False),
    ("quay-tiep-nhan", "tiepnhan", "/admin/dossiers/dossier/add/", DESKTOP, True),
    ("ban-tiep-nhan", "tiepnhan", "/admin/", DESKTOP, False),
    ("ban-thu-ly", "thuly", "/admin/", DESKTOP, False),
    ("ban-lanh-dao", "lanhdao", "/admin/", DESKTOP, True),
    ("tre-han", "lanhdao", "/admin/dossiers/lateness/", DESKTOP, False),
    ("danh-sach", "lanhdao", "/admin/dossiers/dossier/", DESKTOP, False),
    ("hoi-thoai", "kenh", "/admin/zalo/conversation/", DESKTOP, False),
    ("suc-khoe-kenh", "kenh", "/admin/zalo/account/suc-khoe/", DESKTOP, False),
    ("y-kien", "lanhdao", "/admin/feedback/case/", DESKTOP, False),
]


@contextmanager
def demonstration(var: Path, port: int, catalogue: str):
    """Run `manage.py demo` until the block ends; yield its address."""
    environment = {**os.environ, "VAR_DIR": str(var)}
    environment.pop("PORTAL_TESTING", None)
    command = [sys.executable, "manage.py", "demo", "--port", str(port), "--zalo-port", str(port + 1)]
    with open(var / "demo.out", "w", encoding="utf-8") as out:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/readyz", running)
        if catalogue:
            load = [sys.executable, "manage.py", "import_catalogue", str(Path(catalogue).resolve())]
            places = {"DATABASE_URL": f"sqlite:///{var / 'portal.sqlite3'}"}
            subprocess.run(load, cwd=ROOT, env={**environment, **places}, check=True)
        yield address
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


def _wait(address: str, running: subprocess.Popen) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(1)
    raise SystemExit("Bản chạy thử không sẵn sàng; xem demo.out trong thư mục dữ liệu.")


def take(page: Page, address: str, place, sample: dict, folder: Path) -> None:
    """Sign in when somebody is named, open the place and keep what stands on the screen."""
    name, who, path, _, _ = place
    if who:
        page.goto(f"{address}/admin/login/")
        page.locator("[name=username]").fill(who)
        page.locator("[name=password]").fill(f"demo-{who}")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda here: "login" not in here)
    if path == "{dossier}":
        page.goto(f"{address}/tra-cuu/")
        page.locator("[name=number]").first.fill(sample["code"])
        page.keyboard.press("Enter")
    else:
        page.goto(address + path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}.png")


def main() -> None:
    """Take the pictures asked for and name each file."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=str(ROOT / "docs" / "pictures"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--catalogue", default="")
    parser.add_argument("--port", type=int, default=8140)
    asked = parser.parse_args()
    folder = Path(asked.out)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, demonstration(Path(var), asked.port, asked.catalogue) as address:
        sample = json.loads(Path(var, "demo-sample.json").read_text(encoding="utf-8"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for place in PLACES:
                if asked.all or place[-1]:
                    width, height = place[3]
                    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
                    take(context.new_page(), address, place, sample, folder)
                    context.close()
                    print(folder / f"{place[0]}.png")
            browser.close()


if __name__ == "__main__":
    main()
