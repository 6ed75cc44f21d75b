"""From the wish to the result of a long act: written down, kicked, done once, picked up again when a kick was lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from django.db import transaction
from django.utils import timezone

from dossiers.long_acts import progress
from dossiers.long_acts.kinds import WORKS, NotDone
from dossiers.models import LongAct

log = structlog.get_logger(__name__)
State = LongAct.State
LOST_AFTER = dt.timedelta(seconds=20)
"""A wish nobody has taken up by then lost its kick."""
DEAD_AFTER = dt.timedelta(minutes=35)
"""Longer than any task may run: its worker is gone."""
kick: list[Callable[[int], object]] = []
"""How a worker is told; dossiers.tasks puts its own in."""


def begin(kind: str, title: str, asked: dict, *, by, now: dt.datetime) -> LongAct:
    """Write the wish down and tell a worker once it is committed."""
    act = LongAct.objects.create(kind=kind, title=title[:255], asked=asked, by=by, created_at=now)
    transaction.on_commit(lambda: _tell(act.pk))
    return act


def _tell(pk: int) -> None:
    for each in kick:
        try:
            each(pk)
        except Exception as error:  # the broker is away: the minute's look finds the wish
            log.warning("broker did not take a long act", error=type(error).__name__)


def run(pk: int) -> None:
    """Do the act unless it is over or in other hands."""
    now = timezone.now()
    mine = LongAct.objects.filter(pk=pk, state=State.WAITING).update(state=State.RUNNING, started_at=now)
    if not mine:
        return
    act = LongAct.objects.select_related("by").get(pk=pk)
    try:
        if progress.is_asked_to_stop(pk):
            raise progress.Stopped
        state, result = State.DONE, WORKS[act.kind](act, progress.Progress(pk))
    except progress.Stopped as stopped:
        state, result = State.STOPPED, stopped.result or {"words": "Đã dừng theo yêu cầu, chưa ghi gì."}
    except NotDone as error:
        state, result = State.FAILED, {"words": str(error)}
    except Exception:
        log.exception("long act failed", kind=act.kind, act=pk)
        state, result = (
            State.FAILED,
            {"words": "Có lỗi bất ngờ nên chưa làm xong. Hãy xem lại danh sách rồi thử lại, hoặc báo người vận hành."},
        )
    # What was asked may name people; once it is done nobody reads it.
    LongAct.objects.filter(pk=pk).update(state=state, result=result, asked={}, finished_at=timezone.now())
    progress.forget(pk)


def pick_up(*, now: dt.datetime) -> None:
    """Do what waits since its kick was lost; what a dead worker left is waited for again."""
    LongAct.objects.filter(state=State.RUNNING, started_at__lt=now - DEAD_AFTER).update(state=State.WAITING)
    waiting = LongAct.objects.filter(state=State.WAITING, created_at__lt=now - LOST_AFTER)
    for pk in list(waiting.order_by("id").values_list("pk", flat=True)[:20]):
        run(pk)


def stop(act: LongAct) -> None:
    """Have an act that is not over stop; one nobody has begun stops at once."""
    stopped = LongAct.objects.filter(pk=act.pk, state=State.WAITING)
    if not stopped.update(state=State.STOPPED, result={"words": "Đã dừng trước khi chạy."}, finished_at=timezone.now()):
        progress.ask_to_stop(act.pk)
