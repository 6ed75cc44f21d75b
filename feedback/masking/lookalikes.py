"""What looks like a person or a home and is not: shops, countries, wards, widths, words after a home. Pure."""

from __future__ import annotations

import re

from dossiers.search_text import fold

_SHOP = re.compile(
    r"\b(?<!chu )(?:quan|tiem|shop|cua hang|dai ly|cty|cong ty|nha hang|khach san|nha thuoc|sieu thi|trang ten)"
    r"(?: (?!cua\b|chi\b|anh\b|ong\b|ba\b|co\b|chu\b|em\b|bac\b|cau\b|di\b|mo\b|thim\b|me\b|cha\b|bo\b|ten\b)\w+){0,2}$"
)
"""A shop, a firm or a page before the words: it is named so. Who stands there after a title is a person."""
_COUNTRIES = frozenset(
    "viet nam|han quoc|trung quoc|nhat ban|dai loan|thai lan|hoa ky|an do|lien xo|campuchia|trieu tien".split("|")
)
_WARD = re.compile(r"(?i)(?<!\w)(?:p|x|q|h|tt|tp)\.\s*$")
_NO_HOME = re.compile(r"(?i)sn\b|\w+\s\d+(?:[.,]\d+)?\s?m\b")
"""A day of birth ("sn 14/10") and how wide a lane is ("hẻm 2m")."""
_AREAS = frozenset("ap thon xom ban buon soc to khu khom hem ngo ngach kiet duong pho lo xa phuong day tang".split())
_LONG_NAME = 3


def is_no_name(text: str, start: int, end: int) -> bool:
    """Return whether the words are a shop's, a country's or a ward's."""
    before, words = text[:start], text[start:end]
    if fold(words) in _COUNTRIES or _WARD.search(before):
        return True
    return len(words.split()) < _LONG_NAME and bool(_SHOP.search(fold(before)))


def is_no_home(words: str) -> bool:
    """Return whether the words only look like a home."""
    return bool(_NO_HOME.match(words))


def home_ends(text: str, start: int, end: int) -> int:
    """Return where the home ends: small words after its number or name, no place among them, tell what happens there.

    Only where the writer uses capitals: otherwise a small word may be the name of the street.
    """
    words = text[start:end].split(" ")
    kept = len(words)
    while kept > 1 and words[kept - 1].isalpha() and words[kept - 1].islower():
        kept -= 1
    tail = {fold(word) for word in words[kept:]}
    written = any(ch.isdigit() for word in words[:kept] for ch in word)
    if not written or _AREAS & tail or not any(ch.isupper() for ch in text):
        return end
    return start + len(" ".join(words[:kept]))
