"""A time limit, and why a due date is that day, in the language of the page that is being read."""

from __future__ import annotations

from django.utils.translation import get_language

from dossiers.deadlines import explanation_en as due_explanation_en
from dossiers.deadlines.explanation import Explanation
from dossiers.deadlines.time_limit import TimeLimit

DOSSIER = ("Hồ sơ", "trả kết quả"), ("The file", "the result is due")
CASE = ("Ý kiến", "trả lời"), ("The message", "the answer is due")
"""(subject, outcome) in Vietnamese and in English."""


def why(explanation: Explanation, words: tuple[tuple[str, str], tuple[str, str]] = DOSSIER) -> str:
    """Return the sentence that explains a due date to a citizen."""
    (subject, outcome), (english_subject, english_outcome) = words
    if get_language() == "en":
        return due_explanation_en.sentence(explanation, subject=english_subject, outcome=english_outcome)
    return explanation.sentence("citizen", subject=subject, outcome=outcome)


def limit(of: TimeLimit) -> str:
    """Return "5 ngày làm việc" or "5 working days"."""
    return due_explanation_en.limit_text(of) if get_language() == "en" else str(of)
