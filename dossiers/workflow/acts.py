"""The table of acts of a dossier: who may do what in which state, where it leads, what it asks, where it is offered.

The arrows between states follow from it. Its runner is dossiers.workflow.moving.run; what an act changes is in
main_road, results, interruptions and reports.
"""

from __future__ import annotations

import datetime as dt
from functools import cache, partial
from typing import Any

from django.utils import timezone

from dossiers.models import Dossier, DossierEvent
from dossiers.scoping import may_see
from dossiers.states import FINAL, OPEN, State
from dossiers.workflow import events, fees, interruptions, main_road, moving, reports, results
from dossiers.workflow.entering import entering
from dossiers.workflow.holding import hold
from dossiers.workflow.moving import API, LIST, PAGE, Act, ActError, Actor, Change, Forbidden, Stale, Subject, run

__all__ = [
    "ACTS",
    "ARROWS",
    "DOSSIER",
    "Act",
    "ActError",
    "Forbidden",
    "Stale",
    "do",
    "may_move",
    "open_acts",
    "reachable",
]
Kind = DossierEvent.Kind
S = State


class DossierSubject(Subject):
    app = "dossiers"
    stale = "Đồng nghiệp vừa thay đổi hồ sơ này. Hãy tải lại trang để xem bước mới nhất rồi làm tiếp."

    def check_scope(self, user: Actor, row: Dossier) -> None:
        if not may_see(user, row.agency_id):
            raise Forbidden("Hồ sơ này thuộc cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Dossier, act: Act) -> str:
        return f"Hồ sơ đang ở bước “{row.get_state_display()}” nên không làm được việc “{act.label}”."

    def entering(self, row: Dossier, target: str, change: Change, now: dt.datetime) -> dict:
        return {"state": target, "state_changed_at": now, **entering(row, target, now, due=change.due)}

    def stamp(self) -> dict:
        # Not the moment of the act, which another system may report a day later and which a long act keeps for all its
        # rows: whoever reads the changes on behind a moment (portal.api.settled) would never see it.
        return {"updated_at": timezone.now()}

    def tell(
        self, row: Dossier, kind: str, change: Change, *, by: Actor, now: Any, source: str, target: str
    ) -> DossierEvent:
        if target or {"unit", "handler"} & change.values.keys():
            hold(row, now)
        source = source if target else ""
        return events.record(row, kind, at=now, actor=by, from_state=source, to_state=target, **change.told)


DOSSIER = DossierSubject()
BEFORE_SIGNING = frozenset({S.ACCEPTED, S.ASSIGNED, S.APPRAISING})
WORKED_ON = BEFORE_SIGNING | {S.SIGNING}
NOT_DECIDED = OPEN | {S.SUBMITTED}
BOTH = frozenset({PAGE, LIST})
NOWHERE: frozenset[str] = frozenset()
_act = partial(moving.act_of, DOSSIER)


ACTS: dict[str, Act] = moving.table(
    (
        _act(
            "accept",
            "Tiếp nhận",
            "receive_dossier",
            {S.SUBMITTED},
            {S.ACCEPTED},
            main_road.accept,
            Kind.ACCEPTED,
            asks="accept",
            tone="main",
        ),
        _act(
            "assign",
            "Phân công thụ lý",
            "assign_dossier",
            {S.ACCEPTED},
            {S.ASSIGNED},
            main_road.assign,
            Kind.ASSIGNED,
            asks="assign",
            offered=BOTH,
            tone="main",
        ),
        _act(
            "start_appraisal",
            "Bắt đầu thẩm định",
            "process_dossier",
            {S.ASSIGNED},
            {S.APPRAISING},
            main_road.go_on,
            Kind.APPRAISING,
            offered=BOTH,
            tone="main",
        ),
        _act(
            "send_to_signing",
            "Trình ký",
            "process_dossier",
            {S.APPRAISING},
            {S.SIGNING},
            results.send_to_signing,
            Kind.SIGNING,
            asks="to_signing",
            offered=BOTH,
            tone="main",
        ),
        _act(
            "sign",
            "Ký duyệt",
            "sign_dossier",
            {S.SIGNING},
            {S.RESULT_READY},
            results.sign,
            Kind.RESULT_READY,
            asks="sign",
            offered=BOTH,
            tone="main",
            hint="Đồng hồ dừng, người dân được báo đến nhận.",
        ),
        _act(
            "finish",
            "Đã có kết quả",
            "process_dossier",
            # Straight from the assignment: procedures settled the same day have no separate appraisal.
            {S.ASSIGNED, S.APPRAISING},
            {S.RESULT_READY},
            results.finish,
            Kind.RESULT_READY,
            asks="finish",
            offered=BOTH,
            tone="main",
            hint="Đồng hồ dừng, người dân được báo đến nhận.",
            shown_when=results.unsigned,
        ),
        _act(
            "return_result",
            "Trả kết quả",
            "return_result",
            {S.RESULT_READY},
            {S.RESULT_RETURNED},
            results.return_result,
            Kind.RESULT_RETURNED,
            asks="return",
            offered=BOTH,
            tone="main",
        ),
        _act(
            "receive_supplement",
            "Đã nhận bổ sung",
            "receive_dossier",
            {S.SUPPLEMENT_REQUESTED},
            # Until all has come it goes on waiting, for what is left.
            interruptions.AFTER_SUPPLEMENT | {S.SUPPLEMENT_REQUESTED},
            interruptions.receive_supplement,
            Kind.SUPPLEMENT_RECEIVED,
            asks="came",
            tone="main",
            hint="Đồng hồ chạy tiếp, ngày hẹn lùi đúng bằng thời gian chờ.",
        ),
        _act(
            "confirm_payment",
            "Đã nộp tiền",
            "receive_dossier",
            {S.PAYMENT_REQUESTED},
            WORKED_ON,
            interruptions.confirm_payment,
            Kind.PAYMENT_CONFIRMED,
            asks="note",
            tone="main",
        ),
        _act(
            "agree_withdrawal",
            "Cho rút hồ sơ",
            "stop_dossier",
            {S.WITHDRAWAL_REQUESTED},
            {S.STOPPED},
            interruptions.agree_withdrawal,
            Kind.STOPPED,
            asks="note",
            tone="main",
        ),
        _act(
            "decline_withdrawal",
            "Tiếp tục giải quyết",
            "stop_dossier",
            {S.WITHDRAWAL_REQUESTED},
            interruptions.AFTER_WITHDRAWAL,
            interruptions.decline_withdrawal,
            Kind.WITHDRAWAL_DECLINED,
            asks="needed_note",
        ),
        _act(
            "return_from_signing",
            "Trả về thẩm định lại",
            "sign_dossier",
            {S.SIGNING},
            {S.APPRAISING},
            results.return_from_signing,
            Kind.SIGNING_RETURNED,
            asks="needed_note",
            offered=BOTH,
        ),
        _act(
            "hand_over",
            "Chuyển phòng, đổi người",
            "assign_dossier",
            OPEN - {S.ACCEPTED},
            (),
            main_road.assign,
            Kind.HANDED_OVER,
            asks="assign",
            offered=BOTH,
        ),
        _act(
            "request_supplement",
            "Yêu cầu bổ sung",
            "process_dossier",
            BEFORE_SIGNING,
            {S.SUPPLEMENT_REQUESTED},
            interruptions.request_supplement,
            Kind.SUPPLEMENT_REQUESTED,
            asks="supplement",
            hint="Nêu hết các điểm trong một lần. Đồng hồ tạm dừng.",
        ),
        _act(
            "ask_submitter",
            "Yêu cầu bổ sung",
            "receive_dossier",
            {S.SUBMITTED},
            {S.SUPPLEMENT_REQUESTED},
            interruptions.request_supplement,
            Kind.SUPPLEMENT_REQUESTED,
            asks="supplement",
        ),
        _act(
            "request_payment",
            "Yêu cầu nộp tiền",
            "process_dossier",
            WORKED_ON,
            {S.PAYMENT_REQUESTED},
            interruptions.request_payment,
            Kind.PAYMENT_REQUESTED,
            asks="payment",
        ),
        _act(
            "request_withdrawal",
            "Người dân xin rút",
            "receive_dossier",
            NOT_DECIDED - {S.WITHDRAWAL_REQUESTED},
            {S.WITHDRAWAL_REQUESTED},
            interruptions.request_withdrawal,
            Kind.WITHDRAWAL_REQUESTED,
            asks="needed_note",
        ),
        _act(
            "refuse",
            "Từ chối tiếp nhận",
            "receive_dossier",
            {S.SUBMITTED},
            {S.REFUSED},
            main_road.refuse,
            Kind.REFUSED,
            asks="refusal",
            tone="danger",
            hint="Nêu căn cứ pháp lý của từng lý do.",
        ),
        _act(
            "stop",
            "Dừng, trả lại hồ sơ",
            "stop_dossier",
            OPEN - {S.WITHDRAWAL_REQUESTED},
            {S.STOPPED},
            main_road.stop,
            Kind.STOPPED,
            asks="reasons",
            tone="danger",
        ),
        # No button: a decision taken elsewhere, and what another system says.
        _act(
            "move_due_date",
            "Đổi ngày hẹn trả",
            "",
            frozenset(S) - FINAL,
            (),
            main_road.move_due_date,
            Kind.DUE_MOVED,
            offered=NOWHERE,
        ),
        _act(
            "correct_details",
            "Sửa thông tin",
            "correct_dossier",
            S,
            (),
            main_road.correct_details,
            Kind.DETAILS_CORRECTED,
            offered=NOWHERE,
        ),
        _act("collect_fees", "Thu phí", "receive_dossier", S, (), fees.collect, Kind.FEES_COLLECTED, offered=NOWHERE),
        _act("cancel_fees", "Hủy thu", "cancel_fee", S, (), fees.cancel, Kind.FEES_CANCELLED, offered=NOWHERE),
        _act(
            "correct",
            "Sửa thông tin",
            "",
            S,
            (),
            reports.correct,
            Kind.DETAILS_CORRECTED,
            offered=frozenset({API}),
        ),
        _act(
            "report",
            "Báo bước xử lý",
            "",
            frozenset(S) - FINAL,
            S,
            reports.report,
            "",
            offered=frozenset({API}),
        ),
    )
)
ARROWS: dict[str, frozenset[str]] = {
    state: frozenset(
        target for act in ACTS.values() if state in act.sources and API not in act.offered for target in act.targets
    )
    for state in State
}
"""From each state, the states some act leads to; a report may stand for a run of acts."""


def do(name: str, dossier: Dossier, *, by: Actor, now: dt.datetime, **asked: Any) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], dossier, by=by, now=now, **asked)


def open_acts(user: Actor, dossier: Dossier) -> list[Act]:
    """Return the acts the user may do on the dossier's page now, the main ones first."""
    return moving.open_acts(ACTS, user, dossier)


def may_move(source: str, target: str) -> bool:
    """Return whether some act leads from one state to the other."""
    return target in ARROWS.get(source, frozenset())


@cache
def reachable(source: str) -> frozenset[str]:
    """Return every state some run of acts leads to; an outside system may report only the last of a run."""
    seen: set[str] = set()
    queue = [source]
    while queue:
        for target in ARROWS.get(queue.pop(), frozenset()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return frozenset(seen)
