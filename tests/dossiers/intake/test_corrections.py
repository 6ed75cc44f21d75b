"""What was written wrong at the counter is put right: with a reason, in the history, with a receipt that says so."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.intake.counter import Intake, Item, receive
from dossiers.intake.people import PersonData
from dossiers.lookup.pages import detail_of
from dossiers.lookup.rows import DETAIL_COLUMNS, rows_of
from dossiers.models import DossierEvent, DossierFee
from dossiers.papers import receipts
from dossiers.workflow import acts
from tests import factories, people
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, MONDAY


@pytest.fixture
def dossier(client, centre, procedure):
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(centre.clerk)
        yield factories.dossier(centre, procedure)


def correct(client, dossier, **changes):
    return client.post(
        f"/admin/dossiers/dossier/{dossier.pk}/sua/", {"version": dossier.version} | changes, follow=True
    )


def test_a_name_is_put_right_with_its_reason_in_the_history(client, centre, dossier):
    answer = correct(client, dossier, full_name="Nguyễn Văn Ân", reason="gõ nhầm dấu")
    dossier.refresh_from_db()
    assert (dossier.owner_name, dossier.owner.full_name) == ("Nguyễn Văn Ân", "Nguyễn Văn Ân")
    assert dossier.submitter_id == dossier.owner_id == dossier.receipt.submitter_id
    assert dossier.owner.id_number == AN.id_number
    event = dossier.events.get(kind=DossierEvent.Kind.DETAILS_CORRECTED)
    assert event.actor == centre.clerk and "gõ nhầm dấu" in event.facts["note"]
    assert "gõ nhầm dấu" in answer.content.decode()


def test_a_card_scanned_into_the_number_leaves_its_number(client, dossier):
    card = "080085009999||TRẦN THỊ BÌNH|01011985|Nữ|Ấp 3, xã Cần Giuộc, tỉnh Tây Ninh|12052022||||"
    shown = correct(client, dossier, id_number=card)  # its Enter sends the form before the reason is written
    assert shown.status_code == 422 and 'value="080085009999"' in shown.content.decode()
    assert correct(client, dossier, id_number=card, reason="nhầm số").status_code == 200
    dossier.refresh_from_db()
    assert (dossier.owner.id_number, dossier.owner.full_name) == ("080085009999", AN.full_name)


def test_a_reason_has_room_and_ready_words(client, centre, dossier):
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/sua/").content.decode()
    assert '<textarea id="c-reason"' in page and "Gõ nhầm số giấy tờ, đã đối chiếu lại với giấy tờ" in page
    assert "Thu nhầm mức" not in page
    said = correct(client, dossier, reason="Dòng một")
    assert said.status_code == 422 and ">Dòng một</textarea>" in said.content.decode()


def test_content_papers_and_fees_are_put_right(client, dossier):
    row = dossier.papers.create(name="Đơn", originals=1)
    fee = DossierFee.objects.create(dossier=dossier, name="Lệ phí", price=15000)
    changes = {f"paper-{row.pk}-originals": "2", f"paper-{row.pk}-received": "on", "paper-new-name": "Bản đồ"}
    changes |= {f"fee-{fee.pk}-price": "20.000", f"fee-{fee.pk}-quantity": "3", "content": "Tách thửa", "reason": "sót"}
    assert correct(client, dossier, **changes).status_code == 200
    dossier.refresh_from_db()
    assert (dossier.content, dossier.fee_total) == ("Tách thửa", 60000)
    names = list(dossier.papers.values_list("name", "originals", "received"))
    assert ("Đơn", 2, True) in names and ("Bản đồ", 0, True) in names
    note = dossier.events.get(kind=DossierEvent.Kind.DETAILS_CORRECTED).facts["note"]
    assert "nội dung yêu cầu" in note and "giấy tờ" in note and "phí, lệ phí" in note


def test_a_paper_and_a_fee_written_by_mistake_go_away(client, dossier):
    row = dossier.papers.create(name="Sổ đỏ của người khác", received=False)
    wrong = DossierFee.objects.create(dossier=dossier, name="Phí trùng", price=8000)
    DossierFee.objects.create(dossier=dossier, name="Lệ phí", price=15000)
    paid = DossierFee.objects.create(dossier=dossier, name="Đã thu", price=1000, collected_at=MONDAY)
    dropped = {
        f"paper-{row.pk}-drop": "on",
        f"fee-{wrong.pk}-drop": "on",
        f"fee-{paid.pk}-drop": "on",
        "reason": "nhầm",
    }
    sent = {f"paper-{row.pk}-originals": "0", f"fee-{wrong.pk}-price": "8.000", f"fee-{wrong.pk}-quantity": "1"}
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/sua/").content.decode()
    assert f'name="paper-{row.pk}-drop"' in page and f'name="fee-{paid.pk}-drop"' not in page
    assert correct(client, dossier, **sent, **dropped).status_code == 200
    dossier.refresh_from_db()
    told = detail_of(rows_of(type(dossier).objects.filter(pk=dossier.pk), *DETAIL_COLUMNS).get(), MONDAY)
    assert row.name not in dict(told.papers), "the citizen is not told to bring it"
    assert {fee.name for fee in dossier.fees.all()} == {"Lệ phí", "Đã thu"}, "money that came in stays"
    assert (dossier.fee_total, dossier.fee_paid) == (16000, False)
    note = dossier.events.get(kind=DossierEvent.Kind.DETAILS_CORRECTED).facts["note"]
    assert "bỏ giấy tờ ghi nhầm: Sổ đỏ của người khác" in note and "bỏ khoản thu Phí trùng" in note
    assert "trước là 24.000 đồng" in note


def test_a_sum_without_lines_is_corrected_too(client, dossier):
    type(dossier).objects.filter(pk=dossier.pk).update(fee_total=15000)
    assert 'name="fee-0-price"' in client.get(f"/admin/dossiers/dossier/{dossier.pk}/sua/").content.decode()
    changes = {"fee-0-price": "20.000", "fee-0-quantity": "1", "fee-new-name": "Bản sao", "fee-new-price": "8.000"}
    assert correct(client, dossier, reason="nhầm mức", **changes, **{"fee-new-quantity": "2"}).status_code == 200
    dossier.refresh_from_db()
    assert dossier.fee_total == 36000 and dossier.fees.count() == 2


@pytest.fixture
def together(client, centre, procedure):
    """Two dossiers on one receipt, of two owners, handed in by a third person."""
    proxy = PersonData("Lê Văn Ủy", id_number="080085007777", phone="0905111222")
    items = [Item(procedure=procedure, owner=each) for each in (AN, PersonData("Trần Thị Bình"))]
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(centre.clerk)
        receipt = receive(Intake(centre.agency, proxy, tuple(items)), by=centre.clerk, now=MONDAY)
        yield list(receipt.dossiers.order_by("id"))


def test_the_submitter_and_the_telephone_are_put_right_on_the_whole_receipt(client, together):
    first, second = together
    page = client.get(f"/admin/dossiers/dossier/{first.pk}/sua/").content.decode()
    assert 'name="submitter_phone"' in page and 'value="0905 111 222"' in page
    wrong = correct(client, first, reason="nhầm số", submitter_full_name="Lê Văn Uy", submitter_phone="12")
    assert wrong.status_code == 422 and "Người nộp: Số điện thoại" in wrong.content.decode()
    changes = {"submitter_full_name": "Lê Văn Uy", "submitter_phone": "0905 111 333"}
    assert correct(client, first, reason="nhầm số", **changes).status_code == 200
    for dossier in (first, second):
        dossier.refresh_from_db()
        assert (dossier.submitter.full_name, dossier.submitter.phone) == ("Lê Văn Uy", "+84905111333")
        assert dossier.submitter.id_number == "080085007777"
        note = dossier.events.get(kind=DossierEvent.Kind.DETAILS_CORRECTED).facts["note"]
        assert "nhầm số (sửa: người nộp" in note and "Uy" not in note
    assert first.owner_name == AN.full_name and second.owner_name == "Trần Thị Bình"
    assert first.receipt.submitter == first.submitter
    paper = replacing(client, first)
    assert "Lê Văn Uy" in paper and "0905 111 333" in paper


def test_dossiers_of_one_receipt_lead_to_each_other(client, together):
    for dossier, other in (together, together[::-1]):
        page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
        beside = page.partition(f"Cùng giấy hẹn {dossier.receipt_number}")[2].partition("</section>")[0]
        assert f"/admin/dossiers/dossier/{other.pk}/change/" in beside and other.code in beside
        assert dossier.code not in beside


def replacing(client, dossier) -> str:
    client.post(f"/admin/dossiers/dossier/bien-nhan/{dossier.receipt_id}/")
    client.post(f"/admin/dossiers/dossier/{dossier.pk}/giay-thay-the/")
    return dossier.receipt.issued_papers.filter(form_code="receipt").first().context


def test_a_proxy_forgotten_on_one_dossier_owns_no_other(client, centre, procedure):
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(centre.clerk)
        first, second = factories.received(centre, procedure, count=2).dossiers.order_by("id")
        proxy = {"submitter_full_name": "Lê Văn Ủy", "submitter_id_number": "080085007777"}
        assert correct(client, first, reason="quên ghi người nộp thay", **proxy).status_code == 200
    for row in (first, second):
        row.refresh_from_db()
        assert (row.owner_name, row.owner.full_name, row.submitter.full_name) == (AN.full_name,) * 2 + ("Lê Văn Ủy",)


def test_the_citizens_copy_of_a_corrected_receipt_names_who_it_is(client, dossier):
    assert correct(client, dossier, full_name="Trần Thị Khác", reason="ghi nhầm người").status_code == 200
    said = words(receipts.copy_for_page(dossier.pk))
    assert "Trần Thị Khác" in said and AN.full_name not in said


def test_a_proxy_forgotten_or_written_by_mistake(client, dossier, together):
    blank = {f"submitter_{name}": "" for name in ("full_name", "id_number", "phone", "email", "address")}
    assert correct(client, together[0], reason="chủ hồ sơ tự nộp", **blank).status_code == 200
    together[0].refresh_from_db()
    assert together[0].submitter_id == together[0].owner_id == together[0].receipt.submitter_id
    assert correct(client, dossier, reason="quên", submitter_full_name="Lê Văn Ủy").status_code == 200
    dossier.refresh_from_db()
    assert (dossier.submitter.full_name, dossier.owner_name) == ("Lê Văn Ủy", AN.full_name)


def test_a_telephone_alone_is_put_right(client, dossier):
    assert correct(client, dossier, phone="0987 654 321", reason="ghi nhầm số").status_code == 200
    dossier.refresh_from_db()
    assert dossier.owner.phone == dossier.submitter.phone == "+84987654321"
    assert "0987 654 321" in replacing(client, dossier)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"full_name": "Nguyễn Văn Ân"}, "Ghi lý do sửa"),
        ({"reason": "x"}, "Chưa có gì khác"),
        ({"reason": "x", "phone": "12"}, "Số điện thoại"),
        ({"reason": "x", "fee-new-name": "Phí", "fee-new-price": "ba"}, "chưa đúng"),
        ({"reason": "x", "content": "y", "version": "77"}, ""),
    ],
)
def test_what_cannot_stand_writes_nothing(client, dossier, changes, sentence):
    answer = correct(client, dossier, **changes)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not dossier.events.filter(kind=DossierEvent.Kind.DETAILS_CORRECTED).exists()
    dossier.refresh_from_db()
    assert dossier.owner_name == AN.full_name and dossier.content == ""


def test_a_collected_fee_is_not_changed_by_a_pen(client, centre, dossier):
    fee = DossierFee.objects.create(dossier=dossier, name="Lệ phí", price=15000, collected_at=MONDAY)
    changes = {f"fee-{fee.pk}-price": "1", f"fee-{fee.pk}-quantity": "1", "content": "y", "reason": "x"}
    assert correct(client, dossier, **changes).status_code == 200
    fee.refresh_from_db()
    assert fee.price == 15000


def test_only_those_who_may(client, centre, dossier):
    client.force_login(centre.handler)
    assert client.get(f"/admin/dossiers/dossier/{dossier.pk}/sua/").status_code == 403
    assert client.post(f"/admin/dossiers/dossier/{dossier.pk}/giay-thay-the/").status_code == 403


def test_the_replacing_receipt_says_which_it_replaces_and_keeps_its_number(client, dossier):
    printing = f"/admin/dossiers/dossier/bien-nhan/{dossier.receipt_id}/"
    assert client.post(printing).status_code == 302
    old = dossier.receipt.issued_papers.get()
    correct(client, dossier, full_name="Nguyễn Văn Ân", reason="gõ nhầm dấu")
    assert client.post(f"/admin/dossiers/dossier/{dossier.pk}/giay-thay-the/").status_code == 302
    new = dossier.receipt.issued_papers.exclude(pk=old.pk).get()
    assert (new.replaces, new.number, new.register_number) == (old, old.number, None)
    assert "Thay cho giấy tiếp nhận in lúc 08:30" in new.context and "Nguyễn Văn Ân" in new.context
    assert dossier.receipt.issued_papers.filter(form_code="receipt").first() == new


@pytest.fixture
def other(centre):
    return people.procedure("2.000002", "Cấp lại giấy phép", amount="10")


def test_another_procedure_brings_its_limit_its_date_and_a_word_to_the_citizen(client, dossier, other):
    dossier.papers.create(name="Giấy của thủ tục cũ", received=False)
    kept = dossier.papers.create(name="Đơn", originals=1)
    promised, first = dossier.promised_at, dossier.due_at
    answer = correct(
        client,
        dossier,
        procedure=other.code,
        reason="chọn nhầm",
        **{f"paper-{kept.pk}-originals": "1", f"paper-{kept.pk}-received": "on"},
    )
    assert answer.status_code == 200
    dossier.refresh_from_db()
    assert (dossier.procedure, dossier.procedure_name) == (other, "Cấp lại giấy phép")
    assert dossier.limit_amount == 10 and dossier.due_at > first and dossier.promised_at == promised
    assert "Giấy của thủ tục cũ" not in dossier.papers.values_list("name", flat=True)
    moved = dossier.events.get(kind=DossierEvent.Kind.DUE_MOVED)
    assert "Cấp lại giấy phép" in moved.facts["reason"] and moved.facts["old_due_at"] == first.isoformat()
    assert dossier.procedure_version.procedure_id == other.pk
    assert "thủ tục, trước là" in dossier.events.get(kind=DossierEvent.Kind.DETAILS_CORRECTED).facts["note"]


def test_words_in_place_of_a_code_are_asked_back(client, dossier, other):
    answer = correct(client, dossier, procedure="cap lai giay phep", reason="chọn nhầm")
    assert answer.status_code == 422 and 'name="chosen" value="2.000002"' in answer.content.decode()
    assert correct(client, dossier, procedure="cap lai", chosen=other.code, reason="chọn nhầm").status_code == 200
    dossier.refresh_from_db()
    assert dossier.procedure == other


def test_pauses_count_under_the_other_limit_too(client, centre, dossier, other):
    day = dt.timedelta(days=1)
    never_waited = factories.dossier(centre, other)
    acts.do("assign", dossier, by=centre.leader, now=MONDAY, handler=centre.handler, unit=centre.land)
    acts.do("request_supplement", dossier, by=centre.handler, now=MONDAY, reasons=[factories.REASON])
    acts.do("receive_supplement", dossier, by=centre.clerk, now=MONDAY + 2 * day)
    assert correct(client, dossier, procedure=other.code, reason="chọn nhầm").status_code == 200
    dossier.refresh_from_db()
    assert len(dossier.due_explanation["pauses"]) == 1 and dossier.clock_open
    assert dossier.due_at == never_waited.due_at + 2 * day


def test_a_procedure_without_a_limit_takes_the_pause_with_the_date(client, centre, dossier):
    limitless = people.procedure("2.000003", "Thủ tục không ghi thời hạn", amount=None)
    acts.do("assign", dossier, by=centre.leader, now=MONDAY, handler=centre.handler, unit=centre.land)
    acts.do("request_supplement", dossier, by=centre.handler, now=MONDAY, reasons=[factories.REASON])
    assert correct(client, dossier, procedure=limitless.code, reason="chọn nhầm").status_code == 200
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.paused_at, dossier.clock_open) == (None, None, False)
    acts.do("receive_supplement", dossier, by=centre.clerk, now=MONDAY + dt.timedelta(days=1))
    assert dossier.state == "assigned" and dossier.due_at is None


def test_a_first_date_given_while_the_citizen_is_waited_for_is_paused(client, centre, dossier, other):
    day = dt.timedelta(days=1)
    never_waited = factories.dossier(centre, other)
    acts.do("assign", dossier, by=centre.leader, now=MONDAY, handler=centre.handler, unit=centre.land)
    without = {"due_at": None, "promised_at": None, "due_explanation": {}, "clock_open": False}
    type(dossier).objects.filter(pk=dossier.pk).update(**without)
    dossier.refresh_from_db()
    acts.do("request_supplement", dossier, by=centre.handler, now=MONDAY, reasons=[factories.REASON])
    assert correct(client, dossier, procedure=other.code, reason="chọn nhầm").status_code == 200
    dossier.refresh_from_db()
    assert dossier.due_at == never_waited.due_at and not dossier.clock_open and dossier.paused_at == MONDAY
    acts.do("receive_supplement", dossier, by=centre.clerk, now=MONDAY + 2 * day)
    assert dossier.clock_open and dossier.due_at == never_waited.due_at + 2 * day


def test_the_procedure_stays_once_it_is_decided_or_abolished(client, centre, dossier, other):
    other.status = "abolished"
    other.save()
    answer = correct(client, dossier, procedure=other.code, reason="x")
    assert answer.status_code == 422 and "không có hiệu lực" in answer.content.decode()
    type(dossier).objects.filter(pk=dossier.pk).update(state="result_ready")
    answer = correct(client, dossier, procedure=other.code, reason="x")
    assert answer.status_code == 422 and "không đổi thủ tục được nữa" in answer.content.decode()
    assert not dossier.events.filter(kind=DossierEvent.Kind.DETAILS_CORRECTED).exists()


def test_the_form_shows_the_telephone_as_people_dial_it(client, dossier):
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/sua/").content.decode()
    assert 'value="0912 345 678"' in page
    answer = correct(client, dossier, phone="0912 345 678", reason="x")
    assert answer.status_code == 422 and "Chưa có gì khác" in answer.content.decode()


@pytest.mark.postgres
def test_the_dossier_is_locked_before_its_papers_as_in_every_act(client, dossier):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks no rows")
    row = dossier.papers.create(name="Đơn", originals=1)
    changes = {f"paper-{row.pk}-originals": "2", f"paper-{row.pk}-received": "on", "reason": "sót"}
    with CaptureQueriesContext(connection) as asked:
        correct(client, dossier, **changes)
    row.refresh_from_db()
    assert row.originals == 2
    statements = [query["sql"] for query in asked.captured_queries]
    papers = next(at for at, sql in enumerate(statements) if sql.startswith('UPDATE "dossiers_dossierpaper"'))
    assert any('"dossiers_dossier"' in sql and "FOR UPDATE" in sql for sql in statements[:papers])
