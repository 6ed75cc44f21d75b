"""The worklists of cases: what each holds, said once for its list, its number, its tile and the sweep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Q, QuerySet

from dossiers.worklist import Looking, Worklist
from feedback.states import OPEN, Publishing, Status

SOON = dt.timedelta(hours=24)


def late(rows: QuerySet, at: Looking) -> QuerySet:
    return rows.filter(clock_open=True, due_at__lt=at.now)


def _soon(rows: QuerySet, at: Looking) -> QuerySet:
    return rows.filter(clock_open=True, due_at__gte=at.now, due_at__lt=at.now + SOON)


def _mine(rows: QuerySet, at: Looking) -> QuerySet:
    return rows.filter(handler=at.user, status__in=OPEN)


def _of(**wanted) -> Callable[[QuerySet, Looking], QuerySet]:
    condition = Q(**wanted)
    return lambda rows, at: rows.filter(condition)


_ALL = (
    Worklist(
        name="mine", label="Việc của tôi", tile="Ý kiến giao cho tôi", rows=_mine, worked_by=("feedback.handle_case",)
    ),
    Worklist(
        name="late",
        label="Quá hạn",
        tile="Ý kiến quá hạn trả lời",
        rows=late,
        by="due",
        look="late",
        worked_by=("feedback.view_case",),
    ),
    Worklist(name="soon", label="Đến hạn trong 24 giờ", rows=_soon, by="due", look="soon"),
    Worklist(
        name="new",
        label="Chưa tiếp nhận",
        tile="Ý kiến mới, chưa tiếp nhận",
        rows=_of(status=Status.NEW),
        worked_by=("feedback.handle_case",),
    ),
    Worklist(
        name="approval",
        label="Chờ duyệt trả lời",
        tile="Trả lời chờ duyệt",
        rows=_of(status=Status.APPROVAL),
        worked_by=("feedback.approve_answer",),
    ),
    Worklist(name="asked", label="Chờ người gửi", rows=_of(status=Status.INFO_REQUESTED), counted=False),
    Worklist(name="reopened", label="Bị yêu cầu xem lại", rows=_of(status=Status.IN_PROGRESS, times_reopened__gt=0)),
    Worklist(
        name="publish",
        label="Chờ công khai",
        rows=_of(publishing__in=[Publishing.DRAFT, Publishing.SUBMITTED]),
        counted=False,
    ),
    Worklist(name="held", label="Giữ lại kiểm tra", rows=_of(status=Status.HELD)),
)
WORKLISTS: dict[str, Worklist] = {each.name: each for each in _ALL}


def on_worklist(rows: QuerySet, name: str, user, now: dt.datetime) -> QuerySet:
    """Return the rows on the worklist; all of them for a name that is none."""
    return WORKLISTS[name].rows(rows, Looking(user, now)) if name in WORKLISTS else rows
