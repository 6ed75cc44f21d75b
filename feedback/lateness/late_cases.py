"""The sweep: staff are told before a case is late, senders read an apology when it is, answered cases end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from dossiers.privacy import guessing
from dossiers.workflow.moving import ActError
from dossiers.written_dates import said_moment, written_day
from feedback.cases.acts import do
from feedback.cases.worklists import on_worklist
from feedback.lateness import escalation
from feedback.models import Case
from feedback.states import Status

AT_ONCE = 500
SOURCE_KEPT = dt.timedelta(days=30)


@dataclass(slots=True)
class Swept:
    """How many cases each step touched."""

    escalated: int = 0
    apologised: int = 0
    closed: int = 0
    ended_unanswered: int = 0


def sweep(*, now: dt.datetime) -> Swept:
    """Return what was done. Safe to repeat: every step marks what it has touched; a failing case stops nobody."""
    done = Swept()
    done.escalated = escalation.climb(now=now)
    done.apologised = _each(_late(now), lambda case: _apologise(case, now))
    done.closed = _each(_window_over(now), lambda case: _close(case, now))
    done.ended_unanswered = _each(_never_supplied(now), lambda case: _end(case, now))
    guessing.forget_old(now)
    Case.objects.filter(sent_at__lt=now - SOURCE_KEPT).exclude(source_hash="").update(source_hash="")
    return done


def _late(now):
    rows = on_worklist(Case.objects.filter(apologised_at__isnull=True, parent__isnull=True), "late", None, now)
    return rows.exclude(status=Status.HELD)


def _window_over(now):
    return Case.objects.filter(Q(reopen_until__lt=now) | Q(reopen_until__isnull=True), status=Status.ANSWERED)


def _never_supplied(now):
    return Case.objects.filter(status=Status.INFO_REQUESTED, supplement_due_at__lt=now)


def _apologise(case: Case, now: dt.datetime) -> None:
    do("apologise", case, by=None, now=now, words=apology(case))


def apology(case: Case) -> str:
    """Return the wording of the apology for a late answer."""
    due = f" ({said_moment(case.due_at)})" if case.due_at else ""
    return (
        f"{case.agency.name} xin lỗi vì chưa trả lời đúng hạn{due} ý kiến mã {case.code}. "
        "Việc này đã được báo lãnh đạo; chúng tôi sẽ trả lời trong thời gian sớm nhất."
    )


def _close(case: Case, now: dt.datetime) -> None:
    reason = (
        ""
        if case.answer_received_at or case.answered_at is None
        else (
            "Hết thời gian phản hồi; trả lời đặt ở trang theo dõi từ "
            f"{written_day(case.answered_at)}, chưa thấy người gửi mở."
        )
    )
    do("close", case, by=None, now=now, reason=reason)


def _end(case: Case, now: dt.datetime) -> None:
    do("close_unanswered_request", case, by=None, now=now)


def _each(rows, act) -> int:
    """Run `act` on up to 500 cases, each in its own transaction; return how many went well."""
    count = 0
    for case in rows.select_related("agency", "category", "parent").order_by("id")[:AT_ONCE]:
        try:
            with transaction.atomic():
                act(case)
        except ActError:
            # Somebody got there first; the next sweep looks again.
            continue
        count += 1
    return count
