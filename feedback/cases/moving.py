"""Whose the cases are, what ending does to their clock, how their history is told: the subject of the table of acts.

The table is feedback.cases.acts, the runner dossiers.workflow.moving.run.
"""

from __future__ import annotations

import datetime as dt

from dossiers.scoping import may_see
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Stale, Subject, write
from feedback.cases import events
from feedback.models import Case, FeedbackEvent
from feedback.states import FINAL, OPEN

__all__ = ["CASE", "ActError", "Change", "Forbidden", "Stale", "case_act", "change", "needed"]


class CaseSubject(Subject):
    app = "feedback"
    state = "status"
    stale = "Ý kiến này vừa có thay đổi. Hãy tải lại trang để xem bước mới nhất rồi làm tiếp."

    def check_scope(self, user, row: Case) -> None:
        if not may_see(user, row.agency_id):
            raise Forbidden("Ý kiến này thuộc cơ quan khác, bạn không xử lý được.")
        if row.about_unit_id and not user.has_perm("feedback.supervise_feedback"):
            if user.memberships.filter(unit_id=row.about_unit_id).exists():
                raise Forbidden("Ý kiến này phản ánh phòng của bạn nên do người khác xử lý.")

    def wrong_step(self, row: Case, act: Act) -> str:
        return f"Ý kiến đang ở bước “{row.get_status_display()}” nên không làm được việc “{act.label}”."

    def entering(self, row: Case, target: str, change: Change, now: dt.datetime) -> dict:
        rests = {} if target in OPEN else {"clock_open": False}
        ended = {"closed_at": now} if target in FINAL else {}
        return {"status": target, "status_changed_at": now, **rests, **ended}

    def tell(self, row: Case, kind: str, change: Change, *, by, now, source: str, target: str) -> FeedbackEvent:
        source = source if target else ""
        return events.record(row, kind, at=now, actor=by, from_status=source, to_status=target, **change.told)


CASE = CaseSubject()


def case_act(
    name: str, label: str, permission: str, sources, target, does, kind: str = "", *, publishing=None, when=None, **more
) -> Act:
    """Return a row of the table; `publishing` and `when` narrow where it is shown."""

    def shown(case: Case) -> bool:
        return (publishing is None or case.publishing in publishing) and (when is None or when(case))

    return Act(
        subject=CASE,
        name=name,
        label=label,
        permission=permission,
        sources=frozenset(sources),
        targets=frozenset({target} - {""}),
        does=does,
        kind=kind,
        shown_when=shown,
        **more,
    )


def change(case: Case, values: dict) -> None:
    """Write what an act on another case means for this one; raises Stale when it changed meanwhile."""
    write(case, values, unless=("status",), stale=CASE.stale)


def needed(text: str, sentence: str, *, longest: int = 4000) -> str:
    """Return the stripped text; raises ActError with `sentence` when blank, or when it is too long to be kept."""
    text = (text or "").strip()
    if not text:
        raise ActError(sentence)
    if len(text) > longest:
        raise ActError(f"Nội dung dài quá {longest} ký tự. Hãy viết ngắn lại hoặc gửi kèm tệp.")
    return text
