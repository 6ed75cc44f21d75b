"""One record per state: everything else about a state follows from it, or says here what is still missing."""

from __future__ import annotations

import ast
import re

import pytest

from dossiers.lateness.worklists import WORKLISTS
from dossiers.models import DossierEvent
from dossiers.states import CLOCK_PAUSED, FINAL, LINE, State
from tests.architecture.sources import APPS, ROOT, modules, tree
from zalo.messages import registry as messages

pytestmark = pytest.mark.sqlite_only
ICONS = (ROOT / "portal/static/portal/icons.svg").read_text(encoding="utf-8")
STYLES = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("portal/static/portal/*.css")}


@pytest.mark.parametrize("state", State)
def test_a_state_is_whole(state):
    record = state.record
    assert state.name == state.value.upper()
    assert 1 <= record.code <= 10
    assert f'id="{record.icon}"' in ICONS
    assert any(f".tone-{record.tone}" in text for text in STYLES.values())
    assert record.worklist in {"", *WORKLISTS}
    assert record.worklist or state in FINAL or state == State.WITHDRAWAL_REQUESTED, "on nobody's list"
    assert bool(record.waited) == (state in CLOCK_PAUSED)
    assert record.step or not record.worklist or record.duty, "a pause says what the citizen must do"


@pytest.mark.parametrize("state", State)
def test_a_state_is_told(state):
    """Coming to a state is a kind of event, and the citizen gets a message about it."""
    assert state.value in DossierEvent.Kind.values
    assert messages.for_event(state.value)
    text = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|.*`{state.value}`.*\| {state.record.code} \|", text, re.M), "docs/integration.md"


def test_the_line_leads_from_handing_in_to_handing_out():
    assert (LINE[0], LINE[-1]) == (State.SUBMITTED, State.RESULT_RETURNED)
    assert [state.record.code for state in LINE] == sorted(state.record.code for state in LINE)


SINGLE_STATES_MEAN = {
    "dossiers/models/event.py": "kinds of events, one for coming to each state",
    "portal/seeding/province_rows.py": "the made-up stories of a province",
    "portal/api/serializers.py": "examples of the API's documentation",
}


ACTS = {"dossiers/workflow/acts.py"}


def test_no_list_of_states_is_written_anywhere_else():
    """Lists of states, and states in SQL and templates, are derived from the records; acts name their sources."""
    slugs = "|".join(slug for slug in State.values if "_" in slug or slug == "appraising")  # words nothing else uses
    names = {f"State.{state.name}" for state in State} | {f"DossierState.{state.name}" for state in State}
    found = []
    for path in modules():
        where = str(path.relative_to(ROOT))
        if where in {"dossiers/states.py", *ACTS, *SINGLE_STATES_MEAN}:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Set | ast.List | ast.Tuple | ast.Dict):
                items = node.keys if isinstance(node, ast.Dict) else node.elts
                states = [each for each in items if each is not None and ast.unparse(each) in names]
                if len(states) > 1:
                    found.append(f"{where}:{node.lineno} lists states")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(slugs, node.value) or re.search(f"'({slugs})'", node.value):
                    found.append(f"{where}:{node.lineno} writes a state as text")
    for path in (each for app in APPS for each in (ROOT / app).rglob("*.html")):
        if re.search(rf"""state ?[!=]= ?["']({"|".join(State.values)})["']""", path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(ROOT)} asks for a state by name")
    assert not found
