"""How names of people look in running Vietnamese text. Pure patterns; used only to hide them."""

from __future__ import annotations

import re

from dossiers.search_text import fold

_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_WORD = rf"[{_UPPER}][^\W\d_]*(?:['’][^\W\d_]+)*"
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Vương|Trịnh|Đinh|Lâm|Phùng|Mai|Tô|"
    "Tạ|Hà|Cao|Lương|Thái|Châu|Quách|Triệu|Ma|Nông|Hứa|Lò|Quàng|Cà|Giàng|Sùng|Vàng|Thào|Hầu|Bàn|Đàm|Chu|La|Kiều|Doãn|Nghiêm|"
    "Cấn|Mông|Thân|Từ|Mẫn|Lăng|Lầu|Sung|Khổng|Kha|Danh|Điểu|Thạch|Tăng|Ksor|Siu|Rơ|Mùa|Vừ|Lường|Tòng|Cầm|Đèo|Bế|Lộc|Ung"
)
NAME_WITH_FAMILY = re.compile(rf"(?<!\w)(?P<name>(?:{_FAMILY})(?:[ \t]+{_WORD}){{1,4}})(?!\w)")
_PLACE = (
    "đường|đg|phố|phường|xã|thị trấn|trường|trường học|chợ|cầu|tỉnh|huyện|quận|thành phố|bệnh viện|công viên|ngõ|hẻm|"
    "hẽm|kiệt|thôn|xóm|ấp|khu|ngã tư|ngã ba|ngã năm|ngã sáu|vòng xoay|tượng đài|chùa|đình|kênh|kinh|sông|hồ|hói|bàu|"
    "dốc|đèo|cánh đồng|cấp [123]|tiểu học|mầm non|thcs|thpt|đại học|đh|chung cư|ký túc xá|ktx|siêu thị|duong|dg|hem|"
    "nga tu|nga ba|benh vien|chung cu|tieu hoc|mam non|th|ngã 3|ngã 4|ql ?\\d*|quốc lộ|tỉnh lộ|tl ?\\d*"
)
# A street, ward or school bears a name without being a person: "đường Phan Chu Trinh".
_PLACE_BEFORE = re.compile(rf"(?i:{_PLACE})[ \t]+(?:\d[\w/]*[ \t]+)?(?:{_WORD}[ \t]+|{_WORD}[ \t]*-[ \t]*)*$")
# Only words no family bears: "Hồ Văn Sửu" and "duong van tam" are people.
_PLACE_FIRST = re.compile(r"(?i)(?:đường|đg|dg|hẻm|hẽm|hem|phố|ngã tư|nga tu|chung cư|chung cu)\s")

_TITLES = (
    "ông|bà|anh|chị|cô|chú|bác|cậu|thầy|em|đ/c|đồng chí|cán bộ|công chức|viên chức|chuyên viên|nhân viên|giám đốc|"
    "phó giám đốc|chủ tịch|phó chủ tịch|trưởng phòng|phó phòng|trưởng thôn|tổ trưởng|tên là|tên|tôi là|họ tên|"
    "họ và tên|người gửi|kính gửi ông|kính gửi bà"
)
# The title in any case; the name itself must begin with capitals.
NAME_AFTER_TITLE = re.compile(
    rf"(?<![\w])(?i:{_TITLES})(?:\s+(?i:tên|là))?[ \t]*[:：]?[ \t]+(?P<name>{_WORD}(?:[ \t]+{_WORD}){{0,4}})(?!\w)"
)


def is_place_name(text: str, start: int) -> bool:
    """Return whether the name that begins at `start` is that of a street or another place."""
    return _PLACE_BEFORE.search(text[max(0, start - 60) : start]) is not None


def begins_as_place(words: str) -> bool:
    """Return whether the words are a place with its kind before it: "Đường Nguyễn Huệ", "hem 5 ly chinh thang"."""
    return _PLACE_FIRST.match(words) is not None


def folded_letters(text: str) -> str:
    """Return `text` folded letter by letter, the same length, so that positions found in it hold in `text`."""
    return "".join(_fold_one(ch) for ch in text)


def _fold_one(ch: str) -> str:
    if ch.isspace():
        return " "
    folded = fold(ch)
    return folded if len(folded) == 1 else ch.lower() if len(ch.lower()) == 1 else ch
