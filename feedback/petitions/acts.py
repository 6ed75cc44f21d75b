"""The table of acts of a petition kept apart: what an officer named for it may do in which state, where it leads.

The right comes from a decision, not from a permission (feedback.petitions.officers). Its runner is
dossiers.workflow.moving.run.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from dossiers.models import Agency, Unit
from dossiers.workflow.moving import Act, Change, Forbidden, Subject, run, table
from feedback.cases import events, intake
from feedback.cases.moving import needed
from feedback.models import FeedbackEvent, ReadRecord, TransferRecord
from feedback.petitions import restricted

__all__ = ["ACTS", "do"]
Kind = FeedbackEvent.Kind
S = TransferRecord.Status


class PetitionSubject(Subject):
    app = "feedback"
    state = "status"
    stale = "Đơn này vừa được người khác xử lý. Hãy tải lại trang."

    def allow(self, user, permission: str, row: TransferRecord, now: dt.datetime | None = None) -> None:
        """Raise Forbidden unless the user may open this very record; nobody else does anything to it."""
        now = now or timezone.now()
        if user is None or not restricted.visible_to(user, now).filter(pk=row.pk).exists():
            raise Forbidden(restricted.NOT_NAMED)

    def wrong_step(self, row: TransferRecord, act: Act) -> str:
        return f"Đơn đang ở bước “{row.get_status_display()}” nên không làm được việc “{act.label}”."

    def tell(self, row: TransferRecord, kind: str, change: Change, *, by, now, source: str, target: str):
        return events.record_transfer(row, kind, at=now, actor=by, **change.told)


def send_on(record: TransferRecord, *, by, now: dt.datetime, body: str, number: str) -> Change:
    """The petition left for the body that settles it; the sender is told only that it did."""
    body = needed(body, "Ghi cơ quan có thẩm quyền nhận đơn.", longest=255)
    number = needed(number, "Ghi số văn bản chuyển đơn.", longest=60)
    return Change({"sent_to": body, "sent_number": number, "sent_at": now, "sent_by": by})


def guide(record: TransferRecord, *, by, now: dt.datetime, note: str) -> Change:
    """The sender was told where to file instead (not signed, not competent, settled before …)."""
    note = needed(note, "Ghi đã hướng dẫn người gửi thế nào.", longest=2000)
    return Change({"sent_at": now, "sent_by": by}, told={"internal_note": note})


def release(record: TransferRecord, *, by, now: dt.datetime, kind: str) -> Change:
    """The petition was feedback after all and goes on, with its files, as the case the act returns."""
    case = intake.case_of_petition(record, by=by, now=now, kind=kind)

    def then(_event):
        record.files.update(case=case, record=None)
        return case

    return Change({"released_to": case}, then=then)


def set_against(record: TransferRecord, *, by, now: dt.datetime, unit: Unit | None, agency: Agency | None) -> Change:
    """Note which unit or agency the petition is against: from now on nobody of it can open the record."""

    def then(_event) -> None:
        restricted.note_read(by, what=ReadRecord.What.AGAINST, now=now, record=record)

    return Change({"about_unit": unit, "about_agency": agency}, then=then)


def _act(name: str, label: str, target: str, does, kind: str = "", *, sources=frozenset({S.RECEIVED}), **more) -> Act:
    return Act(
        subject=PetitionSubject(),
        name=name,
        label=label,
        permission="",
        sources=frozenset(sources),
        targets=frozenset({target} - {""}),
        does=does,
        kind=kind,
        asks=name,
        **more,
    )


ACTS: dict[str, Act] = table(
    (
        _act("send_on", "Đã chuyển đến nơi có thẩm quyền", S.SENT, send_on, Kind.TRANSFER_SENT, tone="main"),
        _act("guide", "Đã hướng dẫn người gửi", S.RETURNED, guide, Kind.TRANSFER_SENT),
        _act(
            "against",
            "Ghi nơi bị nêu tên",
            "",
            set_against,
            sources=S,
            hint="Từ lúc ghi, người của nơi này không mở được đơn, kể cả bạn.",
        ),
        _act("release", "Là ý kiến thường, đưa về xử lý", S.RELEASED, release),
    )
)


def do(name: str, record: TransferRecord, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], record, by=by, now=now, **asked)
