"""The seven-step line and the sentences beside it."""

import datetime as dt

import pytest

from dossiers.deadlines.working_time import ZONE
from dossiers.states import LINE, State
from dossiers.workflow import progress
from dossiers.workflow.progress import Move, line

START = dt.datetime(2026, 11, 16, 8, 30, tzinfo=ZONE)


def walk(*states):
    moves = [Move(state, START + dt.timedelta(hours=n)) for n, state in enumerate(states)]
    return line(states[-1], moves, moves[-1].at, START)


def statuses(steps):
    return [step.status for step in steps]


def test_a_dossier_in_the_middle_has_done_now_and_ahead():
    steps = walk(State.ACCEPTED, State.ASSIGNED, State.APPRAISING)
    assert statuses(steps) == ["done", "done", "done", "now", "ahead", "ahead", "ahead"]
    assert steps[3].at == START + dt.timedelta(hours=2)
    assert steps[0].at == START, "received at the counter: submitted in the same moment"


@pytest.mark.parametrize("side", [State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.WITHDRAWAL_REQUESTED])
def test_side_states_stand_on_the_step_they_interrupt(side):
    steps = walk(State.ACCEPTED, State.ASSIGNED, State.APPRAISING, side)
    assert steps[3].status == "now" and steps[3].side == progress.state_title(side)
    assert steps[3].at == START + dt.timedelta(hours=3)


def test_a_withdrawal_during_a_supplement_stays_on_the_same_step():
    steps = walk(State.ACCEPTED, State.ASSIGNED, State.SUPPLEMENT_REQUESTED, State.WITHDRAWAL_REQUESTED)
    assert steps[2].status == "now" and steps[2].side


def test_back_from_signing_the_line_goes_back_too():
    steps = walk(State.ACCEPTED, State.ASSIGNED, State.APPRAISING, State.SIGNING, State.APPRAISING)
    assert statuses(steps) == ["done", "done", "done", "now", "ahead", "ahead", "ahead"]


def test_skipped_steps_say_so():
    steps = walk(State.ACCEPTED, State.ASSIGNED, State.RESULT_READY)
    assert statuses(steps) == ["done", "done", "done", "passed", "passed", "now", "ahead"]


def test_the_end_is_all_done():
    assert statuses(walk(*LINE)) == ["done"] * len(LINE)


def test_a_refusal_stands_on_the_acceptance_and_a_stop_where_it_happened():
    assert statuses(walk(State.SUBMITTED, State.REFUSED))[:3] == ["done", "halted", "ahead"]
    stopped = walk(State.ACCEPTED, State.ASSIGNED, State.STOPPED)
    assert stopped[2].status == "halted" and stopped[2].side == "Đã dừng, trả lại hồ sơ"


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_its_words_and_a_whole_line(state):
    steps = line(state, [], START, None)
    assert [step.place for step in steps] == list(range(1, len(LINE) + 1))
    assert progress.state_title(state) and progress.what_next(state)


def test_overdue_is_by_date_and_never_while_waiting_for_the_citizen():
    day = dt.date(2026, 11, 20)
    assert not progress.is_overdue(State.APPRAISING, day, False, day)
    assert progress.is_overdue(State.APPRAISING, day, False, day + dt.timedelta(days=1))
    assert not progress.is_overdue(State.SUPPLEMENT_REQUESTED, day, True, day + dt.timedelta(days=9))
    assert not progress.is_overdue(State.RESULT_READY, day, False, day + dt.timedelta(days=9))
