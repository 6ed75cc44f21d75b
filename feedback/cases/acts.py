"""The table of acts of a case: who may do what in which status, where it leads, what it asks, where it is offered.

The arrows between statuses follow from it. Its runner is dossiers.workflow.moving.run; what an act changes is in
handling, answers, joining, citizen_acts, feedback.petitions.restricted and feedback.publication.publishing (whose rows
stand in feedback.publication.acts).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.workflow import moving
from dossiers.workflow.moving import PAGE, TRACK, Act, run
from feedback.cases import answers, citizen_acts, handling, joining
from feedback.cases.moving import CASE, case_act
from feedback.models import Answer, Case, FeedbackEvent
from feedback.petitions import restricted
from feedback.publication import publishing
from feedback.publication.acts import PUBLISHING
from feedback.states import OPEN, WORKABLE, Status

__all__ = ["ACTS", "ARROWS", "CASE", "do", "open_acts", "send_answer"]
Kind = FeedbackEvent.Kind
S = Status
BY_THE_SENDER = {"offered": frozenset({TRACK})}
BY_THE_SYSTEM: dict = {"offered": frozenset()}


def _drafted(case: Case) -> bool:
    return case.answers.filter(status=Answer.Status.DRAFT).exists()


ACTS: dict[str, Act] = moving.table(
    (
        case_act(
            "release",
            "Là thật, cho xử lý",
            "handle_case",
            {S.HELD},
            S.NEW,
            handling.release,
            Kind.RELEASED,
            tone="main",
        ),
        case_act(
            "accept",
            "Tiếp nhận xử lý",
            "handle_case",
            {S.NEW, S.INFO_RECEIVED},
            S.IN_PROGRESS,
            handling.accept,
            Kind.ACCEPTED,
            tone="main",
        ),
        case_act(
            "send",
            "Duyệt và gửi trả lời",
            "approve_answer",
            {S.APPROVAL},
            S.ANSWERED,
            answers.send,
            Kind.ANSWERED,
            tone="main",
            hint="Người gửi nhận trả lời ngay. Người soạn không tự duyệt.",
        ),
        case_act(
            "return_for_changes",
            "Trả lại để sửa",
            "approve_answer",
            {S.APPROVAL},
            S.IN_PROGRESS,
            answers.return_for_changes,
            Kind.ANSWER_RETURNED,
            asks="note",
        ),
        case_act(
            "draft",
            "Lưu câu trả lời",
            "handle_case",
            {S.IN_PROGRESS},
            "",
            answers.draft,
            "",
            asks="answer",
            refusal="Ý kiến đang ở bước “{step}” nên không soạn trả lời được.",
            offered=frozenset({"answer"}),
        ),
        case_act(
            "submit",
            "Trình duyệt trả lời",
            "handle_case",
            {S.IN_PROGRESS},
            S.APPROVAL,
            answers.submit,
            Kind.ANSWER_SUBMITTED,
            tone="main",
            when=lambda case: _drafted(case) and answers.needs_approval(case),
        ),
        case_act(
            "send_now",
            "Gửi trả lời",
            "handle_case",
            {S.IN_PROGRESS},
            S.ANSWERED,
            answers.send,
            Kind.ANSWERED,
            permission_for=lambda case: "approve_answer" if answers.needs_approval(case) else "handle_case",
            tone="main",
            hint="Lĩnh vực này không cần duyệt.",
            when=_drafted,
            hidden_when=answers.needs_approval,
        ),
        case_act(
            "assign",
            "Giao việc",
            "assign_case",
            WORKABLE | {S.APPROVAL},
            "",
            handling.assign,
            Kind.ASSIGNED,
            asks="assign",
        ),
        case_act(
            "resume",
            "Tiếp tục, không chờ bổ sung",
            "handle_case",
            {S.INFO_REQUESTED},
            S.IN_PROGRESS,
            handling.resume,
            Kind.RESUMED,
            hint="Đồng hồ chạy tiếp.",
        ),
        case_act(
            "ask_more",
            "Yêu cầu người gửi bổ sung",
            "handle_case",
            WORKABLE,
            S.INFO_REQUESTED,
            handling.ask_more,
            Kind.MORE_REQUESTED,
            asks="what",
            hint="Đồng hồ tạm dừng đến khi người gửi trả lời.",
        ),
        case_act(
            "reclassify",
            "Đổi lĩnh vực, mức khẩn",
            "handle_case",
            WORKABLE,
            "",
            handling.reclassify,
            Kind.RECLASSIFIED,
            asks="theme",
        ),
        case_act(
            "about",
            "Ghi phòng bị phản ánh",
            "assign_case",
            OPEN,
            "",
            handling.set_reported_unit,
            Kind.RECLASSIFIED,
            asks="about",
            hint="Người của phòng này không còn thấy ý kiến.",
        ),
        case_act(
            "transfer",
            "Chuyển cơ quan khác trên cổng",
            "assign_case",
            WORKABLE,
            S.NEW,
            handling.transfer,
            Kind.TRANSFERRED,
            asks="transfer",
            hint="Thời hạn tính lại từ lúc chuyển.",
        ),
        case_act(
            "forward",
            "Chuyển cơ quan ngoài hệ thống",
            "assign_case",
            WORKABLE,
            S.FORWARDED,
            handling.forward,
            Kind.FORWARDED,
            asks="forward",
        ),
        case_act(
            "split", "Tách thành nhiều phần", "assign_case", WORKABLE, "", joining.split, Kind.SPLIT, asks="split"
        ),
        case_act(
            "merge",
            "Gộp vào ý kiến trùng",
            "assign_case",
            OPEN - {S.APPROVAL},
            S.MERGED,
            joining.merge,
            Kind.MERGED,
            asks="merge",
        ),
        case_act("separate", "Bỏ gộp", "assign_case", {S.MERGED}, S.NEW, joining.separate, Kind.SEPARATED),
        case_act(
            "extend",
            "Gia hạn",
            "approve_answer",
            OPEN - {S.INFO_REQUESTED},
            "",
            handling.extend,
            Kind.DUE_MOVED,
            asks="extend",
        ),
        case_act(
            "close",
            "Kết thúc",
            "handle_case",
            {S.ANSWERED},
            S.CLOSED,
            handling.close,
            Kind.CLOSED,
            asks="reason_optional",
            hint="Sau khi hết thời gian người gửi được yêu cầu xem lại.",
        ),
        case_act(
            "close_unanswered_request",
            "Kết thúc vì không bổ sung",
            "handle_case",
            {S.INFO_REQUESTED},
            S.CLOSED,
            handling.close_unanswered_request,
            Kind.CLOSED,
        ),
        case_act(
            "refuse",
            "Không tiếp nhận",
            "handle_case",
            WORKABLE | {S.HELD},
            S.REFUSED,
            handling.refuse,
            Kind.REFUSED,
            asks="reason",
            tone="danger",
        ),
        case_act(
            "restrict",
            "Đây là khiếu nại, tố cáo",
            "handle_case",
            OPEN,
            S.RESTRICTED,
            restricted.restrict,
            Kind.RESTRICTED,
            asks="restrict",
            tone="danger",
            hint="Nội dung, người gửi, tệp chuyển sang hồ sơ giữ riêng; từ đây chỉ người được giao mới mở được.",
        ),
        *PUBLISHING,
        case_act(
            "supply",
            "Bổ sung",
            "",
            {S.INFO_REQUESTED},
            S.INFO_RECEIVED,
            citizen_acts.supply,
            Kind.MORE_RECEIVED,
            refusal="Ý kiến này hiện không chờ bổ sung. Hãy tải lại trang để xem bước mới nhất.",
            **BY_THE_SENDER,
        ),
        case_act(
            "reopen",
            "Yêu cầu xem lại",
            "",
            {S.ANSWERED},
            S.IN_PROGRESS,
            citizen_acts.reopen,
            Kind.REOPENED,
            refusal="Chỉ yêu cầu xem lại khi đã có trả lời và còn trong thời gian cho phép.",
            **BY_THE_SENDER,
        ),
        case_act(
            "withdraw",
            "Rút ý kiến",
            "",
            OPEN,
            S.WITHDRAWN,
            citizen_acts.withdraw,
            Kind.WITHDRAWN,
            refusal="Ý kiến đã ở bước “{step}” nên không rút được nữa.",
            **BY_THE_SENDER,
        ),
        case_act(
            "confirm",
            "Đánh giá câu trả lời",
            "",
            {S.ANSWERED},
            S.CLOSED,
            citizen_acts.confirm,
            "",
            refusal="Ý kiến này hiện không chờ bạn đánh giá câu trả lời.",
            **BY_THE_SENDER,
        ),
        case_act("object_to", "Rút đồng ý công khai", "", S, "", publishing.object_to, "", **BY_THE_SENDER),
        case_act(
            "take_over", "Thay ý kiến đã rút", "", {S.MERGED}, S.NEW, joining.take_over, Kind.SEPARATED, **BY_THE_SYSTEM
        ),
        case_act(
            "apologise", "Xin lỗi vì trả lời chậm", "", OPEN, "", handling.apologise, Kind.LATE_APOLOGY, **BY_THE_SYSTEM
        ),
    )
)
ARROWS: dict[str, frozenset[str]] = {
    status: frozenset(target for act in ACTS.values() if status in act.sources for target in act.targets - {status})
    for status in Status
}
"""From each status, the others some act leads to."""


def do(name: str, case: Case, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run)."""
    return run(ACTS[name], case, by=by, now=now, **asked)


def send_answer(case: Case, *, by, now: dt.datetime, **asked) -> FeedbackEvent:
    """Send the answer: the one that waits for approval, or the draft where none is required."""
    return do("send" if ACTS["send"].is_open_in(case) else "send_now", case, by=by, now=now, **asked)


def open_acts(user, case: Case) -> list[Act]:
    """Return the acts the user may do on the case's page now, the main ones first."""
    return moving.open_acts(ACTS, user, case, PAGE)
