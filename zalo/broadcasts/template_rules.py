"""Zalo's rules of a template, checked before it is handed in: its text, its tag, its buttons, its parameters.

Rules as compiled from Zalo's pages on ZBS templates: a text of bounded length without addresses or telephone numbers
(they belong into buttons), no more parameters than the text can carry, a parameter that says who or what it is about
for tags 1 and 2, no promotional words outside tag 3. Zalo's own people decide afterwards; this saves a week's round.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dossiers.search_text import fold

LONGEST_TEXT, LONGEST_TITLE, LONGEST_PARAM, MOST_PARAMS = 400, 65, 200, 16
MOST_BUTTONS, LONGEST_BUTTON = 2, 30
TAGS = {"TRANSACTION": "Loại 1: giao dịch", "CUSTOMER_CARE": "Loại 2: chăm sóc", "PROMOTION": "Loại 3"}
NAMES_SOMEBODY = frozenset(
    {"ten_khach_hang", "ma_ho_so", "customer_name", "order_code", "ma_khach_hang", "so_bien_nhan"}
)
PROMOTIONAL = (
    "khuyen mai",
    "giam gia",
    "uu dai",
    "mien phi van chuyen",
    "trung thuong",
    "qua tang",
    "mua ngay",
    "voucher",
)
FORBIDDEN = ("ca cuoc", "ca do", "vay nong", "nap tien ngay", "chuyen khoan ngay", "mat khau", "ma otp")
_PARAM = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,35}")
_ADDRESS = re.compile(r"https?://|www\.|\b[\w-]+\.(?:vn|com|net|org|me)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0|1[89]00)[\d .]{6,12}\d")
_SHOUT = re.compile(r"[!?]{2,}")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A template as an editor means to hand it in; buttons are (title, address or phone)."""

    title: str
    text: str
    tag: str
    buttons: tuple[tuple[str, str], ...] = ()


def faults(template: Proposed) -> list[str]:
    """Return what Zalo would send it back for, as sentences; empty when it may be handed in."""
    title = unicodedata.normalize("NFC", template.title).strip()
    text = unicodedata.normalize("NFC", template.text).strip()
    return [*_lengths(title, text), *_parameters(text, template.tag), *_words(title, text, template.tag),
            *_links(title, text), *_buttons(template.buttons)]  # fmt: skip


def _lengths(title: str, text: str):
    if not title:
        yield "Chưa có tiêu đề."
    if len(title) > LONGEST_TITLE:
        yield f"Tiêu đề dài {len(title)} ký tự; Zalo cho nhiều nhất {LONGEST_TITLE}."
    if not text:
        yield "Chưa có nội dung."
    if len(text) > LONGEST_TEXT:
        yield f"Nội dung dài {len(text)} ký tự; Zalo cho nhiều nhất {LONGEST_TEXT}."


def _parameters(text: str, tag: str):
    names = _PARAM.findall(text)
    for name in dict.fromkeys(names):
        if not _NAME.fullmatch(name):
            yield f"Tham số <{name[:40]}> viết chưa đúng: chỉ chữ thường không dấu, số và gạch dưới, ví dụ <ma_ho_so>."
    if "<" in _PARAM.sub("", text) or ">" in _PARAM.sub("", text):
        yield "Có dấu < hoặc > viết lẻ. Tham số phải viết đúng dạng <ten_tham_so>."
    if len(set(names)) > MOST_PARAMS:
        yield f"Có {len(set(names))} tham số; Zalo cho nhiều nhất {MOST_PARAMS}."
    if tag not in TAGS:
        yield "Chọn loại nội dung: giao dịch, chăm sóc khách hàng hoặc loại 3."
    elif tag != "PROMOTION" and not NAMES_SOMEBODY & set(names):
        yield "Loại 1 và 2 phải có tham số chỉ rõ ai hoặc việc gì, ví dụ <ten_khach_hang> hoặc <ma_ho_so>."
    if text and len(_PARAM.sub("", text).strip()) < 10:
        yield "Nội dung gần như chỉ có tham số; Zalo cần đọc được mẫu nói về việc gì."


def _words(title: str, text: str, tag: str):
    folded = f" {fold(f'{title} {text}')} "
    for words in FORBIDDEN:
        if f" {words} " in folded:
            yield f"Zalo cấm nội dung có “{words}”. Hãy viết cách khác."
    if tag != "PROMOTION":
        for words in PROMOTIONAL:
            if f" {words} " in folded:
                yield f"“{words}” là lời truyền thông; hãy bỏ đi hoặc chọn loại 3."
    letters = [each for each in title if each.isalpha()]
    if len(letters) > 8 and all(each.isupper() for each in letters):
        yield "Tiêu đề viết hoa toàn bộ; Zalo trả lại mẫu như vậy."
    if _SHOUT.search(f"{title} {text}"):
        yield "Có dấu chấm than hoặc chấm hỏi viết liền nhau; hãy dùng một dấu."


def _links(title: str, text: str):
    plain = _PARAM.sub(" ", f"{title} {text}")
    if _ADDRESS.search(plain):
        yield "Nội dung có địa chỉ trang web. Liên kết chỉ được đặt ở nút."
    if _PHONE.search(plain):
        yield "Nội dung có số điện thoại. Số gọi chỉ được đặt ở nút."


def _buttons(buttons: tuple[tuple[str, str], ...]):
    if len(buttons) > MOST_BUTTONS:
        yield f"Có {len(buttons)} nút; Zalo cho nhiều nhất {MOST_BUTTONS}."
    for title, target in buttons:
        if not title.strip() or len(title.strip()) > LONGEST_BUTTON:
            yield f"Chữ trên nút phải có từ 1 đến {LONGEST_BUTTON} ký tự."
        if not (target.startswith("https://") or _PHONE.fullmatch(target.strip())):
            yield "Nút phải mở một địa chỉ https:// hoặc gọi một số điện thoại."
