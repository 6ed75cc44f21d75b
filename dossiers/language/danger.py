"""Which emergency numbers fit what is happening; the numbers themselves and what each is for. Pure.

112 asks for rescue anywhere in the country, 113 the police, 114 fire and rescue, 115 the ambulance (Quyết định
1439/QĐ-TTg ngày 26/7/2025 và Luật Viễn thông 2023, điều 65: dịch vụ viễn thông khẩn cấp).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dossiers.language import word_groups
from dossiers.language.spelling import folded, words


@dataclass(frozen=True, slots=True)
class Number:
    """An emergency number: `dial` is what a telephone calls, `what` what it is for."""

    dial: str
    what: str


RESCUE = Number("112", "cứu nạn")
POLICE = Number("113", "công an")
FIRE = Number("114", "cháy, cứu hộ")
AMBULANCE = Number("115", "cấp cứu")
ALL = (RESCUE, POLICE, FIRE, AMBULANCE)
# The order decides between equally strong signs: flames first, then breath, then blows.
_BY_GROUP = {"fire": FIRE, "medical": AMBULANCE, "violence": POLICE, "rescue": RESCUE}
_ALSO = {"rescue": FIRE}
_FIREMEN = re.compile(r"\b(?:binh gas?|cuu hoa|chua chay|ro ri gas?)\b")
"""A leak, and who asks for firemen, is theirs: nobody need burn yet."""


def numbers(text: str) -> tuple[Number, ...]:
    """Return all four numbers, those that fit the words first; 112 leads when no word tells."""
    typed = words(text)
    hits = word_groups.found(typed, [folded(word) for word in typed])
    told = sorted(
        (group for group in _BY_GROUP if group in hits),
        key=lambda group: (-len(hits[group]), list(_BY_GROUP).index(group)),
    )
    if _FIREMEN.search(" ".join(map(folded, typed))):
        told = ["fire", *(group for group in told if group != "fire")]
    first = [number for group in told for number in (_BY_GROUP[group], _ALSO.get(group)) if number]
    return tuple(dict.fromkeys([*first, *ALL]))
