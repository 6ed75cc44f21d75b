"""The bank of phrasings: enough of it, nothing twice, every head a procedure code."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from dossiers.catalogue.reading import read_rows
from dossiers.procedure_search import bank
from dossiers.search_text import fold
from tests.dossiers.catalogue.test_catalogue_national_file import national_file

pytestmark = pytest.mark.sqlite_only


def test_nothing_is_said_twice():
    said = Counter(fold(text) for _, text in bank.phrasings())
    assert not [text for text, times in said.items() if times > 1]


def test_the_bank_is_wide_and_deep():
    said = defaultdict(list)
    for code, text in bank.phrasings():
        said[code].append(text)
    assert len(said) >= 600
    assert sum(map(len, said.values())) >= 8 * 767
    assert all(len(texts) >= 3 for texts in said.values())
    assert all(3 <= len(text) <= 200 for texts in said.values() for text in texts)


def test_each_block_has_a_head_and_phrasings():
    for path in bank.FOLDER.glob("*.txt"):
        heads = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("[")]
        assert heads and len(heads) == len(set(heads)), path.name
        assert all(bank._HEAD.match(line) for line in heads), path.name


def test_codes_are_national_and_communes_have_eight_phrasings():
    rows = {row.values["ma_thu_tuc"]: row.values["cap_thuc_hien"] for row in read_rows(national_file())}
    said = Counter(code for code, _ in bank.phrasings())
    assert not set(said) - set(rows)
    assert not [code for code, times in said.items() if "xã" in rows[code] and times < 8]
