"""The value of a legal rule as a person reads and types it: "có", "15:00", "15 ngày làm việc", a table line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dossiers.deadlines.time_limit import UNIT_NAMES, TimeLimit
from dossiers.deadlines.working_time import CalendarError

YES, NO, NOTHING = "có", "không", "–"
_UNITS = {words: unit.value for unit, words in UNIT_NAMES.items()}
GROUPS_766 = {
    "transparency": "Công khai, minh bạch",
    "progress": "Tiến độ, kết quả giải quyết",
    "digitised": "Số hóa hồ sơ",
    "online": "Cung cấp dịch vụ công trực tuyến",
    "payment": "Thanh toán trực tuyến",
    "satisfaction": "Mức độ hài lòng",
}
"""The groups of Quyết định 766/QĐ-TTg by the names their rule stores them under."""
_LIMIT = re.compile(r"(?:([0-9]+(?:[.,][0-9]+)?)\s+)?(\D.*)")
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,4})?")


def in_words(value) -> str:
    """Return the value in Vietnamese; tables have a line a row. `from_words` reads back what this writes."""
    if isinstance(value, bool):
        return YES if value else NO
    if value is None:
        return NOTHING
    if isinstance(value, int | float):
        return f"{value:g}".replace(".", ",")
    if _is_limit(value):
        return str(TimeLimit.from_dict(value))
    if isinstance(value, Mapping):
        return "\n".join(f"{_called(name)}: {'; '.join(map(in_words, numbers))}" for name, numbers in value.items())
    if isinstance(value, list):
        return "\n".join(f"{in_words(start)}: {words}" for start, words in value)
    return UNIT_NAMES.get(value, value)


def how_to_write(like) -> str:
    """Return the sentence that tells a person how to write a value of the same kind as `like`."""
    if isinstance(like, bool):
        return "Gõ “có” hoặc “không”."
    if isinstance(like, int | float):
        return "Gõ một con số, ví dụ 3 hoặc 1,5."
    if _is_limit(like):
        return f"Gõ số và đơn vị, ví dụ “15 ngày làm việc”; đơn vị là một trong: {', '.join(UNIT_NAMES.values())}."
    if isinstance(like, Mapping):
        names = "; ".join(map(_called, like))
        return f"Mỗi dòng một mục dạng “tên: số; số”, chỗ không có số ghi “{NOTHING}”. Đủ các mục: {names}."
    if isinstance(like, list):
        return "Mỗi dòng một bậc dạng “từ điểm: tên bậc”, ví dụ “90: Xuất sắc”, điểm giảm dần, bậc cuối từ 0."
    if like in UNIT_NAMES:
        return f"Chọn một trong: {', '.join(UNIT_NAMES.values())}."
    return "Gõ giờ dạng 15:00." if re.fullmatch(r"\d\d:\d\d", like) else "Gõ chữ, không quá 255 ký tự."


def from_words(text: str, like):
    """Return the value `text` says, of the kind of `like`. Raises ValueError with the sentence of `how_to_write`."""
    try:
        return _read(text.strip(), like)
    except (ValueError, KeyError, CalendarError):
        raise ValueError(how_to_write(like)) from None


def _read(text: str, like):
    if isinstance(like, bool):
        return {YES: True, NO: False}[text.lower()]
    if isinstance(like, int | float):
        return _number(text)
    if _is_limit(like):
        written = _LIMIT.fullmatch(text)
        amount, unit = written.groups() if written else (None, "")
        limit = TimeLimit((amount or "0").replace(",", "."), _UNITS[" ".join(unit.lower().split())])
        return limit.as_dict()
    if isinstance(like, Mapping):
        by_words = {_called(name): name for name in like}
        found = {by_words[name]: list(map(_number_or_nothing, numbers.split(";"))) for name, numbers in _rows(text)}
        if found.keys() != like.keys() or any(len(found[name]) != len(like[name]) for name in like):
            raise ValueError
        return {name: found[name] for name in like}
    if isinstance(like, list):
        steps = [[_number(start), words] for start, words in _rows(text)]
        starts = [start for start, _ in steps]
        if not steps or starts != sorted(set(starts), reverse=True) or starts[-1] != 0:
            raise ValueError
        return steps
    return _UNITS[text.lower()] if like in UNIT_NAMES else text


def _called(name: str) -> str:
    return GROUPS_766.get(name, name)


def _rows(text: str) -> list[tuple[str, str]]:
    """Return the name and the rest of each line. Raises ValueError for a line without either."""
    rows: list[tuple[str, str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = (part.strip() for part in line.partition(":"))
        if not name or not rest or name in dict(rows):
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


def _is_limit(value) -> bool:
    return isinstance(value, Mapping) and set(value) == {"amount", "unit"}
