"""Several people at the same moment, on PostgreSQL: one accepts, one sheet, one case for two clicks."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from dossiers.states import State
from dossiers.workflow.moving import ActError
from feedback.cases import acts as case_acts
from feedback.cases import intake
from feedback.models import Case, Rating
from feedback.ratings import rating as ratings
from tests.factories import in_state
from tests.feedback.conftest import new_case, sent
from tests.people import MONDAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def together(work, count: int = 8) -> list:
    """Return what each of `count` threads got from `work(n)`, started at the same moment; errors as themselves."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(n):
        barrier.wait()
        try:
            results[n] = work(n)
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_of_eight_accepts(centre):
    case = new_case(centre)
    results = together(lambda n: case_acts.do("accept", Case.objects.get(pk=case.pk), by=centre.handler, now=MONDAY))
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 7 and all(isinstance(error, ActError) for error in refused)
    assert case.events.filter(kind="accepted").count() == 1


def test_eight_clicks_are_one_case(centre):
    one = sent(centre, intake_key="the-same-form")
    results = together(lambda n: intake.receive(one, now=MONDAY))
    assert {result.pk for result in results} == {Case.objects.get().pk}


def test_eight_devices_fill_in_one_sheet(centre, procedure):
    invitation = ratings.invitation_of(in_state(State.RESULT_RETURNED, centre, procedure))
    results = together(lambda n: ratings.give(invitation, {"attitude": 1 + n % 4, "result": 4}, now=MONDAY))
    assert not [result for result in results if isinstance(result, Exception)]
    rating = Rating.objects.get()
    assert rating.times_changed == 7 and rating.answers.count() == 2
