"""What the sender does by the tracking page or chat: supply, reopen, withdraw, say whether the answer helped.

Whoever has the token is the sender; there is no other proof. Each act raises ActError with a sentence.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from dossiers.workflow.moving import ActError
from feedback.cases import files as case_files
from feedback.cases.moving import change, move, needed
from feedback.lateness import time_limits
from feedback.models import Answer, Case, FeedbackEvent
from feedback.states import FINAL, Status

Kind = FeedbackEvent.Kind
CITIZEN = FeedbackEvent.Source.CITIZEN
MOST_REOPENINGS = 3


@transaction.atomic
def supply(case: Case, *, now: dt.datetime, text: str, files=()) -> FeedbackEvent:
    """Answer the request for more; the clock runs again, later by the time it rested."""
    text = needed(text, "Hãy ghi thông tin bổ sung.", longest=4000)
    if case.status != Status.INFO_REQUESTED:
        raise ActError("Ý kiến này hiện không chờ bổ sung. Hãy tải lại trang để xem bước mới nhất.")
    event = move(
        case,
        Status.INFO_RECEIVED,
        kind=Kind.MORE_RECEIVED,
        by=None,
        now=now,
        changes={**time_limits.resumed(case, now), "supplement_due_at": None},
        source=CITIZEN,
        public_note=text,
    )
    case_files.keep(files, case=case, now=now)
    return event


@transaction.atomic
def reopen(case: Case, *, now: dt.datetime, why: str) -> FeedbackEvent:
    """Send the answer back within the window: a new answer is owed, by the limit counted from now."""
    why = needed(why, "Hãy ghi điều bạn chưa đồng ý hoặc chưa được giải quyết.", longest=2000)
    if case.status == Status.ANSWERED and not case.may_reopen(now):
        anew = f"Hãy gửi một ý kiến mới và ghi mã {case.code}."
        if case.reopen_until is None:
            raise ActError(f"Thời gian yêu cầu xem lại đã hết. {anew}")
        until = timezone.localtime(case.reopen_until)
        raise ActError(f"Thời gian yêu cầu xem lại đã hết lúc {until:%H:%M} ngày {until:%d/%m/%Y}. {anew}")
    if case.times_reopened >= MOST_REOPENINGS:
        raise ActError(
            f"Ý kiến này đã được xem lại {MOST_REOPENINGS} lần. Hãy liên hệ trực tiếp cơ quan, hoặc gửi khiếu nại nếu "
            "không đồng ý với quyết định."
        )
    if case.status != Status.ANSWERED:
        raise ActError("Chỉ yêu cầu xem lại khi đã có trả lời và còn trong thời gian cho phép.")
    changes = {
        **time_limits.first_limits(case, now),
        "times_reopened": case.times_reopened + 1,
        "satisfied": False,
        "reopen_until": None,
        "apologised_at": None,
        "answered_at": None,
        "answer_received_at": None,
    }
    return move(
        case,
        Status.IN_PROGRESS,
        kind=Kind.REOPENED,
        by=None,
        now=now,
        changes=changes,
        source=CITIZEN,
        public_note=why,
    )


@transaction.atomic
def withdraw(case: Case, *, now: dt.datetime, why: str = "") -> FeedbackEvent:
    """Take the case back; unsent answers go with it, and people whose reports were merged into it keep theirs."""
    if case.status in FINAL or case.status in {Status.ANSWERED, Status.MERGED}:
        raise ActError(f"Ý kiến đã ở bước “{case.get_status_display()}” nên không rút được nữa.")
    event = move(
        case,
        Status.WITHDRAWN,
        kind=Kind.WITHDRAWN,
        by=None,
        now=now,
        changes={"clock_open": False, "closed_at": now, "outcome_reason": why.strip()[:1000]},
        source=CITIZEN,
    )
    case.answers.exclude(status=Answer.Status.SENT).delete()
    for part in case.parts.exclude(status__in=FINAL | {Status.ANSWERED, Status.MERGED}):
        withdraw(part, now=now, why="Người gửi rút ý kiến chung.")
    _pass_on_duplicates(case, now)
    return event


def _pass_on_duplicates(case: Case, now: dt.datetime) -> None:
    """Let the oldest duplicate take the withdrawn case's place: its sender has not withdrawn anything."""
    duplicates = list(case.duplicates.select_related("agency", "category").order_by("id"))
    if not duplicates:
        return
    heir, *others = duplicates
    move(
        heir,
        Status.NEW,
        kind=Kind.SEPARATED,
        by=None,
        now=now,
        changes={"merged_into": None, "clock_open": True, **time_limits.first_limits(heir, now)},
        internal_note=f"{case.code} đã được người gửi rút",
    )
    for other in others:
        change(other, {"merged_into": heir})


@transaction.atomic
def confirm(case: Case, *, now: dt.datetime, satisfied: bool) -> FeedbackEvent | None:
    """Note whether the answer helped; a satisfied word ends the case at once. None when only noted."""
    if case.status != Status.ANSWERED:
        raise ActError("Ý kiến này hiện không chờ bạn đánh giá câu trả lời.")
    if not satisfied:
        change(case, {"satisfied": False, "answer_received_at": case.answer_received_at or now})
        return None
    return move(
        case,
        Status.CLOSED,
        kind=Kind.CLOSED,
        by=None,
        now=now,
        changes={
            "satisfied": True,
            "answer_received_at": case.answer_received_at or now,
            "closed_at": now,
            "reopen_until": None,
        },
        source=CITIZEN,
    )
