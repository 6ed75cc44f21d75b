"""Receipt numbers as people type them: any case, blanks for dashes, signs left out ("bn 2026 00777"). Pure."""

from __future__ import annotations

import re
from itertools import product

LONGEST = 60
MOST_GAPS = 3
_PART = re.compile(r"[^\W_]+")
_RUN_TOGETHER = re.compile(r"([A-Z]{1,6})(20\d\d)(\d{1,8})")
_IN_TEXT = re.compile(r"(?<![^\W_])[A-Za-z]{1,6}[ \-./]{0,3}20\d\d[ \-./]{0,3}\d{2,8}(?![^\W_]|[\-./]\d)")
_SIGNS = ("-", "/", ".", " ", "")


def spellings(typed: str) -> set[str]:
    """Return the ways the number may be written on paper, as typed among them; {} for nothing.

    With up to MOST_GAPS gaps every gap may hold any sign, with more all hold the same one.
    """
    plain = " ".join(typed.split())[:LONGEST]
    if not plain:
        return set()
    upper = plain.upper()
    whole = _RUN_TOGETHER.fullmatch(re.sub(r"[\s\-./]", "", upper))
    parts = list(whole.groups()) if whole else _PART.findall(upper)
    if not parts:
        return {plain}
    gaps = len(parts) - 1
    ways = product(_SIGNS, repeat=gaps) if gaps <= MOST_GAPS else ((sign,) * gaps for sign in _SIGNS)
    found = {"".join(part + sign for part, sign in zip(parts, (*way, ""), strict=True)) for way in ways}
    return {plain, upper, *found} - {""}


def found_in(text: str) -> str:
    """Return the first thing in a sentence that looks like a receipt number, "" for none."""
    found = _IN_TEXT.search(text)
    return " ".join(found[0].split()) if found else ""
