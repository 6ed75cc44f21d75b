"""One record per state: everything else about a state follows from it, or says here what is still missing."""

from __future__ import annotations

import ast
import random
import re
from itertools import pairwise
from types import SimpleNamespace

import pytest

from dossiers.lateness.worklists import WORKLISTS
from dossiers.models import DossierEvent
from dossiers.states import BEGINNINGS, CLOCK_PAUSED, FINAL, LINE, State
from dossiers.workflow import acts
from portal.seeding.province_rows import Drawer
from tests.architecture.sources import APPS, ROOT, imports, modules, tree
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


ACTS = "dossiers/workflow/acts.py"
STORIES = "portal/seeding/province_rows.py"
"""Lives made up as COPY writes them; test_a_made_up_story_walks_where_acts_lead keeps them true."""
KINDS = ("dossiers/models/event.py", "Kind")
"""The kinds of events: one is named for each state (test_a_state_is_told); nothing else there may name one."""


def test_no_list_of_states_is_written_anywhere_else():
    """Lists of states, and states in SQL and templates, are derived from the records; acts name their sources."""
    slugs = "|".join(slug for slug in State.values if "_" in slug or slug == "appraising")  # words nothing else uses
    names = {f"State.{state.name}" for state in State} | {f"DossierState.{state.name}" for state in State}
    found = []
    for path in modules():
        where = str(path.relative_to(ROOT))
        if where in {"dossiers/states.py", ACTS, STORIES}:
            continue
        named_for_states = {id(node) for each in ast.walk(tree(path)) if isinstance(each, ast.ClassDef)
                            and (where, each.name) == KINDS for node in ast.walk(each)}  # fmt: skip
        for node in ast.walk(tree(path)):
            if id(node) in named_for_states:
                continue
            if isinstance(node, ast.Set | ast.List | ast.Tuple | ast.Dict):
                items = node.keys if isinstance(node, ast.Dict) else node.elts
                states = [each for each in items if each is not None and ast.unparse(each) in names]
                # Other rooms have a State of their own, some of the same names.
                if len(states) > 1 and "dossiers.states.State" in imports(path):
                    found.append(f"{where}:{node.lineno} lists states")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(slugs, node.value) or re.search(f"'({slugs})'", node.value):
                    found.append(f"{where}:{node.lineno} writes a state as text")
    for path in (each for app in APPS for each in (ROOT / app).rglob("*.html")):
        # A document of portal.correspondence has states of its own, some of the same name.
        if re.search(
            rf"""(?<!document\.)state ?[!=]= ?["']({"|".join(State.values)})["']""", path.read_text(encoding="utf-8")
        ):
            found.append(f"{path.relative_to(ROOT)} asks for a state by name")
    assert not found


def test_a_made_up_story_walks_where_acts_lead():
    """Each next state of a story can be reached by acts from the one before, some steps told short."""
    reached: dict[str, set[str]] = {}
    for act in acts.ACTS.values():
        for source in act.sources:
            reached.setdefault(source, set()).update(act.targets)
    for _ in State:  # as many rounds as the longest way
        for found in reached.values():
            found |= {further for each in tuple(found) for further in reached.get(each, ())}
    maker = SimpleNamespace(plan=SimpleNamespace(received_days=40))
    luck = random.Random(11)
    seen = set()
    for _ in range(20_000):
        bits, day, length = luck.getrandbits(64), luck.randrange(40), luck.randrange(20)
        steps, ages = Drawer._story(maker, 1, day, length, bits)
        assert len(ages) == len(steps) - 1
        assert steps[0] in {*BEGINNINGS, State.REFUSED}
        assert all(after in reached[before] for before, after in pairwise(steps)), steps
        seen |= set(steps)
    assert len(seen) > 7
