"""The rows of the table of acts (feedback.cases.acts) that concern publishing a case."""

from __future__ import annotations

from feedback.cases.moving import case_act
from feedback.models import Case, FeedbackEvent, Publication
from feedback.publication import publishing, revealing
from feedback.states import ANSWERED, Publishing

Kind = FeedbackEvent.Kind
P = Publishing


def _has_draft_publication(case: Case) -> bool:
    return Publication.objects.filter(case=case, status=Publication.Status.DRAFT).exists()


PUBLISHING = (
    case_act(
        "prepare",
        "Soạn bản công khai",
        "handle_case",
        ANSWERED,
        "",
        publishing.prepare,
        "",
        asks="publication",
        refusal="Chỉ công khai ý kiến đã được trả lời.",
        publishing={P.NONE, P.DRAFT, P.TAKEN_DOWN},
        when=lambda case: case.may_publish,
    ),
    case_act(
        "reveal",
        "Bỏ ẩn chỗ ẩn nhầm",
        "publish_case",
        ANSWERED,
        "",
        revealing.reveal,
        Kind.UNHIDDEN,
        asks="reveal",
        publishing={P.DRAFT},
        when=lambda case: bool(revealing.choices(case)),
    ),
    case_act(
        "submit_publication",
        "Trình duyệt công khai",
        "handle_case",
        ANSWERED,
        "",
        publishing.submit,
        "",
        publishing={P.DRAFT},
        when=_has_draft_publication,
    ),
    case_act(
        "approve_publication",
        "Duyệt công khai",
        "publish_case",
        ANSWERED,
        "",
        publishing.approve,
        Kind.PUBLISHED,
        publishing={P.SUBMITTED},
        tone="main",
        hint="Xem kỹ bản đã ẩn thông tin trước khi duyệt.",
    ),
    case_act(
        "send_back_publication",
        "Trả bản công khai để sửa",
        "publish_case",
        ANSWERED,
        "",
        publishing.send_back,
        "",
        publishing={P.SUBMITTED},
    ),
    case_act(
        "grow_faq",
        "Đưa vào hỏi đáp thường gặp",
        "publish_case",
        ANSWERED,
        "",
        publishing.grow_faq,
        "",
        asks="faq",
        publishing={P.PUBLISHED},
    ),
    case_act(
        "take_down",
        "Gỡ bản công khai",
        "publish_case",
        ANSWERED,
        "",
        publishing.take_down,
        Kind.TAKEN_DOWN,
        asks="reason",
        publishing={P.PUBLISHED},
        tone="danger",
    ),
)
