"""Receipt, register, letter, messages and the citizen's page of one dossier say the same numbers and dates."""

import datetime as dt
import io
import json
from dataclasses import replace

import pytest
from django.test import Client
from openpyxl import load_workbook

from dossiers.intake import corrections
from dossiers.intake.connector import Pushed, upsert
from dossiers.intake.corrections import Correction
from dossiers.intake.counter import Intake, Item, PaperLine, receive
from dossiers.intake.fee_lines import FeeEntry
from dossiers.letters import acts as letter_acts
from dossiers.models import Dossier, DossierEvent, Receipt
from dossiers.papers import books, receipts
from dossiers.papers.books import Period
from dossiers.states import State
from dossiers.workflow import acts
from tests import factories, people
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.models import OutboxMessage

YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
LATER = MONDAY + dt.timedelta(days=20)


def printed(receipt, *, by=None, now=LATER) -> str:
    paper = receipts.receipt_paper(Receipt.objects.get(pk=receipt.pk), by=by, now=now)
    with paper.file.open("rb") as file:
        return " ".join(words(file.read()).split())


def register(agency) -> dict[str, tuple]:
    book = load_workbook(io.BytesIO(books.register_xlsx(agency, YEAR).read())).active
    return {row[1]: row for row in book.iter_rows(min_row=3, values_only=True)}


def spoken(moment: dt.datetime) -> str:
    return f"{moment.astimezone(MONDAY.tzinfo):%d/%m/%Y}"


def late(centre, procedure) -> tuple[Dossier, dt.datetime]:
    """Return a dossier that was promised another day by a signed letter, and the day promised at intake."""
    letter = drafted(centre, procedure)
    promised = letter.dossier.due_at
    letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
    dossier = Dossier.objects.get(pk=letter.dossier_id)
    assert dossier.due_at > promised
    return dossier, promised


def test_a_receipt_first_printed_after_a_letter_says_the_day_promised_at_intake(centre, procedure):
    dossier, promised = late(centre, procedure)
    text = printed(dossier.receipt)
    assert spoken(promised) in text or f"{promised.day:02d} tháng {promised.month:02d}" in text
    assert spoken(dossier.due_at) not in text
    assert f"ngày {dossier.due_at.day:02d} tháng {dossier.due_at.month:02d}" not in text
    assert "xin lỗi" not in text.casefold() and "PXL" not in text
    assert "Vì sao là ngày này?" in text


@pytest.mark.parametrize("state", [State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.RESULT_RETURNED])
def test_it_is_the_same_paper_whenever_it_is_printed(centre, procedure, state):
    early = factories.dossier(centre, procedure)
    at_once = printed(early.receipt, now=MONDAY)
    afterwards = factories.in_state(state, centre, procedure)
    if state != State.RESULT_RETURNED:
        done = "receive_supplement" if state == State.SUPPLEMENT_REQUESTED else "confirm_payment"
        acts.do(done, afterwards, by=centre.clerk, now=MONDAY + dt.timedelta(days=5))
    text = printed(afterwards.receipt)
    for own, other in ((early, afterwards), (early.receipt, afterwards.receipt)):
        for name in ("code", "register_number"):
            if hasattr(own, name):
                text = text.replace(f"{getattr(other, name):02d}/" if name != "code" else other.code, "#")
                at_once = at_once.replace(f"{getattr(own, name):02d}/" if name != "code" else own.code, "#")
    cut = slice(0, at_once.index("Quyển số"))
    assert text[cut] == at_once[cut]


def test_numbers_run_with_the_days_of_receiving_whatever_is_printed_first(centre, procedure):
    days = [MONDAY + dt.timedelta(days=day) for day in range(4)]
    made = [factories.received(centre, procedure, now=day) for day in days]
    for receipt in reversed(made):
        printed(receipt)
    assert [Receipt.objects.get(pk=receipt.pk).register_number for receipt in made] == [1, 2, 3, 4]
    papers = [receipt.issued_papers.get() for receipt in made]
    assert [paper.register_number for paper in papers] == [1, 2, 3, 4]
    assert [each.gaps for each in books.series(centre.agency)] == [0]


def test_what_waits_or_is_refused_uses_no_number_and_acceptance_gives_one(centre, procedure):
    waiting = factories.submitted(centre, procedure)
    factories.in_state(State.REFUSED, centre, procedure)
    assert waiting.receipt.register_number is None
    acts.do("accept", waiting, by=centre.clerk, now=MONDAY + dt.timedelta(hours=1))
    assert Receipt.objects.get(pk=waiting.receipt_id).register_number == 1
    acts.do("assign", waiting, by=centre.leader, now=MONDAY + dt.timedelta(hours=2), handler=centre.handler)
    assert factories.dossier(centre, procedure).receipt.register_number == 2


def test_an_intake_that_fails_gives_its_number_back(centre, procedure, monkeypatch):
    monkeypatch.setattr("dossiers.workflow.events.DossierEvent.save", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        factories.dossier(centre, procedure)
    monkeypatch.undo()
    assert factories.dossier(centre, procedure).receipt.register_number == 1


def test_a_receipt_for_several_is_in_order_and_carries_the_number_of_the_messages(centre, procedure):
    second = people.procedure("1.001193", "Đăng ký khai sinh")
    third = people.procedure("2.000815", "Chứng thực bản sao")
    items = tuple(Item(procedure=each) for each in (procedure, second, third))
    receipt = receive(Intake(agency=centre.agency, submitter=AN, items=items), by=centre.clerk, now=MONDAY)
    text = printed(receipt)
    dossiers = list(receipt.dossiers.order_by("id"))
    places = [text.replace(" ", "").index(each.procedure_name.replace(" ", "")) for each in dossiers]
    assert places == sorted(places)
    assert dossiers[0].shown_number == receipt.number
    assert receipt.number in text.replace(" ", "") or receipt.number.replace("\u200b", "") in text
    lines = register(centre.agency)
    assert [lines[each.code][0] for each in dossiers] == ["1.1", "1.2", "1.3"]
    assert "Số thứ tự: 1" in text


def test_the_line_on_the_receipt_is_the_line_of_the_register(centre, procedure):
    for day in (2, 0, 1):
        factories.dossier(centre, procedure, now=MONDAY + dt.timedelta(days=day))
    lines = register(centre.agency)
    for receipt in Receipt.objects.all():
        text = printed(receipt)
        assert f"Quyển số: 2026 Số thứ tự: {lines[receipt.dossiers.get().code][0]}" in text


def test_the_register_tells_no_result_of_what_was_stopped_and_the_true_way_of_return(centre, procedure):
    stopped = factories.in_state(State.STOPPED, centre, procedure)
    ready = factories.in_state(State.RESULT_READY, centre, procedure)
    acts.do("return_result", ready, by=centre.clerk, now=LATER, how="post")
    silent = factories.in_state(State.RESULT_RETURNED, centre, procedure)
    lines = register(centre.agency)
    assert lines[stopped.code][10] is None and lines[stopped.code][12] is None
    assert lines[ready.code][12] == "Bưu chính công ích"
    assert lines[silent.code][12] is None, "nobody said how"


def test_dates_of_the_workbook_are_dates(centre, procedure):
    dossier = factories.in_state(State.RESULT_RETURNED, centre, procedure)
    row = register(centre.agency)[dossier.code]
    assert row[7] == dossier.received_at.astimezone(MONDAY.tzinfo).replace(tzinfo=None)
    assert all(isinstance(row[place], dt.datetime) for place in (7, 8, 9, 10, 11))


def test_long_names_are_wrapped_not_cut(centre):
    name = "Đăng ký, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất " * 3 + "LẦN ĐẦU"
    long = people.procedure("1.000001", name)
    handed_in = Intake(agency=centre.agency, submitter=AN, items=(Item(procedure=long, fee=15000),))
    receipt = receive(handed_in, by=centre.clerk, now=MONDAY)
    assert printed(receipt).count("LẦN ĐẦU") == 2


def with_fees(centre, procedure) -> Dossier:
    """Return a dossier with one paper handed in, one missing, and a fee still to be collected."""
    papers = (PaperLine("Đơn đăng ký theo mẫu", originals=1), PaperLine("Trích đo bản đồ", received=False))
    item = Item(procedure=procedure, papers=papers, fees=(FeeEntry("Lệ phí", quantity=2, price=15000),))
    receipt = receive(Intake(agency=centre.agency, submitter=AN, items=(item,)), by=centre.clerk, now=MONDAY)
    return receipt.dossiers.get()


def test_a_receipt_first_printed_late_tells_what_was_stated_and_handed_in_that_day(centre, procedure):
    at_once, later = with_fees(centre, procedure), with_fees(centre, procedure)
    first = printed(at_once.receipt, now=MONDAY)
    owner = replace(AN, full_name="Nguyễn Thị Mới", address="Ấp 9, xã Khác", phone="0909090909")
    rows = {row.pk: PaperLine(row.name, originals=7) for row in later.papers.all()}
    lines = {row.pk: FeeEntry("", quantity=5, price=1) for row in later.fees.all()}
    wanted = Correction("nhầm", owner, "Nội dung khác", "Nơi khác", papers=rows, fees=lines)
    corrections.correct(later, wanted, by=centre.clerk, now=LATER)
    later.refresh_from_db()
    acts.do("correct", later, by=None, now=LATER, values={"procedure_name": "Thủ tục đã đổi tên"})
    later.refresh_from_db()
    acts.do("collect_fees", later, by=centre.clerk, now=LATER, method="cash")
    type(later.procedure).objects.update(name="Thủ tục đã đổi tên")
    Dossier.objects.filter(pk=later.pk).update(sets=4, limit_amount=30)
    late = printed(later.receipt)
    same = {at_once.code: "#", later.code: "#", "01/": "N/", "02/": "N/"}
    for own, sign in same.items():
        first, late = first.replace(own, sign), late.replace(own, sign)
    cut = slice(0, late.index("Quyển số"))
    assert late[cut] == first[cut]
    again = receipts.replacing_paper(Receipt.objects.get(pk=later.receipt_id), by=centre.clerk, now=LATER)
    assert "Nguyễn Thị Mới" in again.context and "Thủ tục đã đổi tên" in again.context, "the one that replaces it"


def test_what_the_other_system_renames_later_does_not_change_the_receipt(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    pushed = Pushed(
        code=dossier.code,
        agency=centre.agency,
        procedure_code=procedure.code,
        applicant=replace(AN, full_name="Nguyễn Văn Khác"),
        received_at=MONDAY,
    )
    upsert(pushed, now=LATER)
    text = printed(dossier.receipt)
    assert AN.full_name in text and "Nguyễn Văn Khác" not in text


def test_receipt_register_letter_messages_page_and_chat_agree(centre, procedure):
    account = channel_of(centre)
    citizen = Citizen(account, MONDAY)
    citizen.hears("xin chào")
    dossier, promised = late(centre, procedure)
    text, row = printed(dossier.receipt), register(centre.agency)[dossier.code]
    letter = dossier.letters.get()
    with letter.paper.file.open("rb") as file:
        told = " ".join(words(file.read()).split())
    event = dossier.events.get(kind=DossierEvent.Kind.ACCEPTED)
    page = Client().get(f"/h/{dossier.token}/").content.decode()
    number = dossier.shown_number
    assert number in text and number in told and number in page and event.facts["number"] == number
    assert dt.datetime.fromisoformat(event.facts["due_at"]) == promised
    assert f"{promised:%d/%m/%Y}" in row[14], "the register says the first promise"
    assert row[8] == dossier.due_at.astimezone(MONDAY.tzinfo).replace(tzinfo=None)
    for paper in (told, page):
        assert spoken(dossier.due_at) in paper or f"{dossier.due_at.day:02d} tháng {dossier.due_at.month:02d}" in paper
    # What goes to the phone and what the chat answers say the same.
    for kind, due in ((DossierEvent.Kind.ACCEPTED, promised), (DossierEvent.Kind.LETTER_ISSUED, dossier.due_at)):
        for message in OutboxMessage.objects.filter(event__dossier=dossier, event__kind=kind):
            said = json.dumps(message.content, ensure_ascii=False)
            assert number in said and spoken(due) in said, message.kind
            assert kind != DossierEvent.Kind.ACCEPTED or spoken(dossier.due_at) not in said
    assert OutboxMessage.objects.filter(event__dossier=dossier, event__kind=DossierEvent.Kind.LETTER_ISSUED).exists()
    answer = citizen.hears(dossier.code)
    assert number in answer and spoken(dossier.due_at) in answer
