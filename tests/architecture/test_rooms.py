"""A room is small and entered by its door: its docstring says what it is for, `__all__` names what others may use."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, ROOT, dotted, imports, modules, tree

pytestmark = pytest.mark.sqlite_only
MOST_MODULES = 25


@cache
def doors() -> dict[str, frozenset[str]]:
    """Return the rooms that have a door, each with the names of the modules that others may import."""
    found = {}
    for path in modules():
        if path.name != "__init__.py":
            continue
        for node in tree(path).body:
            target = node.target if isinstance(node, ast.AnnAssign) else None
            target = node.targets[0] if isinstance(node, ast.Assign) else target
            if getattr(target, "id", "") == "__all__":
                found[dotted(path)] = frozenset(ast.literal_eval(node.value))
    return found


def rooms() -> list[Path]:
    """Return the packages right below an app that hold modules of their own."""
    return sorted(
        path.parent
        for app in APPS
        for path in (ROOT / app).glob("*/__init__.py")
        if path.parent.name not in {"migrations", "management", "templatetags", "formats"}
    )


def test_no_folder_holds_more_modules_than_one_can_overlook():
    counted = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert not {str(folder.relative_to(ROOT)): n for folder, n in counted.items() if n > MOST_MODULES}


def test_each_room_says_what_it_is_for():
    assert not [str(room.relative_to(ROOT)) for room in rooms() if not ast.get_docstring(tree(room / "__init__.py"))]


def test_nobody_goes_past_a_door():
    past = []
    names = {dotted(path) for path in modules()}
    for path in modules():
        importer = dotted(path)
        for name in imports(path) & names:
            room, _, module = name.rpartition(".")
            if room in doors() and module not in doors()[room] and not f"{importer}.".startswith(f"{room}."):
                past.append(f"{importer} -> {name}")
    assert not past


def test_a_door_names_only_what_is_there():
    names = {dotted(path) for path in modules()}
    missing = []
    for room, public in doors().items():
        own = tree(ROOT / Path(*room.split(".")) / "__init__.py")
        bound = {
            alias.asname or alias.name
            for node in ast.walk(own)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        bound |= {node.name for node in own.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        bound |= {t.id for node in own.body if isinstance(node, ast.Assign) for t in node.targets if hasattr(t, "id")}
        bound |= {node.target.id for node in own.body if isinstance(node, ast.AnnAssign)}
        missing += [f"{room}.{name}" for name in public if f"{room}.{name}" not in names and name not in bound]
    assert not missing
