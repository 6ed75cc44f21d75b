"""The walks for whoever changes something name only what is there."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.sqlite_only
TEXT = (ROOT / "docs" / "changing-it.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:dossiers|zalo|feedback|portal|tests|docs)/[\w./-]*)`", TEXT)))


def test_there_are_eight_walks():
    assert re.findall(r"^## (\d)\.", TEXT, re.M) == list("12345678")


@pytest.mark.parametrize("name", NAMED)
def test_what_a_walk_names_is_there(name):
    assert (ROOT / name).exists()


def test_each_walk_names_a_file_to_touch():
    assert all(re.search(r"`[\w/.-]+\.(?:py|md|html)`", walk) for walk in TEXT.split("\n## ")[1:])
