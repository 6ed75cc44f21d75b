"""The arrows between statuses, and every act tried from every status."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from dossiers.workflow.moving import ActError
from feedback.cases.acts import ACTS, ARROWS, do
from feedback.cases.joining import Part
from feedback.models import Case
from feedback.publication.acts import PUBLISHING
from feedback.states import CLOCK_RUNS, FINAL, OPEN, Status, national_name
from tests.feedback.conftest import case_in, new_case
from tests.people import MONDAY

LATER = MONDAY + dt.timedelta(hours=3)
MUCH_LATER = MONDAY + dt.timedelta(days=90)
NEED_A_PUBLICATION = {act.name for act in PUBLISHING}
"""Walked in tests/feedback/publication."""


def test_every_status_has_a_row_and_a_national_name():
    assert set(ARROWS) == set(Status.values)
    assert FINAL == {status for status, targets in ARROWS.items() if not targets}
    assert {target for targets in ARROWS.values() for target in targets} == set(Status) - {Status.HELD}
    assert not FINAL & OPEN
    assert national_name(Status.ANSWERED, "published") == "Đã công khai"
    assert national_name(Status.CLOSED, "none") == "Chờ công khai"


def test_everything_open_can_end_and_nothing_ends_twice():
    for status in OPEN:
        seen, queue = set(), [status]
        while queue:
            for target in ARROWS[queue.pop()]:
                if target not in seen:
                    seen.add(target)
                    queue.append(target)
        assert Status.CLOSED in seen and Status.WITHDRAWN in seen


def asked(name, centre, elsewhere, themes) -> dict:
    """Return what a person would say for this act."""
    part = Part("Một", "Nội dung phần một", centre.agency)
    said = {
        "draft": {"text": "Trả lời"},
        "assign": {"handler": centre.handler},
        "reclassify": {"category": themes["moi-truong"]},
        "about": {"unit": centre.front},
        "transfer": {"agency": elsewhere.agency, "reason": "Thuộc nơi khác"},
        "forward": {"body": "Điện lực", "reason": "Thuộc ngành điện"},
        "refuse": {"reason": "Không rõ nội dung"},
        "close": {"reason": "Đã gọi điện báo"},
        "ask_more": {"what": "Ở đâu?"},
        "extend": {"until": MONDAY + dt.timedelta(days=200), "reason": "Phức tạp"},
        "return_for_changes": {"note": "Nói rõ hơn"},
        "supply": {"text": "Bổ sung đây"},
        "reopen": {"text": "Chưa sửa"},
        "confirm": {"satisfied": True},
        "split": {"parts": [part, part]},
        "restrict": {"kind": "complaint"},
        "apologise": {"words": "Xin lỗi vì trả lời chậm."},
    }
    return {"into": new_case(centre)} if name == "merge" else said.get(name, {})


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status.values)
def test_every_act_from_a_status(status, centre, elsewhere, themes):
    walked = case_in(status, centre)
    for name in sorted(ACTS.keys() - NEED_A_PUBLICATION):
        undo = transaction.savepoint()
        _done_or_refused(name, Case.objects.get(pk=walked.pk), centre, elsewhere, themes)
        transaction.savepoint_rollback(undo)


def _done_or_refused(name, case, centre, elsewhere, themes) -> None:
    act, status, now = ACTS[name], case.status, MUCH_LATER if name.startswith("close") else LATER
    if name in {"submit", "send_now"} and status in act.sources:
        do("draft", case, by=centre.handler, now=now, text="Trả lời")
    before = (Case.objects.values_list("status", "version").get(pk=case.pk), case.events.count())
    by = centre.leader if act.permission else None
    if status in act.sources:
        do(name, case, by=by, now=now, **asked(name, centre, elsewhere, themes))
        fresh = Case.objects.get(pk=case.pk)
        assert case.events.count() > before[1] or name in {"draft", "object_to"}, name
        assert fresh.status in act.targets or (not act.targets and fresh.status == status), name
        assert fresh.clock_open is (fresh.status in CLOCK_RUNS), name
    else:
        with pytest.raises(ActError) as refused:
            do(name, case, by=by, now=now, **asked(name, centre, elsewhere, themes))
        assert str(refused.value).endswith((".", "?")), name
        after = (Case.objects.values_list("status", "version").get(pk=case.pk), case.events.count())
        assert after == before, name
