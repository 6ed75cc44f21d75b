"""The table of acts of a broadcast: who may do what in which state, where it leads, what it asks (S1-30, S1-32).

draft → submitted → approved (at its hour) or running → stopped and resumed → done; returned to be mended, cancelled.
An emergency goes from draft to running on one person's word and is looked at by a second one afterwards. Its runner
is dossiers.workflow.moving.run; what an act changes is in zalo.broadcasts.writing.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from dossiers.workflow.moving import Act, act_of, run, table
from zalo.broadcasts import writing
from zalo.broadcasts.writing import BROADCAST
from zalo.models import Broadcast

S = Broadcast.State
WRITABLE = frozenset({S.DRAFT, S.REJECTED})
WRITE, APPROVE, URGENT = "add_broadcast", "approve_broadcast", "send_urgent"


_act = partial(act_of, BROADCAST)


def _plain(row: Broadcast) -> bool:
    return not row.is_urgent


def _urgent(row: Broadcast) -> bool:
    return row.is_urgent


def _unseen(row: Broadcast) -> bool:
    return row.is_urgent and row.approver_id is None


# What the author of a notice never does to it: a second person looks.
OF_ANOTHER = {"approve", "review"}

ACTS: dict[str, Act] = table(
    (
        _act("edit", "Lưu", WRITE, WRITABLE, (), writing.edit, "Sửa", asks="edit", done="Đã lưu."),
        _act("submit", "Trình duyệt", WRITE, WRITABLE, {S.SUBMITTED}, writing.submit, "Trình duyệt", tone="main",
             hint="Người khác có quyền duyệt xem số người nhận rồi cho gửi.", done="Đã trình.", shown_when=_plain),
        _act("recall", "Rút lại để sửa", WRITE, {S.SUBMITTED}, {S.DRAFT}, writing.recall, "Rút lại để sửa"),
        _act("approve", "Duyệt, gửi", APPROVE, {S.SUBMITTED}, {S.RUNNING, S.APPROVED}, writing.approve, "Duyệt, gửi",
             asks="approve", tone="main", hint="Đúng nội dung đang xem được gửi. Xem số người nhận trước khi duyệt.",
             done="Đã duyệt."),
        _act("send_back", "Trả lại để sửa", APPROVE, {S.SUBMITTED}, {S.REJECTED}, writing.send_back,
             "Trả lại để sửa", asks="note", done="Đã trả lại cho người soạn."),
        _act("send_urgent", "Gửi khẩn ngay", URGENT, WRITABLE | {S.SUBMITTED}, {S.RUNNING}, writing.send_urgent,
             "Gửi khẩn", asks="urgent", tone="danger", shown_when=_urgent,
             hint="Gửi ngay, cả ban đêm, trước mọi tin khác. Người thứ hai phải xem lại sau đó.", done="Đang gửi."),
        _act("review", "Đã xem lại tin khẩn", APPROVE, {S.RUNNING, S.STOPPED, S.DONE, S.CANCELLED}, (), writing.review,
             "Xem lại tin khẩn", asks="remark", tone="main", shown_when=_unseen, done="Đã ghi nhận."),
        _act("hold", "Hoãn gửi", APPROVE, {S.APPROVED}, {S.REJECTED}, writing.hold, "Hoãn gửi", asks="note",
             done="Tin không tự gửi nữa."),
        _act("stop", "Tạm dừng ngay", WRITE, {S.RUNNING}, {S.STOPPED}, writing.stop, "Tạm dừng", tone="danger",
             done="Không tin nào rời hệ thống nữa."),
        _act("resume", "Gửi tiếp", APPROVE, {S.STOPPED}, {S.RUNNING}, writing.resume, "Gửi tiếp", tone="main",
             hint="Gửi tiếp cho người chưa nhận; không ai nhận lần thứ hai.", done="Đang gửi tiếp."),
        _act("end", "Dừng hẳn", APPROVE, {S.RUNNING, S.STOPPED}, {S.CANCELLED}, writing.end, "Dừng hẳn", asks="note",
             tone="danger", hint="Người chưa nhận sẽ không nhận nữa.", done="Đã dừng hẳn."),
        _act("drop", "Bỏ tin này", WRITE, Broadcast.NOT_BEGUN, {S.CANCELLED}, writing.drop, "Bỏ",
             tone="danger", done="Đã bỏ; nội dung vẫn được giữ."),
    )
)  # fmt: skip


def do(name: str, row: Broadcast, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], row, by=by, now=now, **asked)
