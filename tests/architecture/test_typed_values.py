"""Digits that people and programs type are read by dossiers.typed: isdigit() alone takes ² and any length."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import dotted, modules

pytestmark = pytest.mark.sqlite_only


def test_isdigit_is_never_asked_without_isascii():
    careless = [
        f"{dotted(path)}:{number}"
        for path in modules()
        for number, line in enumerate(Path(path).read_text("utf-8").splitlines(), start=1)
        if re.search(r"\.isdigit\(\)", line) and "isascii()" not in line and ".sandbox" not in dotted(path)
    ]
    allowed = {"dossiers.catalogue", "dossiers.lists.dossier_search", "dossiers.dossier_codes", "zalo.chat.lookup"}
    allowed |= {"feedback.masking", "dossiers.language"}  # count digits, or ask of matched text
    assert [place for place in careless if not place.startswith(tuple(allowed))] == []
