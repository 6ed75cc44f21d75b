"""Eight clerks at once on PostgreSQL: numbers neither collide nor skip, one form is one receipt, one act wins."""

import threading

import pytest
from django.db import connection, transaction

from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, IntakeError, Item
from dossiers.intake.people import PersonData
from dossiers.models import Applicant, Counter, Dossier, IssuedPaper, Receipt
from dossiers.papers import receipts
from dossiers.workflow import acts
from dossiers.workflow.moving import Stale
from dossiers.workflow.series import next_number
from tests import factories, people
from tests.people import AN, MONDAY

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CLERKS = 8
EACH = 5


def together(work, count: int = CLERKS) -> list:
    """Run work(n) in `count` threads that start at the same moment; return what each returned or raised."""
    gate, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def busy():
    return people.centre(), people.procedure()


def test_numbers_neither_collide_nor_skip(busy):
    centre, procedure = busy

    def clerk(number: int) -> None:
        for turn in range(EACH):
            person = PersonData(full_name=f"Người {number} {turn}", id_number=f"08008500{number:02d}{turn:02d}")
            intake.receive(
                Intake(agency=centre.agency, submitter=person, items=(Item(procedure=procedure),)),
                by=centre.clerk,
                now=MONDAY,
            )
            wrong = PersonData(full_name="", phone="1")
            with pytest.raises(IntakeError):
                intake.receive(
                    Intake(agency=centre.agency, submitter=wrong, items=(Item(procedure=procedure),)),
                    by=centre.clerk,
                    now=MONDAY,
                )

    assert together(clerk) == [None] * CLERKS
    numbers = sorted(int(code.rpartition("-")[2]) for code in Dossier.objects.values_list("code", flat=True))
    assert numbers == list(range(1, CLERKS * EACH + 1))


def test_a_number_taken_in_a_transaction_that_fails_goes_back(db):
    def take(number: int) -> int:
        with transaction.atomic():
            taken = next_number("rush")
            if number % 2:
                raise ValueError
            return taken

    taken = [value for value in together(take) if isinstance(value, int)]
    assert sorted(taken) == [1, 2, 3, 4]
    assert Counter.objects.get(key="rush").last == 4


def test_the_same_form_sent_eight_times_at_once_is_one_receipt(busy):
    centre, procedure = busy

    def send(_number: int) -> int:
        return factories.received(centre, procedure, key="one-form").pk

    assert len(set(together(send))) == 1
    assert Receipt.objects.count() == 1
    assert Dossier.objects.count() == 1


def test_of_eight_people_who_act_at_once_one_wins_and_seven_are_told(busy):
    centre, procedure = busy
    dossier = factories.dossier(centre, procedure)

    def act(_number: int):
        mine = Dossier.objects.get(pk=dossier.pk)
        return acts.do("assign", mine, by=centre.leader, now=MONDAY, handler=centre.handler, expected_version=1)

    results = together(act)
    assert sum(isinstance(result, Stale) for result in results) == CLERKS - 1
    assert dossier.events.count() == 2
    assert dossier.holdings.filter(to_at__isnull=True).count() == 1


def test_a_newcomer_at_two_counters_at_once_is_kept_readable(busy):
    centre, procedure = busy
    together(lambda _number: factories.received(centre, procedure, person=AN))
    assert Dossier.objects.count() == CLERKS
    assert {row.full_name for row in Applicant.objects.all()} == {AN.full_name}


def test_receipts_printed_by_eight_clerks_at_once_are_numbered_without_gaps(busy):
    centre, procedure = busy
    rows = [factories.received(centre, procedure) for _ in range(CLERKS * 3)]

    def clerk(number: int) -> None:
        for receipt in rows[number::CLERKS]:
            receipts.receipt_paper(Receipt.objects.get(pk=receipt.pk), by=centre.clerk, now=MONDAY)

    assert together(clerk) == [None] * CLERKS
    numbers = IssuedPaper.objects.order_by("register_number").values_list("register_number", flat=True)
    assert list(numbers) == list(range(1, CLERKS * 3 + 1))


def test_one_receipt_printed_eight_times_at_once_is_one_paper_with_one_number(busy):
    centre, procedure = busy
    rows = [factories.received(centre, procedure) for _ in range(3)]
    for receipt in rows:
        papers = together(
            lambda _number, pk=receipt.pk: (
                receipts.receipt_paper(Receipt.objects.get(pk=pk), by=centre.clerk, now=MONDAY).sha256
            )
        )
        assert len(set(papers)) == 1, papers
    assert list(IssuedPaper.objects.order_by("id").values_list("register_number", flat=True)) == [1, 2, 3]
