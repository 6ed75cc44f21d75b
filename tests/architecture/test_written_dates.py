"""Days and moments that people read are written by dossiers.written_dates and by nothing else."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import ROOT, modules, tree

pytestmark = pytest.mark.sqlite_only
READ_BY_PEOPLE = re.compile(r"%d/%m|%m/%Y|%H:%M|%d-%m|%d\.%m|%H giờ|^%[HMd]$")
OTHERS_WRITING = ("dossiers/written_dates.py", "zalo/sandbox/", "portal/seeding/province_rows.py")
"""The module itself; what the simulated Zalo answers; moments as the database writes them."""


def formats(path) -> list[tuple[int, str]]:
    """Return (line, format) of each f-string and each strftime that writes a date or a time."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            found += [(node.lineno, part.value) for part in node.format_spec.values if isinstance(part, ast.Constant)]
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
            "strftime",
            "format",
        }:
            found += [(node.lineno, part.value) for part in node.args if isinstance(part, ast.Constant)]
    return [(line, text) for line, text in found if isinstance(text, str) and READ_BY_PEOPLE.search(text)]


def test_no_module_writes_dates_in_a_shape_of_its_own():
    found = []
    for path in modules():
        where = str(path.relative_to(ROOT))
        if not where.startswith(OTHERS_WRITING):
            found += [f"{where}:{line} writes {text!r}" for line, text in formats(path)]
    assert not found


DAY_AND_MONTH = re.compile(r"""\|date:["'][^"']*d/m(?!/Y)""")
DAYS_COUNTED = re.compile(r"\{\{\s*([^}]+?)\s*\}\}(?:</b>)? ngày\b(?! làm việc)(?! \{\{)")
OF_A_PERIOD = {
    "broken_days", "days|length", "days", "standing.closed", "standing.missing", "standing.differing",
    "report.figures.days", "report.figures.missing",
}  # fmt: skip
"""Counts of the days a period has, or a key is good for; how long a thing has taken or has left is in working days."""


def templates():
    return [path for room in ("dossiers", "feedback", "portal", "zalo") for path in (ROOT / room).rglob("*.html")]


def test_no_page_writes_a_day_without_its_year():
    found = [path.name for path in templates() if DAY_AND_MONTH.search(path.read_text(encoding="utf-8"))]
    assert len(templates()) > 100 and not found


def test_no_page_of_the_desk_counts_calendar_days_beside_working_hours():
    found = {
        f"{path.name}: {said}"
        for path in templates()
        if "desk" in path.parts or "reporting" in path.parts
        for said in DAYS_COUNTED.findall(path.read_text(encoding="utf-8"))
        if said.partition("|date")[0] == said and said not in OF_A_PERIOD
    }
    assert not found


def test_weekdays_are_named_once():
    named = [path for path in modules() if "thứ Hai" in {getattr(n, "value", "") for n in ast.walk(tree(path))}]
    assert [str(path.relative_to(ROOT)) for path in named] == ["dossiers/written_dates.py"]
