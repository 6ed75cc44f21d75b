"""Where a piece stands, one record a state: what it is called, how it looks in lists, which tab it lies on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """draft → submitted → (returned) → scheduled → published → archived."""

    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Chờ duyệt"
    RETURNED = "returned", "Trả lại để sửa"
    SCHEDULED = "scheduled", "Hẹn giờ đăng"
    PUBLISHED = "published", "Đang đăng"
    ARCHIVED = "archived", "Đã gỡ"


@dataclass(frozen=True, slots=True)
class Record:
    """`level` is the colour of the desk (late, today, soon, calm); `tab` the list it is found on."""

    level: str
    tab: str
    writable: bool = False


RECORDS: dict[str, Record] = {
    State.DRAFT: Record("soon", "dang-soan", writable=True),
    State.SUBMITTED: Record("today", "cho-duyet"),
    State.RETURNED: Record("late", "dang-soan", writable=True),
    State.SCHEDULED: Record("calm", "hen-gio"),
    State.PUBLISHED: Record("calm", "dang-dang"),
    State.ARCHIVED: Record("calm", "da-go"),
}
TABS: dict[str, str] = {
    "cho-duyet": "Chờ duyệt",
    "dang-soan": "Đang soạn, cần sửa",
    "hen-gio": "Hẹn giờ đăng",
    "dang-dang": "Đang đăng",
    "da-go": "Đã gỡ",
}
WRITABLE = frozenset(state for state, record in RECORDS.items() if record.writable)


def on_tab(tab: str) -> list[str]:
    """Return the states found on the tab."""
    return [state for state, record in RECORDS.items() if record.tab == tab]
