"""The counter in real Chromium: a minute with the keyboard alone, and nothing lost or doubled when things go wrong."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from dossiers.models import Dossier, IntakeDraft, ProcedureCase
from dossiers.states import State
from tests import factories, people
from tests.browser.accessibility import fits
from tests.browser.desk_steps import act, sign_in, tab_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]
SECONDS = 60


@pytest.fixture
def centre(transactional_db):
    return people.centre()


@pytest.fixture
def procedure(transactional_db):
    return people.procedure()


@pytest.fixture
def clerk(open_page, centre, procedure):
    page = open_page("desktop")
    sign_in(page, centre.clerk)
    return page


def choose_procedure(page, words: str = "bien dong") -> None:
    page.wait_for_function("document.activeElement.name === 'item-0-procedure'")
    page.keyboard.type(words, delay=10)
    page.locator('[role="option"]').first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".mc-chosen").wait_for()
    # The cursor waits at the papers: one key says that all that must come has come.
    page.wait_for_function("document.activeElement.name === 'item-0-all'")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.name") != "id_number":
        page.keyboard.press("Enter")


def fill_by_keyboard(page) -> None:
    choose_procedure(page)
    for text in (people.AN.id_number, people.AN.full_name, people.AN.phone):
        page.keyboard.type(text, delay=10)
        page.keyboard.press("Enter")


def test_a_dossier_is_received_with_the_keyboard_alone_in_less_than_a_minute(clerk, capsys):
    clerk.goto("/admin/")
    started = time.monotonic()
    tab_to(clerk, "Tiếp nhận hồ sơ")
    clerk.keyboard.press("Enter")
    clerk.locator("#mc-intake").wait_for()
    fill_by_keyboard(clerk)
    clerk.keyboard.press("Control+Enter")
    clerk.get_by_text("Nhấn Enter để in").wait_for()
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(f"\nreceived with the keyboard alone in {seconds:.1f} s")
    assert seconds < SECONDS
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.owner.full_name) == (State.ACCEPTED, people.AN.full_name)
    assert dossier.papers.count() == 2
    # The cursor waits on the print button.
    print_address = reverse("admin:dossiers_receipt_print", args=[dossier.receipt.pk])
    clerk.wait_for_function(f"document.activeElement.form?.getAttribute('action') === '{print_address}'")


def test_a_second_procedure_a_proxy_and_missing_papers_by_keyboard(clerk):
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(clerk)
    clerk.locator("summary", has_text="Nộp thay").focus()
    clerk.keyboard.press("Enter")
    clerk.locator("[name=owner_full_name]").wait_for(state="visible")
    clerk.get_by_role("button", name="Thêm một thủ tục vào cùng giấy hẹn").press("Enter")
    clerk.wait_for_function("document.activeElement.name === 'item-1-procedure'")
    clerk.locator("[name=remove][value='1']").click()
    clerk.wait_for_function("!document.querySelector('[name=item-1-procedure]')")
    clerk.locator("[name=full_name]").fill(people.AN.full_name)
    clerk.get_by_role("button", name="Thiếu giấy: mẫu 02").click()
    # The act that the page opens with has the cursor.
    clerk.wait_for_function("document.activeElement.closest('details.mc-act[open]') !== null")


def test_words_typed_before_the_script_came_are_searched(clerk):
    held = []
    clerk.route("**/dossiers/intake*.js", lambda route: held.append(route))
    clerk.goto(reverse("admin:dossiers_dossier_add"), wait_until="commit")
    clerk.locator("[name=item-0-procedure]").fill("bien dong")
    while not held:
        clerk.wait_for_timeout(50)
    held[0].continue_()
    clerk.locator('[role="option"]').first.click()
    clerk.locator(".mc-chosen").wait_for()


def test_a_returning_applicant_is_recalled_by_id(clerk, centre, procedure):
    factories.dossier(centre, procedure)
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(clerk, procedure.code)
    clerk.keyboard.type(people.AN.id_number)
    clerk.keyboard.press("Enter")
    clerk.get_by_text("Đã từng nộp hồ sơ").wait_for()
    assert clerk.locator("[name=full_name]").input_value() == people.AN.full_name
    clerk.keyboard.press("Control+Enter")
    clerk.get_by_text("Nhấn Enter để in").wait_for()
    first, second = Dossier.objects.order_by("pk")
    assert first.owner_id == second.owner_id


def test_the_owners_number_recalls_and_switches_as_the_submitters_does(clerk, centre, procedure):
    factories.dossier(centre, procedure)
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    clerk.locator("summary", has_text="Nộp thay").click()
    number = clerk.locator("[name=owner_id_number]")
    number.fill("0100109106")
    number.press("Enter")
    clerk.locator("[name=owner_representative]").wait_for(state="visible")
    assert clerk.locator("[name=owner_kind]").input_value() == "enterprise"
    assert clerk.locator("[name=kind]").input_value() == "person"
    number.fill(people.AN.id_number)
    number.press("Enter")
    clerk.get_by_text("Đã từng nộp hồ sơ").wait_for()
    assert clerk.locator("[name=owner_full_name]").input_value() == people.AN.full_name
    assert clerk.locator("[name=owner_kind]").input_value() == "person"
    assert clerk.locator("[name=full_name]").input_value() == ""


def test_the_draft_survives_a_dead_browser(open_page, centre, procedure):
    page = open_page("desktop")
    sign_in(page, centre.clerk)
    page.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(page)
    page.keyboard.type(people.AN.id_number)
    with page.expect_response(lambda answer: "/add/nhap/" in answer.url and answer.status == 204):
        page.locator("[name=full_name]").fill(people.AN.full_name)
    page.context.close()
    stored = IntakeDraft.objects.values_list("data", flat=True)
    assert stored.count() == 1
    again = open_page("desktop")
    sign_in(again, centre.clerk)
    again.get_by_text("Có một hồ sơ đang nhập dở").wait_for()
    again.get_by_role("link", name="Nhập tiếp").click()
    again.get_by_text("Đã khôi phục hồ sơ đang nhập dở").wait_for()
    assert again.locator("[name=full_name]").input_value() == people.AN.full_name
    assert again.locator(".mc-chosen").count() == 1
    again.get_by_role("button", name="Lưu và in giấy hẹn").click()
    again.get_by_text("Nhấn Enter để in").wait_for()
    assert not IntakeDraft.objects.exists()


def test_a_stale_page_says_so_in_a_sentence(open_page, clerk, centre, procedure):
    dossier = factories.in_state(State.ASSIGNED, centre, procedure)
    first, second = open_page("desktop"), open_page("desktop")
    sign_in(first, centre.handler)
    sign_in(second, centre.handler)
    address = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
    second.goto(address)
    act(first, dossier, "Bắt đầu thẩm định")
    second.locator("summary", has_text="Bắt đầu thẩm định").click()
    second.locator("details[open] form button:not([type=button])").first.click()
    error = second.locator(".mc-error").first
    error.wait_for()
    assert error.inner_text().strip().endswith(".")
    assert "Traceback" not in second.content()
    assert dossier.events.filter(to_state=State.APPRAISING).count() == 1


def test_without_javascript_a_dossier_is_received(open_page, centre, procedure):
    page = open_page("desktop", java_script_enabled=False)
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(centre.clerk.username)
    page.locator("[name=password]").fill("x")
    page.locator("button[type=submit]").click()
    page.goto(reverse("admin:dossiers_dossier_add"))
    page.locator("[name=item-0-procedure]").fill(procedure.code)
    page.get_by_role("button", name="Xem thủ tục").click()
    assert "Hẹn trả" in page.inner_text("body")
    page.locator("[name=item-0-all]").check()
    page.locator("[name=id_number]").fill(people.AN.id_number)
    page.locator("[name=full_name]").fill(people.AN.full_name)
    page.locator("[name=phone]").fill(people.AN.phone)
    page.get_by_role("button", name="Lưu và in giấy hẹn").click()
    assert "Đã tiếp nhận" in page.inner_text("body")
    assert Dossier.objects.get().papers.count() == 2


def test_a_wrong_form_comes_back_with_every_sentence_and_everything_typed(clerk):
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(clerk)
    clerk.locator("[name=id_number]").fill("12")
    clerk.locator("[name=phone]").fill("12345")
    clerk.get_by_role("button", name="Lưu và in giấy hẹn").click()
    box = clerk.locator(".mc-error-box")
    box.wait_for()
    assert box.locator("li").count() >= 2
    assert clerk.locator("[name=phone]").input_value() == "12345"
    assert clerk.locator(".mc-chosen").count() == 1
    assert not Dossier.objects.exists()


def test_the_counter_works_on_a_phone(phone, centre, procedure):
    sign_in(phone, centre.clerk)
    phone.get_by_role("link", name="Tiếp nhận hồ sơ").first.click()
    phone.locator("[name=item-0-procedure]").fill("bien dong")
    phone.locator('[role="option"]').first.click()
    phone.locator(".mc-chosen").wait_for()
    phone.locator("[name=item-0-all]").check()
    phone.locator("[name=id_number]").fill(people.AN.id_number)
    phone.locator("[name=full_name]").fill(people.AN.full_name)
    phone.get_by_role("button", name="Lưu và in giấy hẹn").click()
    phone.get_by_text("Nhấn Enter để in").wait_for()
    assert fits(phone)
    assert Dossier.objects.count() == 1


def test_an_act_that_needs_reasons_cannot_be_saved_without_them(open_page, centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    page = open_page("desktop")
    sign_in(page, centre.handler)
    page.goto(reverse("admin:dossiers_dossier_change", args=[dossier.pk]))
    box = page.locator("details.mc-act", has=page.locator("summary", has_text="Yêu cầu bổ sung")).first
    box.locator("summary").click()
    box.locator("form button:not([type=button])").click()
    page.locator(".mc-error").first.wait_for()
    dossier.refresh_from_db()
    assert dossier.state == State.APPRAISING
    act(page, dossier, "Yêu cầu bổ sung", reason_0_what="Nộp lại", reason_0_why="Thiếu dấu")
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT_REQUESTED


def test_fees_are_typed_one_after_the_other_and_stay_when_the_case_changes(clerk, procedure):
    case = ProcedureCase.objects.create(version=procedure.versions.get(), name="Cấp lại")
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(clerk)
    typed = {
        "paper-0-copies": "3",
        "paper-2-name": "Giấy ủy quyền",
        "paper-2-copies": "2",
        "fee-0-quantity": "2",
        "fee-1-name": "Phí bản sao",
        "fee-1-price": "8.000",
        "fee-2-name": "Phí thẩm định",
        "fee-2-quantity": "4",
        "fee-2-price": "50.000",
    }
    for name, text in typed.items():
        clerk.locator(f"[name=item-0-{name}]").fill(text)
    clerk.locator("[name=item-0-collected]").select_option("transfer")
    for field, value in (("item-0-case", str(case.pk)), ("channel", "post")):
        with clerk.expect_response(lambda answer: "item-0-procedure" in answer.url):
            clerk.locator(f"[name={field}]").select_option(value)
        clerk.wait_for_function(f"document.querySelector('[name=item-0-listed]').value.includes(':{value}')")
        clerk.locator("[name=item-0-fee-3-name]").wait_for()
        assert {name: clerk.locator(f"[name=item-0-{name}]").input_value() for name in typed} == typed
        assert clerk.locator("[name=item-0-collected]").input_value() == "transfer"
    clerk.locator("[name=full_name]").fill(people.AN.full_name)
    clerk.keyboard.press("Control+Enter")
    clerk.get_by_text("Nhấn Enter để in").wait_for()
    dossier = Dossier.objects.get()
    fees = [(fee.name, fee.quantity, int(fee.price), fee.method) for fee in dossier.fees.order_by("id")]
    assert fees == [
        ("Lệ phí", 2, 15000, "transfer"),
        ("Phí bản sao", 1, 8000, "transfer"),
        ("Phí thẩm định", 4, 50000, "transfer"),
    ]
    assert sorted(dossier.papers.values_list("name", "copies")) == [
        ("Bản gốc giấy chứng nhận", 0),
        ("Giấy ủy quyền", 2),
        ("Đơn đăng ký theo mẫu", 3),
    ]


CARD = "080085001234||TRẦN THỊ BÌNH|01011985|Nữ|Ấp 3, xã Cần Giuộc, tỉnh Tây Ninh|12052022||||"


@pytest.mark.parametrize("box", ["item-0-sets", "phone", "owner_phone", "full_name"])
def test_a_card_scanned_into_any_box_fills_the_person_it_names(clerk, box):
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(clerk)
    if box.startswith("owner_"):
        clerk.locator("summary", has_text="Nộp thay").click()
    before = clerk.locator(f"[name={box}]").input_value()
    clerk.locator(f"[name={box}]").focus()
    clerk.keyboard.type(CARD)
    clerk.keyboard.press("Enter")
    whose = "owner_" if box.startswith("owner_") else ""
    clerk.wait_for_function(f"document.querySelector('[name={whose}full_name]').value === 'Trần Thị Bình'")
    assert clerk.locator(f"[name={whose}id_number]").input_value() == "080085001234"
    assert clerk.locator(f"[name={whose}address]").input_value() == "Ấp 3, xã Cần Giuộc, tỉnh Tây Ninh"
    if box != "full_name":
        assert clerk.locator(f"[name={box}]").input_value() == before


def test_enter_walks_past_a_closed_section(clerk):
    clerk.goto(reverse("admin:dossiers_dossier_add"))
    choose_procedure(clerk)
    seen = []
    for _ in range(15):
        clerk.keyboard.press("Enter")
        seen.append(clerk.evaluate("document.activeElement.name || document.activeElement.innerText"))
        if seen[-1] == "Lưu và in giấy hẹn":
            break
    assert seen[-1] == "Lưu và in giấy hẹn" and not any(name.startswith("owner_") for name in seen)
