"""A list of people to file for, copied out of a spreadsheet: each row a person the next filing begins with, or why not.

Whoever files for hundreds has their names and numbers in a table already. The list spares the typing and nothing else:
every person is asked for their consent, has papers, a look over who receives what, and a code of their own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dossiers.identity_numbers import InvalidNumber, normalise_personal_id, normalise_phone, normalise_tax_code
from dossiers.intake.identity_card import cleaned
from dossiers.intake.people import PersonData, PersonError, checked
from dossiers.search_text import fold
from dossiers.table_files.separated import separated_rows
from dossiers.table_files.text_stream import TableFileError
from feedback.cases import refusals

FACTS = ("full_name", "id_number", "phone", "address")
MOST = 500
LONGEST = 100_000
"""Characters of a pasted list."""
LONGEST_CELL = 500
HEADINGS = {
    "full_name": ("ho va ten", "ho ten", "ten", "ho va ten chu ho so", "ten to chuc", "chu ho so", "full name", "name"),
    "id_number": (
        "so cccd", "cccd", "so can cuoc", "can cuoc", "so dinh danh", "ma dinh danh", "so dinh danh ca nhan",
        "cmnd", "so cmnd", "cccd cmnd", "so giay to", "ma so thue", "mst", "so ho chieu", "ho chieu", "id number",
    ),
    "phone": ("so dien thoai", "dien thoai", "sdt", "di dong", "phone"),
    "address": ("dia chi", "noi o", "noi cu tru", "thuong tru", "cho o hien tai", "address"),
}  # fmt: skip
_IDS = (normalise_personal_id, normalise_tax_code)
_ORGANISATION = re.compile(
    r"\b(?:cong ty|cty|tnhh|dntn|doanh nghiep|hop tac xa|htx|ho kinh doanh|hkd|chi nhanh|company|ltd|jsc|llc)\b|"
    r"^(?:tap doan|tong cong ty|ngan hang|benh vien|hiep hoi|cua hang|nha thuoc|"
    r"van phong (?:dai dien|cong chung|luat su)|"
    r"truong (?:mam non|mau giao|tieu hoc|trung hoc|thcs|thpt|cao dang|dai hoc))\b"
)
"""Folded words that no person's name has: a Trương or a Văn Phong is somebody."""
_NAMES = {word: name for name, words in HEADINGS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken, and why."""

    line: int
    who: str
    reasons: tuple[str, ...]


@dataclass
class PeopleRead:
    """What a list holds: people in order, rows that are not taken."""

    people: list[dict[str, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The people taken, as they are pasted."""
        return written(self.people)


def read(text: str, *, own: str = "") -> PeopleRead:
    """Return what the pasted rows hold; `own` is the number of who files, which is nobody to file for.

    Raises TableFileError, one sentence, for a text that is no list.
    """
    if len(text) > LONGEST:
        most = f"{LONGEST:,}".replace(",", ".")
        raise TableFileError(_("Danh sách dài quá %(most)s ký tự. Hãy dán từng phần.") % {"most": most})
    # Copied out of a spreadsheet, cells are parted by tabs; the addresses in them may hold more commas than that.
    separator = "\t" if "\t" in text else ""
    stream = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "replace")), encoding="utf-8")
    found = PeopleRead()
    lines: dict[str, int] = {}
    places: dict[str, int] | None = None
    for line, row in separated_rows(stream, separator):
        cells = [cleaned(cell)[:LONGEST_CELL] for cell in row]
        if not any(cells):
            continue
        if places is None and not found.people and not found.refused and (places := _places(cells)):
            continue
        if len(found.people) + len(found.refused) >= MOST:
            raise TableFileError(_("Danh sách dài quá %(most)d người. Hãy dán từng phần.") % {"most": MOST})
        person = _by_heading(cells, places) if places else _in_order(cells)
        reasons = _wrong(person, own)
        number = number_of(person["id_number"])
        if not reasons and number in lines:
            reasons = (_("Trùng số với dòng %(line)d.") % {"line": lines[number]},)
        if reasons:
            found.refused.append(Refused(line, (person["full_name"] or " ".join(filter(None, cells)))[:80], reasons))
        else:
            lines[number] = line
            found.people.append(person)
    return found


def number_of(typed: str) -> str:
    """Return the number in the one spelling by which people are told apart."""
    return "".join(filter(str.isalnum, typed)).upper()


def written(people: Iterable[dict[str, str]]) -> str:
    """Return the people as they are pasted: a row each."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter="\t", lineterminator="\n")
    rows.writerows([person.get(name, "") for name in FACTS] for person in people)
    return out.getvalue()


def _places(cells: Sequence[str]) -> dict[str, int]:
    """Return where each fact stands under these headings; nothing when this is no row of headings."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _NAMES.get(" ".join(fold(cell).split()))
        if name and name not in found:
            found[name] = place
    return found if "full_name" in found else {}


def _by_heading(cells: Sequence[str], places: dict[str, int]) -> dict[str, str]:
    facts = {name: cells[places[name]] if places.get(name, len(cells)) < len(cells) else "" for name in FACTS}
    facts["id_number"] = _tax_code(facts) or _with_zeros(facts["id_number"], 12, normalise_personal_id, _IDS)
    return facts | {"phone": _with_zeros(facts["phone"], 10, normalise_phone)}


def _in_order(cells: Sequence[str]) -> dict[str, str]:
    """Return the facts of a row without headings, in the order of FACTS; 1, 2, 3 … before the names means nothing."""
    counted = cells[0].strip(".").isdigit() and len(cells[0]) <= 4 and len(cells) > 1
    name, number, phone, *rest = (*(cells[1:] if counted else cells), "", "", "")
    address = ", ".join(filter(None, rest))[:LONGEST_CELL]
    return _by_heading((name, number, phone, address), {fact: place for place, fact in enumerate(FACTS)})


def _tax_code(facts: dict[str, str]) -> str:
    """Return the tax code whose first zero a spreadsheet took, leaving as many digits as a person's number has.

    "" for any other number, and for a person's number unless the name is an organisation's.
    """
    code = _possible_tax_code(facts["id_number"])
    personal = _tidied(facts["id_number"], normalise_personal_id)
    return code if not personal or _ORGANISATION.search(fold(facts["full_name"])) else ""


def _possible_tax_code(number: str) -> str:
    eaten = number.isascii() and number.isdigit() and len(number) in (9, 12) and not number.startswith("0")
    return _tidied(f"0{number}", normalise_tax_code) if eaten else ""


def _with_zeros(number: str, length: int, reader: Callable[[str], str], whole: Sequence[Callable] = ()) -> str:
    """Return the number with the leading zeros that spreadsheets take from it; one that is `whole` already stays."""
    longer = number.zfill(length)
    eaten = number.isascii() and number.isdigit() and len(number) < length
    return longer if eaten and not any(_tidied(number, each) for each in whole) and _tidied(longer, reader) else number


def _wrong(person: dict[str, str], own: str) -> tuple[str, ...]:
    """Return what is wrong with a row; none of it is repeated by the page of people."""
    number = person["id_number"]
    reasons = []
    if not number:
        reasons.append(_("Thiếu số CCCD, định danh hoặc mã số thuế."))
    if len(number) == 9 and _possible_tax_code(number):
        reasons.append(_("Số này có thể là mã số thuế mất số 0 ở đầu. Ghi đủ 10 chữ số, hoặc số định danh 12 chữ số."))
    try:
        checked(PersonData(**person))
    except PersonError as wrong:
        reasons += map(refusals.said, wrong.errors.values())
    if number and own and own in {_tidied(number, each) for each in _IDS}:
        reasons.append(_("Số này trùng số của bạn."))
    return tuple(reasons)


def _tidied(number: str, reader) -> str:
    try:
        return reader(number)
    except InvalidNumber:
        return ""
