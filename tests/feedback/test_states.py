"""One record per state of a case: everything else about a state follows from it."""

from __future__ import annotations

import ast

import pytest

from dossiers.states import Clock
from feedback.states import ANSWERED, FINAL, OPEN, STEPS, Publishing, Status, national_name
from tests.architecture.sources import ROOT, modules, tree

pytestmark = pytest.mark.sqlite_only
STYLES = [path.read_text(encoding="utf-8") for path in ROOT.glob("portal/static/portal/*.css")]
NATIONAL = {
    "Mới tiếp nhận",
    "Đang xử lý",
    "Chờ bổ sung",
    "Đã bổ sung",
    "Đã chuyển/trả lại",
    "Từ chối tiếp nhận",
    "Chờ công khai",
    "Đã công khai",
}


@pytest.mark.parametrize("status", Status)
def test_a_state_is_whole(status):
    record = status.record
    assert status.name == status.value.upper()
    assert record.national in NATIONAL and national_name(status, Publishing.NONE) == record.national
    assert any(f".tone-{record.tone}" in text for text in STYLES)
    assert 0 <= record.step <= len(STEPS)
    assert bool(record.step) == (status in OPEN | ANSWERED), "who left the line reads a sentence"
    assert record.clock in {Clock.RUNS, Clock.PAUSED, Clock.STOPPED}
    assert not record.workable or record.clock is Clock.RUNS
    assert not record.final or record.clock is Clock.STOPPED
    assert record.awaits_citizen or record.clock is not Clock.PAUSED, "only the sender stops the clock"


def test_an_answered_case_is_published_or_waits_for_it():
    for status in Status:
        named = national_name(status, Publishing.PUBLISHED)
        assert named == ("Đã công khai" if status in ANSWERED else status.record.national)
    assert Status.CLOSED in FINAL and Status.ANSWERED not in FINAL


ACTS = {"feedback/cases/acts.py", "feedback/publication/acts.py", "feedback/states.py"}


def test_no_list_of_states_is_written_anywhere_else():
    """Lists of states are derived from the records; acts name their sources."""
    names = {f"{word}.{status.name}" for status in Status for word in ("Status", "S")}
    found = []
    for path in modules("feedback", "zalo", "portal"):
        where = str(path.relative_to(ROOT))
        if where in ACTS or "feedback.states" not in path.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Set | ast.List | ast.Tuple | ast.Dict):
                items = node.keys if isinstance(node, ast.Dict) else node.elts
                if len([each for each in items if each is not None and ast.unparse(each) in names]) > 1:
                    found.append(f"{where}:{node.lineno}")
    assert not found
