"""What a person may do to a case now: every act by name, with its permission, when it is open and what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError
from feedback.cases import answers, joining
from feedback.cases import handling as cases
from feedback.models import Answer, Case, Publication
from feedback.petitions import restricted
from feedback.publication import publishing as publication
from feedback.states import OPEN, WORKABLE, Publishing, Status

S = Status


@dataclass(frozen=True)
class Act:
    """One button. `asks` names the form it needs ("" is a bare confirmation); `publishing` narrows by that axis."""

    name: str
    label: str
    permission: str
    sources: frozenset[str]
    run: Callable
    asks: str = ""
    tone: str = "plain"  # main | plain | danger
    hint: str = ""
    publishing: frozenset[str] | None = None
    when: Callable[[Case], bool] | None = None

    def open_to(self, user, case: Case) -> bool:
        """Return whether the user may do it to this case now."""
        if case.status not in self.sources or (self.publishing is not None and case.publishing not in self.publishing):
            return False
        if self.when is not None and not self.when(case):
            return False
        return user.has_perm(f"feedback.{self.permission}") and may_see(user, case.agency_id)


def _states(*states: str) -> frozenset[str]:
    return frozenset(states)


def _drafted(case: Case) -> bool:
    return case.answers.filter(status=Answer.Status.DRAFT).exists()


def _publish(act: Callable) -> Callable:
    def run(case: Case, *, by, now, expected_version=None, **asked):
        row = Publication.objects.filter(case=case).first()
        if row is None:
            raise ActError("Chưa có bản công khai. Hãy soạn bản công khai trước.")
        # The same row object, so that the version seen on the page is the one guarded.
        row.case = case
        return act(row, by=by, now=now, **asked)

    return run


def _prepare(case: Case, *, by, now, expected_version=None, **asked):
    return publication.prepare(case, by=by, now=now, **asked)


def _merge(case: Case, *, by, now, into: Case, expected_version=None):
    return joining.merge(case, into, by=by, now=now, expected_version=expected_version)


ANSWERED = _states(S.ANSWERED, S.CLOSED)
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("release", "Là thật, cho xử lý", "handle_case", _states(S.HELD), cases.release, tone="main"),
        Act("accept", "Tiếp nhận xử lý", "handle_case", _states(S.NEW, S.INFO_RECEIVED), cases.accept, tone="main"),
        Act(
            "send",
            "Duyệt và gửi trả lời",
            "approve_answer",
            _states(S.APPROVAL),
            answers.send,
            tone="main",
            hint="Người gửi nhận trả lời ngay. Người soạn không tự duyệt.",
        ),
        Act(
            "return_for_changes",
            "Trả lại để sửa",
            "approve_answer",
            _states(S.APPROVAL),
            answers.return_for_changes,
            asks="note",
        ),
        Act(
            "submit",
            "Trình duyệt trả lời",
            "handle_case",
            _states(S.IN_PROGRESS),
            answers.submit,
            tone="main",
            when=lambda case: _drafted(case) and answers.needs_approval(case),
        ),
        Act(
            "send_now",
            "Gửi trả lời",
            "handle_case",
            _states(S.IN_PROGRESS),
            answers.send,
            tone="main",
            hint="Lĩnh vực này không cần duyệt.",
            when=lambda case: _drafted(case) and not answers.needs_approval(case),
        ),
        Act("assign", "Giao việc", "assign_case", WORKABLE | {S.APPROVAL}, cases.assign, asks="assign"),
        Act(
            "resume",
            "Tiếp tục, không chờ bổ sung",
            "handle_case",
            _states(S.INFO_REQUESTED),
            cases.resume,
            hint="Đồng hồ chạy tiếp.",
        ),
        Act(
            "ask_more",
            "Yêu cầu người gửi bổ sung",
            "handle_case",
            WORKABLE,
            cases.ask_more,
            asks="what",
            hint="Đồng hồ tạm dừng đến khi người gửi trả lời.",
        ),
        Act("reclassify", "Đổi lĩnh vực, mức khẩn", "handle_case", WORKABLE, cases.reclassify, asks="theme"),
        Act(
            "about",
            "Ghi phòng bị phản ánh",
            "assign_case",
            OPEN,
            cases.set_reported_unit,
            asks="about",
            hint="Người của phòng này không còn thấy ý kiến.",
        ),
        Act(
            "transfer",
            "Chuyển cơ quan khác trên cổng",
            "assign_case",
            WORKABLE,
            cases.transfer,
            asks="transfer",
            hint="Thời hạn tính lại từ lúc chuyển.",
        ),
        Act(
            "forward",
            "Chuyển cơ quan ngoài hệ thống",
            "assign_case",
            WORKABLE,
            cases.forward,
            asks="forward",
        ),
        Act("split", "Tách thành nhiều phần", "assign_case", WORKABLE, joining.split, asks="split"),
        Act("merge", "Gộp vào ý kiến trùng", "assign_case", OPEN - {S.APPROVAL}, _merge, asks="merge"),
        Act("separate", "Bỏ gộp", "assign_case", _states(S.MERGED), joining.separate),
        Act("extend", "Gia hạn", "approve_answer", OPEN - {S.INFO_REQUESTED}, cases.extend, asks="extend"),
        Act(
            "close",
            "Kết thúc",
            "handle_case",
            _states(S.ANSWERED),
            cases.close,
            asks="reason_optional",
            hint="Sau khi hết thời gian người gửi được yêu cầu xem lại.",
        ),
        Act(
            "close_unanswered_request",
            "Kết thúc vì không bổ sung",
            "handle_case",
            _states(S.INFO_REQUESTED),
            cases.close_unanswered_request,
        ),
        Act(
            "prepare",
            "Soạn bản công khai",
            "handle_case",
            ANSWERED,
            _prepare,
            asks="publication",
            publishing=_states(Publishing.NONE, Publishing.DRAFT, Publishing.TAKEN_DOWN),
            when=lambda case: case.may_publish,
        ),
        Act(
            "submit_publication",
            "Trình duyệt công khai",
            "handle_case",
            ANSWERED,
            _publish(publication.submit),
            publishing=_states(Publishing.DRAFT),
            when=lambda case: Publication.objects.filter(case=case, status="draft").exists(),
        ),
        Act(
            "approve_publication",
            "Duyệt công khai",
            "publish_case",
            ANSWERED,
            _publish(publication.approve),
            publishing=_states(Publishing.SUBMITTED),
            tone="main",
            hint="Xem kỹ bản đã ẩn thông tin trước khi duyệt.",
        ),
        Act(
            "send_back_publication",
            "Trả bản công khai để sửa",
            "publish_case",
            ANSWERED,
            _publish(publication.send_back),
            publishing=_states(Publishing.SUBMITTED),
        ),
        Act(
            "grow_faq",
            "Đưa vào hỏi đáp thường gặp",
            "publish_case",
            ANSWERED,
            _publish(publication.grow_faq),
            asks="faq",
            publishing=_states(Publishing.PUBLISHED),
        ),
        Act(
            "take_down",
            "Gỡ bản công khai",
            "publish_case",
            ANSWERED,
            _publish(publication.take_down),
            asks="reason",
            publishing=_states(Publishing.PUBLISHED),
            tone="danger",
        ),
        Act(
            "refuse", "Không tiếp nhận", "handle_case", WORKABLE | {S.HELD}, cases.refuse, asks="reason", tone="danger"
        ),
        Act(
            "restrict",
            "Đây là khiếu nại, tố cáo",
            "handle_case",
            OPEN,
            restricted.restrict,
            asks="restrict",
            tone="danger",
            hint="Nội dung, người gửi, tệp chuyển sang hồ sơ giữ riêng; từ đây chỉ người được giao mới mở được.",
        ),
    )
}


def open_acts(user, case: Case) -> list[Act]:
    """Return the acts the user may do now, the main ones first."""
    found = [act for act in ACTS.values() if act.open_to(user, case)]
    return sorted(found, key=lambda act: {"main": 0, "plain": 1, "danger": 2}[act.tone])
