"""The table of acts of a task: open → done or dropped, and open again (S4-07); what an issued document closes."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from dossiers.workflow.moving import Act, ActError, act_of, run, table
from portal.correspondence import assigning
from portal.correspondence.assigning import ASSIGNMENT
from portal.correspondence.models import Assignment, Document
from portal.correspondence.states import OPEN as OPEN_DOCUMENTS
from portal.correspondence.states import Duty

D = Duty
DO, GIVE = "do_assignment", "give_assignment"
_act = partial(act_of, ASSIGNMENT)


def _unanswered(row: Assignment) -> bool:
    return row.answer is None or row.answer.state not in OPEN_DOCUMENTS


ACTS: dict[str, Act] = table(
    (
        _act("answer", "Soạn văn bản trả lời", "draft_document", {D.OPEN}, (), assigning.answer, "Soạn văn bản trả lời",
             asks="answer", tone="main", shown_when=_unanswered, done="Đã mở dự thảo; cấp số xong thì việc tự khép.",
             hint="Dự thảo mang sẵn việc phải làm và căn cứ. Cấp số xong, nhiệm vụ tự khép."),
        _act("finish", "Báo đã xong", DO, {D.OPEN}, {D.DONE}, assigning.finish, "Báo đã xong", asks="finish",
             done="Đã khép việc."),
        _act("change", "Đổi hạn, đổi người, ghi rõ", GIVE, {D.OPEN}, (), assigning.change, "Đổi hạn, đổi người",
             asks="change", done="Đã đổi."),
        _act("link", "Gắn văn bản liên quan", DO, {D.OPEN}, (), assigning.link, "Gắn văn bản", asks="link",
             done="Đã gắn."),
        _act("drop", "Không làm nữa", GIVE, {D.OPEN}, {D.DROPPED}, assigning.drop, "Không làm nữa", asks="note",
             tone="danger"),
        _act("reopen", "Mở lại", GIVE, {D.DONE, D.DROPPED}, {D.OPEN}, assigning.reopen, "Mở lại", asks="note"),
    )
)  # fmt: skip


def do(name: str, row: Assignment, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], row, by=by, now=now, **asked)


def close_answered(document: Document, *, now: dt.datetime) -> None:
    """Close the open tasks that the document, just issued, answers."""
    for row in document.answers.filter(state=D.OPEN).select_related("agency"):
        do("finish", row, by=None, now=now, document=document)


def open_again(document: Document, *, now: dt.datetime) -> None:
    """Open the tasks again that rested on a document just withdrawn."""
    for row in document.answers.filter(state=D.DONE).select_related("agency"):
        try:
            do("reopen", row, by=None, now=now, note=f"{document.named} đã thu hồi")
        except ActError:
            continue  # somebody changed it in this very moment: they see the withdrawn document on its page
