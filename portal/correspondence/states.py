"""Kinds and states of documents, one record each: how a kind is numbered and headed, on which list a state lies."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Kind(models.TextChoices):
    """The kinds whose layout is that of a letter (Nghị định 30/2020/NĐ-CP, điều 7 và Phụ lục III)."""

    DISPATCH = "dispatch", "Công văn"
    REPORT = "report", "Báo cáo"
    NOTICE = "notice", "Thông báo"
    SUBMISSION = "submission", "Tờ trình"
    PLAN = "plan", "Kế hoạch"
    DECISION = "decision", "Quyết định"
    OTHER = "other", "Văn bản khác"


@dataclass(frozen=True, slots=True)
class KindRecord:
    """`symbol` stands between number and agency, "" for a công văn, whose abstract is "V/v …" under the number."""

    symbol: str


WRITTEN_HERE: dict[str, KindRecord] = {
    Kind.DISPATCH: KindRecord(""),
    Kind.REPORT: KindRecord("BC"),
    Kind.NOTICE: KindRecord("TB"),
    Kind.SUBMISSION: KindRecord("TTr"),
    Kind.PLAN: KindRecord("KH"),
}
"""What the desk can write; the other kinds only come in."""


class State(models.TextChoices):
    """draft → submitted → (returned) → issued → signed → withdrawn; what comes in is received."""

    DRAFT = "draft", "Đang soạn"
    RETURNED = "returned", "Trả lại để sửa"
    SUBMITTED = "submitted", "Chờ ký"
    ISSUED = "issued", "Đã cấp số, chờ bản ký"
    SIGNED = "signed", "Đã ký, phát hành"
    WITHDRAWN = "withdrawn", "Đã thu hồi"
    CANCELLED = "cancelled", "Không phát hành"
    RECEIVED = "received", "Đã vào sổ đến"


OPEN = frozenset({State.DRAFT, State.RETURNED, State.SUBMITTED})
WRITABLE = frozenset({State.DRAFT, State.RETURNED})
OUT = frozenset({State.ISSUED, State.SIGNED})


class Duty(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", "Đang làm"
    DONE = "done", "Đã xong"
    DROPPED = "dropped", "Không làm nữa"


class Standing(models.TextChoices):
    """Where a proposal stands."""

    SENT = "sent", "Chờ xem xét"
    CONSIDERED = "considered", "Đang xem xét"
    ACCEPTED = "accepted", "Chấp thuận, sẽ làm"
    DONE = "done", "Đã có"
    DECLINED = "declined", "Không làm"
    WITHDRAWN = "withdrawn", "Người đề xuất rút"
