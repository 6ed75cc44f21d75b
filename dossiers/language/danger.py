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
_THREATENS = re.compile(r"\b(?:doi|dinh|doa|ham|sap|tinh|muon|chuan bi) nhay\b")
_HIGH_UP = re.compile(
    r"\b(?:lan can|go tuong|mep (?:san|tuong|mai|cau)|thanh cau|san thuong|ban cong|noc|mai (?:nha|ton)|(?:cot|tru) "
    r"(?:dien|song)|tang \w+|lau \w+|cua so|can cau)\b"
)
_TAKEN_AWAY = re.compile(
    r"\b(?:loi|keo|bat|cuom|(?<!dien )(?<!co )giat) (?:\w+ ){0,3}(?:be|con|chau|dua|gai|em|vo|nguoi) (?:\w+ ){0,8}"
    r"(?:len|vo|vao) (?:xe|o to|oto)\b(?! (?:cap cuu|cuu thuong))"
)
_BY_FORCE = re.compile(r"\b(?:nguoi la|khong quen|bit mieng|bit mat|giay giua|chong cu|khoc|gao|la het|di mat)\b")
_HURT = re.compile(
    r"\b(?:ket (?:ben trong|trong|lai)|dien giat|co giat|tim tai|bat dong|bat tinh|bi thuong|cap cuu|tai nan)\b"
)
"""Somebody dragged into a car by strangers is for the police first; who is carried to a car hurt is not."""
_WANTS_TO_DIE = re.compile(
    r"\b(?:(?:muon|doi|dinh) chet|(?:khong|chang|het|khoi) (?:muon|thiet) song|vinh biet|tu (?:tu|van|sat))\b"
)
"""Somebody high up who threatens to jump: the police keep the place and talk, the rescuers of 114 bring cushion and
ropes; an ambulance comes after them (Luật Phòng cháy, chữa cháy và cứu nạn, cứu hộ 2024: 114 takes calls of people
stuck high up). Who has jumped already needs the others first."""


def numbers(text: str) -> tuple[Number, ...]:
    """Return all four numbers, those that fit the words first; 112 leads when no word tells."""
    typed = words(text)
    hits = word_groups.found(typed, [folded(word) for word in typed])
    told = sorted(
        (group for group in _BY_GROUP if group in hits),
        key=lambda group: (-len(hits[group]), list(_BY_GROUP).index(group)),
    )
    plain = " ".join(map(folded, typed))
    if _FIREMEN.search(plain):
        told = ["fire", *(group for group in told if group != "fire")]
    if threatens_to_jump(plain):
        told = ["violence", "fire", *(group for group in told if group not in ("violence", "fire", "rescue"))]
    if is_abduction(plain):
        told = ["violence", *(group for group in told if group != "violence")]
    first = [number for group in told for number in (_BY_GROUP[group], _ALSO.get(group)) if number]
    return tuple(dict.fromkeys([*first, *ALL]))


def is_abduction(plain: str) -> bool:
    """Return whether folded words tell of somebody taken away in a car against their will."""
    if re.search(r"\bbat coc\b", plain):
        return True
    return bool(_TAKEN_AWAY.search(plain) and _BY_FORCE.search(plain) and not _HURT.search(plain))


def threatens_to_jump(plain: str) -> bool:
    """Return whether folded words tell of somebody high up who wants to jump, and has not yet."""
    return bool(_THREATENS.search(plain) or (_HIGH_UP.search(plain) and _WANTS_TO_DIE.search(plain)))
