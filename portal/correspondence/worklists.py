"""The worklists of documents, tasks and proposals: their tabs, their tiles on the home page, what is on each."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from dossiers.worklist import Looking, Worklist
from portal.correspondence.states import Duty, Standing, State


def _in_states(*states: str):
    return lambda rows, at: rows.filter(state__in=states)


def _by_name(lists: Iterable[Worklist]) -> dict[str, Worklist]:
    return {each.name: each for each in lists}


DOCUMENTS = _by_name(
    (
        Worklist(
            name="cho-ky",
            label="Chờ ký",
            tile="Văn bản chờ ký",
            rows=_in_states(State.SUBMITTED),
            look="today",
            worked_by=("correspondence.issue_document",),
        ),
        Worklist(name="dang-soan", label="Đang soạn", rows=_in_states(State.DRAFT), look="soon"),
        Worklist(
            name="tra-lai",
            label="Trả lại để sửa",
            tile="Văn bản lãnh đạo trả lại để sửa",
            rows=_in_states(State.RETURNED),
            look="soon",
            worked_by=("correspondence.draft_document",),
        ),
        Worklist(
            name="cho-ban-ky",
            label="Đã cấp số, chờ bản ký",
            tile="Văn bản đã cấp số, chờ nạp bản ký",
            rows=_in_states(State.ISSUED),
            worked_by=("correspondence.record_document",),
        ),
        Worklist(name="da-ky", label="Đã ký, phát hành", rows=_in_states(State.SIGNED), counted=False),
        Worklist(name="den", label="Văn bản đến", rows=_in_states(State.RECEIVED), counted=False),
        Worklist(
            name="dong",
            label="Thu hồi, không phát hành",
            rows=_in_states(State.WITHDRAWN, State.CANCELLED),
            counted=False,
        ),
    )
)


def _open(rows: QuerySet) -> QuerySet:
    return rows.filter(state=Duty.OPEN)


def _mine(rows: QuerySet, at: Looking) -> QuerySet:
    return _open(rows).filter(person=at.user)


def _late(rows: QuerySet, at: Looking) -> QuerySet:
    return _open(rows).filter(due_on__lt=timezone.localdate(at.now))


def _today(rows: QuerySet, at: Looking) -> QuerySet:
    return _open(rows).filter(due_on=timezone.localdate(at.now))


TASKS = _by_name(
    (
        Worklist(
            name="cua-toi",
            label="Của tôi",
            tile="Nhiệm vụ có hạn của tôi",
            rows=_mine,
            look="today",
            by="due",
            dated=True,
            worked_by=("correspondence.do_assignment",),
        ),
        Worklist(
            name="qua-han",
            label="Quá hạn",
            tile="Nhiệm vụ quá hạn",
            rows=_late,
            look="late",
            by="due",
            dated=True,
            worked_by=("correspondence.give_assignment",),
        ),
        Worklist(
            name="hom-nay",
            label="Đến hạn hôm nay",
            tile="Nhiệm vụ đến hạn hôm nay",
            rows=_today,
            look="today",
            by="due",
            dated=True,
            worked_by=("correspondence.give_assignment",),
        ),
        Worklist(name="dang-lam", label="Đang làm", rows=lambda rows, at: _open(rows), by="due", dated=True),
        Worklist(name="xong", label="Đã xong", rows=_in_states(Duty.DONE), counted=False),
        Worklist(name="bo", label="Không làm nữa", rows=_in_states(Duty.DROPPED), counted=False),
    )
)

PROPOSALS = _by_name(
    (
        Worklist(
            name="cho-tra-loi",
            label="Chờ trả lời",
            tile="Đề xuất của cơ sở chờ trả lời",
            rows=_in_states(Standing.SENT, Standing.CONSIDERED),
            look="soon",
            worked_by=("correspondence.answer_proposal",),
        ),
        Worklist(name="se-lam", label="Chấp thuận, sẽ làm", rows=_in_states(Standing.ACCEPTED)),
        Worklist(name="da-co", label="Đã có", rows=_in_states(Standing.DONE), counted=False),
        Worklist(
            name="khong-lam",
            label="Không làm, đã rút",
            rows=lambda rows, at: rows.filter(Q(state=Standing.DECLINED) | Q(state=Standing.WITHDRAWN)),
            counted=False,
        ),
    )
)
