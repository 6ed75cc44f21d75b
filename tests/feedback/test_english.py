"""Every marked string of the public pages has its English."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext

ROOT = Path(__file__).resolve().parents[2] / "feedback"
SAME = {"Zalo"}


def marked() -> set[str]:
    found = set()
    for template in ROOT.glob("templates/feedback/*.html"):
        text = template.read_text(encoding="utf-8")
        found |= {a or b for a, b in re.findall(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""", text)}
        blocks = re.findall(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate", text, re.S)
        found |= {re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in blocks}
    found |= set(re.findall(r'_\("([^"]*)"\)', (ROOT / "case_form.py").read_text(encoding="utf-8")))
    return found


def test_nothing_marked_is_left_in_vietnamese():
    with translation.override("en"):
        assert [text for text in sorted(marked()) if gettext(text) == text and text not in SAME] == []
