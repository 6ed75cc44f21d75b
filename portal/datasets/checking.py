"""Rows of a file as rows of a pack: what each becomes, or why it is refused. Nothing is dropped without a line."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

from dossiers.search_text import fold
from dossiers.written_dates import written_day
from portal.datasets.columns import TIMES, Column, by_number, of_role, visible
from portal.datasets.values import LONGEST_CELL, date_of, span_of, text_of, tidy_area, tidy_code

LONGEST_KEY = 200
MOST_AREAS = 2000


@dataclass(slots=True)
class Record:
    """A row that can be loaded. `cells` are as citizens read them; `secret` is tidied, "" in an open pack."""

    line: int
    key: str
    area: str
    span: tuple[dt.datetime, dt.datetime] | None
    cells: list[str]
    secret: str = ""


@dataclass(slots=True)
class Problem:
    line: int
    reason: str
    column: str = ""
    text: str = ""


class _Known(dict):
    """What a function made of short texts met before: communes, streets and uses of land come again and again."""

    MOST, LONGEST = 20_000, 80

    def __init__(self, make):
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> str:
        made = self._make(text)
        if len(text) <= self.LONGEST and len(self) < self.MOST:
            self[text] = made
        return made


@dataclass
class Checker:
    """Checks the rows of one file in order; `areas` collects the communes as first written."""

    columns: tuple[Column, ...]
    needs_times: bool = False
    areas: dict[str, str] = field(default_factory=dict)
    _seen: dict[int, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.keys = of_role(self.columns, "key")
        self.shown = visible(self.columns)
        self.by_number = by_number(self.columns)
        self.commune = next(iter(of_role(self.columns, "commune")), None)
        self.secret = next(iter(of_role(self.columns, "secret")), None)
        self.times = {column.role: column for column in of_role(self.columns, *TIMES)}
        self.width = 1 + max((column.place for column in self.columns), default=0)
        self._plain = [column.place for column in self.shown]
        self._special = [(at, each) for at, each in enumerate(self.shown) if _is_special(each)]
        self._texts, self._folded, self._tidied = _Known(text_of), _Known(fold), _Known(tidy_area)
        self._days = _Known(self._day)
        self._place = self.commune.place if self.commune else -1
        self._key_places = [column.place for column in self.keys]

    def check(self, line: int, cells: list) -> tuple[Record | None, list[Problem]]:
        """Return the record of a row, None when it is refused, with everything found about it."""
        known = self._texts
        texts = [known[cell] if cell.__class__ is str else text_of(cell) for cell in cells]
        problems = self._of_the_whole(line, texts)
        if problems:
            return None, problems
        if len(texts) < self.width:
            texts += [""] * (self.width - len(texts))
        key = self._key(texts)
        if not key:
            return None, [Problem(line, self._no_key(), self.keys[0].title)]
        secret = self._secret(cells) if self.secret else ""
        if self.secret and not secret:
            reason = "Ô thông tin thứ hai trống hoặc không đọc được; không nạp, vì nạp thì không ai tra được dòng này."
            return None, [Problem(line, reason, self.secret.title)]
        span, unclear = self._span(line, cells) if self.times else (None, None)
        if unclear:
            return None, [unclear]
        shown = [texts[place] for place in self._plain]
        for at, column in self._special:
            shown[at] = _special(column, _at(cells, column), shown[at])
        record = Record(line, key, self._area(texts) if self.commune else "", span, shown, secret)
        again = self._again(record)
        return (None, [again]) if again else (record, [])

    def _of_the_whole(self, line: int, texts: list[str]) -> list[Problem]:
        found = []
        if any([text[:1] == "=" or len(text) > LONGEST_CELL for text in texts]):
            for place, text in enumerate(texts):
                if text[:1] == "=" and len(text) > 1:
                    reason = "Ô chứa công thức, không phải giá trị; hãy dán dưới dạng giá trị rồi nạp lại dòng này."
                    found.append(Problem(line, reason, self._title(place), self._quoted(text)))
                elif len(text) > LONGEST_CELL:
                    reason = f"Ô dài hơn {LONGEST_CELL} ký tự; có lẽ thiếu dấu nháy đóng ở dòng này hoặc dòng trước."
                    found.append(Problem(line, reason, self._title(place), self._quoted(text)))
        if len(texts) > self.width and not found and (extra := [text for text in texts[self.width :] if text]):
            reason = "Dòng có nhiều ô hơn hàng tiêu đề; có lẽ ô có dấu phân cách mà không có dấu nháy."
            found.append(Problem(line, reason, "", self._quoted(extra[0])))
        return found

    def _title(self, place: int) -> str:
        return next((column.title for column in self.columns if column.place == place), f"Cột {place + 1}")

    def _quoted(self, text: str) -> str:
        return "" if self.secret else text[:200]

    def _key(self, texts: list[str]) -> str:
        if self.by_number:
            codes = [tidy_code(texts[place]) for place in self._key_places]
            return ".".join(codes)[:LONGEST_KEY] if all(codes) else ""
        return " ".join([self._folded[texts[place]] for place in self._key_places])[:LONGEST_KEY].strip()

    def _no_key(self) -> str:
        if len(self.keys) == 1:
            return "Ô dùng để tìm để trống nên không ai tra được dòng này; không nạp."
        return "Thiếu ô dùng để tìm nên không ai tra được dòng này; không nạp."

    def _secret(self, cells: list) -> str:
        if self.secret is None:
            return ""
        value = _at(cells, self.secret)
        if self.secret.type == "date":
            return self._days[value] if value.__class__ is str else self._day(value)
        return tidy_code(text_of(value))

    def _day(self, value: object) -> str:
        """Return the one day of a cell as it is asked for, "" for none: birthdays of a year come again and again."""
        found = date_of(value, month_first=bool(self.secret and self.secret.month_first))
        return found.isoformat() if found else ""

    def _area(self, texts: list[str]) -> str:
        text = texts[self._place]
        area = self._tidied[text]
        if area and area not in self.areas and len(self.areas) < MOST_AREAS:
            self.areas[area] = text[:80]
        return area

    def _span(self, line: int, cells: list):
        day, start, end = (_at(cells, self.times[role]) if role in self.times else None for role in TIMES)
        first = next(iter(self.times.values()))
        span = span_of(day, start, end, month_first=any(each.month_first for each in self.times.values()))
        said = any(text_of(value) for value in (day, start, end))
        if span is None and (self.needs_times or (said and "day" in self.times)):
            text = "; ".join(filter(None, map(text_of, (day, start, end))))
            reason = "Không đọc được thời gian (hoặc giờ kết thúc trước giờ bắt đầu); không nạp để khỏi báo sai giờ."
            return None, Problem(line, reason, first.title, self._quoted(text))
        return span, None

    def _again(self, record: Record) -> Problem | None:
        """Refuse a row that stands in the file already; of a protected pack, any second row of the same key."""
        seen_as = record.key if self.secret else (record.key, record.area, record.span, *record.cells)
        mark = hash(seen_as)
        before = self._seen.setdefault(mark, record.line)
        if before == record.line:
            return None
        if not self.secret:
            return Problem(record.line, f"Trùng hoàn toàn với dòng {before}; chỉ nạp một lần.")
        return Problem(
            record.line, f"Trùng số với dòng {before}; chỉ nạp dòng đầu, hãy kiểm tra lại tệp.", self.keys[0].title
        )


def _is_special(column: Column) -> bool:
    """Whether a cell of the column is shown otherwise than as it stands."""
    return column.role in ("from", "to") or (column.type == "date" and column.role == "shown")


def _special(column: Column, value: object, text: str) -> str:
    if column.role in ("from", "to"):
        return _clock(value)
    found = date_of(value, month_first=column.month_first)
    return written_day(found) if found else text


def _at(cells: list, column: Column) -> object:
    return cells[column.place] if column.place < len(cells) else None


def _clock(value: object) -> str:
    """Return hours as 07:30, whichever way a workbook counts them; anything else as it stands."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1:
        minutes = round(value * 24 * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return text_of(value)


def packed(cells: list[str]) -> str:
    """Return the cells as they are stored: JSON, written by hand where nothing in it needs a second look."""
    whole = "".join(cells)
    if whole.isprintable() and '"' not in whole and "\\" not in whole:
        return '["' + '","'.join(cells) + '"]'
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
