"""What a file seems to be: which sheet, where its headings stand, what each column is for. Pure; people decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.search_text import fold
from portal.datasets.columns import TIMES, Column
from portal.datasets.reading import Sheet
from portal.datasets.values import date_of, is_number, looks_month_first, moments_of, text_of

MOST_TITLE_ROWS = 30
MOSTLY, HALF = 0.8, 0.5
COMMUNE = {
    "xa",
    "phuong",
    "xa phuong",
    "phuong xa",
    "xa phuong thi tran",
    "ten xa",
    "ten xa phuong",
    "dia ban",
    "don vi hanh chinh",
}
DAY = {"ngay", "ngay cup dien", "ngay tiem", "ngay lam viec", "ngay thuc hien"}
FROM = {
    "tu",
    "tu gio",
    "gio bat dau",
    "thoi gian bat dau",
    "bat dau",
    "thoi gian",
    "tu luc",
    "gio",
    "gio mo cua",
    "hieu luc tu",
}
TO = {
    "den",
    "den gio",
    "gio ket thuc",
    "thoi gian ket thuc",
    "ket thuc",
    "thoi gian dong lai",
    "den luc",
    "gio dong cua",
    "hieu luc den",
}
COUNTING = {"stt", "tt", "so thu tu", "no"}
KEYS: dict[str, tuple[str, ...]] = {
    "planning": ("so to", "to so", "to ban do", "so thua", "thua so", "thua dat", "to", "thua"),
    "land_price": ("ten duong", "duong", "tuyen duong", "ten tuyen duong", "duong pho", "khu vuc"),
    "exam": ("so bao danh", "sbd", "ma thi sinh"),
    "vaccination": ("diem tiem", "ten diem tiem", "diem tiem chung", "ten co so", "co so tiem chung", "dia diem"),
    "power_cut": ("khu vuc", "khu vuc mat dien", "khu vuc cup dien", "khu vuc ngung cung cap dien", "dia diem"),
    "emergency": ("khu vuc", "khu vuc anh huong", "noi xay ra", "dia diem", "vi tri", "tinh huong", "su viec"),
    "other": (),
}
BIRTHDAY = ("ngay sinh", "ngay thang nam sinh", "ngay thang sinh", "sinh ngay")
SECRETS = (
    *BIRTHDAY,
    "so cccd",
    "cccd",
    "so can cuoc",
    "so dinh danh",
    "cmnd",
    "so cmnd",
    "ma so dinh danh",
    "so dien thoai",
)
WITH_TIMES = {"power_cut", "emergency", "vaccination", "other"}
"""In a table of land prices "từ" and "đến" are the ends of a street."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where the table stands and what its columns are."""

    sheet: str
    heading_row: int
    columns: tuple[Column, ...]


def propose(sheets: Sequence[Sheet], kind: str) -> Proposal | None:
    """Return the proposal for the visible sheet with the most rows; None when no sheet holds a table."""
    best: tuple[int, Proposal] | None = None
    for sheet in sheets:
        heading = heading_of(sheet.head)
        if heading is None:
            continue
        below = sum(1 for line, _ in sheet.head if line > heading)
        weight = below if not sheet.hidden else 0
        if best is None or weight > best[0]:
            best = (weight, Proposal(sheet.name, heading, columns_of(sheet, heading, kind)))
    return best[1] if best else None


def heading_of(head: Sequence[tuple[int, list]]) -> int | None:
    """Return the line of the headings: the first as wide as the table, all words and no two alike; else the first."""
    if not head:
        return None
    widths = Counter(_filled(cells) for _, cells in head)
    usual = max(widths, key=lambda width: (widths[width] * width, width))
    for line, cells in head[:MOST_TITLE_ROWS]:
        texts = [text_of(cell) for cell in cells if text_of(cell)]
        wide = len(texts) >= max(1, usual * 0.7)
        if wide and len(set(texts)) == len(texts) and not any(_is_value(text) for text in texts):
            return line
    return next((line for line, cells in head if _filled(cells)), None)


def columns_of(sheet: Sheet, heading_row: int, kind: str) -> tuple[Column, ...]:
    """Return the columns under that heading with a role and a type proposed by heading and values."""
    titles = next((cells for line, cells in sheet.head if line == heading_row), [])
    rows = [cells for line, cells in sheet.head if line > heading_row]
    width = max([len(titles), *(len(cells) for cells in rows)])
    columns = []
    for place in range(width):
        title = text_of(titles[place])[:120] if place < len(titles) else ""
        values = [cells[place] for cells in rows if place < len(cells) and text_of(cells[place])]
        # A few cells beyond the headings are slips of single rows, told row by row.
        if title or 2 * len(values) > len(rows):
            columns.append(_column(place, title or f"Cột {place + 1}", values, kind))
    return _with_key(tuple(columns), kind)


def _column(place: int, title: str, values: list, kind: str) -> Column:
    name = fold(title)
    month_first = looks_month_first([value for value in values if isinstance(value, str)])
    found = _type(values, month_first)
    if name in BIRTHDAY and _share(values, lambda value: date_of(value, month_first=month_first) is not None) >= HALF:
        found = (
            "date"  # 01022008 and the 39479 of a spreadsheet are days under this heading, whatever stands beside them
        )
    role = _role(name, values, kind)
    if role in ("key", "secret") and found == "number":
        found = "code"
    if role == "hidden" or (role == "shown" and not values):
        role = "hidden"
    return Column(place, title, role, found, month_first)


def _role(name: str, values: list, kind: str) -> str:
    if name in COUNTING:
        return "hidden"
    if kind == "exam" and name in SECRETS:
        return "secret"
    if name in KEYS.get(kind, ()):
        return "key"
    if name in COMMUNE:
        return "commune"
    if kind in WITH_TIMES:
        for role, names in zip(TIMES, (DAY, FROM, TO), strict=True):
            if name in names and _share(values, _has_moment) >= HALF:
                return role
    return "shown"


def _with_key(columns: tuple[Column, ...], kind: str) -> tuple[Column, ...]:
    """Return the columns with one role of each kind, and with a key: where none is known, the first column of words."""
    seen: set[str] = set()
    once = []
    for column in columns:
        single = column.role in ("secret", "commune", *TIMES)
        role = "shown" if single and column.role in seen else column.role
        seen.add(role)
        once.append(_as(column, role))
    if "key" not in seen:
        first = next((c for c in once if c.role == "shown" and c.type == "text"), None)
        first = first or next((c for c in once if c.role == "shown"), None)
        once = [_as(c, "key") if c is first else c for c in once]
    return tuple(once)


def _as(column: Column, role: str) -> Column:
    return Column(column.place, column.title, role, column.type, column.month_first)


def _type(values: list, month_first: bool) -> str:
    if not values:
        return "text"
    if (
        _share(
            values, lambda value: date_of(value, month_first=month_first) is not None and not _is_plain_number(value)
        )
        >= MOSTLY
    ):
        return "date"
    return "number" if _share(values, lambda value: is_number(text_of(value))) >= MOSTLY else "text"


def _is_plain_number(value: object) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, str) and value.strip().isdigit())


def _has_moment(value: object) -> bool:
    found = moments_of(value)
    return bool(found.dates or found.times)


def _share(values: list, is_one) -> float:
    return sum(map(is_one, values)) / len(values) if values else 0.0


def _filled(cells: list) -> int:
    return sum(1 for cell in cells if text_of(cell))


def _is_value(text: str) -> bool:
    return is_number(text) or date_of(text) is not None
