"""Cleaning of text copied from the portal, and the letter classes that show where two table cells were run together."""

import re
import unicodedata

NO_INFORMATION = "Không có thông tin"

LOWER = "a-zà-öø-ÿāăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
UPPER = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

# Zero-width and control characters, private-use bullets of word processors, and lone surrogates (a broken escape in
# JSON), which can be stored and printed nowhere.
_INVISIBLES = "\u200b-\u200f\u202a-\u202e\u2060\ue000-\uf8ff\ufeff\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_INVISIBLE = re.compile(f"[{_INVISIBLES}]")
# … and the Icelandic eth that some keyboards give for đ.
_UNWANTED = re.compile(f"[{_INVISIBLES}\xd0\xf0]")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(value: object) -> str:
    """`value` as composed (NFC) text without invisible characters; "" for None. Line breaks are kept."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet gives 12.0 for 12
    try:
        text = str(value)
    except ValueError:  # an integer of more digits than Python will print
        return ""
    if _UNWANTED.search(text):
        text = _INVISIBLE.sub("", text).replace("\xd0", "Đ").replace("\xf0", "đ")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def one_line(value: object) -> str:
    """`value` cleaned, with every run of white space made one space."""
    return " ".join(clean(value).split())


def tidy(value: object) -> str:
    """`value` cleaned for display: single spaces, at most one blank line, no blanks at the ends of lines."""
    lines = (" ".join(line.split()) for line in clean(value).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def is_blank(value: object) -> bool:
    """True when the portal says nothing here: empty, dashes, or "Không có thông tin"."""
    text = clean(value).strip("-–— .\t\n")
    return not text or (len(text) < 60 and " ".join(text.split()).casefold() == NO_INFORMATION.casefold())
