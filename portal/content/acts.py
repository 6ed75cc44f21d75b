"""The table of acts of a piece: who may do what in which state, where it leads, what it asks (S1-49, S1-54).

draft → submitted → scheduled or published → archived; returned to be mended, held before its hour, revised once public.
Its runner is dossiers.workflow.moving.run; what an act changes is in portal.content.writing.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from dossiers.workflow.moving import Act, act_of, run, table
from portal.content import writing
from portal.content.models import Piece
from portal.content.states import WRITABLE, State
from portal.content.writing import PIECE

S = State
WRITE, APPROVE = "write_piece", "approve_piece"


_act = partial(act_of, PIECE)


ACTS: dict[str, Act] = table(
    (
        _act("edit", "Lưu bài", WRITE, WRITABLE, (), writing.edit, "Sửa bài", asks="edit",
             done="Đã lưu thành một bản mới. Xem thử bên cạnh."),
        _act("submit", "Trình duyệt", WRITE, WRITABLE, {S.SUBMITTED}, writing.submit, "Trình duyệt", tone="main",
             hint="Người khác có quyền duyệt sẽ xem rồi đăng.", done="Đã trình."),
        _act("recall", "Rút lại để sửa", WRITE, {S.SUBMITTED}, {S.DRAFT}, writing.recall, "Rút lại để sửa"),
        _act("approve", "Duyệt, đăng", APPROVE, {S.SUBMITTED}, {S.PUBLISHED, S.SCHEDULED}, writing.approve,
             "Duyệt, đăng", asks="approve", tone="main", hint="Đúng bản đang xem được đăng. Để trống giờ là đăng ngay.",
             done="Đã duyệt."),
        _act("send_back", "Trả lại để sửa", APPROVE, {S.SUBMITTED}, {S.RETURNED}, writing.send_back,
             "Trả lại để sửa", asks="note", done="Đã trả lại cho người soạn."),
        _act("publish", "Đăng ngay", APPROVE, {S.SCHEDULED}, {S.PUBLISHED}, writing.publish, "Đăng", tone="main",
             done="Bài đã hiện trên trang."),
        _act("hold", "Hoãn đăng", APPROVE, {S.SCHEDULED}, {S.RETURNED}, writing.hold, "Hoãn đăng", asks="note",
             done="Bài không tự đăng nữa."),
        _act("revise", "Sửa bài này", WRITE, {S.PUBLISHED, S.ARCHIVED}, {S.DRAFT}, writing.revise, "Mở ra sửa",
             hint="Bản đang đăng giữ nguyên đến khi bản mới được duyệt.", done="Hãy sửa rồi trình duyệt."),
        _act("take_down", "Gỡ khỏi trang", APPROVE, set(S) - {S.ARCHIVED}, {S.ARCHIVED}, writing.take_down,
             "Gỡ bài", asks="note", tone="danger", shown_when=lambda piece: piece.live_id is not None,
             done="Bài không còn trên trang; nội dung vẫn được giữ."),
        _act("drop", "Bỏ bài này", WRITE, WRITABLE, {S.ARCHIVED}, writing.drop, "Bỏ", tone="danger",
             shown_when=lambda piece: piece.live_id is None, done="Đã bỏ. Có thể mở ra sửa lại."),
    )
)  # fmt: skip


def do(name: str, piece: Piece, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], piece, by=by, now=now, **asked)
