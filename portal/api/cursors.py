"""Places in a list that grows while it is read: opaque to who reads, and nothing but a place."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from dossiers.lists.keyset import Order

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


def page_by_id(rows: QuerySet, asked: Mapping[str, Any], *, newest_first: bool = False) -> dict[str, Any]:
    """Return the rows behind the `cursor` asked for, at most `limit`, with the next cursor. One query.

    Raises ValidationError for a cursor nobody made.
    """
    order, place, limit = Order(newest_first=newest_first), asked.get("cursor", ""), asked["limit"]
    if place:
        rows = rows.filter(order.beyond(tuple(numbers_of(place, 1))))
    page = list(rows.order_by(*order.fields())[: limit + 1])
    shown = page[:limit]
    return {"items": shown, "next_cursor": cursor_of(shown[-1].pk) if shown else place, "more": len(page) > limit}
