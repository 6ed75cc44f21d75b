"""Words of a query and of a record made comparable: folded, spelled one way, Telex undone, short forms written out.

Pure: no database, no settings. The same steps run over what is searched and over what is typed, so a spelling that both
share always meets.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from dossiers.search_text import fold

_FOLDER = Path(__file__).parent
_TOKEN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\w*\d[\w.\-/]*")
_ADDRESS = re.compile(r"\S+@\S+")
LONGEST_KEPT = 120
_ONSET = "(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
_NUCLEUS = (
    "(?:ieu|oai|oao|oay|oeo|uay|uoi|uou|uya|uye|uyu|yeu|"
    "ai|ao|au|ay|eo|eu|ia|ie|io|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
)
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}(?:ch|ng|nh|[cmnpt])?")
_TELEX_DOUBLES = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("w", ""))
_TELEX_TONE = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxjz]([a-z]*)$")
_NOT_TELEX = frozenset("as bar bus css form gas jar oz pdf sas ser tax tour war web wifi word xr".split())
_SAME_SOUND = (
    (re.compile(r"^k(?=[aou])|^q(?!u)"), "c"),
    (re.compile(r"^c(?=[iey])"), "k"),
    (re.compile(r"(?<=[^aeou])y$"), "i"),
    (re.compile(r"^y$"), "i"),
    (re.compile(r"^(?:z|gi(?=[aeou]))"), "d"),
    (re.compile(r"^ngh"), "ng"),
    (re.compile(r"^gh"), "g"),
)
_QUY = re.compile(r"^qui(?!.)")


@dataclass(frozen=True, slots=True)
class Word:
    """One syllable: as compared, with its accents when it was typed with any ("" when not), and as it is read."""

    plain: str
    accented: str = ""
    read: str = ""


@lru_cache(maxsize=65536)
def spelled(folded: str) -> str:
    """Return a folded syllable in the one spelling all its spellings share (ky = ki, qui = quy, kon = con)."""
    for pattern, letter in _SAME_SOUND:
        folded = pattern.sub(letter, folded)
    return _QUY.sub("quy", folded)


@lru_cache(maxsize=65536)
def undo_telex(folded: str) -> str:
    """Return the syllable that raw Telex keys stand for ("ddooir" is "doi"); other words come back as they are."""
    if not folded.isascii() or not folded.isalpha() or folded in _NOT_TELEX or _SYLLABLE.fullmatch(folded):
        return folded
    plain = folded
    for keys, letter in _TELEX_DOUBLES:
        plain = plain.replace(keys, letter)
    for candidate in (plain, _TELEX_TONE.sub(r"\1\2", plain)):
        if _SYLLABLE.fullmatch(candidate):
            return candidate
    return folded


@cache
def abbreviations() -> dict[str, tuple[str, ...]]:
    """Return short forms, as they are and without accents, each with the accented words it stands for."""
    rows = pairs(_FOLDER / "abbreviations.txt")
    return {spelling: tuple(full.split()) for short, full in rows for spelling in (fold(short), short)}


@cache
def stop_words() -> frozenset[str]:
    """Return the words that ask without naming anything, in compared spelling."""
    text = (_FOLDER / "stop_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(_plain(word) for line in lines for word in line.split())


def pairs(path: Path) -> list[tuple[str, str]]:
    """Return the "left = right" lines of a data file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    split = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return [(left.strip(), right.strip()) for left, _, right in split]


def words_of(text: str) -> list[Word]:
    """Return the words of a text in order, short forms written out."""
    return [word for token in _TOKEN.findall(unicodedata.normalize("NFC", text.lower())) for word in _read(token)]


@lru_cache(maxsize=65536)
def _read(token: str) -> tuple[Word, ...]:
    full = abbreviations().get(token, (token,))
    return tuple(Word(_plain(each), each if fold(each) != each.replace("đ", "d") else "", each) for each in full)


def _plain(token: str) -> str:
    return spelled(undo_telex(fold(token)))


def masked(text: str) -> str:
    """Return the words with everything that holds a digit, and mail addresses, as "#": fit to be kept."""
    return " ".join(_NUMBER.sub("#", _ADDRESS.sub("#", text)).split())[:LONGEST_KEPT]
