"""Reading codes as they are typed: a link code after "#HS" or alone, and codes spelt character by character. Pure."""

from __future__ import annotations

import re

from dossiers.dossier_codes import find_codes
from zalo.chat.words import Said, spoken_code
from zalo.people import linking

_SIX = re.compile(r"(?<!\d)(\d[\s.\-]?){5}\d(?!\d)")
_AFTER_HS = re.compile(r"#\s*(?:hs|h s|hồ sơ|ho so)(?![a-zà-ỹ])\s*:?\s*(.{1,40})", re.I | re.S)
_BARE_HS = re.compile(
    r"\s*(?:hs|h s|hồ sơ|ho so|mã kết nối|ma ket noi|mã liên kết|ma lien ket|mã|ma)\s*:?\s*(.{6,40})", re.I
)
_CALLED_SO = re.compile(
    r"(?:mã|ma|số|so)\s+(?:liên kết|lien ket|kết nối|ket noi|link)\b[^\d#]{0,30}?"
    r"((?:\d[\s.\-]?){5}\d)(?!\d)[^\d]{0,20}$",
    re.I,
)
"""Six digits somebody calls a link code in a sentence: "mã liên kết của tôi là 482913"."""
_RUN_ON = re.compile(r"#\s*hs(?=[a-z]*\d)[a-z0-9]{4,8}(?!\w)", re.I)
_GLUED_BEFORE = re.compile(r"\b(mã|ma|số|so|hs)(?=[A-Z]\d\d[.\s])", re.I)
_GLUED_AFTER = re.compile(r"(?<=\d\d\d)(?=[^\W\d_]{3,})")
_BROKEN_DAY = re.compile(r"(?<!\d)(20\d\d)[ .\-]?(\d\d)[ .\-]?(\d\d)(?=[ .\-]+\d{4,7}(?!\d))")
_LIKE_A_CODE = re.compile(r"(?=[A-Za-z]*\d)[A-Za-z0-9]{6}(?:\s+\w{1,4}){0,2}$")


def code_in(said: Said, *, strict: bool) -> str:
    """Return the six digits of a link code: after "#HS", or as all there is in the message; "" for anything else.

    "Hồ sơ H80.05-… tới đâu rồi" holds six digits in a row as well and is no code. With `strict` bare digits are none.
    """
    plain = said.plain
    if len(plain) > 80 or find_codes(plain):
        return ""
    if called := _CALLED_SO.search(plain):
        return re.sub(r"\D", "", called[1])
    marked = _AFTER_HS.search(plain)
    bare = None if marked else _BARE_HS.fullmatch(plain)
    after = marked[1] if marked else bare[1] if bare else ""
    if after:
        found = _SIX.match(after.replace("o", "0").replace("O", "0"))
        if found and (marked or not after[found.end() :].strip(" .!")):
            return re.sub(r"\D", "", found[0])
        spoken = Said(after).digits
        return spoken if len(spoken) == linking.CODE_DIGITS else ""
    alone = plain.lstrip("# ") if plain.startswith("#") else plain
    if strict and not plain.startswith("#"):
        return ""
    digits = Said(alone).digits
    return digits if len(digits) == linking.CODE_DIGITS else ""


def like_a_code(said: Said) -> bool:
    """Whether something stands where a link code would: it is answered, tried it is not."""
    if find_codes(said.plain):
        return False
    if _AFTER_HS.search(said.plain) or _RUN_ON.search(said.plain):
        return True
    bare = _BARE_HS.fullmatch(said.plain)
    return bool(bare and _LIKE_A_CODE.match(bare[1]) and re.match(r"\s*(hs|h s)", said.plain, re.I))


def codes_in(text: str) -> list[str]:
    """Return the dossier codes in a message, however they are typed or spoken; [] for none.

    As they stand first; then with blanks where they were forgotten and without them inside a day; then spelt character
    by character; then read out in words. "…-0912 và 0913" names two.
    """
    for said in (text, _spaced(text), together(text), spoken_code(text)):
        if codes := find_codes(said):
            return [*codes, *_siblings(said, codes[-1])]
    return []


def _spaced(text: str) -> str:
    apart = _GLUED_AFTER.sub(" ", _GLUED_BEFORE.sub(r"\1 ", text))
    return _BROKEN_DAY.sub(r"\1\2\3", apart.replace("/", "-"))


def _siblings(text: str, code: str) -> list[str]:
    """Return the codes that a bare running number after the last code stands for."""
    head, _, number = code.rpartition("-")
    after = re.search(rf"{number}\s*(?:và|va|với|voi|,|/|&)\s*(?:số |so )?(\d{{{len(number)}}})(?!\d)", text, re.I)
    return [f"{head}-{after[1]}"] if after and after[1] != number else []


def together(text: str) -> str:
    """Return the text with characters typed one by one put together: "H 5 6 . 1 4 - …" → "H56.14-…"."""
    return re.sub(r"(?<!\w)(\w|[.\-])(?: (?=(?:\w|[.\-])(?: |$)))", r"\1", text)
