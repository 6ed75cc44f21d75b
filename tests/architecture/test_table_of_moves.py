"""The table of moves that leaders read is the one the program obeys."""

from __future__ import annotations

import pytest

from dossiers.states import FINAL, State
from dossiers.workflow.acts import ARROWS
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.sqlite_only
DOCUMENT = ROOT / "docs" / "workflow.md"
BEGIN, END = "<!-- moves: begin -->", "<!-- moves: end -->"


def table() -> str:
    """Return the table as Markdown: a line a state, its national code and every state it may move to."""
    rows = ["| Trạng thái | Mã quốc gia | Được chuyển sang |", "|---|---|---|"]
    for state in State:
        targets = ", ".join(target.label for target in State if target in ARROWS[state])
        rows.append(f"| {state.label} (`{state}`) | {state.record.code} | {targets or 'kết thúc'} |")
    return "\n".join(rows)


def test_the_document_and_the_program_say_the_same():
    text = DOCUMENT.read_text(encoding="utf-8")
    written = text.partition(BEGIN)[2].partition(END)[0].strip()
    assert written == table(), f"put this between the marks of {DOCUMENT.name}:\n{table()}"


def test_the_table_is_whole():
    assert set(ARROWS) == set(State)
    assert {state for state, targets in ARROWS.items() if not targets} == set(FINAL)
    reached = {target for targets in ARROWS.values() for target in targets}
    assert reached == set(State), "a state nobody can come to"
