"""The states of a dossier: one record each; nothing here touches a database.

A state's record is the only place that says what the state is: every page, list, clock, figure and message asks it.
The arrows between states follow from the acts (dossiers.workflow.acts). A new state, step by step: docs/changing-it.md.
Source: national status list (domain notes §3; Nghị định 118/2025/NĐ-CP for the acts).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_noop


class Clock(Enum):
    """What coming into a state does to the time limit."""

    NOT_YET = "not yet"  # handed in, not accepted
    RUNS = "runs"
    AS_IT_STANDS = "as it stands"  # runs on or stays paused until something is decided
    PAUSED = "paused"  # the citizen has the ball
    STOPPED = "stopped"


class Reasons(Enum):
    """Whether a state is come to with reasons, item by item, which the citizen reads."""

    NONE = "none"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a state is; all sentences are for the citizen and translated when shown."""

    code: int  # national status code, 1-10
    title: str  # in everyday words
    next: str  # what the agency does after this
    icon: str  # of the sprite portal/icons.svg
    tone: str  # wait | work | act | good | done | bad: the colour of the style sheets, beside words always
    clock: Clock
    step: str = ""  # title on the line the citizen sees, in the order of the records; "": stands on what it interrupts
    duty: str = ""  # what the citizen must do now
    worklist: str = ""  # of dossiers.lateness.worklists
    waited: str = ""  # what a pause was for, as the explanation of the due date says it
    reasons: Reasons = Reasons.NONE
    accepted: bool = True  # only an accepted dossier comes here
    final: bool = False  # nothing moves out of it


class State(models.TextChoices):
    """A state by its slug, with the label staff read; what it is stands in `record`."""

    SUBMITTED = (
        "submitted",
        Record(
            code=1,
            title=gettext_noop("Chờ tiếp nhận"),
            step=gettext_noop("Nộp hồ sơ"),
            next=gettext_noop("Bộ phận Một cửa kiểm tra giấy tờ rồi báo tiếp nhận hoặc cần bổ sung."),
            icon="inbox",
            tone="wait",
            clock=Clock.NOT_YET,
            worklist="online",
            accepted=False,
        ),
        "Chờ tiếp nhận",
    )
    ACCEPTED = (
        "accepted",
        Record(
            code=2,
            title=gettext_noop("Đã tiếp nhận"),
            step=gettext_noop("Tiếp nhận"),
            next=gettext_noop("Hồ sơ được chuyển cho phòng chuyên môn để phân công người giải quyết."),
            icon="inbox",
            tone="work",
            clock=Clock.RUNS,
            worklist="unassigned",
        ),
        "Được tiếp nhận",
    )
    REFUSED = (
        "refused",
        Record(
            code=3,
            title=gettext_noop("Không được tiếp nhận"),
            next=gettext_noop("Hồ sơ kết thúc tại đây. Bạn có thể nộp lại khi đủ điều kiện."),
            duty=gettext_noop("Hồ sơ không được tiếp nhận. Hãy đọc lý do và liên hệ nơi tiếp nhận nếu chưa rõ."),
            icon="stop",
            tone="bad",
            clock=Clock.STOPPED,
            reasons=Reasons.MUST,
            accepted=False,
            final=True,
        ),
        "Không được tiếp nhận",
    )
    ASSIGNED = (
        "assigned",
        Record(
            code=4,
            title=gettext_noop("Đã phân công thụ lý"),
            step=gettext_noop("Phân công thụ lý"),
            next=gettext_noop("Người thụ lý thẩm định hồ sơ."),
            icon="person",
            tone="work",
            clock=Clock.RUNS,
            worklist="mine",
        ),
        "Phân công thụ lý",
    )
    APPRAISING = (
        "appraising",
        Record(
            code=4,
            title=gettext_noop("Đang thẩm định"),
            step=gettext_noop("Thẩm định"),
            next=gettext_noop("Thẩm định xong, hồ sơ được trình lãnh đạo ký."),
            icon="search",
            tone="work",
            clock=Clock.RUNS,
            worklist="mine",
        ),
        "Thẩm định",
    )
    SIGNING = (
        "signing",
        Record(
            code=4,
            title=gettext_noop("Đang trình ký duyệt"),
            step=gettext_noop("Ký duyệt"),
            next=gettext_noop("Lãnh đạo ký xong, kết quả chuyển về nơi trả kết quả."),
            icon="pen",
            tone="work",
            clock=Clock.RUNS,
            worklist="sign",
        ),
        "Ký duyệt",
    )
    SUPPLEMENT_REQUESTED = (
        "supplement_requested",
        Record(
            code=5,
            title=gettext_noop("Cần bổ sung giấy tờ"),
            next=gettext_noop("Nhận đủ giấy tờ bổ sung, cơ quan giải quyết tiếp và tính tiếp thời hạn."),
            duty=gettext_noop("Bạn cần nộp bổ sung giấy tờ. Thời hạn tạm dừng cho đến khi bạn nộp đủ."),
            icon="paper-add",
            tone="act",
            clock=Clock.PAUSED,
            worklist="waiting",
            waited="chờ bổ sung hồ sơ",
            reasons=Reasons.MUST,
            accepted=False,
        ),
        "Yêu cầu bổ sung",
    )
    PAYMENT_REQUESTED = (
        "payment_requested",
        Record(
            code=6,
            title=gettext_noop("Chờ nộp tiền"),
            next=gettext_noop("Xác nhận đã nộp tiền, cơ quan giải quyết tiếp và tính tiếp thời hạn."),
            duty=gettext_noop("Bạn cần nộp tiền theo thông báo. Thời hạn tạm dừng cho đến khi bạn nộp."),
            icon="money",
            tone="act",
            clock=Clock.PAUSED,
            worklist="waiting",
            waited="chờ nộp tiền",
            reasons=Reasons.MAY,
        ),
        "Yêu cầu thực hiện nghĩa vụ tài chính",
    )
    WITHDRAWAL_REQUESTED = (
        "withdrawal_requested",
        Record(
            code=7,
            title=gettext_noop("Đang xét yêu cầu rút hồ sơ"),
            next=gettext_noop("Cơ quan xem xét yêu cầu rút rồi trả lại hồ sơ hoặc giải quyết tiếp."),
            icon="pause",
            tone="wait",
            clock=Clock.AS_IT_STANDS,
            accepted=False,
        ),
        "Yêu cầu rút",
    )
    STOPPED = (
        "stopped",
        Record(
            code=8,
            title=gettext_noop("Đã dừng, trả lại hồ sơ"),
            next=gettext_noop("Hồ sơ kết thúc tại đây. Bạn có thể nộp hồ sơ mới khi đủ điều kiện."),
            duty=gettext_noop("Hồ sơ đã dừng. Hãy đọc lý do và nhận lại giấy tờ đã nộp."),
            icon="stop",
            tone="bad",
            clock=Clock.STOPPED,
            reasons=Reasons.MUST,
            accepted=False,
            final=True,
        ),
        "Dừng xử lý / trả lại hồ sơ",
    )
    RESULT_READY = (
        "result_ready",
        Record(
            code=9,
            title=gettext_noop("Đã có kết quả"),
            step=gettext_noop("Có kết quả"),
            next=gettext_noop("Khi bạn nhận kết quả, hồ sơ kết thúc."),
            duty=gettext_noop("Mời bạn đến nhận kết quả."),
            icon="check",
            tone="good",
            clock=Clock.STOPPED,
            worklist="ready",
        ),
        "Đã có kết quả",
    )
    RESULT_RETURNED = (
        "result_returned",
        Record(
            code=10,
            title=gettext_noop("Đã trả kết quả"),
            step=gettext_noop("Trả kết quả"),
            next=gettext_noop("Hồ sơ đã kết thúc. Cảm ơn bạn."),
            icon="check",
            tone="done",
            clock=Clock.STOPPED,
            final=True,
        ),
        "Đã trả kết quả",
    )

    record: Record

    if not TYPE_CHECKING:  # to a checker State("…") is a look-up by slug, as of any enumeration

        def __new__(cls, slug: str, record: Record):
            member = str.__new__(cls, slug)
            member._value_ = slug
            member.record = record
            return member


def states(*clocks: Clock) -> frozenset[str]:
    """Return the states whose clock is one of these."""
    return frozenset(state for state in State if state.record.clock in clocks)


FINAL = frozenset(state for state in State if state.record.final)
"""Nothing moves out of these."""
CLOCK_RUNS = states(Clock.RUNS, Clock.AS_IT_STANDS)
CLOCK_PAUSED = states(Clock.PAUSED)
CLOCK_STOPPED = states(Clock.STOPPED)
OPEN = CLOCK_RUNS | CLOCK_PAUSED
"""Dossiers the agency owes a result for."""
LINE = tuple(state for state in State if state.record.step)
"""The steps of the line the citizen sees, in order; other states stand on the step they interrupted."""
BEGINNINGS = LINE[:2]
"""What a dossier of another system may begin as here: handed in, or accepted."""
WORKED_ON = tuple(state for state in LINE if state.record.clock is Clock.RUNS)
"""The steps in which somebody of the agency works on the dossier: their pace is measured."""
WITH_RESULT = tuple(state for state in LINE if state.record.clock is Clock.STOPPED)
WITHOUT_RESULT = frozenset(state for state in FINAL if not state.record.step)
"""The ends without a result."""
NEEDS_REASONS = frozenset(state for state in State if state.record.reasons is Reasons.MUST)
EXPLAINED = frozenset(state for state in State if state.record.reasons is not Reasons.NONE)
"""States the citizen is told the reasons of."""


def on_list(worklist: str) -> frozenset[str]:
    """Return the states whose dossiers stand on the worklist of this name."""
    return frozenset(state for state in State if state.record.worklist == worklist)
