"""After a backup was brought back: what may have left since the backup waits for a person, nobody is told twice."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from zalo.broadcasts import writing
from zalo.models import Broadcast, OutboxMessage, Outcome, State
from zalo.models.outbox import OPEN

HELD = (
    "Khôi phục từ bản sao lưu: tin này có thể đã gửi sau lúc sao lưu. Hỏi người nhận rồi bấm gửi lại, hoặc ghi là đã "
    "xử lý."
)
HELD_BROADCAST = (
    "Khôi phục từ bản sao lưu: có thể đã gửi thêm sau lúc sao lưu. Xem số đã nhận trên Zalo rồi gửi tiếp hoặc dừng hẳn."
)


@transaction.atomic
def hold(*, now: dt.datetime) -> tuple[int, int]:
    """Let nothing leave that was under way when the backup was made; return the numbers of messages and broadcasts.

    Messages go to the list of those that need a person, who may send them again. A running broadcast is stopped with
    what it has queued; an approved one whose hour has passed goes back to its author. Doing it twice changes nothing.
    """
    running = Broadcast.State.RUNNING, Broadcast.State.STOPPED
    messages = OutboxMessage.objects.filter(state__in=OPEN).exclude(broadcast__state__in=running)
    held = messages.update(
        state=State.FAILED,
        outcome=Outcome.FAILED,
        error=HELD,
        finished_at=now,
        lease="",
        lease_until=None,
    )
    stopped = 0
    for pk in Broadcast.objects.filter(state=Broadcast.State.RUNNING).values_list("pk", flat=True):
        stopped += writing.by_itself(
            pk, "Tự dừng", Broadcast.State.STOPPED, sources=(Broadcast.State.RUNNING,), now=now, note=HELD_BROADCAST
        )
    due = Broadcast.objects.filter(state=Broadcast.State.APPROVED, scheduled_at__lte=now)
    for pk in due.values_list("pk", flat=True):
        stopped += writing.by_itself(
            pk,
            "Hoãn gửi",
            Broadcast.State.REJECTED,
            sources=(Broadcast.State.APPROVED,),
            now=now,
            note=HELD_BROADCAST,
            scheduled_at=None,
            approver=None,
            approved_at=None,
        )
    return held, stopped
