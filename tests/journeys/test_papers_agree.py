"""One dossier, every paper and page of it: they agree in numbers, hours and days, working days, fee, names.

Read back as others read them: words of the PDFs, cells of the register, texts of the messages, the public page.
"""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import time_machine
from openpyxl import load_workbook

from dossiers.deadlines.working_time import ZONE
from dossiers.intake import counter
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.intake.fee_lines import FeeEntry
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.models import Dossier
from dossiers.papers import books, receipts
from dossiers.papers.act_papers import control_sheet
from dossiers.papers.books import Period
from dossiers.workflow import acts
from tests.dossiers.letters.test_letters_acts import FRIDAY, fresh, pdf_of
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, MONDAY
from zalo.messages import registry

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
_DAY = r"(\d\d)/(\d\d)/(\d{4})"
_MOMENT = re.compile(rf"(\d\d)(?::| giờ )(\d\d)(?: phút)?,? ?(?:ngày |(?:thứ \w+|Chủ nhật) )*{_DAY}")
_IN_WORDS = re.compile(r"(\d\d) giờ (\d\d)(?: phút)?,? ngày (\d\d) tháng (\d\d?) năm (\d{4})")
_CODE = re.compile(r"\bH\d\d(?:[.-]\d+)*-\d{6}-\d{4,7}\b")
_WORKING_DAYS = re.compile(r"(\d+)\s+ngày làm việc")
_MONEY = re.compile(r"(\d{1,3}(?:\.\d{3})+)\s*(?:đồng|đ\b)")


def moments(text: str) -> set[dt.datetime]:
    return {
        dt.datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=ZONE)
        for hour, minute, day, month, year in _MOMENT.findall(text) + _IN_WORDS.findall(text)
    }


def days(text: str) -> set[dt.date]:
    found = re.findall(_DAY, text) + re.findall(r"ngày (\d\d?) tháng (\d\d?) năm (\d{4})", text)
    return {dt.date(int(year), int(month), int(day)) for day, month, year in found}


@pytest.fixture
def told(client, centre, procedure):
    """The dossier of Monday, handled, promised again on Friday; by name the words of everything that speaks of it."""
    item = Item(
        procedure=procedure,
        papers=(PaperLine("Đơn đăng ký theo mẫu", originals=1),),
        unit=centre.front,
        fees=(FeeEntry("Lệ phí", quantity=1, price=15_000),),
        collected="cash",
    )
    handed_in = Intake(agency=centre.agency, submitter=AN, items=(item,), desk=centre.desk)
    row = counter.receive(handed_in, by=centre.clerk, now=MONDAY).dossiers.get()
    paper = receipts.receipt_paper(row.receipt, by=centre.clerk, now=MONDAY)
    clock = iter(MONDAY + dt.timedelta(minutes=n) for n in range(1, 9))
    acts.do(
        "accept", row, by=centre.clerk, now=next(clock)
    ) if "accept" in acts.ACTS and row.state == "submitted" else None
    acts.do("assign", row, by=centre.leader, now=next(clock), handler=centre.handler, unit=centre.land)
    first = row.due_at
    pages = {"phiếu 05": words(control_sheet(Dossier.objects.get(pk=row.pk), now=FRIDAY))}
    with time_machine.travel(FRIDAY, tick=False):
        pages["trang tra cứu"] = client.get(f"/h/{row.token}/").content.decode()
    book = load_workbook(io.BytesIO(books.register_xlsx(centre.agency, Period(MONDAY.date(), FRIDAY.date())).read()))
    pages["sổ"] = cells(book)
    overdue.sweep(now=FRIDAY)
    letter = fresh(row.letters.get())
    letter_acts.do("submit", letter, by=centre.handler, now=FRIDAY)
    letter_acts.do("approve", fresh(letter), by=centre.leader, now=FRIDAY)
    letter = fresh(letter)
    pages["giấy tiếp nhận"] = words(pdf_of(paper))
    pages["văn bản xin lỗi"] = words(pdf_of(letter.paper))
    for event in row.events.order_by("id"):
        for kind in registry.for_event(event.kind):
            content = registry.render(kind, kind.values(event))
            pages[f"tin {kind.slug}"] = f"{content['text']} {content.get('script', '')}"
    with time_machine.travel(FRIDAY, tick=False):
        pages["trang tra cứu, sau hẹn lại"] = client.get(f"/h/{row.token}/").content.decode()
    return Dossier.objects.get(pk=row.pk), first, letter, pages


def cells(book) -> str:
    """Return the rows of the register with moments as people read them."""
    shown = []
    for line in book.active.iter_rows(values_only=True):
        shown += [f"{cell:%H:%M %d/%m/%Y}" if isinstance(cell, dt.datetime) else str(cell or "") for cell in line]
    return " | ".join(shown)


def test_every_paper_page_and_message_of_a_dossier_agrees(told):
    row, first, letter, pages = told
    known = {row.received_at, first, letter.new_due_at, letter.issued_at}
    known |= {event.at for event in row.events.all()}
    known = {at.astimezone(ZONE).replace(second=0, microsecond=0) for at in known}
    for name, text in pages.items():
        text = " ".join(text.split())
        assert {code for code in _CODE.findall(text)} <= {row.code, row.receipt_number}, name
        assert row.code in text or row.receipt_number in text, name
        assert moments(text) <= known, (name, moments(text) - known)
        assert {int(n.replace(".", "")) for n in _MONEY.findall(text)} <= {15_000}, name
    assert sum(name.startswith("tin ") for name in pages) >= 3
    assert "15.000" in pages["giấy tiếp nhận"], "the fee of the catalogue"
    due = first.astimezone(ZONE)
    for name in ("giấy tiếp nhận", "phiếu 05", "sổ", "trang tra cứu"):
        assert due in moments(" ".join(pages[name].split())), name
    for name in ("văn bản xin lỗi", "trang tra cứu, sau hẹn lại"):
        assert {due.date(), letter.new_due_at.astimezone(ZONE).date()} <= days(" ".join(pages[name].split())), name
    for name in ("giấy tiếp nhận", "trang tra cứu"):
        assert {int(n) for n in _WORKING_DAYS.findall(pages[name])} == {5}, name
    for name in ("giấy tiếp nhận", "phiếu 05", "sổ", "văn bản xin lỗi"):
        assert AN.full_name in pages[name], name
        assert row.procedure_name in pages[name].replace("\n", " "), name
    assert AN.full_name not in pages["trang tra cứu"], "the code alone tells no name"
