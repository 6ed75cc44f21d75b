"""The states of a citizen's case: one record each; nothing here touches a database.

A state's record is the only place that says what the state is: pages, lists, clock, figures and the national names ask
it. The arrows between states follow from the acts (feedback.cases.acts).
Source: status names of the national feedback data and the four national deadlines (domain notes §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from dossiers.states import Clock

STEPS = ("Đã nhận", "Đang xử lý", "Duyệt trả lời", "Đã trả lời")
"""The line the sender sees."""
WAITS_FOR_PUBLICATION, PUBLISHED = "Chờ công khai", "Đã công khai"
"""National names of an answered case, by its publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a state is."""

    national: str  # the name in the national system
    clock: Clock
    tone: str  # wait | work | act | good | done | bad: the colour of the style sheets, beside words always
    step: int = 0  # of STEPS, from 1; 0: a sentence stands in place of the line
    workable: bool = False  # staff may assign, transfer, split, ask or forward
    awaits_citizen: bool = False  # the sender has the word
    answered: bool = False  # the sender has read, or could read, the answer
    explained: bool = False  # comes with a reason the sender reads
    counted: bool = True  # a case the agency had to answer, for the figures of Quyết định 766/QĐ-TTg
    final: bool = False  # nothing moves out of it


class Status(models.TextChoices):
    """A state by its slug, with the label staff read; what it is stands in `record`."""

    HELD = "held", Record(national="Mới tiếp nhận", clock=Clock.RUNS, tone="wait", step=1), "Chờ kiểm tra"
    NEW = (
        "new",
        Record(national="Mới tiếp nhận", clock=Clock.RUNS, tone="wait", step=1, workable=True),
        "Mới tiếp nhận",
    )
    IN_PROGRESS = (
        "in_progress",
        Record(national="Đang xử lý", clock=Clock.RUNS, tone="work", step=2, workable=True),
        "Đang xử lý",
    )
    INFO_REQUESTED = (
        "info_requested",
        Record(national="Chờ bổ sung", clock=Clock.PAUSED, tone="act", step=2, awaits_citizen=True),
        "Chờ người gửi bổ sung",
    )
    INFO_RECEIVED = (
        "info_received",
        Record(national="Đã bổ sung", clock=Clock.RUNS, tone="work", step=2, workable=True),
        "Đã bổ sung",
    )
    APPROVAL = "approval", Record(national="Đang xử lý", clock=Clock.RUNS, tone="work", step=3), "Chờ duyệt trả lời"
    ANSWERED = (
        "answered",
        Record(
            national=WAITS_FOR_PUBLICATION,
            clock=Clock.STOPPED,
            tone="good",
            step=4,
            awaits_citizen=True,
            answered=True,
        ),
        "Đã trả lời",
    )
    CLOSED = (
        "closed",
        Record(
            national=WAITS_FOR_PUBLICATION,
            clock=Clock.STOPPED,
            tone="done",
            step=4,
            answered=True,
            explained=True,
            final=True,
        ),
        "Đã kết thúc",
    )
    FORWARDED = (
        "forwarded",
        Record(national="Đã chuyển/trả lại", clock=Clock.STOPPED, tone="bad", explained=True, final=True),
        "Đã chuyển cơ quan khác",
    )
    REFUSED = (
        "refused",
        Record(
            national="Từ chối tiếp nhận", clock=Clock.STOPPED, tone="bad", explained=True, counted=False, final=True
        ),
        "Không tiếp nhận",
    )
    WITHDRAWN = (
        "withdrawn",
        Record(national="Đã chuyển/trả lại", clock=Clock.STOPPED, tone="bad", counted=False, final=True),
        "Người gửi đã rút",
    )
    MERGED = (
        "merged",
        Record(national="Đã chuyển/trả lại", clock=Clock.STOPPED, tone="work", counted=False),
        "Đã gộp vào ý kiến trùng",
    )
    RESTRICTED = (
        "restricted",
        Record(national="Đã chuyển/trả lại", clock=Clock.STOPPED, tone="bad", counted=False, final=True),
        "Đã chuyển đơn theo quy định riêng",
    )

    record: Record

    if not TYPE_CHECKING:  # to a checker Status("…") is a look-up by slug, as of any enumeration

        def __new__(cls, slug: str, record: Record):
            member = str.__new__(cls, slug)
            member._value_ = slug
            member.record = record
            return member


FINAL = frozenset(status for status in Status if status.record.final)
"""Nothing moves out of these."""
CLOCK_RUNS = frozenset(status for status in Status if status.record.clock is Clock.RUNS)
OPEN = CLOCK_RUNS | {status for status in Status if status.record.clock is Clock.PAUSED}
"""Cases somebody still owes an answer or a decision."""
WORKABLE = frozenset(status for status in Status if status.record.workable)
"""Where staff may assign, transfer, split, ask or forward."""
UNTAKEN = frozenset(status for status in Status if status.record.step == 1)
"""Nobody has begun to work on them."""
AWAITS_CITIZEN = frozenset(status for status in Status if status.record.awaits_citizen)
ANSWERED = frozenset(status for status in Status if status.record.answered)
EXPLAINED = frozenset(status for status in Status if status.record.explained)
"""The reason of the outcome is shown to the sender."""
UNCOUNTED = frozenset(status for status in Status if not status.record.counted)
"""Left out when index 766 counts the reports."""


class Publishing(models.TextChoices):
    """The publication axis runs beside the handling: a published case may be reopened and answered again."""

    NONE = "none", "Không công khai"
    DRAFT = "draft", "Chờ công khai"
    SUBMITTED = "submitted", "Chờ duyệt công khai"
    PUBLISHED = "published", "Đã công khai"
    TAKEN_DOWN = "taken_down", "Đã gỡ"


def national_name(status: str, publishing: str) -> str:
    """Return the status in the words of the national system, where an answered case waits for publication."""
    if status in ANSWERED and publishing == Publishing.PUBLISHED:
        return PUBLISHED
    return Status(status).record.national
