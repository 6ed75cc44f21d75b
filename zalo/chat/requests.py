"""One message, the things it asks for, in order: "hồ sơ tới đâu rồi, mai có làm việc không" asks for two.

Deterministic: the message is cut where people pause, each part is read by the learned model, and it is several requests
only when two parts say plainly, each by itself, that they want different things. A report, an insult or an emergency is
never cut: what it says belongs together. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dossiers.dossier_codes import find_codes
from dossiers.language import intents

LEAST_WORDS = 3
PLAIN, PLAIN_CLAUSE = 0.0, 0.25
"""Margins from which a sentence, and a mere clause, says what it wants by itself."""
_DOSSIERS = ("lookup_by_code", "my_dossiers")
CLEARLY_ONE = frozenset({"feedback_start", "danger", "abusive", "irrelevant", "rating", "opt_out", "cancel_dialogue"})
APART = frozenset(
    {"my_dossiers", "lookup_by_code", "procedure_search", "dataset_lookup", "support", "guide", "human"}
    | {"petition_question", "withdraw_dossier", "link_dossier"}
)
_STRONG = re.compile(
    r"[?!;\n]+|\.(?=\s|$)|\b(?:với lại|voi lai|ngoài ra|ngoai ra|luôn tiện|luon tien|tiện thể|tien the"
    r"|sẵn tiện|san tien|sẵn cho|san cho|nhân tiện|nhan tien|đồng thời|dong thoi|à mà|ủa mà|uả mà|à quên)\b",
    re.I,
)
_WEAK = re.compile(r",|\s(?:và|còn|rồi)\s", re.I)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked for: its words and what they want."""

    words: str
    wants: str


def read(text: str, after: str = "") -> list[Request]:
    """Return what the message asks for: one request, the message as it stands, unless it plainly asks for several."""
    whole = Request(text.strip(), intents.guess(text, after).name)
    if whole.wants in CLEARLY_ONE:
        return [whole]
    for by_sentences in (True, False):
        found = _joined(_parts(text, by_sentences=by_sentences), by_sentences=by_sentences)
        if len(found) > 1:
            return found
    return [whole]


def _parts(text: str, *, by_sentences: bool) -> list[str]:
    """Return the sentences of the text, or what stands between any two pauses, however slight."""
    rest = [part for part in _STRONG.split(text) if part]
    if not by_sentences:
        rest = [part for sentence in rest for part in _WEAK.split(sentence)]
    return [part.strip() for part in rest if part.strip()]


def _joined(parts: list[str], *, by_sentences: bool) -> list[Request]:
    """Return the parts as requests: what says nothing by itself belongs to its neighbour, like to like.

    A code and a question about one's dossier are about the same dossier.
    Two questions about procedures are two only when they are sentences of their own: "khai sinh, hộ khẩu" is one.
    """
    found: list[Request] = []
    loose = ""
    for part in parts:
        wants = _wants(part, PLAIN if by_sentences else PLAIN_CLAUSE)
        if found and {wants, found[-1].wants} == set(_DOSSIERS):
            found[-1] = Request(f"{found[-1].words}, {part}", _DOSSIERS[0])
        elif not wants and found:
            found[-1] = Request(f"{found[-1].words}, {part}", found[-1].wants)
        elif not wants:
            loose = f"{loose}, {part}" if loose else part
        elif found and found[-1].wants == wants and not (by_sentences and wants == "procedure_search"):
            found[-1] = Request(f"{found[-1].words}, {part}", wants)
        else:
            found.append(Request(f"{loose}, {part}" if loose else part, wants))
            loose = ""
    return found


def _wants(part: str, least: float) -> str:
    """Return what a part wants, "" when it does not say so by itself."""
    if find_codes(part):
        return "lookup_by_code"
    guess = intents.guess(part)
    if len(_WORD.findall(part)) < LEAST_WORDS or guess.score < least or guess.name not in APART:
        return ""
    return guess.name
