"""What a person may do to a dossier now: every act by name, with its permission, its states and what it asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from dossiers.deadlines import due as deadlines
from dossiers.deadlines.working_time import CalendarError
from dossiers.intake import counter as intake
from dossiers.models import Dossier
from dossiers.scoping import may_see
from dossiers.states import FINAL, OPEN, State
from dossiers.workflow import interruptions
from dossiers.workflow import main_road as workflow
from dossiers.workflow.moving import ActError


@dataclass(frozen=True)
class Act:
    """One button. `asks` names the form it needs ("" is a bare confirmation); `bulk` acts work from the list too."""

    name: str
    label: str
    permission: str
    sources: frozenset[str]
    run: Callable
    asks: str = ""
    bulk: bool = False
    tone: str = "plain"  # main | plain | danger
    hint: str = ""

    def open_to(self, user, dossier: Dossier) -> bool:
        """Return whether the user may do it to this dossier now."""
        if dossier.state not in self.sources:
            return False
        permission = self.permission
        if self.name == "finish" and dossier.state == State.SIGNING:
            permission = "sign_dossier"
        return user.has_perm(f"dossiers.{permission}") and may_see(user, dossier.agency_id)


def accept_counted(dossier: Dossier, *, by, now: dt.datetime, due_at: dt.datetime | None = None, expected_version=None):
    """Accept a submitted dossier with the catalogue's limit, or with the date the clerk states when there is none."""
    try:
        limit = intake.limit_for(dossier.procedure_version, dossier.procedure_case, dossier.channel)
        due = intake.due_for(dossier.agency, limit, now)
    except CalendarError as error:
        raise ActError(str(error)) from error
    if due_at is not None:
        due = deadlines.stated(due_at, now, "cán bộ tiếp nhận ghi theo quy định của thủ tục")
    if due is None:
        raise ActError("Danh mục không ghi thời hạn của thủ tục này: hãy nhập ngày hẹn trả.")
    return workflow.accept(dossier, by=by, now=now, due=due, expected_version=expected_version)


def _states(*states: str) -> frozenset[str]:
    return frozenset(states)


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            "accept",
            "Tiếp nhận",
            "receive_dossier",
            _states(State.SUBMITTED),
            accept_counted,
            asks="accept",
            tone="main",
        ),
        Act(
            "assign",
            "Phân công thụ lý",
            "assign_dossier",
            _states(State.ACCEPTED),
            workflow.assign,
            asks="assign",
            bulk=True,
            tone="main",
        ),
        Act(
            "start_appraisal",
            "Bắt đầu thẩm định",
            "process_dossier",
            _states(State.ASSIGNED),
            workflow.start_appraisal,
            bulk=True,
            tone="main",
        ),
        Act(
            "send_to_signing",
            "Trình ký",
            "process_dossier",
            _states(State.APPRAISING),
            workflow.send_to_signing,
            bulk=True,
            tone="main",
        ),
        Act(
            "finish",
            "Đã có kết quả",
            "process_dossier",
            _states(State.SIGNING, State.ASSIGNED, State.APPRAISING),
            workflow.finish,
            asks="finish",
            bulk=True,
            tone="main",
            hint="Đồng hồ dừng, người dân được báo đến nhận.",
        ),
        Act(
            "return_result",
            "Trả kết quả",
            "return_result",
            _states(State.RESULT_READY),
            workflow.return_result,
            asks="note",
            bulk=True,
            tone="main",
        ),
        Act(
            "receive_supplement",
            "Đã nhận bổ sung",
            "receive_dossier",
            _states(State.SUPPLEMENT_REQUESTED),
            interruptions.receive_supplement,
            asks="note",
            tone="main",
            hint="Đồng hồ chạy tiếp, ngày hẹn lùi đúng bằng thời gian chờ.",
        ),
        Act(
            "confirm_payment",
            "Đã nộp tiền",
            "receive_dossier",
            _states(State.PAYMENT_REQUESTED),
            interruptions.confirm_payment,
            asks="note",
            tone="main",
        ),
        Act(
            "agree_withdrawal",
            "Cho rút hồ sơ",
            "stop_dossier",
            _states(State.WITHDRAWAL_REQUESTED),
            interruptions.agree_withdrawal,
            asks="note",
            tone="main",
        ),
        Act(
            "decline_withdrawal",
            "Tiếp tục giải quyết",
            "stop_dossier",
            _states(State.WITHDRAWAL_REQUESTED),
            interruptions.decline_withdrawal,
            asks="needed_note",
        ),
        Act(
            "return_from_signing",
            "Trả về thẩm định lại",
            "sign_dossier",
            _states(State.SIGNING),
            workflow.return_from_signing,
            asks="needed_note",
        ),
        Act(
            "hand_over",
            "Chuyển phòng, đổi người",
            "assign_dossier",
            OPEN - {State.ACCEPTED},
            workflow.hand_over,
            asks="assign",
            bulk=True,
        ),
        Act(
            "request_supplement",
            "Yêu cầu bổ sung",
            "process_dossier",
            _states(State.ACCEPTED, State.ASSIGNED, State.APPRAISING),
            interruptions.request_supplement,
            asks="reasons",
            hint="Nêu hết các điểm trong một lần. Đồng hồ tạm dừng.",
        ),
        Act(
            "ask_submitter",
            "Yêu cầu bổ sung",
            "receive_dossier",
            _states(State.SUBMITTED),
            interruptions.request_supplement,
            asks="reasons",
        ),
        Act(
            "request_payment",
            "Yêu cầu nộp tiền",
            "process_dossier",
            _states(State.ACCEPTED, State.ASSIGNED, State.APPRAISING, State.SIGNING),
            interruptions.request_payment,
            asks="payment",
        ),
        Act(
            "request_withdrawal",
            "Người dân xin rút",
            "receive_dossier",
            _states(State.SUBMITTED) | (OPEN - {State.WITHDRAWAL_REQUESTED}),
            interruptions.request_withdrawal,
            asks="needed_note",
        ),
        Act(
            "refuse",
            "Từ chối tiếp nhận",
            "receive_dossier",
            _states(State.SUBMITTED),
            workflow.refuse,
            asks="reasons",
            tone="danger",
            hint="Nêu căn cứ pháp lý của từng lý do.",
        ),
        Act(
            "stop",
            "Dừng, trả lại hồ sơ",
            "stop_dossier",
            OPEN - {State.WITHDRAWAL_REQUESTED},
            workflow.stop,
            asks="reasons",
            tone="danger",
        ),
    )
}


def open_acts(user, dossier: Dossier) -> list[Act]:
    """Return the acts the user may do now, the main ones first."""
    if dossier.state in FINAL:
        return []
    found = [act for act in ACTS.values() if act.open_to(user, dossier)]
    return sorted(found, key=lambda act: {"main": 0, "plain": 1, "danger": 2}[act.tone])
