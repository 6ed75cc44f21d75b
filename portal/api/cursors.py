"""Places in a list that grows while it is read: opaque to who reads, and nothing but a place."""

from __future__ import annotations

import base64
import binascii
import json

from rest_framework.exceptions import ValidationError

WRONG = "Con trỏ không đúng: gửi lại nguyên văn next_cursor của trang trước, hoặc bỏ tham số cursor để đọc từ đầu."
LARGEST = 2**62


def cursor_of(*numbers: int) -> str:
    """Return the numbers as text for an address."""
    return base64.urlsafe_b64encode(json.dumps(numbers).encode()).decode().rstrip("=")


def numbers_of(cursor: str, count: int) -> list[int]:
    """Return the whole numbers of a cursor. Raises ValidationError for what is none."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        numbers = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        numbers = None
    sound = isinstance(numbers, list) and len(numbers) == count
    if not sound or not all(type(each) is int and 0 <= each < LARGEST for each in numbers):
        raise ValidationError({"cursor": WRONG})
    return numbers
