"""Finding and hiding personal data in free Vietnamese text before anyone but the handlers reads it. Pure.

Hiding too much is corrected by the person who prepares a publication; hiding too little is a breach. So every rule here
leans to hiding. Found: phones, identity and account numbers (also spelled out in words), e-mails, number plates,
dossier codes, house addresses, names after a title or with a family name, and the names given by the caller.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from dossiers.language import labelling
from dossiers.search_text import fold
from feedback.masking import lookalikes
from feedback.masking.vietnamese_names import (
    NAME_AFTER_TITLE,
    NAME_WITH_FAMILY,
    begins_as_place,
    folded_letters,
    is_place_name,
)


class Hidden(StrEnum):
    """What was hidden, and the words that stand in its place."""

    PHONE = "số điện thoại"
    NUMBER = "dãy số cá nhân"
    EMAIL = "thư điện tử"
    PLATE = "biển số xe"
    CODE = "mã hồ sơ"
    ADDRESS = "địa chỉ"
    NAME = "tên người"

    @property
    def token(self) -> str:
        return f"[đã ẩn {self.value}]"


OPENABLE = frozenset({Hidden.NAME, Hidden.ADDRESS})
"""What a person may find to be hidden by mistake; a number never is."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the tidied text, end not included."""

    start: int
    end: int
    kind: Hidden


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked text, and what was taken out of `original` (tidied), in order."""

    text: str
    original: str
    spans: tuple[Span, ...]

    @property
    def found(self) -> list[tuple[str, str]]:
        """(kind, hidden words) in order; for the sender and the person preparing, never for the public."""
        return [(span.kind.value, self.original[span.start : span.end]) for span in self.spans]


_LEARNED = {"name": Hidden.NAME, "home": Hidden.ADDRESS, "number": Hidden.NUMBER}
TRUST = 300
"""Steps by which a word that has the shape of a name is thought likelier to be one (labelling.find)."""
_LEAST_DIGITS = 5
_NO_NAME = frozenset("<>=@/\\{}|")
_GAP = r"[\s.\-_·•(),/]{0,3}"
_TIGHT = r"[\s.\-_·•()]{0,2}"
_D = r"[\doO]"
_PHONE = re.compile(
    rf"(?<![\w/])(?:\+\s?8{_TIGHT}4|(?<!\d)84|00{_TIGHT}84|[0oO]){_GAP}{_D}(?:{_GAP}{_D}){{7,9}}(?![\w])"
)
_LONG_NUMBER = re.compile(rf"(?<!\d)\d(?:{_TIGHT}\d){{8,24}}(?!\d)")
_SAID_PHONE = re.compile(
    rf"(?i)(?:điện\s*thoại|đ\.?t|sđt|sdt|phone|tel|zalo|hotline|fax|di\s*động|gọi\s+số)\s*(?:là|số)?\s*[:：]?\s*(\+?\d(?:{_TIGHT}\d){{5,}})"
)
_SAID_NUMBER = re.compile(
    rf"(?i)(?:cccd|cmnd|cmt|căn\s*cước|định\s*danh|hộ\s*chiếu|passport|stk|tài\s*khoản|mã\s*số\s*thuế|mst)\s*(?:công\s*dân)?\s*(?:là|số)?\s*[:：]?\s*([A-Z]{{0,2}}\d(?:{_TIGHT}\d){{5,}})"
)
_DATE = re.compile(r"(?<!\d)\d{1,2}([/-])\d{1,2}\1(?:19|20)\d{2}(?![/-]?\d)")
_MONEY = re.compile(r"(?i)(?<!\d)[1-9]\d{0,2}(?:[.,]\d{3})+(?=\s*(?:đồng|đ\b|vnđ|vnd))")
_HOTLINE = re.compile(r"(?<![\d.\-])1[89]00[\s.\-]?\d{2,4}(?:[\s.\-]?\d{2})?(?![\s.\-]?\d)")
"""A number anybody may call, of an office or a firm: 1900 and 1800 numbers have eight or ten digits at most."""
_CARD = re.compile(r"(?<!\w)(?!(?:LH|TK|DT|KH|ID|SN)\s)[A-Z]{2}\s?\d(?:\s?\d){9,13}(?!\d)")
"""A card of health insurance or a customer's code: two letters, not those that lead to a number, and ten digits."""
_EMAIL = re.compile(
    r"(?i)[\w.+\-]+\s?(?:@|\(at\)|\[at\]|\s+a\s+còng\s+)\s?[\w\-]+(?:\s?(?:\.|\(dot\)|\s+chấm\s+)\s?[a-z][\w\-]*)+"
)
_PLATE = re.compile(
    r"(?<!\w)\d{2}\s?-?\s?[A-ZĐ]{1,2}\d?\s?-?\s?\d{3}[.\s]?\d{1,2}(?!\d)|(?<!\w)\d{2}[A-ZĐ]\d?\s?-?\s?\d{4}(?!\d)"
)
_CODE = re.compile(
    r"(?i)(?<!\w)(?:[a-z]\d{2}(?:\.\d{2,3}){0,4}|\d{3}\.\d{2}\.\d{2}\.[a-z]\d{2})\s?-\s?\d{6,8}\s?-\s?\d{4,7}(?!\d)"
    r"|(?<!\w)[a-z]{2,6}-\d{2}-\d{2}-\d{4,7}(?!\d)"
)
_DIGIT_WORDS = "không|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín|linh|lẻ"
_AREA = r"(?:ấp|thôn|xóm|bản|buôn|sóc|tổ|khu phố|khóm|hẻm|ngõ|đường|dãy trọ|xã|phường)"
_NAMED_AREA = rf"{_AREA}\s+(?:số\s+)?(?:\d+\w?|[A-ZĐÀ-Ỹ]\w*)(?:\s+[A-ZĐÀ-Ỹ]\w*){{0,2}}"
_NUMBERED_HOME = re.compile(
    rf"(?<!\w)(?:nhà\s+số|số|nhà|phòng)\s+\d[\w/]*(?:\s*,?\s*{_NAMED_AREA})+"
    rf"|(?<!\w){_NAMED_AREA}\s*,\s*(?:nhà\s+)?số\s+\d[\w/]*"
)
"""A home without "số nhà": "số 9 ấp Long Hòa", "sóc Bù Nho, nhà số 31"."""
_SAID_DIGITS = rf"(?:mười|mươi|trăm|{_DIGIT_WORDS})"
_SAID_HOME = re.compile(
    rf"(?i)(?<!\w)(?:nhà\s+)?số\s+{_SAID_DIGITS}(?:\s+{_SAID_DIGITS})*\s+(?:tổ|ấp|thôn|xóm|ngõ|hẻm|đường|khu)\s+"
    rf"{_SAID_DIGITS}(?!\w)(?:\s+{_SAID_DIGITS}(?!\w))*"
)
"""A home as it is dictated: "số mười tám tổ năm"."""
_OWN_AREA = re.compile(
    rf"(?i:\s*,?\s*(?:ở\s+|o\s+)?(?P<home>(?:{_AREA}|làng|phum|khu|ap|thon|xom|ban|buon|to)\s+(?-i:\d+\w?|[A-ZĐÀ-Ỹ]\w*)"
    rf"(?-i:\s+[A-ZĐÀ-Ỹ]\w*){{0,2}}(?:\s*,?\s*(?:xã|phường|xa|phuong)"
    rf"(?-i:\s+[A-ZĐÀ-Ỹ]\w*){{1,3}})?))\s*(?:[.,;]?\s*$|[.]\s)"
)
"""Where somebody lives, told after the name at the end: "Út Mót ấp Rạch Vẹt." is no place of a report."""
_HOUSE = re.compile(
    r"(?i)(?<!\w)(?:(?:ở\s+)?số\s+nhà|nhà\s+số|ngõ|ngách|hẻm|kiệt|căn\s+hộ|phòng\s+trọ\s+số|lô\s+đất\s+số)\s*"
    r"[\w/\-.]*\d[\w/\-.]*(?:\s*,?\s*(?:ngõ|ngách|hẻm|kiệt|đường|phố)\s+[\w/]+(?:\s+[A-ZĐÀ-Ỹ]\w*){0,3})*"
)
_HAMLET = re.compile(
    r"(?<!\w)(?:[Tt]hôn|[Xx]óm|[Ấấ]p|[Bb]uôn|[Tt]ổ dân phố|[Kk]hu phố|[Tt]ổ)\s+(?:số\s+)?"
    r"(?:\d+\w?|[A-ZĐÀ-Ỹ]\w*(?:\s+[A-ZĐÀ-Ỹ]\w*){0,2})"
)
_SPELLED = re.compile(rf"(?i)(?<!\w)(?:(?:{_DIGIT_WORDS})[\s,.\-]+){{8,}}(?:{_DIGIT_WORDS})(?!\w)")


_LEAD = {
    "number": re.compile(r"(?i)(?:(?:điện thoại|dien thoai|đt|dt|sđt|sdt|stk|số|so|lh|liên hệ)[\s.:]+)+"),
    "name": re.compile(r"(?:(?:GV|HS|SV|CN|Tks|Thks|Thanks|TM|Đd|NV)[\s.:]+)+"),
    "home": re.compile(r"(?i)(?:\d+ tuổi|ktx|kí túc xá|ký túc xá)[\s,]+"),
}
"""Words that only lead to what is hidden: who reads the rest may know that a number stood there."""
_AT_A_LANE = re.compile(r"(?i)(?:đầu|cuối|giữa|dau|cuoi|giua)\s+$")
_LANE = re.compile(r"(?i)(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\s+\d[\w/]*(?:\s+[A-ZĐÀ-Ỹ]\w*)*$")


def _is_lane(text: str, start: int, end: int) -> bool:
    """Return whether the words are where something is, at the end of a lane: no house is named."""
    return bool(_LANE.match(text[start:end]) and _AT_A_LANE.search(text[:start]))


def tidy(text: str) -> str:
    """Return `text` composed (NFC), digits of any script as ASCII, without invisible and control characters.

    Line breaks stay. What is masked is always the tidied text: an invisible character must not split a number.
    """
    kept = []
    for ch in unicodedata.normalize("NFC", text or ""):
        category = unicodedata.category(ch)
        if category == "Nd":
            kept.append(str(unicodedata.digit(ch)))
        elif ch in "\n\t":
            kept.append(ch)
        elif category not in ("Cc", "Cf", "Cs", "Co"):
            kept.append(ch)
    return "".join(kept)


def mask(text: str, names: Iterable[str] = (), *, keep_places: bool = False, opened: Iterable[str] = ()) -> Masked:
    """Return the text with personal data replaced by words such as "[đã ẩn số điện thoại]".

    `names` are names known to be in play (officers, the sender); they are found with and without accents.
    `keep_places` leaves hamlets and blocks readable, for reports about a place. `opened` are words a person found to be
    nobody's name or home (publication.revealing): they stay. Masking twice changes nothing.
    """
    original = tidy(text)
    spans: list = []
    stay = {fold(words) for words in opened}
    while True:
        shown, kept = _shown(original, spans)
        numbers = _numbers(shown)
        all_found = [*numbers, *_words(shown, names, keep_places), *_learned(shown, numbers)]
        if keep_places:
            all_found = [span for span in all_found if not _is_lane(shown, span.start, span.end)]
        found = _merged(all_found, shown)
        fresh = [span for span in found if span.kind not in OPENABLE or fold(shown[span.start : span.end]) not in stay]
        if not fresh:
            return Masked(shown, original, tuple(spans))
        # What is hidden changes what stands beside the rest: looked at again until there is nothing more.
        spans = sorted([*spans, *(_moved(span, kept) for span in fresh)], key=lambda span: span.start)


def _shown(original: str, spans: list[Span]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with its masks, and for every piece that stayed where it begins there and in the original."""
    pieces, kept, at, length = [], [], 0, 0
    for span in [*spans, None]:
        piece = original[at : span.start] if span else original[at:]
        kept.append((length, at))
        pieces += [piece, span.kind.token if span else ""]
        length += len(pieces[-2]) + len(pieces[-1])
        at = span.end if span else at
    return "".join(pieces), kept


def _moved(span: Span, kept: list[tuple[int, int]]) -> Span:
    shown, original = max(pair for pair in kept if pair[0] <= span.start)
    return Span(span.start - shown + original, span.end - shown + original, span.kind)


def mask_text(text: str, names: Iterable[str] = (), *, keep_places: bool = False) -> str:
    """Return just the masked text."""
    return mask(text, names, keep_places=keep_places).text


def _numbers(text: str) -> list[Span]:
    spared = [found.span() for pattern in (_DATE, _MONEY, _HOTLINE) for found in pattern.finditer(text)]
    # A date, a sum of money, a hotline is cut out for the number rules: it neither is nor becomes part of a number.
    blanked = list(text)
    for start, end in spared:
        blanked[start:end] = "\x00" * (end - start)
    plain = "".join(blanked)
    spans = [Span(*found.span(), Hidden.CODE) for found in _CODE.finditer(plain)]
    spans += [Span(*found.span(), Hidden.EMAIL) for found in _EMAIL.finditer(plain)]
    spans += [Span(*found.span(), Hidden.PLATE) for found in _PLATE.finditer(plain)]
    for found in _PHONE.finditer(plain):
        if sum(ch.isdigit() for ch in found[0]) >= 8:
            spans.append(Span(*found.span(), Hidden.PHONE))
    spans += [Span(*found.span(1), Hidden.PHONE) for found in _SAID_PHONE.finditer(plain)]
    spans += [Span(*found.span(1), Hidden.NUMBER) for found in _SAID_NUMBER.finditer(plain)]
    spans += [Span(*found.span(), Hidden.NUMBER) for rule in (_CARD, _LONG_NUMBER) for found in rule.finditer(plain)]
    spans += [Span(*found.span(), Hidden.NUMBER) for found in _SPELLED.finditer(plain)]
    return spans


def _fits(text: str, found: labelling.Found) -> bool:
    """Return whether what the labeller found can be of its kind: a home has a number, a sum of money is no account."""
    words = text[found.start : found.end]
    digits = sum(ch.isdigit() for ch in words)
    if found.kind == "name":
        named = not words.islower() or _after_title(text[: found.start]) or _like_a_name(words)
        place = is_place_name(text, found.start) or begins_as_place(words)
        place = place or lookalikes.is_no_name(text, found.start, found.end)
        return named and not digits and not _NO_NAME & set(words) and not place
    if found.kind == "home":
        return digits > 0 and len(words.split()) > 1 and not lookalikes.is_no_home(words)
    spared = (other.span() for pattern in (_DATE, _MONEY, _HOTLINE) for other in pattern.finditer(text))
    inside = any(start < found.end and found.start < end for start, end in spared)
    return not inside and (digits >= _LEAST_DIGITS or not digits)


@cache
def _titles() -> frozenset[str]:
    return frozenset(fold(title) for kind in ("title", "office") for title in labelling.lists()[kind])


@cache
def _name_words() -> tuple[frozenset[str], frozenset[str]]:
    of = labelling.lists()
    rest = (*of["given"], *of["middle"], *(word for name in of["foreign"] for word in name.split()))
    return frozenset(map(str.lower, of["family"])), frozenset(map(str.lower, rest))


def _like_a_name(words: str) -> bool:
    """Return whether small letters are made as a name is: where accents are typed, a family name and a given one."""
    first, *others = words.split()
    if words.isascii():
        return bool(others)
    families, rest = _name_words()
    return first in families and first not in others and any(word in rest for word in others)


def _after_title(before: str) -> bool:
    """Return whether the text ends with a title: other words in small letters may be a name only after one."""
    last = fold(before[-40:]).split()
    return any(" ".join(last[-size:]) in _titles() for size in (1, 2, 3))


def _words(text: str, names: Iterable[str], keep_places: bool) -> list[Span]:
    """Return homes, and the names that are given."""
    homes = [_HOUSE, _NUMBERED_HOME, _SAID_HOME] + ([] if keep_places else [_HAMLET])
    spans = [Span(*found.span(), Hidden.ADDRESS) for home in homes for found in home.finditer(text)]
    folded = folded_letters(text)
    for name in names:
        words = folded_letters(tidy(name)).split()
        # A name of one word would take ordinary words with it: alone it is hidden only where the labeller sees one.
        if len(words) < 2:
            continue
        wanted = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)")
        spans += [Span(*found.span(), Hidden.NAME) for found in wanted.finditer(folded)]
    return spans


def _learned(text: str, numbers: list[Span]) -> list[Span]:
    """Return what the labeller finds, the shapes of names as hints; numbers with a shape are left to the rules."""
    hints = [found.span("name") for found in NAME_AFTER_TITLE.finditer(text)]
    hints += [found.span("name") for found in NAME_WITH_FAMILY.finditer(text) if not is_place_name(text, found.start())]
    spans = []
    for found in labelling.find(text, {"name": hints}, trust=TRUST):
        over = [number for number in numbers if number.start < found.end and found.start < number.end]
        if over and found.kind == "number":
            continue
        start = max([found.start, *(number.end for number in over)])
        rest = text[start : found.end]
        start += len(rest) - len(rest.lstrip(" ,.;:-"))
        if leads := _LEAD[found.kind].match(text, start, found.end):
            start = leads.end()
        if start < found.end and _fits(text, replace(found, start=start)):
            spans.append(Span(start, found.end, _LEARNED[found.kind]))
            if found.kind == "name" and (own := _OWN_AREA.match(text, found.end)):
                spans.append(Span(own.start("home"), own.end("home"), Hidden.ADDRESS))
    return spans


_HOUSE_OF = {Hidden.ADDRESS: re.compile(r"(?i)(?:nhà|nha)\s+(?=\S)"), Hidden.NAME: re.compile(r"[Nn]hà\s+(?=\S)")}


def _trimmed(span: Span, text: str) -> Span:
    """Return the span without the full stop or comma its pattern took along, and without the word for a house."""
    end = span.start + len(text[span.start : span.end].rstrip(" .,;-"))
    house = _HOUSE_OF[span.kind].match(text, span.start, end) if span.kind in _HOUSE_OF else None
    start = house.end() if house else span.start
    if span.kind == Hidden.ADDRESS:
        end = lookalikes.home_ends(text, start, end)
    return Span(start, end, span.kind)


def _merged(spans: list[Span], text: str) -> list[Span]:
    """Return the spans in order, overlapping ones joined under the kind that begins first; masks already there kept."""
    tokens = [found.span() for kind in Hidden for found in re.finditer(re.escape(kind.token), text)]
    merged: list[Span] = []
    for span in sorted((_trimmed(span, text) for span in spans), key=lambda s: (s.start, -s.end)):
        if any(start < span.end and span.start < end for start, end in tokens):
            continue
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            merged.append(span)
    return merged
