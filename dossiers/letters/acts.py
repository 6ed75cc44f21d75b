"""The table of acts of an apology letter: who may do what in which state, where it leads, what it asks (form 04).

draft → submitted → issued → signed → delivered; returned for correction, cancelled while a draft, withdrawn once out.
Its runner is dossiers.workflow.moving.run; what an act changes is in draft, issue and signed_files.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.letters import draft, issue, signed_files
from dossiers.letters.draft import LETTER
from dossiers.models import Letter
from dossiers.workflow.moving import Act, run, table

__all__ = ["ACTS", "APPROVABLE", "LETTER", "do"]
S = Letter.State
OPEN, SENT = frozenset(Letter.OPEN), frozenset(Letter.SENT)
APPROVABLE = frozenset({S.DRAFT, S.SUBMITTED})
OUT = frozenset({S.ISSUED, S.SIGNED})


def _act(name: str, label: str, permission: str, sources, target: str, does, kind: str, **more) -> Act:
    return Act(
        subject=LETTER,
        name=name,
        label=label,
        permission=permission,
        sources=sources,
        targets=frozenset({target} - {""}),
        does=does,
        kind=kind,
        **more,
    )


ACTS: dict[str, Act] = table(
    (
        _act(
            "edit",
            "Lưu nội dung",
            "draft_letter",
            OPEN,
            "",
            draft.edit,
            "Sửa dự thảo",
            asks="edit",
            done="Đã lưu. Xem lại bản in bên cạnh.",
        ),
        _act(
            "approve",
            "Duyệt, phát hành",
            "approve_letter",
            APPROVABLE,
            S.ISSUED,
            issue.approve,
            "Duyệt, phát hành",
            asks="approve",
            tone="main",
            done="Đã cấp số, chốt nội dung, đổi ngày hẹn và báo người dân.",
        ),
        _act(
            "submit",
            "Trình duyệt",
            "draft_letter",
            frozenset({S.DRAFT, S.RETURNED}),
            S.SUBMITTED,
            draft.submit,
            "Trình duyệt",
            tone="main",
        ),
        _act(
            "send_back",
            "Trả lại để sửa",
            "approve_letter",
            APPROVABLE,
            S.RETURNED,
            draft.send_back,
            "Trả lại để sửa",
            asks="note",
        ),
        _act(
            "cancel",
            "Không phát hành",
            "draft_letter",
            OPEN,
            S.CANCELLED,
            draft.cancel,
            "Không phát hành",
            asks="note",
            tone="danger",
        ),
        _act(
            "attach",
            "Nạp bản đã ký",
            "deliver_letter",
            OUT,
            S.SIGNED,
            signed_files.attach,
            "Nhận bản ký",
            asks="signed",
            tone="main",
        ),
        _act(
            "deliver",
            "Đã giao người dân",
            "deliver_letter",
            OUT,
            S.DELIVERED,
            draft.deliver,
            "Giao người dân",
            asks="deliver",
        ),
        _act(
            "withdraw",
            "Thu hồi",
            "approve_letter",
            SENT,
            S.WITHDRAWN,
            draft.withdraw,
            "Thu hồi",
            asks="note",
            tone="danger",
        ),
    )
)


def do(name: str, letter: Letter, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], letter, by=by, now=now, **asked)
