"""Which column of an office's file holds what: headings as people write them, wherever the heading row stands."""

from __future__ import annotations

from collections.abc import Iterable

from dossiers.search_text import fold

HEADINGS = {
    "code": ("mã hồ sơ", "số hồ sơ", "mã số hồ sơ", "mã hs", "code"),
    "receipt_number": ("số biên nhận", "mã biên nhận", "số giấy tiếp nhận", "receipt_number"),
    "procedure_code": (
        "mã TTHC",
        "mã số tthc",
        "mã thủ tục",
        "mã thủ tục hành chính",
        "mã số thủ tục",
        "procedure_code",
    ),
    "full_name": ("chủ hồ sơ", "họ và tên", "họ tên", "tên chủ hồ sơ", "người nộp", "tên người nộp", "full_name"),
    "id_number": (
        "số CCCD",
        "cccd",
        "số định danh",
        "số căn cước",
        "cccd/cmnd",
        "cmnd/cccd",
        "số giấy tờ",
        "id_number",
    ),
    "phone": ("điện thoại", "số điện thoại", "sđt", "sdt", "phone"),
    "email": ("email", "thư điện tử"),
    "address": ("địa chỉ", "nơi ở", "nơi thường trú", "address"),
    "received_at": ("ngày tiếp nhận", "ngày nhận", "thời điểm tiếp nhận", "tiếp nhận lúc", "received_at"),
    "due_at": ("ngày hẹn trả", "ngày hẹn trả kết quả", "hẹn trả", "hạn trả kết quả", "ngày hẹn", "due_at"),
    "state": ("trạng thái", "tình trạng", "trạng thái hồ sơ", "state"),
    "state_at": (
        "ngày trạng thái",
        "ngày cập nhật",
        "ngày có kết quả",
        "ngày trả kết quả",
        "ngày kết thúc",
        "state_at",
    ),
}
NEEDED = ("code", "procedure_code", "full_name", "received_at")
NAMES = {field: words[0] for field, words in HEADINGS.items()}
_FIELD_OF = {fold(word): field for field, words in HEADINGS.items() for word in words}


def columns_of(cells: Iterable[object]) -> dict[str, int]:
    """Return the place of each field in a heading row; of two columns for one field the first counts."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        field = _FIELD_OF.get(" ".join(fold(str(cell or "")).split()).strip(" :*"))
        if field:
            found.setdefault(field, place)
    return found


def lacking(columns: dict[str, int]) -> list[str]:
    """Return the names of the columns without which no dossier can be read."""
    return [NAMES[field] for field in NEEDED if field not in columns]


def unread(cells: Iterable[object], columns: dict[str, int]) -> list[str]:
    """Return the headings of columns nobody reads."""
    places = set(columns.values())
    return [str(cell) for place, cell in enumerate(cells) if cell and place not in places]
