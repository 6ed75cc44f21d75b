"""What looks like a person or a home and is not: shops, countries, wards, widths, words after a home. Pure."""

from __future__ import annotations

import re
from functools import cache

from dossiers.language import labelling
from dossiers.search_text import fold

_TRADE = (
    "may|dệt|da giày|gỗ|gạch|nhựa|vận tải|xây dựng|du lịch|lẩu|phở|bún|cơm|ốc|bia|nhậu|ăn|nướng|cà phê|cafe|trà sữa|"
    "bánh mì|tạp hóa|vàng|vải|bánh|gas|thuốc tây|điện máy|vật liệu xây dựng|phân bón|massage|karaoke"
)
_FIRM = re.compile(rf"(?<!\w)(?:cty|công ty)(?: tnhh| cổ phần)? (?:{_TRADE})$")
"""A firm with its trade: a family name after it ("công ty may Hoàng Gia") is the firm's as well."""
_SHOP = re.compile(
    r"(?<!\w)(?<!chủ )(?<!vệ )(?<!viên )(?<!đốc )(?<!lý )(?<!trưởng )(?<!toán )(?<!nguyên )(?<!quê )(?<!sinh )(?<!trú )"
    r"(?<!tập )(?:quán|tiệm|shop|cửa hàng|đại lý|cty|công ty|nhà hàng|khách sạn|nhà thuốc|siêu thị)"
    rf"(?: (?:{_TRADE}))?$"
)
"""A shop or a firm directly before the words, its trade at most between: it is named so. With its accents: "quan" is
also who manages, customs, a soldier and "liên quan". After a word for its people the name is a person's."""
_COUNTRIES = frozenset(
    "viet nam|han quoc|trung quoc|nhat ban|dai loan|thai lan|hoa ky|an do|lien xo|campuchia|trieu tien".split("|")
)
_WARD = re.compile(r"(?i)(?<!\w)(?:p|x|q|h|tt|tp)\.\s*$")
_NO_HOME = re.compile(r"(?i)sn\b|\w+\s\d+(?:[.,]\d+)?\s?m\b")
"""A day of birth ("sn 14/10") and how wide a lane is ("hẻm 2m")."""
_AREAS = frozenset("ap thon xom ban buon soc to khu khom hem ngo ngach kiet duong pho lo xa phuong day tang".split())
_HAPPENS = frozenset(
    "có bị hay rất quá xả đốt hát nuôi mở bật xây lấn để đổ vứt thường cứ luôn đang đã gây bán đánh không chưa chặn "
    "chiếm nhậu chửi hút kêu ném phơi chứa khoan".split()
)
"""Small words with which begins what happens at a home; with their accents, else they may belong to a street's name."""
_SMALL = re.compile(r" ([^\W\d_A-ZÀ-ÝĐ][^\W\d_]*)")
_NAME_OF_TWO = 2


@cache
def _families() -> frozenset[str]:
    return frozenset(map(str.lower, labelling.lists()["family"]))


@cache
def _leads_on() -> frozenset[str]:
    """Return words after which a name goes on: family names and middle ones."""
    return _families().union(map(str.lower, labelling.lists()["middle"]))


def is_no_name(text: str, start: int, end: int) -> bool:
    """Return whether the words are a shop's, a country's or a ward's. In doubt they are a person's."""
    before, words = text[:start], text[start:end]
    if fold(words) in _COUNTRIES or _WARD.search(before):
        return True
    before, parts = before.rstrip().lower(), words.lower().split()
    if text.isascii() or len(parts) != _NAME_OF_TWO:
        return False
    return bool((_FIRM if parts[0] in _families() else _SHOP).search(before))


def is_no_home(words: str) -> bool:
    """Return whether the words only look like a home."""
    return bool(_NO_HOME.match(words))


def home_ends(text: str, start: int, end: int) -> int:
    """Return where the home ends: where small words after its number or name begin to tell what happens there.

    A name broken off after a family or middle name ("Nguyễn | văn linh") goes on first. It ends only at a word known
    for that, no place named after it, and only where the writer uses accents and capitals: another small word may be
    the rest of the street's name.
    """
    end = _name_ends(text, start, end)
    words = text[start:end].split(" ")
    kept = len(words)
    while kept > 1 and words[kept - 1].isalpha() and words[kept - 1].islower():
        kept -= 1
    tail = {fold(word) for word in words[kept:]}
    written = any(ch.isdigit() for word in words[:kept] for ch in word)
    if not written or _AREAS & tail or text.isascii() or not any(ch.isupper() for ch in text):
        return end
    for place in range(kept, len(words)):
        last = words[place - 1].lower()
        if words[place] in _HAPPENS and last not in _leads_on() and fold(last) not in _AREAS:
            return start + len(" ".join(words[:place]))
    return end


def _name_ends(text: str, start: int, end: int) -> int:
    last = text[start:end].rpartition(" ")[2]
    while last.lower() in _leads_on() and (more := _SMALL.match(text, end)):
        if last[0].isupper() and more[1] in _HAPPENS:
            break
        last, end = more[1], more.end()
    return end
