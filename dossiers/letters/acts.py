"""The table of acts of an apology letter: who may do what in which state, where it leads, what it asks (form 04).

draft → submitted → issued → signed → delivered; returned for correction, cancelled while a draft, withdrawn once out.
Its runner is dossiers.workflow.moving.run; what an act changes is in draft, issue and signed_files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from dossiers.letters import draft, issue, signed_files
from dossiers.letters.draft import LETTER
from dossiers.models import Dossier, Letter
from dossiers.workflow.moving import Act, ActError, Change, run, table

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


def _attach(letter: Letter, *, by, now: dt.datetime, **file) -> Change:
    """Keep the signed file; a letter that counts only from then on moves the promised date now."""
    change = signed_files.attach(letter, by=by, now=now, **file)
    if not issue.waits_for_signature(letter):
        return change
    dossier = Dossier.objects.select_related(*DOSSIER_OF_A_LETTER).get(pk=letter.dossier_id)
    if not dossier.clock_open or dossier.due_at != letter.old_due_at:
        return change  # finished or moved meanwhile: the letter has nothing to move any more
    letter.dossier = dossier

    def then(step):
        issue.announced(letter, letter.paper, by=by, now=now)
        return step

    return replace(change, then=then)


def _deliver(letter: Letter, *, by, now: dt.datetime, how: str) -> Change:
    """Hand the letter to the citizen; not before its signature where it does not count before."""
    if issue.waits_for_signature(letter):
        raise ActError("Theo quy tắc của cơ quan, văn bản có hiệu lực khi có bản ký. Hãy nạp bản đã ký trước khi giao.")
    return draft.deliver(letter, by=by, now=now, how=how)


DOSSIER_OF_A_LETTER = ("agency", "competent_agency", "owner", "submitter")
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
            done="Đã cấp số, chốt nội dung. Ngày hẹn đổi và người dân được báo khi văn bản có hiệu lực.",
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
            _attach,
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
            _deliver,
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
