"""What comments, docstrings and documents name is there: files, modules, commands, pages."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tests.architecture.sources import APPS, ROOT, dotted, tracked, tree

pytestmark = pytest.mark.sqlite_only
_FILE = re.compile(r"(?<![\w/.<>{}*-])((?:[\w.-]+/)+[\w.-]+\.(?:py|html|css|js|md|toml|typ|yaml|conf|service|lua))\b")
_MODULE = re.compile(
    r"(?<![\w./-])((?:dossiers|zalo|feedback|portal|tests)(?:\.[a-z_]\w*)+)(?![\w/-])(?<!\.md)(?<!\.me)(?<!\.vn)"
)
_COMMAND = re.compile(r"`[^`\n]*manage\.py ([a-z_]+)")
_PAGE = re.compile(r"`(/[\w/<>{}:-]+/)`")
_PREFIXES = {"/api/", "/demo/dien-thoai/"}  # a beginning of addresses; a page of the demonstration alone
_FILLED = {"<": "abcdefgh12345678", "{": "1"}
# The beginnings of task names.
_TALK = {"dossiers.tasks", "zalo.tasks", "feedback.tasks"}


@cache
def spoken(path: Path) -> list[tuple[int, str]]:
    """Return (line, text) of every comment and docstring of a Python file, or of every line of a document."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return list(enumerate(text.splitlines(), start=1))
    # Half of the files hold no comment: cutting a file into words takes longest.
    tokens = tokenize.generate_tokens(io.StringIO(text).readline) if "#" in text else ()
    found = [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            words = ast.get_docstring(node, clean=False)
            if words:
                found.append((node.body[0].lineno, words))
    return found


def sources() -> list[Path]:
    documents = [path for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
    code = [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]
    return documents + code


@cache
def names_of(module: str) -> frozenset[str] | None:
    """Return the names a module defines at its top; None when there is no such module."""
    base = ROOT / Path(*module.split("."))
    path = base.with_suffix(".py") if base.with_suffix(".py").is_file() else base / "__init__.py"
    if not path.is_file():
        return frozenset() if base.is_dir() else None
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return frozenset(found)


def is_there(name: str) -> bool:
    """Whether "zalo.outbox.claims" or "dossiers.workflow.moving.Stale" can be found in the tree."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        known = names_of(".".join(parts[:cut]))
        if known is not None:
            return cut == len(parts) or parts[cut] in known
    return False


def test_every_file_named_is_there():
    missing = []
    for path in sources():
        for line, words in spoken(path):
            for name in _FILE.findall(words):
                roots = (ROOT, ROOT / "tests", path.parent, *(ROOT / app for app in APPS))
                if "://" not in words and not any((root / name).exists() for root in roots):
                    missing.append(f"{path.relative_to(ROOT)}:{line}: {name}")
    assert not missing


def test_every_module_named_is_there():
    permissions = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        for codename in [
            *(f"{act}_{model._meta.model_name}" for act in model._meta.default_permissions),
            *(codename for codename, _ in model._meta.permissions),
        ]
    }
    missing = []
    for path in sources():
        for line, words in spoken(path):
            for name in _MODULE.findall(words):
                if not is_there(name) and name not in permissions | _TALK:
                    missing.append(f"{path.relative_to(ROOT)}:{line}: {name}")
    assert not missing


def test_every_command_named_is_there():
    known = set(get_commands())
    missing = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources()
        for line, words in spoken(path)
        for name in _COMMAND.findall(words)
        if name not in known
    ]
    assert not missing


def test_every_page_named_in_a_document_opens():
    missing = []
    for path in sources():
        if path.suffix != ".md":
            continue
        for line, words in spoken(path):
            if path.name == "requirements-map.md" and "later" in words:
                continue
            for name in set(_PAGE.findall(words)) - _PREFIXES:
                address = re.sub(r"([<{])[^>}]*[>}]", lambda hit: _FILLED[hit[1]], name)
                try:
                    resolve(address)
                except Resolver404:
                    missing.append(f"{path.relative_to(ROOT)}:{line}: {name}")
    assert not missing


def test_the_search_itself_finds_what_is_false():
    assert is_there("dossiers.workflow") and is_there("dossiers.workflow.moving.Stale")
    assert not is_there("dossiers.nowhere") and not is_there("zalo.outbox.rows.nobody")
    assert dotted(ROOT / "zalo" / "urls.py") == "zalo.urls" and is_there("zalo.urls")
