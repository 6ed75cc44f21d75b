"""The shape of the tree: short files, domain names, one door to the network, no path of anybody's machine."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import APPS, ROOT, dotted, imports, modules, tracked, tree

pytestmark = pytest.mark.sqlite_only
LONGEST = 400
LAYER_WORDS = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc"}

# Library → the only modules (or packages, with a dot behind) that may import it.
DOORS = {
    "celery": {"portal", "portal.celery", "portal.demo.", "*.tasks"},
    "aiohttp": {"zalo.api.client", "zalo.inbound.media", "zalo.seeding.demo", "zalo.sandbox."},
    "requests": {"portal.access."},  # what mozilla-django-oidc speaks with
    "httpx": set(),
    "urllib.request": {"portal.demo.", "zalo.seeding.demo"},
    "http.client": {"portal.demo.", "zalo.inbound.media", "dossiers.outer_host", "portal.api.callbacks.sending"},
    "typst": {"dossiers.printed_forms.printing"},
    "cryptography": {"dossiers.privacy.sealing", "dossiers.privacy.sealed_files"},
    "pyhanko": {"dossiers.letters.pdf_signatures", "portal.print_studio.bleed_box"},
    "subprocess": {"portal.demo.", "portal.management.", "dossiers.attachments.pictures", "portal.transfer.databases"},
}


def _allowed(module: str, doors: set[str]) -> bool:
    return any(
        module == door
        or (door.endswith(".") and module.startswith(door))
        or (door == "*.tasks" and module[-6:] == ".tasks")
        for door in doors
    )


def test_no_product_file_is_longer_than_a_person_reads():
    long = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not {name: lines for name, lines in long.items() if lines > LONGEST}


def test_modules_are_named_after_what_they_are_about():
    named = {dotted(path) for path in modules()}
    assert not [name for name in named if LAYER_WORDS & set(name.split("."))]


def test_each_module_says_what_it_is():
    # An apps.py or a list of addresses of a few lines needs no word.
    long = [path for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > 20]
    assert not [dotted(path) for path in long if not ast.get_docstring(tree(path))]


@pytest.mark.parametrize("library", DOORS)
def test_each_outside_door_has_its_keepers(library):
    strangers = [
        dotted(path)
        for path in modules()
        if any(name == library or name.startswith(f"{library}.") for name in imports(path))
        and not _allowed(dotted(path), DOORS[library])
    ]
    assert not strangers


def test_tasks_are_thin_and_say_why_they_may_run_twice():
    for app in APPS:
        path = ROOT / app / "tasks.py"
        if not path.exists():
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or not any(
                "task" in ast.dump(mark) for mark in node.decorator_list
            ):
                continue
            body = lines[node.lineno - 1 : node.end_lineno]
            assert len(body) <= 12, f"{app}.tasks.{node.name} is {len(body)} lines"
            assert "idempotency:" in "\n".join(body), f"{app}.tasks.{node.name} does not say why it may run twice"


def test_only_the_acts_change_a_state():
    """A state is written by workflow's table of moves; elsewhere only reading it is allowed."""
    writers = []
    for path in modules():
        name = dotted(path)
        if name in {
            "dossiers.workflow.moving",
            "dossiers.intake.counter",
            "dossiers.intake.connector",
        } or name.startswith("portal.seeding"):
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                dossier = isinstance(target, ast.Attribute) and target.attr == "state"
                if dossier and getattr(target.value, "id", "") == "dossier":
                    writers.append(f"{name}:{node.lineno}")
    assert not writers


def test_the_strict_rooms_have_no_findings_of_types():
    """Those that pyproject.toml checks strictly (tool.mypy.overrides) stay off the list of old findings."""
    strict = ("dossiers/deadlines/", "dossiers/workflow/", "dossiers/privacy/", "zalo/outbox/")
    found = (ROOT / "tests/architecture/type_findings.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in found if line.startswith(strict)]


def test_there_is_no_stub_and_no_promise():
    words = re.compile(r"\b(TODO|FIXME|HACK)\b")
    assert not [dotted(path) for path in modules() if words.search(path.read_text(encoding="utf-8"))]


def test_nothing_names_a_machine_it_was_made_on():
    # Written so that this very file does not hold what it looks for.
    places = ["work", "farm", "tmp", "root", "home"]
    words = re.compile(r"(?<![\w.~-])/(" + "|".join(places) + r")/[\w.-]+")
    allowed = re.compile(r"/home/(portal|app|user|cong)|/tmp/(\.|bash)|/root/\.cache")
    found = []
    for path in tracked():
        if path.suffix in {".mo", ".png", ".woff2", ".ttf", ".gz", ".ico", ".jpg", ".pdf"} or "fonts" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1):
            hit = words.search(line)
            if hit and not allowed.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {hit[0]}")
    assert not found
