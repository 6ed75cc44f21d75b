"""Leaders at once on PostgreSQL: a letter goes out once, numbers have no gaps, a finished dossier gets none."""

import datetime as dt

import pytest

from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.models import Dossier, IssuedPaper, Letter
from dossiers.states import State
from dossiers.workflow import acts
from dossiers.workflow.moving import ActError, Stale
from tests import factories, people
from tests.concurrency.test_counter_rush import together
from tests.dossiers.letters.test_letters_acts import FRIDAY, fresh

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LEADERS = 6


@pytest.fixture
def drafts():
    centre, procedure = people.centre(), people.procedure()
    for _ in range(LEADERS * 2):
        factories.in_state(State.APPRAISING, centre, procedure)
    overdue.sweep(now=FRIDAY)
    return centre, list(Letter.objects.order_by("id"))


def test_leaders_approving_the_same_letter_give_it_one_number(drafts):
    centre, rows = drafts
    results = together(
        lambda _: letter_acts.do("approve", fresh(rows[0]), by=centre.leader, now=FRIDAY, expected_version=1), LEADERS
    )
    assert sum(isinstance(result, Letter) for result in results) == 1
    assert all(isinstance(result, Letter | Stale) for result in results), results
    assert IssuedPaper.objects.count() == 1
    assert fresh(rows[0]).dossier.new_dates_given == 1


def test_numbers_run_without_gaps_however_many_approve_at_once(drafts):
    centre, rows = drafts

    def leader(number: int) -> None:
        for letter in rows[number::LEADERS]:
            with pytest.raises(ActError):  # takes a number and gives it back
                letter_acts.do("approve", fresh(letter), by=centre.leader, now=FRIDAY + dt.timedelta(days=60))
            letter_acts.do("approve", fresh(letter), by=centre.leader, now=FRIDAY)

    assert together(leader, LEADERS) == [None] * LEADERS
    numbers = IssuedPaper.objects.values_list("register_number", flat=True).order_by("register_number")
    assert list(numbers) == list(range(1, LEADERS * 2 + 1))


def test_finishing_and_approving_at_once_leaves_one_of_the_two(drafts):
    centre, rows = drafts

    def either(number: int):
        letter = fresh(rows[number // 2])
        if number % 2:
            return letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
        return acts.do("finish", Dossier.objects.get(pk=letter.dossier_id), by=centre.handler, now=FRIDAY)

    results = together(either, LEADERS * 2)
    assert all(not isinstance(result, Exception) or isinstance(result, ActError) for result in results), results
    for letter in map(fresh, rows[:LEADERS]):
        moved = letter.state == "issued"
        assert (letter.dossier.new_dates_given == 1) == moved
        if not moved:
            assert letter.dossier.state == State.RESULT_READY


def test_two_sweeps_at_once_draft_everything_once(drafts):
    Letter.objects.all().delete()
    runs = together(lambda _: overdue.sweep(now=FRIDAY), 4)
    assert sum(run.drafts for run in runs) == LEADERS * 2
    assert not any(run.problems for run in runs)
