"""States of a dossier, their national codes, and the table of allowed moves; nothing here touches a database.

Source: national status list and the moves between them (domain notes §3; Nghị định 118/2025/NĐ-CP for the acts).
"""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    SUBMITTED = "submitted", "Chờ tiếp nhận"
    ACCEPTED = "accepted", "Được tiếp nhận"
    REFUSED = "refused", "Không được tiếp nhận"
    ASSIGNED = "assigned", "Phân công thụ lý"
    APPRAISING = "appraising", "Thẩm định"
    SIGNING = "signing", "Ký duyệt"
    SUPPLEMENT_REQUESTED = "supplement_requested", "Yêu cầu bổ sung"
    PAYMENT_REQUESTED = "payment_requested", "Yêu cầu thực hiện nghĩa vụ tài chính"
    WITHDRAWAL_REQUESTED = "withdrawal_requested", "Yêu cầu rút"
    STOPPED = "stopped", "Dừng xử lý / trả lại hồ sơ"
    RESULT_READY = "result_ready", "Đã có kết quả"
    RESULT_RETURNED = "result_returned", "Đã trả kết quả"


S = State
NATIONAL_CODE: dict[str, int] = {
    S.SUBMITTED: 1,
    S.ACCEPTED: 2,
    S.REFUSED: 3,
    S.ASSIGNED: 4,
    S.APPRAISING: 4,
    S.SIGNING: 4,
    S.SUPPLEMENT_REQUESTED: 5,
    S.PAYMENT_REQUESTED: 6,
    S.WITHDRAWAL_REQUESTED: 7,
    S.STOPPED: 8,
    S.RESULT_READY: 9,
    S.RESULT_RETURNED: 10,
}

FINAL = frozenset({S.REFUSED, S.STOPPED, S.RESULT_RETURNED})
"""Nothing moves out of these."""
CLOCK_RUNS = frozenset({S.ACCEPTED, S.ASSIGNED, S.APPRAISING, S.SIGNING, S.WITHDRAWAL_REQUESTED})
CLOCK_PAUSED = frozenset({S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED})
CLOCK_STOPPED = frozenset({S.REFUSED, S.STOPPED, S.RESULT_READY, S.RESULT_RETURNED})
OPEN = CLOCK_RUNS | CLOCK_PAUSED
"""Dossiers the agency owes a result for."""
CITIZEN_MUST_ACT = frozenset({S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.RESULT_READY})

ALLOWED_MOVES: dict[str, frozenset[str]] = {
    S.SUBMITTED: frozenset({S.ACCEPTED, S.REFUSED, S.SUPPLEMENT_REQUESTED, S.WITHDRAWAL_REQUESTED}),
    S.ACCEPTED: frozenset({S.ASSIGNED, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWAL_REQUESTED, S.STOPPED}),
    S.ASSIGNED: frozenset(
        # Straight to the result: procedures settled the same day have no separate appraisal.
        {
            S.APPRAISING,
            S.SUPPLEMENT_REQUESTED,
            S.PAYMENT_REQUESTED,
            S.WITHDRAWAL_REQUESTED,
            S.STOPPED,
            S.RESULT_READY,
        }
    ),
    S.APPRAISING: frozenset(
        {S.SIGNING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWAL_REQUESTED, S.STOPPED, S.RESULT_READY}
    ),
    # Back to appraisal when the leader does not sign.
    S.SIGNING: frozenset({S.RESULT_READY, S.APPRAISING, S.PAYMENT_REQUESTED, S.WITHDRAWAL_REQUESTED, S.STOPPED}),
    # Supplied: on to where it was, or to the counter when it had not been accepted yet; not supplied in time: stopped.
    S.SUPPLEMENT_REQUESTED: frozenset(
        {S.SUBMITTED, S.ACCEPTED, S.ASSIGNED, S.APPRAISING, S.WITHDRAWAL_REQUESTED, S.STOPPED}
    ),
    S.PAYMENT_REQUESTED: frozenset(
        {S.ACCEPTED, S.ASSIGNED, S.APPRAISING, S.SIGNING, S.WITHDRAWAL_REQUESTED, S.STOPPED}
    ),
    # Agreed: stopped. Declined or taken back: on to where it was.
    S.WITHDRAWAL_REQUESTED: frozenset(
        {
            S.STOPPED,
            S.SUBMITTED,
            S.ACCEPTED,
            S.ASSIGNED,
            S.APPRAISING,
            S.SIGNING,
            S.SUPPLEMENT_REQUESTED,
            S.PAYMENT_REQUESTED,
        }
    ),
    S.RESULT_READY: frozenset({S.RESULT_RETURNED}),
    S.REFUSED: frozenset(),
    S.STOPPED: frozenset(),
    S.RESULT_RETURNED: frozenset(),
}

PROGRESS: dict[str, int] = {
    S.SUBMITTED: 1,
    S.ACCEPTED: 2,
    S.ASSIGNED: 3,
    S.APPRAISING: 4,
    S.SIGNING: 5,
    S.RESULT_READY: 6,
    S.RESULT_RETURNED: 7,
}
"""Place on the seven-step line the citizen sees; side states keep the place of the step they interrupted."""


def may_move(source: str, target: str) -> bool:
    """Return whether the table has the arrow."""
    return target in ALLOWED_MOVES.get(source, frozenset())


def reachable(source: str) -> frozenset[str]:
    """Return every state some run of allowed moves leads to; an outside system may report only the last of a run."""
    seen: set[str] = set()
    queue = [source]
    while queue:
        for target in ALLOWED_MOVES.get(queue.pop(), frozenset()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return frozenset(seen)
