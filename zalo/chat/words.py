"""Reading what people type: no accents, slips of the finger, raw Telex, abbreviations, numbers written as words. Pure.

`Said` is one message prepared once; everything that has to understand it asks the same value.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from dossiers.search_text import fold

LONGEST = 2000
SHORT_FORMS = {
    "hs": "ho so",
    "hso": "ho so",
    "tt": "thu tuc",
    "tthc": "thu tuc hanh chinh",
    "cb": "can bo",
    "gcb": "gap can bo",
    "hd": "huong dan",
    "gy": "gop y",
    "pa": "phan anh",
    "pakn": "phan anh kien nghi",
    "dg": "danh gia",
    "ht": "ho tro",
    "sdt": "so dien thoai",
    "dt": "dien thoai",
    "kq": "ket qua",
    "tc": "tra cuu",
    "k": "khong",
    "ko": "khong",
    "dc": "duoc",
    "đc": "duoc",
    "e": "em",
    "a": "anh",
    "ad": "admin",
    "mn": "moi nguoi",
    "xl": "xin loi",
    "cccd": "can cuoc cong dan",
}
_FILLERS = frozenset(
    "a ad admin alo anh ban bot cho chi chu co cua da dang dum e em giup gium ha han hay hoi i la lam minh muon "
    "nha nhe nho oi on q rang roi se thi thua toi va vang voi xin xem vui long can co".split()
)
"""Words in front of a command that say nothing: "cho tôi xin xem …"."""
DIGIT_WORDS = {
    "khong": "0",
    "linh": "0",
    "le": "0",
    "mot": "1",
    "moot": "1",
    "hai": "2",
    "ba": "3",
    "bon": "4",
    "tu": "4",
    "nam": "5",
    "lam": "5",
    "sau": "6",
    "bay": "7",
    "bẩy": "7",
    "tam": "8",
    "chin": "9",
}
_SIGNS = {"cham": ".", "phay": ".", "gach": "-", "ngang": "", "tru": "-", "noi": "-"}
_LETTERS = {
    "h": "H",
    "g": "G",
    "k": "K",
    "hat": "H",
    "hac": "H",
    "ho": "H",
    "gio": "G",
    "ge": "G",
    "go": "G",
    "ca": "K",
    "a": "A",
    "be": "B",
    "bo": "B",
}
LEAST_SPOKEN = 4
_TEN_AND = re.compile(r"mười(?=\s+(?:một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)\b)", re.I)
_TEN = re.compile(r"mười\b", re.I)
_AROUND_A_PLACE = frozenset("cai so thu muc chon lay xem tien o em nha nhe a di do ay dong cho coi".split())
_ORDINALS = {"nhat": "1", "nhi": "2", "dau": "1", "tu": "4"}
"""Words around a place in a list that say nothing, and places that have a word of their own."""
_YES = frozenset("co ok oke okay dong y vang da u uh um yes phai chinh xac gui xong dung roi duoc".split())
_NO = frozenset("khong ko k no thoi chua sai huy".split())


@dataclass(frozen=True)
class Said:
    """One message as typed; the rest is worked out once."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text in NFC without outer blanks, at most LONGEST characters."""
        return unicodedata.normalize("NFC", self.text.replace("\0", " "))[:LONGEST].strip()

    @cached_property
    def folded(self) -> str:
        return fold(self.plain)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Folded words with the usual short forms written out."""
        found: list[str] = []
        for word in self.folded.split():
            found += SHORT_FORMS.get(word, word).split() if word not in {"a", "e"} else [word]
        return tuple(found[:200])

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The words without polite ones in front."""
        words = list(self.words)
        while len(words) > 1 and words[0] in _FILLERS:
            words.pop(0)
        return tuple(words)

    @cached_property
    def untelexed(self) -> tuple[str, ...]:
        """The words read as Telex typed with the input method switched off: "hoof sow" → "ho so"."""
        return tuple(untelex(word) for word in self.core)

    @cached_property
    def digits(self) -> str:
        """The number the message consists of, written or spoken; "" when there is more in it than a number."""
        bare = re.sub(r"[\s.\-#]", "", self.plain)
        if bare.isascii() and bare.isdigit():
            return bare
        spoken = spoken_digits(self.folded.split())
        return spoken or ""

    @cached_property
    def place(self) -> str:
        """The number picked from a list, "2", "số hai", "cái thứ hai", "cái đầu tiên"; "" when there is more to it."""
        words = [_ORDINALS.get(word, word) for word in self.words if word not in _AROUND_A_PLACE]
        return self.digits or spoken_digits(words)

    @property
    def is_yes(self) -> bool:
        return 0 < len(self.words) <= 4 and (set(self.words) <= _YES or self.words[0] in {"co", "ok", "oke", "vang"})

    @property
    def is_no(self) -> bool:
        return 0 < len(self.words) <= 4 and self.words[0] in _NO


def untelex(word: str) -> str:
    """Return a folded word without the letters Telex uses as marks: "thur" → "thu", "ddaats" → "dat"."""
    bare = re.sub(r"(aa|ee|oo|dd)", lambda double: double[0][0], word)
    bare = re.sub(r"(?<=[aou])w|^w", lambda mark: "u" if mark.start() == 0 else "", bare)
    if len(bare) > 2 and bare[-1] in "sfrxj" and re.search(r"[aeiouy]", bare[:-1]):
        bare = bare[:-1]
    return re.sub(r"(?<=[aeiouy])[sfrxj](?=[a-z])", "", bare)


def spoken_digits(words: list[str]) -> str:
    """Return the digits that the words read out one by one, or as tens ("tám mươi hai" → 82); "" when not only that."""
    digits, position = "", 0
    while position < len(words):
        word = words[position]
        if word.isascii() and word.isdigit():
            digits += word
        elif word in {"muoi", "chuc"}:
            following = words[position + 1] if position + 1 < len(words) else ""
            if not digits:
                digits = "1"
            if following not in DIGIT_WORDS:
                digits += "0"
        elif word in DIGIT_WORDS:
            digits += DIGIT_WORDS[word]
        else:
            return ""
        position += 1
    return digits


def spoken_code(text: str) -> str:
    """Return the message with a dictated code written out: "hát tám mươi chấm không năm gạch …" → "H80.05-…".

    Only runs of LEAST_SPOKEN number words and signs or more are rewritten, so ordinary sentences stay as they are.
    """
    written: list[str] = []
    run: list[str] = []
    tens = _TEN_AND.sub("một", text)  # "mười một" is 11; folded, "mười" looks like the tens of "hai mươi"
    for word in fold(_TEN.sub("một không", tens)).split():
        if word in DIGIT_WORDS or word in _SIGNS or word == "muoi" or (word.isascii() and word.isdigit()):
            run.append(word)
        elif not run and word in _LETTERS:
            run.append(word)
        else:
            written.append(_written(run))
            run = [word] if word in _LETTERS else []
            if word not in _LETTERS:
                written.append(word)
    written.append(_written(run))
    return " ".join(part for part in written if part)


def _written(run: list[str]) -> str:
    if len(run) < LEAST_SPOKEN:
        return " ".join(run)
    code, digits = "", []
    for word in run:
        if word in _SIGNS or (word in _LETTERS and word not in DIGIT_WORDS and not code and not digits):
            code += spoken_digits(digits) + _SIGNS.get(word, _LETTERS.get(word, ""))
            digits = []
        else:
            digits.append(word)
    return code + spoken_digits(digits)


def distance(one: str, other: str, most: int) -> int:
    """Return the Damerau–Levenshtein distance (a swap of neighbours is one slip), or `most` + 1 when it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def alike(typed: str, wanted: str) -> bool:
    """Whether a typed word may be a slip of the wanted one: one slip from four letters, two from eight; i is y."""
    if typed == wanted or typed.replace("y", "i") == wanted.replace("y", "i"):
        return True
    most = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2
    return bool(most) and typed[:1] == wanted[:1] and distance(typed, wanted, most) <= most


def phrase_alike(typed: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the typed words are the wanted phrase, with slips in words or with the blanks misplaced."""
    if len(typed) == len(wanted) and all(alike(a, b) for a, b in zip(typed, wanted, strict=True)):
        return True
    whole, run_together = "".join(wanted), "".join(typed)
    most = 0 if len(whole) < 5 else 1 if len(whole) < 10 else 2
    return run_together[:1] == whole[:1] and distance(run_together, whole, most) <= most
