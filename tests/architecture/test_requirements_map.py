"""The map of the requirements is whole and points at tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = {"S1": 56, "S2": 5, "S3": 30, "S4": 11, "S5": 35}
pytestmark = pytest.mark.sqlite_only


def lines() -> list[list[str]]:
    text = (ROOT / "docs" / "requirements-map.md").read_text("utf-8")
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| S")
    ]


def test_every_row_of_the_sources_is_there_once_and_in_order():
    wanted = [f"{source}-{number:02}" for source, count in ROWS.items() for number in range(1, count + 1)]
    assert [line[0] for line in lines()] == wanted


def test_what_is_not_left_for_later_names_a_test_that_exists():
    for row, where, proof in lines():
        named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", proof)
        assert named or "later" in where or row in {"S1-18", "S4-09"}, row
        for file, function in named:
            test = ROOT / "tests" / file
            assert test.is_file(), (row, file)
            assert not function or f"def {function}(" in test.read_text("utf-8"), (row, function)
