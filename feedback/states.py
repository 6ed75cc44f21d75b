"""States of a citizen's case and their national names; nothing here touches a database.

The arrows between them follow from the acts (feedback.cases.acts).

Source: status names of the national feedback data and the four national deadlines (domain notes §6).
"""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    HELD = "held", "Chờ kiểm tra"
    NEW = "new", "Mới tiếp nhận"
    IN_PROGRESS = "in_progress", "Đang xử lý"
    INFO_REQUESTED = "info_requested", "Chờ người gửi bổ sung"
    INFO_RECEIVED = "info_received", "Đã bổ sung"
    APPROVAL = "approval", "Chờ duyệt trả lời"
    ANSWERED = "answered", "Đã trả lời"
    CLOSED = "closed", "Đã kết thúc"
    FORWARDED = "forwarded", "Đã chuyển cơ quan khác"
    REFUSED = "refused", "Không tiếp nhận"
    WITHDRAWN = "withdrawn", "Người gửi đã rút"
    MERGED = "merged", "Đã gộp vào ý kiến trùng"
    RESTRICTED = "restricted", "Đã chuyển đơn theo quy định riêng"


S = Status
FINAL = frozenset({S.CLOSED, S.FORWARDED, S.REFUSED, S.WITHDRAWN, S.RESTRICTED})
CLOCK_RUNS = frozenset({S.HELD, S.NEW, S.IN_PROGRESS, S.INFO_RECEIVED, S.APPROVAL})
CLOCK_PAUSED = frozenset({S.INFO_REQUESTED})
OPEN = CLOCK_RUNS | CLOCK_PAUSED
"""Cases somebody still owes an answer or a decision."""
WORKABLE = frozenset({S.NEW, S.IN_PROGRESS, S.INFO_RECEIVED})
"""Where staff may assign, transfer, split, ask or forward."""
AWAITS_CITIZEN = frozenset({S.INFO_REQUESTED, S.ANSWERED})

PROGRESS: dict[str, int] = {
    S.HELD: 1,
    S.NEW: 1,
    S.IN_PROGRESS: 2,
    S.INFO_REQUESTED: 2,
    S.INFO_RECEIVED: 2,
    S.APPROVAL: 3,
    S.ANSWERED: 4,
    S.CLOSED: 4,
}
"""Place on the four-step line the citizen sees; states without a place end the line with a sentence instead."""


class Publishing(models.TextChoices):
    """The publication axis runs beside the handling: a published case may be reopened and answered again."""

    NONE = "none", "Không công khai"
    DRAFT = "draft", "Chờ công khai"
    SUBMITTED = "submitted", "Chờ duyệt công khai"
    PUBLISHED = "published", "Đã công khai"
    TAKEN_DOWN = "taken_down", "Đã gỡ"


NATIONAL_NAME: dict[str, str] = {
    S.HELD: "Mới tiếp nhận",
    S.NEW: "Mới tiếp nhận",
    S.IN_PROGRESS: "Đang xử lý",
    S.APPROVAL: "Đang xử lý",
    S.INFO_REQUESTED: "Chờ bổ sung",
    S.INFO_RECEIVED: "Đã bổ sung",
    S.FORWARDED: "Đã chuyển/trả lại",
    S.MERGED: "Đã chuyển/trả lại",
    S.REFUSED: "Từ chối tiếp nhận",
    S.WITHDRAWN: "Đã chuyển/trả lại",
    S.RESTRICTED: "Đã chuyển/trả lại",
    S.ANSWERED: "Đang xử lý",
    S.CLOSED: "Đang xử lý",
}


def national_name(status: str, publishing: str) -> str:
    """Return the status in the words of the national system, where an answered case waits for publication."""
    if status in {S.ANSWERED, S.CLOSED}:
        return "Đã công khai" if publishing == Publishing.PUBLISHED else "Chờ công khai"
    return NATIONAL_NAME[status]
