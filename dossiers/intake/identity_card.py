"""What a citizen's card tells a scanner: its QR string, and names written the way people write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

# CCCD of 2021: number|old number|name|birth|sex|address|issued; the card of 2024 has more fields behind
# (Thông tư 06/2021/TT-BCA, Thông tư 17/2024/TT-BCA).
_CARD = re.compile(
    r"(?P<number>\d{12})\|(?P<old>\d{9}|\d{12})?\|(?P<name>[^|]{2,100})\|(?P<birth>\d{8})\|(?P<sex>Nam|Nữ|[^|]{0,5})\|"
    r"(?P<address>[^|]{0,300})\|(?P<issued>\d{8})"
)


@dataclass(frozen=True, slots=True)
class Card:
    """A citizen's card as scanned."""

    number: str
    name: str
    address: str
    old_number: str = ""
    birth: dt.date | None = None
    issued: dt.date | None = None


def read_card(text: str) -> Card | None:
    """Return the card whose QR string stands in `text`, alone or among what was typed; None when there is none."""
    found = _CARD.search(cleaned(text)[:2000])
    if not found:
        return None
    return Card(
        number=found["number"],
        name=proper_name(found["name"]),
        address=found["address"].strip(" ,"),
        old_number=found["old"] or "",
        birth=_day(found["birth"]),
        issued=_day(found["issued"]),
    )


def number_read(text: str) -> str:
    """Return the number of the card whose QR string stands in `text`; any other text as it came."""
    card = read_card(text) if "|" in text else None
    return card.number if card else text


def cleaned(text: str) -> str:
    """Return `text` on one line: accents composed, full-width letters plain, invisible signs gone."""
    text = unicodedata.normalize("NFC", str(text or ""))
    if text.isprintable():  # holds no invisible sign, and no white space but blanks
        return " ".join(text.split())
    kept = (" " if ch.isspace() else ch for ch in text if unicodedata.category(ch) not in ("Cf", "Cc") or ch.isspace())
    return " ".join("".join(kept).split())


def proper_name(text: str) -> str:
    """Return a person's name as it is written: "NGUYỄN VĂN  AN" and "nguyễn văn an" are "Nguyễn Văn An".

    A name that mixes capitals and small letters was written on purpose ("McDonald") and stays.
    """
    name = cleaned(text).strip(" .,;")
    if name and name in (name.upper(), name.lower()):
        return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in name.split())
    return name


def _day(digits: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(digits, "%d%m%Y").date()
    except ValueError:
        return None
