"""The transition table, walked pair by pair, and every act tried from every status."""

from __future__ import annotations

import datetime as dt

import pytest

from dossiers.workflow.moving import ActError
from feedback.cases import answers, citizen_acts, joining, moving
from feedback.cases import handling as cases
from feedback.models import Case
from feedback.petitions import restricted
from feedback.states import ALLOWED_MOVES, CLOCK_RUNS, FINAL, NATIONAL_NAME, OPEN, Status, may_move, national_name
from tests.feedback.conftest import case_in, new_case
from tests.people import MONDAY

LATER = MONDAY + dt.timedelta(hours=3)


def test_every_status_has_a_row_and_a_national_name():
    assert set(ALLOWED_MOVES) == set(Status.values) == set(NATIONAL_NAME)
    assert FINAL == {status for status, targets in ALLOWED_MOVES.items() if not targets}
    assert not FINAL & OPEN
    assert national_name(Status.ANSWERED, "published") == "Đã công khai"
    assert national_name(Status.CLOSED, "none") == "Chờ công khai"


def test_everything_open_can_end_and_nothing_ends_twice():
    for status in OPEN:
        seen, queue = set(), [status]
        while queue:
            for target in ALLOWED_MOVES[queue.pop()]:
                if target not in seen:
                    seen.add(target)
                    queue.append(target)
        assert Status.CLOSED in seen and Status.WITHDRAWN in seen


@pytest.mark.django_db
@pytest.mark.parametrize("source", Status.values)
def test_every_pair_of_a_source(centre, source):
    main = new_case(centre)
    for target in Status.values:
        case = new_case(centre)
        Case.objects.filter(pk=case.pk).update(
            status=source, outcome_reason="lý do", merged_into=main if source == Status.MERGED else None
        )
        case.refresh_from_db()
        changes = {"outcome_reason": "lý do"} | ({"merged_into": main} if target == Status.MERGED else {})
        before = case.events.count()
        if may_move(source, target):
            event = moving.move(case, target, kind="resumed", by=None, now=LATER, changes=changes)
            case.refresh_from_db()
            assert (event.from_status, event.to_status, case.status, case.version) == (source, target, target, 2)
        else:
            with pytest.raises(ActError, match="nên không chuyển sang"):
                moving.move(case, target, kind="resumed", by=None, now=LATER, changes=changes)
            case.refresh_from_db()
            assert (case.status, case.events.count()) == (source, before)


# Act → the statuses it must work from; from every other it must refuse with a sentence and change nothing.
ACTS = {
    "release": {"held"},
    "accept": {"new", "info_received"},
    "assign": {"new", "in_progress", "info_received", "approval"},
    "reclassify": {"new", "in_progress", "info_received"},
    "about": {"held", "new", "in_progress", "info_requested", "info_received", "approval", "answered"},
    "transfer": {"new", "in_progress", "info_received"},
    "forward": {"new", "in_progress", "info_received"},
    "refuse": {"held", "new", "in_progress", "info_received"},
    "ask_more": {"new", "in_progress", "info_received"},
    "extend": {"held", "new", "in_progress", "info_received", "approval"},
    "resume": {"info_requested", "info_received"},
    "submit": {"in_progress"},
    "return_for_changes": {"approval"},
    "send": {"approval", "in_progress"},
    "supply": {"info_requested"},
    "reopen": {"answered"},
    "withdraw": {"held", "new", "in_progress", "info_requested", "info_received", "approval"},
    "confirm": {"answered"},
    "merge": {"held", "new", "in_progress", "info_requested", "info_received"},
    "separate": {"merged"},
    "split": {"new", "in_progress", "info_received"},
    "restrict": {"held", "new", "in_progress", "info_requested", "info_received", "approval"},
}


def do(name, case, centre, elsewhere, themes):
    by, now = centre.leader, LATER
    part = joining.Part("Một", "Nội dung phần một", centre.agency)
    if name == "submit":
        if case.status == Status.IN_PROGRESS:
            answers.draft(case, by=centre.handler, now=now, text="Trả lời")
        return answers.submit(case, by=centre.handler, now=now)
    if name == "send":
        if case.status == Status.IN_PROGRESS:
            answers.draft(case, by=centre.handler, now=now, text="Trả lời")
        return answers.send(case, by=by, now=now)
    return {
        "release": lambda: cases.release(case, by=by, now=now),
        "accept": lambda: cases.accept(case, by=by, now=now),
        "assign": lambda: cases.assign(case, by=by, now=now, handler=centre.handler),
        "reclassify": lambda: cases.reclassify(case, by=by, now=now, category=themes["moi-truong"]),
        "about": lambda: cases.set_reported_unit(case, by=by, now=now, unit=centre.front),
        "transfer": lambda: cases.transfer(case, by=by, now=now, agency=elsewhere.agency, reason="Thuộc nơi khác"),
        "forward": lambda: cases.forward(case, by=by, now=now, body="Điện lực", reason="Thuộc ngành điện"),
        "refuse": lambda: cases.refuse(case, by=by, now=now, reason="Không rõ nội dung"),
        "ask_more": lambda: cases.ask_more(case, by=by, now=now, what="Ở đâu?"),
        "extend": lambda: cases.extend(case, by=by, now=now, until=MONDAY + dt.timedelta(days=60), reason="Phức tạp"),
        "resume": lambda: cases.resume(case, by=by, now=now),
        "return_for_changes": lambda: answers.return_for_changes(case, by=by, now=now, note="Nói rõ hơn"),
        "supply": lambda: citizen_acts.supply(case, now=now, text="Bổ sung đây"),
        "reopen": lambda: citizen_acts.reopen(case, now=now, why="Chưa sửa"),
        "withdraw": lambda: citizen_acts.withdraw(case, now=now),
        "confirm": lambda: citizen_acts.confirm(case, now=now, satisfied=True),
        "merge": lambda: joining.merge(case, new_case(centre), by=by, now=now),
        "separate": lambda: joining.separate(case, by=by, now=now),
        "split": lambda: joining.split(case, by=by, now=now, parts=[part, part]),
        "restrict": lambda: restricted.restrict(case, by=by, now=now, kind="complaint"),
    }[name]()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
def test_act_from_every_status(name, centre, elsewhere, themes):
    for status in Status.values:
        case = case_in(status, centre)
        before = (Case.objects.values_list("status", "version").get(pk=case.pk), case.events.count())
        if status in ACTS[name]:
            do(name, case, centre, elsewhere, themes)
            fresh = Case.objects.get(pk=case.pk)
            assert case.events.count() > before[1], status
            assert fresh.clock_open is (fresh.status in CLOCK_RUNS), status
        else:
            with pytest.raises(ActError) as refused:
                do(name, case, centre, elsewhere, themes)
            assert str(refused.value).endswith((".", "?"))
            after = (Case.objects.values_list("status", "version").get(pk=case.pk), case.events.count())
            assert after == before, status
