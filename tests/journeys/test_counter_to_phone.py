"""The main job in real Chromium: catalogue, keyboard intake, receipt and its QR, the citizen's phone, the result."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from django.core.management import call_command
from PIL import Image

from dossiers.models import Dossier, Procedure
from dossiers.states import State
from tests import people
from tests.browser.desk_steps import confirm, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]
CATALOGUE = Path(os.environ.get("CATALOGUE_FILE") or "../shared/data/thu-tuc-hanh-chinh.jsonl.gz")
LAND = "1.012783"


@pytest.fixture
def centre(transactional_db):
    return people.centre()


def act(page, dossier: Dossier, name: str, fill=None) -> None:
    """Open the act on the dossier's page, fill what it asks for, and do it."""
    page.goto(f"/admin/dossiers/dossier/{dossier.pk}/change/")
    form = page.locator(f'form[action$="/viec/{name}/"]')
    page.locator("details.mc-act", has=form).locator("summary").click()
    if fill:
        fill(form)
    confirm(page.locator("details.mc-act", has=form))
    page.locator(".mc-error").or_(page.get_by_text("đã ghi nhận.")).first.wait_for()
    assert page.locator(".mc-error").count() == 0, page.locator(".mc-error").all_inner_texts()


def _some_of_it(folder: Path) -> Path:
    """Return a file of every fortieth national record and the one taken here; the whole of it is loaded by
    tests/dossiers/catalogue/test_catalogue_importing.py.
    """
    some = folder / "thu-tuc.jsonl"
    with gzip.open(CATALOGUE, "rt", encoding="utf-8") as records:
        some.write_text("".join(line for n, line in enumerate(records) if n % 40 == 0 or LAND in line), "utf-8")
    return some


def test_from_the_catalogue_to_the_result_in_the_citizens_hand(centre, open_page, live_server, settings, tmp_path):
    settings.PUBLIC_BASE_URL = live_server.url
    if CATALOGUE.exists():
        call_command("import_catalogue", str(_some_of_it(tmp_path)), stdout=io.StringIO())
        assert Procedure.objects.count() >= 50
    else:
        assert os.environ.get("CI") != "true", f"the national catalogue is missing: {CATALOGUE}"
        people.procedure(LAND, "Cấp đổi Giấy chứng nhận quyền sử dụng đất")

    # --- the clerk, with the keyboard alone ---
    clerk = open_page("desktop")
    sign_in(clerk, centre.clerk)
    clerk.goto("/admin/dossiers/dossier/add/")
    keys = clerk.keyboard
    clerk.wait_for_function("document.activeElement.name === 'item-0-procedure'")
    keys.type(LAND)
    clerk.wait_for_selector(".mc-options li")
    keys.press("Enter")
    clerk.wait_for_function("document.activeElement.name === 'item-0-all'")
    keys.press("Space")
    while clerk.evaluate("document.activeElement.name") != "id_number":
        keys.press("Enter")
    keys.type("080085001234")
    keys.press("Enter")
    keys.type("Nguyễn Văn An")
    keys.press("Enter")
    keys.type("0912 345 678")
    keys.press("Control+Enter")
    clerk.wait_for_url(re.compile(r"/change/\?moi=1"))
    dossier = Dossier.objects.get()
    assert dossier.state == State.ACCEPTED
    clerk.wait_for_function("document.activeElement.innerText === 'In giấy tiếp nhận'")

    # --- the receipt, its QR read from the rendered page ---
    # Printing issues the paper, so it is a button; asked for here as the button asks.
    form = clerk.locator("form", has_text="In giấy tiếp nhận").first
    token = form.locator("[name=csrfmiddlewaretoken]").get_attribute("value")
    answer = clerk.request.post(
        form.get_attribute("action"), form={"csrfmiddlewaretoken": token}, headers={"Referer": clerk.url}
    )
    assert answer.headers["content-type"] == "application/pdf"
    (tmp_path / "receipt.pdf").write_bytes(answer.body())
    subprocess.run(["pdftoppm", "-r", "150", "-png", "receipt.pdf", "page"], cwd=tmp_path, check=True)
    picture = Image.open(next(iter(sorted(tmp_path.glob("page*.png")))))
    addresses = {code.text for code in zxingcpp.read_barcodes(picture)}
    lookup = f"{live_server.url}/h/{dossier.token}/"
    assert lookup in addresses
    assert any("/q/" in address for address in addresses), "the second code opens the channel"

    # --- the citizen's phone beside the desk ---
    phone = open_page("phone", has_touch=True)
    phone.goto(lookup)
    seen = phone.inner_text("main")
    assert dossier.code in seen
    assert "N***" in seen and "Nguyễn Văn An" not in seen
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    handler, leader = open_page("desktop"), open_page("desktop")
    sign_in(handler, centre.handler)
    sign_in(leader, centre.leader)

    def choose_handler(form):
        form.locator("[name=handler]").select_option(str(centre.handler.pk))
        form.locator("[name=unit]").select_option(str(centre.land.pk))

    def ask_for_one_paper(form):
        form.locator("[name=reason-0-paper]").fill("Trích đo địa chính")
        form.locator("[name=reason-0-what]").fill("Nộp bản có xác nhận của đơn vị đo đạc")
        form.locator("[name=reason-0-why]").fill("Bản đã nộp chưa có dấu xác nhận")

    def told(words: str) -> None:
        phone.goto(lookup)
        text = phone.inner_text("main")
        assert words.lower() in text.lower(), text[:600]

    act(leader, dossier, "assign", choose_handler)
    told("Phân công thụ lý")
    act(handler, dossier, "start_appraisal")
    told("Thẩm định")
    act(handler, dossier, "request_supplement", ask_for_one_paper)
    told("bổ sung")
    act(clerk, dossier, "receive_supplement")
    act(handler, dossier, "send_to_signing")
    told("ký duyệt")
    act(leader, dossier, "sign")
    told("Có kết quả")
    act(clerk, dossier, "return_result")
    told("Trả kết quả")
    dossier.refresh_from_db()
    assert dossier.state == State.RESULT_RETURNED
    assert [event.to_state for event in dossier.events.all() if event.to_state] == [
        "accepted",
        "assigned",
        "appraising",
        "supplement_requested",
        "appraising",
        "signing",
        "result_ready",
        "result_returned",
    ]
    # The fuller page opens with what the applicant knows, and never without it.
    phone.goto(lookup)
    phone.fill("[name=last4]", "5678")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    assert "Nguyễn Văn An" in phone.inner_text("main")
