"""The text of a row without its bullets, and whether it begins with the name of a paper."""

import re

from dossiers.catalogue.paper_rows import words as says

_LISTED_BEFORE = re.compile(r"(?:[,/;]|\bvà|\bhoặc)$", re.IGNORECASE)
_LISTED_BESIDE = re.compile(r"\s*(?:[,/;]|và\b|hoặc\b)", re.IGNORECASE)


def stripped(text: str) -> str:
    """The row without its bullets and numbering ("a)", "(1)", "- ")."""
    return says.ENUMERATOR.sub("", text, count=1).strip() or text


def paper_start(row: str) -> bool:
    """Whether the row begins with the name of a paper, behind "01 bản chính", "bản sao hoặc" and such."""
    rest = row
    for _ in range(8):
        if says.PAPER.match(rest):
            return True
        cut = says.COPY_WORDS.sub("", says.COUNTED.sub("", rest)).lstrip(" ,/:(")
        cut = says.CUT_MARK.sub("", cut)
        if cut == rest:
            return False
        rest = cut
    return False


def is_one_of_listed(named: str, procedure: str) -> bool:
    """Whether the procedure's name lists `named` beside others ("… hàng hóa xuất khẩu, nhập khẩu")."""
    words = named.strip(" .;:,").lower()
    at = procedure.lower().find(words) if words else -1
    return at >= 0 and bool(
        _LISTED_BESIDE.match(procedure[at + len(words) :]) or _LISTED_BEFORE.search(procedure[:at].rstrip())
    )
