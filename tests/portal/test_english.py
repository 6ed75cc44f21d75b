"""The public pages in English: nothing marked for translation is left in Vietnamese."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from dossiers.models import ProcedureVersion, TimeLimit
from portal.pages import procedure_content

ROOT = Path(__file__).resolve().parents[2]
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
SAME = {"Zalo", "Facebook", "Email", "QR", "RSS"}
BESIDE_THE_DESK = (
    "portal/templates/portal/*.html",
    "portal/templates/*.html",
    "zalo/templates/zalo/*.html",
    "feedback/templates/feedback/*.html",
)


def marked_in_templates() -> set[str]:
    found: set[str] = set()
    for pattern in BESIDE_THE_DESK:
        for template in ROOT.glob(pattern):
            text = template.read_text(encoding="utf-8")
            found |= {a or b for a, b in re.findall(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""", text)}
    return found


def marked_in_code() -> set[str]:
    found: set[str] = set()
    for app in ("portal", "zalo", "feedback", "dossiers"):
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


def untranslated(text: str) -> bool:
    # Python 3.11.2, that of Debian 12, finds words that have a plural through ngettext alone.
    return gettext(text) == text and ngettext(text, text, 1) == text


@pytest.mark.parametrize("marked", [marked_in_templates, marked_in_code])
def test_nothing_marked_is_left_in_vietnamese(marked):
    words = marked() - SAME
    assert len(words) > 50, "the search itself must find them"
    with translation.override("en"):
        assert [text for text in sorted(words) if re.search(r"[À-ỹđĐ]", text) and untranslated(text)] == []


@pytest.mark.parametrize(
    "amount, unit, vietnamese, english",
    [
        ("5", "working_day", "5 ngày làm việc", "5 working days"),
        ("1", "month", "1 tháng", "1 month"),
        ("1.50", "working_day", "1,5 ngày làm việc", "1.5 working days"),
        (None, "same_day", "trong ngày làm việc", "the same working day"),
        (
            "3",
            "unstated",
            "3 ngày (danh mục không ghi ngày làm việc hay ngày thường)",
            "3 days (the catalogue does not say whether working days)",
        ),
    ],
)
def test_a_time_limit_in_both_languages(procedure, amount, unit, vietnamese, english, settings):
    version = ProcedureVersion.objects.get(procedure=procedure)
    version.time_limits.all().delete()
    TimeLimit.objects.create(version=version, amount=amount, unit=unit)
    for language, words in (("vi", vietnamese), ("en", english)):
        with translation.override(language):
            content = procedure_content.content_of(version, version.valid_from)
        assert [limit.text for limit in content.limits] == [words]


def test_a_page_of_a_dossier_explains_its_date_in_english(client, centre, procedure):
    from tests import factories

    page = client.get(f"/h/{factories.dossier(centre, procedure).token}/?lang=en").content.decode()
    assert "The file was received at 08:30 Monday 16/11/2026, the time limit is 5 working days" in page
    assert "vì vậy trả kết quả" not in page


def test_the_language_of_one_request_is_not_the_next_ones(client, db):
    assert "Track a file" in client.get("/tra-cuu/?lang=en").content.decode()
    assert translation.get_language() == "vi"
