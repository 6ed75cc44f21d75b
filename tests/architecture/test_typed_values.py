"""Digits that people and programs type are read by dossiers.typed: isdigit() alone takes ² and any length."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import dotted, modules

AT_THE_DOOR = re.compile(r"\.(admin|pages|inbound|api|desk)\.")
pytestmark = pytest.mark.sqlite_only


def test_isdigit_is_never_asked_without_isascii():
    careless = [
        f"{dotted(path)}:{number}"
        for path in modules()
        for number, line in enumerate(Path(path).read_text("utf-8").splitlines(), start=1)
        if ".isdigit()" in line and "isascii()" not in line and AT_THE_DOOR.search(dotted(path))
    ]
    assert careless == []
