"""Every pair of the table of moves, walked through the public acts."""

import datetime as dt
import itertools

import pytest
from django.db import transaction
from django.utils import timezone

from dossiers.deadlines import clock
from dossiers.models import Dossier
from dossiers.states import CLOCK_STOPPED, FINAL, State
from dossiers.workflow import acts
from dossiers.workflow.acts import ACTS, ARROWS, may_move, reachable
from dossiers.workflow.moving import ActError, Forbidden, Stale
from tests import factories
from tests.factories import REASON
from tests.people import MONDAY

LATER = MONDAY + dt.timedelta(hours=2)


@pytest.mark.parametrize("source", State.values)
def test_an_act_is_done_in_its_source_states_only_and_leads_where_the_table_says(centre, procedure, source):
    walked = factories.in_state(source, centre, procedure)
    for name in sorted(ACTS):
        undo = transaction.savepoint()
        _done_or_refused(ACTS[name], Dossier.objects.get(pk=walked.pk), centre, source)
        transaction.savepoint_rollback(undo)


MONEY = {"collect_fees": {"fee_total": 15000}, "cancel_fees": {"fee_total": 15000, "fee_paid": True}}
"""What a dossier must know of its fees for the act to have something to do."""


def _done_or_refused(act, dossier, centre, source) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(**MONEY.get(act.name, {"sets": 1}))
    dossier.refresh_from_db()
    seen, events, written = dossier.version, dossier.events.count(), timezone.now()
    if source in act.sources:
        acts.do(act.name, dossier, by=None, now=LATER, **factories.asked(act, centre))
        dossier.refresh_from_db()
        assert dossier.state in (act.targets or {source}), act.name
        assert dossier.version == seen + 1 and dossier.updated_at >= written, act.name
        assert dossier.events.count() == events + 1, act.name
        last = dossier.events.last()
        assert (last.to_state, last.from_state) == ((dossier.state, source) if act.targets else ("", "")), act.name
    else:
        with pytest.raises(ActError, match="Hồ sơ đang ở bước"):
            acts.do(act.name, dossier, by=None, now=LATER, **factories.asked(act, centre))
        dossier.refresh_from_db()
        assert (dossier.state, dossier.version, dossier.events.count()) == (source, seen, events), act.name


def test_final_states_lead_nowhere_and_every_other_state_reaches_an_end():
    for state in State.values:
        assert bool(ARROWS[state]) is (state not in FINAL)
        if state not in FINAL:
            assert reachable(state) & FINAL
    assert not may_move(State.RESULT_READY, State.WITHDRAWAL_REQUESTED), "no withdrawal once there is a result"


def test_main_road_leaves_one_row_of_history_a_step_and_one_holder_at_a_time(centre, procedure):
    dossier = factories.in_state(State.RESULT_RETURNED, centre, procedure)
    assert list(dossier.events.values_list("to_state", flat=True)) == [
        "accepted",
        "assigned",
        "appraising",
        "signing",
        "result_ready",
        "result_returned",
    ]
    held = list(dossier.holdings.order_by("from_at", "id"))
    assert all(row.to_at for row in held), "nobody holds a finished dossier"
    assert [row.unit for row in held][:2] == [centre.front, centre.land]
    for earlier, later in itertools.pairwise(held):
        assert earlier.to_at == later.from_at


def test_an_act_on_what_somebody_else_just_changed_is_refused_with_a_sentence(centre, procedure):
    mine = factories.dossier(centre, procedure)
    theirs = type(mine).objects.get(pk=mine.pk)
    acts.do("assign", theirs, by=centre.leader, now=LATER, handler=centre.handler)
    with pytest.raises(Stale, match="tải lại trang"):
        acts.do("assign", mine, by=centre.leader, now=LATER, unit=centre.land)
    mine.refresh_from_db()
    assert mine.unit == centre.front


def test_the_version_the_person_saw_counts_not_the_one_just_loaded(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    seen = dossier.version
    acts.do("assign", dossier, by=centre.leader, now=LATER, handler=centre.handler)
    with pytest.raises(Stale):
        acts.do("start_appraisal", dossier, by=centre.handler, now=LATER, expected_version=seen)


@pytest.mark.parametrize(
    "reasons", [[], [{}], [{"paper": "Đơn"}], [{"what": "Nộp lại", "why": "  "}], [REASON, {"what": "x"}]]
)
def test_a_supplement_says_what_and_why_item_by_item(centre, procedure, reasons):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    with pytest.raises(ActError, match="vì sao"):
        acts.do("request_supplement", dossier, by=centre.handler, now=LATER, reasons=reasons)
    dossier.refresh_from_db()
    assert dossier.state == State.APPRAISING
    assert dossier.supplement_rounds == 0


def test_the_second_supplement_needs_a_supervisor(centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    acts.do("receive_supplement", dossier, by=centre.clerk, now=LATER)
    with pytest.raises(Forbidden, match="lãnh đạo"):
        acts.do("request_supplement", dossier, by=centre.handler, now=LATER, reasons=[REASON])
    acts.do("request_supplement", dossier, by=centre.leader, now=LATER, reasons=[REASON])
    assert dossier.supplement_rounds == 2


@pytest.mark.parametrize("source", [State.ACCEPTED, State.ASSIGNED, State.APPRAISING])
def test_a_supplement_pauses_the_clock_and_gives_the_days_back(centre, procedure, source):
    dossier = factories.in_state(source, centre, procedure)
    promised = dossier.due_at
    acts.do("request_supplement", dossier, by=centre.leader, now=LATER, reasons=[REASON])
    assert not dossier.clock_open
    three_working_days_on = LATER + dt.timedelta(days=3)
    acts.do("receive_supplement", dossier, by=centre.clerk, now=three_working_days_on)
    dossier.refresh_from_db()
    assert dossier.state == source
    assert dossier.clock_open
    assert dossier.promised_at == promised
    assert dossier.due_at == promised + dt.timedelta(days=3), "from Monday 23 to Thursday 26 November"
    assert "bổ sung" in clock.why_this_date(dossier, "citizen")


def test_withdrawal_from_a_pause_and_back_keeps_the_road_home(centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    acts.do("request_withdrawal", dossier, by=centre.clerk, now=LATER, note="Đổi ý")
    acts.do("decline_withdrawal", dossier, by=centre.leader, now=LATER, note="Người nộp rút lại đề nghị")
    assert dossier.state == State.SUPPLEMENT_REQUESTED
    assert not dossier.clock_open
    acts.do("receive_supplement", dossier, by=centre.clerk, now=LATER)
    assert dossier.state == State.APPRAISING
    assert dossier.clock_open


@pytest.mark.parametrize("state", sorted(CLOCK_STOPPED - {State.REFUSED}))
def test_the_clock_is_off_once_the_work_is_over(centre, procedure, state):
    dossier = factories.in_state(state, centre, procedure)
    assert not dossier.clock_open
    assert dossier.due_at, "the date promised stays, to be compared with"


def test_no_act_is_open_to_another_agency(centre, elsewhere, procedure):
    dossier = factories.dossier(centre, procedure)
    with pytest.raises(Forbidden, match="cơ quan khác"):
        acts.do("assign", dossier, by=elsewhere.leader, now=LATER, handler=elsewhere.handler)


def test_no_act_is_open_without_its_permission(centre, procedure):
    dossier = factories.in_state(State.SIGNING, centre, procedure)
    for user in (centre.clerk, centre.handler, centre.supervisor, centre.editor):
        with pytest.raises(Forbidden, match="quyền"):
            acts.do("sign", dossier, by=user, now=LATER)


def test_history_can_be_neither_edited_nor_deleted(centre, procedure):
    event = factories.dossier(centre, procedure).events.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


@pytest.mark.parametrize("worked_on", [State.ACCEPTED, State.ASSIGNED, State.APPRAISING, State.SIGNING])
@pytest.mark.parametrize("way", ["act", "report"])
def test_a_supplement_another_system_reports_from_any_step_can_be_closed(centre, procedure, worked_on, way):
    """Whatever was reported before it: a payment or a withdrawal on the way does not hold the dossier fast."""
    for between in (None, State.PAYMENT_REQUESTED, State.WITHDRAWAL_REQUESTED):
        dossier = factories.in_state(worked_on, centre, procedure)
        clock_of = iter(MONDAY + dt.timedelta(hours=n) for n in range(3, 9))
        for state in filter(None, (between, State.SUPPLEMENT_REQUESTED)):
            acts.do("report", dossier, by=None, now=next(clock_of), state=state, reasons=[REASON], external_id=state)
            dossier.refresh_from_db()
        assert dossier.state == State.SUPPLEMENT_REQUESTED
        if way == "act":
            acts.do("receive_supplement", dossier, by=centre.clerk, now=next(clock_of))
        else:
            acts.do("report", dossier, by=None, now=next(clock_of), state=worked_on, external_id="back")
        dossier.refresh_from_db()
        assert (dossier.state, dossier.clock_open) == (worked_on, True), between
