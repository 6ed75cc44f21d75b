"""Receiving at the counter: one receipt, the right date, nothing half-written."""

import dataclasses
import datetime as dt

import pytest
import time_machine

from dossiers.admin.act_forms import AcceptForm
from dossiers.admin.intake.form import IntakeForm
from dossiers.intake import counter as intake
from dossiers.intake.counter import AlreadySaved, Intake, IntakeError, Item
from dossiers.intake.people import PersonData
from dossiers.models import Applicant, CalendarException, Counter, Dossier, DossierEvent, Receipt, WeekPattern
from feedback.admin.act_forms import ExtendForm
from feedback.states import Status
from tests import factories, people
from tests.feedback.conftest import case_in
from tests.people import AN, BINH, MONDAY


def receive(centre, *items, person=AN, now=MONDAY, **more):
    return intake.receive(Intake(agency=centre.agency, submitter=person, items=items, **more), by=centre.clerk, now=now)


def test_an_accepted_dossier_has_code_date_clock_history_and_holder(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    assert dossier.code == "H80.05-20261116-0000001"
    assert dossier.due_at == dt.datetime(2026, 11, 23, 17, 0, tzinfo=MONDAY.tzinfo)
    assert dossier.clock_open
    assert dossier.agency_name == centre.agency.name
    event = dossier.events.get()
    assert (event.kind, event.to_state, event.actor) == (DossierEvent.Kind.ACCEPTED, "accepted", centre.clerk)
    assert dossier.holdings.get().unit == centre.front


def test_numbers_start_again_each_day_and_follow_the_pattern_of_the_day(centre, procedure):
    codes = [factories.dossier(centre, procedure, now=MONDAY + dt.timedelta(days=n)).code for n in (0, 0, 1)]
    assert codes == ["H80.05-20261116-0000001", "H80.05-20261116-0000002", "H80.05-20261117-0000001"]
    assert factories.dossier(centre, procedure, now=MONDAY.replace(year=2022)).code == "H80.05-221116-0001"


def test_the_same_form_sent_twice_is_one_receipt(centre, procedure):
    first = factories.received(centre, procedure, key="form-1")
    again = factories.received(centre, procedure, key="form-1")
    assert first == again
    assert Dossier.objects.count() == 1


def test_a_form_that_was_saved_makes_no_receipt_of_other_content(centre, procedure):
    first = factories.received(centre, procedure, key="form-1")
    other = people.procedure("1.000002", "Chứng thực bản sao")
    for person, wanted in ((BINH, procedure), (AN, other)):
        with pytest.raises(AlreadySaved, match=f"08:30.*{first.number}"):
            receive(centre, Item(procedure=wanted), person=person, key="form-1")
    assert Receipt.objects.get() == first
    assert receive(centre, Item(procedure=procedure), person=BINH, key="form-2") != first


def test_a_refused_intake_writes_nothing_and_uses_no_number(centre, procedure):
    with pytest.raises(IntakeError) as caught:
        receive(centre, Item(procedure=procedure), person=dataclasses.replace(AN, phone="12"))
    assert set(caught.value.errors) == {"phone"}
    assert not Dossier.objects.exists()
    assert not Applicant.objects.exists()
    assert not Counter.objects.exists()


def test_every_wrong_field_is_named_at_once(centre, procedure):
    wrong = PersonData(full_name="", phone="1", id_number="2", email="x")
    with pytest.raises(IntakeError) as caught:
        receive(centre, Item(procedure=procedure), person=wrong)
    assert set(caught.value.errors) == {"full_name", "phone", "id_number", "email"}


def test_a_new_phone_is_a_further_row_and_the_older_dossier_keeps_its_own(centre, procedure):
    older = factories.dossier(centre, procedure)
    newer = factories.dossier(centre, procedure, person=dataclasses.replace(AN, phone="0901234567"))
    again = factories.dossier(centre, procedure, person=dataclasses.replace(AN, phone="0901234567"))
    older.refresh_from_db()
    assert (older.owner.phone, newer.owner.phone) == ("+84912345678", "+84901234567")
    assert again.owner == newer.owner, "the same facts again are no further row"


def test_an_id_that_belongs_to_another_name_is_not_handed_over(centre, procedure):
    factories.dossier(centre, procedure)
    stranger = dataclasses.replace(BINH, id_number=AN.id_number)
    with pytest.raises(IntakeError, match=r"N\*+") as caught:
        receive(centre, Item(procedure=procedure), person=stranger)
    assert "Nguyễn Văn An" not in str(caught.value), "the masked name only"
    receive(centre, Item(procedure=procedure), person=stranger, renamed=True)
    assert set(Applicant.objects.values_list("full_name", flat=True)) == {AN.full_name, BINH.full_name}


def test_owner_and_submitter_may_differ(centre, procedure):
    dossier = receive(centre, Item(procedure=procedure, owner=BINH)).dossiers.get()
    assert dossier.owner_name == BINH.full_name
    assert dossier.submitter.full_name == AN.full_name


def test_several_dossiers_share_one_receipt(centre, procedure):
    receipt = factories.received(centre, procedure, count=3)
    assert receipt.dossiers.count() == 3
    assert receipt.number == "H80.05-20261116-0000001+2"
    assert {d.receipt_number for d in receipt.dossiers.all()} == {receipt.number}


def test_a_procedure_without_a_limit_asks_for_the_date(centre):
    bare = people.procedure("1.000001", "Thủ tục không ghi thời hạn", amount=None)
    with pytest.raises(IntakeError, match="nhập ngày hẹn trả"):
        receive(centre, Item(procedure=bare))
    due = MONDAY + dt.timedelta(days=9)
    assert receive(centre, Item(procedure=bare, due_at=due)).dossiers.get().due_at == due
    with pytest.raises(IntakeError, match="từ hôm nay"):
        receive(centre, Item(procedure=bare, due_at=MONDAY - dt.timedelta(days=1)))


def test_same_day_after_the_cut_off_is_due_the_next_working_day(centre):
    quick = people.procedure("2.000815", "Chứng thực bản sao", amount="0", unit="same_day")
    morning = receive(centre, Item(procedure=quick)).dossiers.get()
    late = receive(centre, Item(procedure=quick), now=MONDAY.replace(hour=15, minute=1)).dossiers.get()
    assert morning.due_at.date() == MONDAY.date()
    assert late.due_at.date() == MONDAY.date() + dt.timedelta(days=1)


def test_an_abolished_procedure_is_not_received(centre, procedure):
    procedure.status = procedure.Status.ABOLISHED
    procedure.save()
    with pytest.raises(IntakeError, match="không còn hiệu lực"):
        receive(centre, Item(procedure=procedure))


def test_ids_phones_and_emails_lie_sealed_in_the_database(centre, procedure):
    factories.dossier(centre, procedure)
    row = Applicant.objects.raw(
        "SELECT id, id_number AS a, phone AS b, email AS c, address AS d FROM dossiers_applicant"
    )[0]
    for stored, plain in ((row.a, "080085"), (row.b, "912345"), (row.c, "example"), (row.d, "Cần Giuộc")):
        assert plain not in stored
    assert Applicant.objects.with_id("080085001234").get() == row


def test_only_reception_may_receive(centre, procedure):
    with pytest.raises(IntakeError, match="quyền tiếp nhận"):
        intake.receive(
            Intake(agency=centre.agency, submitter=AN, items=(Item(procedure=procedure),)),
            by=centre.handler,
            now=MONDAY,
        )
    assert not Receipt.objects.exists()


def test_a_dossier_keeps_the_names_of_its_day(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    centre.agency.name = "Tên sau sáp nhập"
    centre.agency.save()
    dossier.refresh_from_db()
    assert dossier.agency_name == "Trung tâm Phục vụ hành chính công xã Cần Giuộc"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (dt.date(2026, 11, 13), "từ hôm nay"),
        (dt.date(2026, 11, 22), "là ngày nghỉ"),
        (dt.date(2027, 1, 1), "là ngày nghỉ"),
        (dt.date(2062, 11, 20), "xa quá 5 năm"),
    ],
)
def test_a_date_typed_by_hand_can_be_kept(centre, day, sentence):
    CalendarException.objects.create(
        date=dt.date(2027, 1, 1), kind="off", name="Tết Dương lịch", confirmed_at=MONDAY, confirmed_by=centre.leader
    )
    unlimited = people.procedure("1.000009", "Thủ tục không ghi thời hạn", amount=None)
    due_at = dt.datetime.combine(day, dt.time(17), MONDAY.tzinfo)
    item = Item(procedure=unlimited, due_at=due_at)
    with pytest.raises(IntakeError, match=sentence):
        receive(centre, item)
    waiting = factories.submitted(centre, people.procedure())
    with time_machine.travel(MONDAY, tick=False):
        form = AcceptForm({"due_on": f"{day:%d/%m/%Y}"}, row=waiting)
        assert sentence in str(form.errors)


def test_a_day_chosen_by_hand_ends_when_the_agency_closes(client, centre, procedure):
    for weekday in range(5):
        WeekPattern.objects.create(
            agency=centre.agency,
            weekday=weekday,
            opens_at=dt.time(7),
            closes_at=dt.time(16, 15),
            valid_from=dt.date(2020, 1, 1),
        )
    at = dt.datetime(2026, 11, 30, 16, 15, tzinfo=MONDAY.tzinfo)
    waiting = factories.submitted(centre, procedure)
    with time_machine.travel(MONDAY, tick=False):
        form = AcceptForm({"due_on": "30/11/2026"}, row=waiting)
        assert form.is_valid() and form.arguments() == {"due_at": at}
        counter = IntakeForm({"item-0-due_on": "30/11/2026"}, place=centre.clerk.memberships.get(), now=MONDAY)
        assert counter._due({"due_on": "30/11/2026"}) == at
        case = case_in(Status.IN_PROGRESS, centre)
        extend = ExtendForm({"until": "30/11/2026", "reason": "Việc khó"}, row=case, user=centre.leader)
        assert extend.is_valid() and extend.arguments()["until"] == at
