"""How good a short message says it was: stars, points, words; two sides apart ("cán bộ tốt nhưng chờ lâu"). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedback.ratings.rating import ATTITUDE, RESULT
from zalo.chat.words import Said

LONGEST = 8
LONGEST_OF_TWO = 16
"""Words of a message that may be nothing but a rating, and of one that rates two sides."""
_STARS = re.compile(r"([⭐★✩🌟])|(?<!\d)([1-5])\s*(?:sao|\*)|(?<!\d)(10|[1-9])\s*(?:điểm|diem)(?!\w)", re.I)
_SPOKEN = re.compile(r"\b(mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi) (sao|diem)\b")
_NUMBERS = dict(zip("mot hai ba bon nam sau bay tam chin muoi".split(), range(1, 11), strict=True))
_LEVELS = """
1: rat khong hai long, khong hai long, rat te, qua te, te, te qua, that vong, cham qua, lau qua
2: chua hai long, chua tot, khong tot, khong duoc, chua duoc, chua ung, kem, do, cham, lau, tre, sai, thieu
2: gat, quat, coc, hach dich
3: binh thuong, tam duoc, tam on, cung duoc, tam
5: rat hai long, rat tot, tuyet voi, tuyet, qua tot, tot lam, rat nhanh
4: hai long, tot, ung, on, nhanh, le, som, dung hen, vui ve, niem no, de thuong, nhiet tinh
4: chu dao, tan tinh, lich su, duoc
"""
"""What words are worth; the longest found in a message counts."""
_WORTH = [
    (f" {phrase.strip()} ", int(stars))
    for stars, _, phrases in (line.partition(": ") for line in _LEVELS.strip().splitlines())
    for phrase in phrases.split(",")
]
_TURNS = re.compile(r"[,.;]|\b(?:nhung|ma|song|tuy|con|thi lai)\b")
_ABOUT = {
    ATTITUDE: "thai do,can bo,nhan vien,phuc vu,vui ve,niem no,de thuong,nhiet tinh,noi chuyen,noi nang,may co",
    RESULT: "ket qua,cho,doi,thoi gian,giay to,ho so,tra,lau,cham,nhanh,tre hen,dung hen",
}


def stars_in(said: Said) -> int:
    """Return the stars, 1–5, that a short message gives: stars, "5 sao", "chín điểm", "rất hài lòng"; 0 for none."""
    found = list(_STARS.finditer(said.plain))
    if found and found[0][1]:
        return min(5, len(found))
    if found:
        return int(found[0][2]) if found[0][2] else _of_ten(int(found[0][3]))
    spoken = _SPOKEN.search(said.folded)
    if spoken:
        number = _NUMBERS[spoken[1]]
        return min(5, number) if spoken[2] == "sao" else _of_ten(number)
    return _worth(said.folded)


@dataclass(frozen=True, slots=True)
class Sides:
    """The stars for the attitude and for the result, each told apart."""

    attitude: int
    result: int


def sides_in(said: Said) -> Sides | None:
    """Return both sides of a message that rates each in its own words; None when it does not."""
    folded = " ".join(said.words)
    given: dict[str, int] = {}
    for part in _TURNS.split(_with_stops(said, folded)):
        about = [side for side, words in _ABOUT.items() if any(f" {word} " in f" {part} " for word in words.split(","))]
        stars = _worth(part)
        if stars and len(about) == 1:
            given.setdefault(about[0], stars)
    return Sides(given[ATTITUDE], given[RESULT]) if len(given) == len(_ABOUT) else None


def _with_stops(said: Said, folded: str) -> str:
    """Return the folded words with the stops that were typed between them: folding drops them."""
    if not re.search(r"[,.;]", said.plain):
        return folded
    return " , ".join(" ".join(Said(part).words) for part in re.split(r"[,.;]", said.plain))


def _worth(folded: str) -> int:
    padded = f" {' '.join(folded.split())} "
    return max(((len(words), stars) for words, stars in _WORTH if words in padded), default=(0, 0))[1]


def _of_ten(points: int) -> int:
    return max(1, round(points / 2))
