"""The table of acts of a proposal: sent → considered → accepted → done; declined with a reason, taken back."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from dossiers.workflow.moving import Act, act_of, run, table
from portal.correspondence import proposing
from portal.correspondence.models import Proposal
from portal.correspondence.proposing import PROPOSAL
from portal.correspondence.states import Standing

S = Standing
ANSWER, MAKE = "answer_proposal", "make_proposal"
_act = partial(act_of, PROPOSAL)


ACTS: dict[str, Act] = table(
    (
        _act("consider", "Nhận xem xét", ANSWER, {S.SENT}, {S.CONSIDERED}, proposing.consider, "Nhận xem xét",
             done="Người đề xuất được báo."),
        _act("accept", "Chấp thuận, sẽ làm", ANSWER, {S.SENT, S.CONSIDERED}, {S.ACCEPTED}, proposing.accept,
             "Chấp thuận", asks="accept", tone="main", done="Người đề xuất được báo."),
        _act("decline", "Không làm", ANSWER, {S.SENT, S.CONSIDERED, S.ACCEPTED}, {S.DECLINED}, proposing.decline,
             "Không làm", asks="note", tone="danger", done="Người đề xuất được báo."),
        _act("deliver", "Đã có", ANSWER, {S.ACCEPTED}, {S.DONE}, proposing.deliver, "Đã có", asks="answer",
             tone="main", done="Người đề xuất được báo."),
        _act("take_back", "Rút đề xuất", MAKE, {S.SENT, S.CONSIDERED}, {S.WITHDRAWN}, proposing.take_back,
             "Rút đề xuất", asks="note"),
    )
)  # fmt: skip


def do(name: str, row: Proposal, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], row, by=by, now=now, **asked)
