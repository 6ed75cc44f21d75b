"""Where a dossier is, as a citizen reads it: seven steps, what comes next, what the citizen must do. Pure.

Side states (supplement, payment, withdrawal) and endings (refused, stopped) stand on the step they interrupted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from dossiers.states import CLOCK_STOPPED, PROGRESS, State

S = State
STEP_TITLES = {
    S.SUBMITTED: gettext_noop("Nộp hồ sơ"),
    S.ACCEPTED: gettext_noop("Tiếp nhận"),
    S.ASSIGNED: gettext_noop("Phân công thụ lý"),
    S.APPRAISING: gettext_noop("Thẩm định"),
    S.SIGNING: gettext_noop("Ký duyệt"),
    S.RESULT_READY: gettext_noop("Có kết quả"),
    S.RESULT_RETURNED: gettext_noop("Trả kết quả"),
}
STATE_TITLES = {
    S.SUBMITTED: gettext_noop("Chờ tiếp nhận"),
    S.ACCEPTED: gettext_noop("Đã tiếp nhận"),
    S.REFUSED: gettext_noop("Không được tiếp nhận"),
    S.ASSIGNED: gettext_noop("Đã phân công thụ lý"),
    S.APPRAISING: gettext_noop("Đang thẩm định"),
    S.SIGNING: gettext_noop("Đang trình ký duyệt"),
    S.SUPPLEMENT_REQUESTED: gettext_noop("Cần bổ sung giấy tờ"),
    S.PAYMENT_REQUESTED: gettext_noop("Chờ nộp tiền"),
    S.WITHDRAWAL_REQUESTED: gettext_noop("Đang xét yêu cầu rút hồ sơ"),
    S.STOPPED: gettext_noop("Đã dừng, trả lại hồ sơ"),
    S.RESULT_READY: gettext_noop("Đã có kết quả"),
    S.RESULT_RETURNED: gettext_noop("Đã trả kết quả"),
}
NEXT = {
    S.SUBMITTED: gettext_noop("Bộ phận Một cửa kiểm tra giấy tờ rồi báo tiếp nhận hoặc cần bổ sung."),
    S.ACCEPTED: gettext_noop("Hồ sơ được chuyển cho phòng chuyên môn để phân công người giải quyết."),
    S.ASSIGNED: gettext_noop("Người thụ lý thẩm định hồ sơ."),
    S.APPRAISING: gettext_noop("Thẩm định xong, hồ sơ được trình lãnh đạo ký."),
    S.SIGNING: gettext_noop("Lãnh đạo ký xong, kết quả chuyển về nơi trả kết quả."),
    S.SUPPLEMENT_REQUESTED: gettext_noop("Nhận đủ giấy tờ bổ sung, cơ quan giải quyết tiếp và tính tiếp thời hạn."),
    S.PAYMENT_REQUESTED: gettext_noop("Xác nhận đã nộp tiền, cơ quan giải quyết tiếp và tính tiếp thời hạn."),
    S.WITHDRAWAL_REQUESTED: gettext_noop("Cơ quan xem xét yêu cầu rút rồi trả lại hồ sơ hoặc giải quyết tiếp."),
    S.RESULT_READY: gettext_noop("Khi bạn nhận kết quả, hồ sơ kết thúc."),
    S.RESULT_RETURNED: gettext_noop("Hồ sơ đã kết thúc. Cảm ơn bạn."),
    S.REFUSED: gettext_noop("Hồ sơ kết thúc tại đây. Bạn có thể nộp lại khi đủ điều kiện."),
    S.STOPPED: gettext_noop("Hồ sơ kết thúc tại đây. Bạn có thể nộp hồ sơ mới khi đủ điều kiện."),
}
DUTIES = {
    S.SUPPLEMENT_REQUESTED: gettext_noop("Bạn cần nộp bổ sung giấy tờ. Thời hạn tạm dừng cho đến khi bạn nộp đủ."),
    S.PAYMENT_REQUESTED: gettext_noop("Bạn cần nộp tiền theo thông báo. Thời hạn tạm dừng cho đến khi bạn nộp."),
    S.RESULT_READY: gettext_noop("Mời bạn đến nhận kết quả."),
    S.REFUSED: gettext_noop("Hồ sơ không được tiếp nhận. Hãy đọc lý do và liên hệ nơi tiếp nhận nếu chưa rõ."),
    S.STOPPED: gettext_noop("Hồ sơ đã dừng. Hãy đọc lý do và nhận lại giấy tờ đã nộp."),
}
NOTHING_TO_DO = gettext_noop("Hiện bạn không phải làm gì thêm.")
_LINE = tuple(STEP_TITLES)
_ENDINGS = frozenset({S.REFUSED, S.STOPPED})


@dataclass(frozen=True, slots=True)
class Step:
    """One of the seven steps. `status` is done, passed (no such step this time), now, halted or ahead.

    `side` is the title of the side state standing on the step; `at` when the step began, for "now" with a side state
    when that began.
    """

    place: int
    title: str
    status: str
    at: dt.datetime | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state as the history tells it."""

    to_state: str
    at: dt.datetime


def seven_steps(
    state: str, moves: Sequence[Move], changed_at: dt.datetime, submitted_at: dt.datetime | None = None
) -> tuple[Step, ...]:
    """Return the line of seven steps for a dossier in `state`; `moves` is its history, oldest first."""
    # Received at the counter: handed in and accepted in one go, with one line of history.
    reached: dict[str, dt.datetime] = {S.SUBMITTED: submitted_at} if submitted_at else {}
    on_line = ""
    for move in moves:
        if move.to_state in PROGRESS:
            on_line = move.to_state
            reached[on_line] = move.at
    here = state if state in PROGRESS else on_line or S.SUBMITTED
    if state == S.REFUSED:
        here = S.ACCEPTED
    current = PROGRESS[here]
    finished = state == S.RESULT_RETURNED
    side = "" if state in PROGRESS else gettext(STATE_TITLES[state])
    steps = []
    for place, name in enumerate(_LINE, start=1):
        at = reached.get(name)
        if place < current or finished:
            # A dossier handed in at the counter has no separate submission, a same-day one no appraisal.
            status = "done" if at or place in (1, current) else "passed"
            steps.append(Step(place, gettext(STEP_TITLES[name]), status, at))
        elif place == current:
            status = "halted" if state in _ENDINGS else "now"
            steps.append(
                Step(place, gettext(STEP_TITLES[name]), status, changed_at if side else at or changed_at, side)
            )
        else:
            steps.append(Step(place, gettext(STEP_TITLES[name]), "ahead"))
    return tuple(steps)


def state_title(state: str) -> str:
    """Return the state in everyday words, in the active language."""
    return gettext(STATE_TITLES[state])


def what_next(state: str) -> str:
    """Return one sentence: what the agency does after this."""
    return gettext(NEXT[state])


def duty(state: str) -> str:
    """Return one sentence: what the citizen must do now; "" when it is nothing."""
    return gettext(DUTIES[state]) if state in DUTIES else ""


def is_overdue(state: str, due_on: dt.date | None, paused: bool, today: dt.date) -> bool:
    """Tell whether the promised day has passed; compared by date (766 index), never while waiting for the citizen."""
    return bool(due_on) and not paused and state not in CLOCK_STOPPED and today > due_on
