"""The one way a case moves: permission, guard, conditional change, history row, announcement."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError, Forbidden, Stale, write
from feedback.cases import events
from feedback.models import Case, FeedbackEvent
from feedback.states import Status, may_move

__all__ = ["ActError", "Forbidden", "Stale", "allow", "change", "move", "needed", "record_change"]
STALE = "Ý kiến này vừa có thay đổi. Hãy tải lại trang để xem bước mới nhất rồi làm tiếp."


def allow(user, permission: str, case: Case) -> None:
    """Raise Forbidden unless the user may do this to this case; None is the system or the citizen by the token."""
    if user is None:
        return
    if not may_see(user, case.agency_id):
        raise Forbidden("Ý kiến này thuộc cơ quan khác, bạn không xử lý được.")
    if not user.has_perm(f"feedback.{permission}"):
        raise Forbidden("Bạn chưa được giao quyền làm việc này. Hãy nhờ quản trị viên của trung tâm.")
    if case.about_unit_id and not user.has_perm("feedback.supervise_feedback"):
        if user.memberships.filter(unit_id=case.about_unit_id).exists():
            raise Forbidden("Ý kiến này phản ánh phòng của bạn nên do người khác xử lý.")


@transaction.atomic
def move(
    case: Case,
    target: str,
    *,
    kind: str,
    by,
    now: dt.datetime,
    changes: dict | None = None,
    expected_version: int | None = None,
    sources: frozenset[str] | set[str] | None = None,
    **recorded,
) -> FeedbackEvent:
    """Return the history row of the move; `case` carries the new values.

    `sources` narrows the table for acts that share an arrow. Raises ActError for an arrow that is not in the table,
    Stale when the row is no longer as the person saw it.
    """
    source = case.status
    if not may_move(source, target) or (sources is not None and source not in sources):
        raise ActError(
            f"Ý kiến đang ở bước “{Status(source).label}” nên không chuyển sang “{Status(target).label}” được."
        )
    change(case, {**(changes or {}), "status": target, "status_changed_at": now}, expected_version=expected_version)
    return events.record(case, kind, at=now, actor=by, from_status=source, to_status=target, **recorded)


@transaction.atomic
def record_change(
    case: Case, values: dict, *, kind: str, by, now: dt.datetime, expected_version: int | None = None, **recorded
) -> FeedbackEvent:
    """Return the history row of a change that keeps the status."""
    change(case, values, expected_version=expected_version)
    return events.record(case, kind, at=now, actor=by, **recorded)


def change(case: Case, values: dict, *, expected_version: int | None = None) -> None:
    """Write `values` if the row is still the one the person saw; raises Stale otherwise. Call inside a transaction."""
    write(case, values, unless=("status",), seen=expected_version, stale=STALE)


def needed(text: str, sentence: str, *, longest: int = 4000) -> str:
    """Return the stripped text; raises ActError with `sentence` when blank, or when it is too long to be kept."""
    text = (text or "").strip()
    if not text:
        raise ActError(sentence)
    if len(text) > longest:
        raise ActError(f"Nội dung dài quá {longest} ký tự. Hãy viết ngắn lại hoặc gửi kèm tệp.")
    return text
