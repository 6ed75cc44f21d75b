"""The table of acts of a document: who may do what in which state, where it leads, what it asks (S1-56, S2-03, S5-35).

draft → submitted → issued → signed; returned to be mended, cancelled while a draft, withdrawn once it has a number.
Its runner is dossiers.workflow.moving.run; what an act changes is in documents, issuing and incoming.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

from dossiers.workflow.moving import Act, Change, act_of, run, table
from portal.correspondence import assignment_acts, documents, incoming, issuing
from portal.correspondence.documents import DOCUMENT
from portal.correspondence.models import Document
from portal.correspondence.states import OPEN, OUT, WRITABLE, State

S = State
DRAFT, ISSUE, RECORD = "draft_document", "issue_document", "record_document"
_act = partial(act_of, DOCUMENT)


def _issue(document: Document, *, by, now: dt.datetime) -> Change:
    """Number it; the tasks it answers close by themselves."""

    def then(step):
        assignment_acts.close_answered(document, now=now)
        return step

    return replace(issuing.issue(document, by=by, now=now), then=then)


def _withdraw(document: Document, *, by, now: dt.datetime, note: str) -> Change:
    """Take it back; the tasks that rested on it are open again."""

    def then(step):
        assignment_acts.open_again(document, now=now)
        return step

    return replace(documents.withdraw(document, by=by, now=now, note=note), then=then)


ACTS: dict[str, Act] = table(
    (
        _act("edit", "Lưu văn bản", DRAFT, WRITABLE, (), documents.edit, "Sửa văn bản", asks="edit",
             done="Đã lưu. Xem bản in bên cạnh."),
        _act("enclose", "Thêm tài liệu kèm theo", DRAFT, WRITABLE, (), documents.enclose, "Thêm tài liệu kèm theo",
             asks="enclose", done="Đã thêm."),
        _act("remove_enclosure", "Bỏ tài liệu kèm theo", DRAFT, WRITABLE, (), documents.remove_enclosure,
             "Bỏ tài liệu kèm theo", asks="remove", shown_when=lambda row: row.enclosures.exists(), done="Đã bỏ."),
        _act("submit", "Trình ký", DRAFT, WRITABLE, {S.SUBMITTED}, documents.submit, "Trình ký", tone="main",
             hint="Người có thẩm quyền xem bản in rồi ký, cấp số.", done="Đã trình."),
        _act("recall", "Rút lại để sửa", DRAFT, {S.SUBMITTED}, {S.DRAFT}, documents.recall, "Rút lại để sửa"),
        _act("issue", "Ký, cấp số", ISSUE, {S.SUBMITTED}, {S.ISSUED}, _issue, "Ký, cấp số", tone="main",
             hint="Văn bản nhận số kế tiếp trong sổ và ngày hôm nay, nội dung chốt lại.",
             done="Đã cấp số. Tải tệp về ký số, hoặc in, ký, đóng dấu rồi nạp bản quét."),
        _act("send_back", "Trả lại để sửa", ISSUE, {S.SUBMITTED}, {S.RETURNED}, documents.send_back,
             "Trả lại để sửa", asks="note", done="Đã trả lại cho người soạn."),
        _act("attach", "Nạp bản đã ký", RECORD, OUT, {S.SIGNED}, issuing.attach, "Nhận bản ký", asks="signed",
             tone="main", done="Đã kiểm tra và lưu bản ký."),
        _act("cancel", "Không phát hành", DRAFT, OPEN, {S.CANCELLED}, documents.cancel, "Không phát hành",
             asks="note", tone="danger", done="Không số nào bị dùng."),
        _act("withdraw", "Thu hồi", ISSUE, OUT, {S.WITHDRAWN}, _withdraw, "Thu hồi", asks="note",
             tone="danger", done="Số của văn bản vẫn giữ trong sổ, ghi là đã thu hồi."),
        _act("correct", "Sửa dòng trong sổ đến", RECORD, {S.RECEIVED}, (), incoming.correct, "Sửa dòng trong sổ đến",
             asks="correct", done="Đã sửa."),
        _act("strike", "Gạch dòng ghi nhầm", RECORD, {S.RECEIVED}, {S.WITHDRAWN}, documents.withdraw,
             "Gạch dòng ghi nhầm", asks="note", tone="danger", done="Số đến vẫn giữ trong sổ, ghi là gạch."),
    )
)  # fmt: skip


def do(name: str, document: Document, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], document, by=by, now=now, **asked)
