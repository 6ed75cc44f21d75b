"""Accent-free search forms of Vietnamese text. Pure: no database, no settings.

Staff and citizens type "nguyen van duc", "Nguyễn Văn Đức" or the same letters in decomposed Unicode (files from macOS,
scanned and OCR'd papers); all of them must find the same row. A model stores `fold(name)` beside the name and
searches that column.
"""

import re
import unicodedata

_SEPARATORS = re.compile(r"[\W_]+")
# Letters that no Unicode decomposition takes apart.
_NO_DECOMPOSITION = {ord("đ"): "d", ord("ð"): "d", ord("ø"): "o", ord("ł"): "l", ord("ı"): "i"}


def _vietnamese_table() -> dict[int, str | None]:
    """Lower-case Vietnamese letters and the bare combining marks, each to its ASCII letter or to nothing."""
    table: dict[int, str | None] = {code: None for code in range(0x0300, 0x0370)}
    for block in (range(0x00C0, 0x0250), range(0x1EA0, 0x1EFA)):
        for code in block:
            bare = unicodedata.normalize("NFD", chr(code)).translate(table)
            if len(bare) == 1 and bare.isascii():
                table[code] = bare
    table.update(_NO_DECOMPOSITION)
    return table


_VIETNAMESE = _vietnamese_table()


def fold(text: str | None) -> str:
    """Return `text` lower-case, without accents, đ as d, every run of spaces and punctuation as one space, trimmed.

    Composed and decomposed spellings give the same result, and folding twice changes nothing. None gives "".

    >>> fold("  Trần  Đức-Nghĩa ")
    'tran duc nghia'
    """
    if not text:
        return ""
    folded = text.lower().translate(_VIETNAMESE)
    if not folded.isascii():
        folded = _fold_any_script(text)
    return _SEPARATORS.sub(" ", folded).strip()


def _fold_any_script(text: str) -> str:
    """Fold text with characters outside Vietnamese (full-width letters, ligatures, other scripts)."""
    for _ in range(8):  # Case folding and decomposition can each uncover work for the other.
        folded = unicodedata.normalize("NFKD", text).casefold().translate(_VIETNAMESE)
        folded = "".join(ch for ch in folded if unicodedata.category(ch) != "Mn")
        folded = unicodedata.normalize("NFC", folded)
        if folded == text:
            break
        text = folded
    return text


def fold_words(text: str | None) -> list[str]:
    """Return the folded words of `text` in order; [] for blank text."""
    return fold(text).split()
