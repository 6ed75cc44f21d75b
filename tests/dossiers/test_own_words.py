"""The product speaks with one voice: one example of a code, one wording of a time limit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dossiers.dossier_codes import EXAMPLE, parse_code
from dossiers.models import TimeLimit
from dossiers.written_limits import written_limit

ROOT = Path(__file__).parents[2]
_CODE = re.compile(r"[A-Z]\d{2}\.\d{2}[.\d]*-\d{6,8}-\d{4,7}")
SHOWN = [
    *ROOT.glob("*/templates/**/*.html"),
    *ROOT.glob("zalo/**/*.py"),
    *ROOT.glob("portal/locale/en/LC_MESSAGES/*.po"),
    *ROOT.glob("feedback/**/*.py"),
]


def test_the_example_is_a_code():
    assert parse_code(EXAMPLE).text == EXAMPLE


def test_every_example_of_a_code_that_people_read_is_the_same():
    shown = {(path.name, code) for path in SHOWN for code in _CODE.findall(path.read_text(encoding="utf-8"))}
    assert {code for name, code in shown if name not in {"seed.py"}} <= {EXAMPLE}


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (5, "working_day", "5 ngày làm việc"),
        (1.5, "working_day", "1,5 ngày làm việc"),
        (None, "same_day", "trong ngày làm việc"),
        (3, "unstated", "3 ngày (danh mục không ghi ngày làm việc hay ngày thường)"),
        (None, "", "Không công bố; hỏi nơi tiếp nhận."),
    ],
)
def test_a_limit_has_one_wording_on_page_chat_and_receipt(amount, unit, words):
    from decimal import Decimal

    given = None if amount is None else Decimal(str(amount))
    assert written_limit(given, unit) == words
    assert str(TimeLimit(amount=given, unit=unit)) == words
