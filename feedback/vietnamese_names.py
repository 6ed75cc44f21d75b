"""How names of people look in running Vietnamese text. Pure patterns; used only to hide them."""

from __future__ import annotations

import re

from dossiers.search_text import fold

_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_WORD = rf"[{_UPPER}][^\W\d_]*"
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Vương|Trịnh|Đinh|Lâm|Phùng|Mai|Tô|"
    "Tạ|Hà|Cao|Lương|Thái|Châu|Quách|Triệu|Ma|Nông|Hứa|Lò|Quàng|Cà|Giàng|Sùng|Vàng|Thào|Hầu|Bàn|Đàm|Chu|La|Kiều|Doãn|Nghiêm"
)
# A street, ward or school bears a name without being a person.
_PLACE_BEFORE = (
    r"(?<!đường )(?<!Đường )(?<!phố )(?<!Phố )(?<!phường )(?<!Phường )(?<!xã )(?<!Xã )(?<!trường )(?<!chợ )(?<!cầu )"
    r"(?<!tỉnh )(?<!huyện )(?<!quận )(?<!viện )(?<!ngõ )(?<!thôn )(?<!xóm )(?<!ấp )(?<!khu )(?<!tư )(?<!ba )(?<!viên )"
)
NAME_WITH_FAMILY = re.compile(rf"{_PLACE_BEFORE}(?<![\w])(?P<name>(?:{_FAMILY})(?:[ \t]+{_WORD}){{1,4}})(?!\w)")

_TITLES = (
    "ông|bà|anh|chị|cô|chú|bác|cậu|thầy|em|đ/c|đồng chí|cán bộ|công chức|viên chức|chuyên viên|nhân viên|giám đốc|"
    "phó giám đốc|chủ tịch|phó chủ tịch|trưởng phòng|phó phòng|trưởng thôn|tổ trưởng|tên là|tên|tôi là|họ tên|"
    "họ và tên|người gửi|kính gửi ông|kính gửi bà"
)
# The title in any case; the name itself must begin with capitals.
NAME_AFTER_TITLE = re.compile(
    rf"(?<![\w])(?i:{_TITLES})(?:\s+(?i:tên|là))?[ \t]*[:：]?[ \t]+(?P<name>{_WORD}(?:[ \t]+{_WORD}){{0,4}})(?!\w)"
)


def folded_letters(text: str) -> str:
    """Return `text` folded letter by letter, the same length, so that positions found in it hold in `text`."""
    return "".join(_fold_one(ch) for ch in text)


def _fold_one(ch: str) -> str:
    if ch.isspace():
        return " "
    folded = fold(ch)
    return folded if len(folded) == 1 else ch.lower() if len(ch.lower()) == 1 else ch
