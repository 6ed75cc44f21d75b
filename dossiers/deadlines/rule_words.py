"""The value of a legal rule as a person reads and types it: "có", "15:00", "15 ngày làm việc", a table line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from dossiers.deadlines.time_limit import UNIT_NAMES, TimeLimit
from dossiers.deadlines.working_time import CalendarError

YES, NO, NOTHING = "có", "không", "–"
_UNITS = {words: str(unit) for unit, words in UNIT_NAMES.items()}
GROUPS_766 = {
    "transparency": "Công khai, minh bạch",
    "progress": "Tiến độ, kết quả giải quyết",
    "digitised": "Số hóa hồ sơ",
    "online": "Cung cấp dịch vụ công trực tuyến",
    "payment": "Thanh toán trực tuyến",
    "satisfaction": "Mức độ hài lòng",
}
"""The groups of Quyết định 766/QĐ-TTg by the names their rule stores them under."""
_NAMES = GROUPS_766 | {"title": "Tiêu đề", "what": "Là gì", "where": "Nộp ở đâu", "bring": "Mang theo"}
_LIMIT = re.compile(r"(?:([0-9]+(?:[.,][0-9]+)?)\s+)?(\D.*)")
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,4})?")


class Kind(Enum):
    """What the value of a rule is; the key keeps the kind its first value has."""

    YES_NO = "có hoặc không"
    NUMBER = "con số"
    CLOCK = "giờ trong ngày"
    WORDS = "chữ"
    UNIT = "đơn vị tính"
    LIMIT = "thời hạn"
    STEPS = "bảng xếp loại"
    TABLE = "bảng số"
    TEXTS = "đoạn văn"


def kind_of(value: Any) -> Kind:
    """Return the kind a value is of."""
    if isinstance(value, bool):
        return Kind.YES_NO
    if isinstance(value, int | float):
        return Kind.NUMBER
    if isinstance(value, Mapping):
        if set(value) == {"amount", "unit"}:
            return Kind.LIMIT
        return Kind.TEXTS if any(isinstance(part, str) for part in value.values()) else Kind.TABLE
    if isinstance(value, list):
        return Kind.STEPS
    if value in UNIT_NAMES:
        return Kind.UNIT
    return Kind.CLOCK if re.fullmatch(r"\d\d:\d\d", value) else Kind.WORDS


def in_words(value: Any) -> str:
    """Return the value in Vietnamese; tables and texts have a line a row. `from_words` reads back what this writes."""
    return _WRITE[kind_of(value)](value)


def how_to_write(like: Any) -> str:
    """Return the sentence that tells a person how to write a value of the same kind as `like`."""
    kind = kind_of(like)
    if kind in {Kind.TABLE, Kind.TEXTS}:
        names = "; ".join(_called(name) for name, _ in _in_order(like))
        return _HOW[kind].format(names=names)
    return _HOW[kind]


def from_words(text: str, like: Any) -> Any:
    """Return the value `text` says, of the kind of `like`. Raises ValueError with the sentence of `how_to_write`."""
    try:
        return _READ[kind_of(like)](text.strip(), like)
    except (ValueError, KeyError, CalendarError):
        raise ValueError(how_to_write(like)) from None


def _write_number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:g}".replace(".", ",")


def _in_order(value: Mapping) -> list[tuple[str, Any]]:
    """Return the rows as people read them: PostgreSQL keeps the names in JSON in an order of its own."""
    places = list(_NAMES)
    return sorted(value.items(), key=lambda row: places.index(row[0]) if row[0] in places else len(places))


def _write_table(value: Mapping) -> str:
    return "\n".join(f"{_called(name)}: {'; '.join(map(_write_number, numbers))}" for name, numbers in _in_order(value))


def _write_texts(value: Mapping) -> str:
    lines = [(name, [part] if isinstance(part, str) else part) for name, part in _in_order(value)]
    return "\n".join(f"{_called(name)}: {part}" for name, parts in lines for part in parts)


def _read_limit(text: str, like: Mapping) -> dict:
    written = _LIMIT.fullmatch(text)
    amount, unit = written.groups() if written else (None, "")
    return TimeLimit((amount or "0").replace(",", "."), _UNITS[" ".join(unit.lower().split())]).as_dict()


def _read_table(text: str, like: Mapping) -> dict:
    by_words = {_called(name): name for name in like}
    rows = _rows(text)
    found = {by_words[name]: list(map(_number_or_nothing, numbers.split(";"))) for name, numbers in rows}
    alike = found.keys() == like.keys() and all(len(found[name]) == len(like[name]) for name in like)
    if not alike or len(rows) > len(found):
        raise ValueError
    return {name: found[name] for name in like}


def _read_texts(text: str, like: Mapping) -> dict:
    by_words = {_called(name): name for name in like}
    found: dict[str, list[str]] = {name: [] for name in like}
    for name, words in _rows(text):
        found[by_words[name]].append(words)
    for name, parts in found.items():
        if not parts or (isinstance(like[name], str) and len(parts) > 1):
            raise ValueError
    return {name: parts[0] if isinstance(like[name], str) else parts for name, parts in found.items()}


def _read_steps(text: str, like: list) -> list:
    steps = [[_number(start), words] for start, words in _rows(text)]
    starts = [start for start, _ in steps]
    if not steps or starts != sorted(set(starts), reverse=True) or starts[-1] != 0:
        raise ValueError
    return steps


_WRITE: dict[Kind, Callable[[Any], str]] = {
    Kind.YES_NO: lambda value: YES if value else NO,
    Kind.NUMBER: _write_number,
    Kind.CLOCK: str,
    Kind.WORDS: str,
    Kind.UNIT: lambda value: UNIT_NAMES[value],
    Kind.LIMIT: lambda value: str(TimeLimit.from_dict(value)),
    Kind.STEPS: lambda value: "\n".join(f"{_write_number(start)}: {words}" for start, words in value),
    Kind.TABLE: _write_table,
    Kind.TEXTS: _write_texts,
}
_READ: dict[Kind, Callable[[str, Any], Any]] = {
    Kind.YES_NO: lambda text, like: {YES: True, NO: False}[text.lower()],
    Kind.NUMBER: lambda text, like: _number(text),
    Kind.CLOCK: lambda text, like: text,
    Kind.WORDS: lambda text, like: text,
    Kind.UNIT: lambda text, like: _UNITS[text.lower()],
    Kind.LIMIT: _read_limit,
    Kind.STEPS: _read_steps,
    Kind.TABLE: _read_table,
    Kind.TEXTS: _read_texts,
}
_HOW: dict[Kind, str] = {
    Kind.YES_NO: "Gõ “có” hoặc “không”.",
    Kind.NUMBER: "Gõ một con số, ví dụ 3 hoặc 1,5.",
    Kind.CLOCK: "Gõ giờ dạng 15:00.",
    Kind.WORDS: "Gõ chữ, không quá 255 ký tự.",
    Kind.UNIT: f"Chọn một trong: {', '.join(UNIT_NAMES.values())}.",
    Kind.LIMIT: f"Gõ số và đơn vị, ví dụ “15 ngày làm việc”; đơn vị là một trong: {', '.join(UNIT_NAMES.values())}.",
    Kind.STEPS: "Mỗi dòng một bậc dạng “từ điểm: tên bậc”, ví dụ “90: Xuất sắc”, điểm giảm dần, bậc cuối từ 0.",
    Kind.TABLE: f"Mỗi dòng một mục dạng “tên: số; số”, chỗ không có số ghi “{NOTHING}”. Đủ các mục: {{names}}.",
    Kind.TEXTS: "Mỗi dòng một đoạn dạng “mục: lời”, mục nhiều đoạn thì lặp lại tên mục. Đủ các mục: {names}.",
}


def _called(name: str) -> str:
    return _NAMES.get(name, name)


def _rows(text: str) -> list[tuple[str, str]]:
    """Return the name and the rest of each line. Raises ValueError for a line without either."""
    rows: list[tuple[str, str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = (part.strip() for part in line.partition(":"))
        if not name or not rest:
            raise ValueError
        rows.append((name, rest))
    return rows


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError
    number = float(text.strip().replace(",", "."))
    return int(number) if number.is_integer() else number


def _number_or_nothing(text: str) -> int | float | None:
    return None if text.strip() in {NOTHING, "-"} else _number(text)
