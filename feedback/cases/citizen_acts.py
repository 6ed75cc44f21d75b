"""What the sender's acts change, by the tracking page or chat: supply, reopen, withdraw, say whether the answer helped.

Whoever has the token is the sender; there is no other proof, so the acts ask for no permission. Each function takes
the case, `by` (nobody), `now` and what was typed, returns the Change, and raises ActError with a sentence.
"""

from __future__ import annotations

import datetime as dt

from dossiers.written_dates import written_day, written_time
from feedback.cases import files as case_files
from feedback.cases.moving import ActError, Change, change, needed
from feedback.lateness import time_limits
from feedback.models import Answer, Case, FeedbackEvent
from feedback.states import OPEN

Kind = FeedbackEvent.Kind
CITIZEN = FeedbackEvent.Source.CITIZEN
MOST_REOPENINGS = 3


def supply(case: Case, *, by, now: dt.datetime, text: str, files=()) -> Change:
    """Answer the request for more; the clock runs again, later by the time it rested."""
    text = needed(text, "Hãy ghi thông tin bổ sung.", longest=4000)

    def then(event: FeedbackEvent) -> FeedbackEvent:
        case_files.keep(files, case=case, now=now)
        return event

    values = {**time_limits.resumed(case, now), "supplement_due_at": None}
    return Change(values, told={"source": CITIZEN, "public_note": text}, then=then)


def reopen(case: Case, *, by, now: dt.datetime, text: str) -> Change:
    """Send the answer back within the window: a new answer is owed, by the limit counted from now."""
    why = needed(text, "Hãy ghi điều bạn chưa đồng ý hoặc chưa được giải quyết.", longest=2000)
    if not case.may_reopen(now):
        anew = f"Hãy gửi một ý kiến mới và ghi mã {case.code}."
        if case.reopen_until is None:
            raise ActError(f"Thời gian yêu cầu xem lại đã hết. {anew}")
        hour, day = written_time(case.reopen_until), written_day(case.reopen_until)
        raise ActError(f"Thời gian yêu cầu xem lại đã hết lúc {hour} ngày {day}. {anew}")
    if case.times_reopened >= MOST_REOPENINGS:
        raise ActError(
            f"Ý kiến này đã được xem lại {MOST_REOPENINGS} lần. Hãy liên hệ trực tiếp cơ quan, hoặc gửi khiếu nại nếu "
            "không đồng ý với quyết định."
        )
    values = {
        **time_limits.first_limits(case, now),
        "times_reopened": case.times_reopened + 1,
        "satisfied": False,
        "reopen_until": None,
        "apologised_at": None,
        "answered_at": None,
        "answer_received_at": None,
    }
    return Change(values, told={"source": CITIZEN, "public_note": why})


def withdraw(case: Case, *, by, now: dt.datetime, text: str = "") -> Change:
    """Take the case back; unsent answers go with it, and people whose reports were merged into it keep theirs."""

    def then(event: FeedbackEvent) -> FeedbackEvent:
        from feedback.cases.acts import do  # the table is made of this module's acts

        case.answers.exclude(status=Answer.Status.SENT).delete()
        for part in case.parts.filter(status__in=OPEN):
            do("withdraw", part, by=None, now=now, text="Người gửi rút ý kiến chung.")
        # Senders of duplicates have withdrawn nothing.
        heir, *others = [*case.duplicates.select_related("agency", "category", "merged_into").order_by("id"), None]
        if heir is not None:
            do("take_over", heir, by=None, now=now)
        for other in others[:-1]:
            change(other, {"merged_into": heir})
        return event

    return Change({"outcome_reason": text.strip()[:1000]}, told={"source": CITIZEN}, then=then)


def confirm(case: Case, *, by, now: dt.datetime, satisfied: bool) -> Change:
    """Note whether the answer helped; a satisfied word ends the case at once."""
    values = {"satisfied": satisfied, "answer_received_at": case.answer_received_at or now}
    if not satisfied:
        return Change(values, stays=True)
    return Change(values | {"reopen_until": None}, kind=Kind.CLOSED, told={"source": CITIZEN})
