"""Phiếu kiểm soát quá trình giải quyết hồ sơ: 05 of the 2018 set, 06 of the 2025 set (domain notes §1.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dossiers.written_dates import moment_words

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person
from .sample import AT, CENTRE, PERSON, centre_head, settling_head
from .wording import Block

OUTCOMES = {"": "", "before": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn"}
_BLANK_MOMENT = "… giờ … phút, ngày … tháng … năm ……"


@dataclass(frozen=True)
class HandOver:
    """One hand-over; everything but the two units may be empty, to be filled in by hand. `outcome`: see OUTCOMES."""

    giver: str = ""
    receiver: str = ""
    at: datetime | None = None
    giver_name: str = ""
    receiver_name: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True)
class ControlSheetContext:
    """`blank` rows are added after the hand-overs so far, for the steps still to come."""

    head: Head
    applicant: Person
    code: str
    procedure: str
    received_at: datetime
    due_at: datetime | None
    hand_overs: tuple[HandOver, ...]
    papers: tuple[str, ...] = ()
    blank: int = 2


def _row(hand_over: HandOver, number: int) -> dict:
    if hand_over.outcome not in OUTCOMES:
        raise FormError(f"Không có kết quả “{hand_over.outcome}”. Hãy chọn trước hạn, đúng hạn hoặc quá hạn.")
    return {
        "no": str(number),
        "giver": hand_over.giver or "." * 22,
        "receiver": hand_over.receiver or "." * 22,
        "at": moment_words(hand_over.at) if hand_over.at else _BLANK_MOMENT,
        "giver_name": hand_over.giver_name,
        "receiver_name": hand_over.receiver_name,
        "outcome": OUTCOMES[hand_over.outcome],
        "note": hand_over.note,
    }


def _data(context: ControlSheetContext, _edition: Edition) -> dict:
    rows = [*context.hand_overs, *[HandOver()] * context.blank]
    papers = [body.lines("Giấy tờ kèm theo:"), body.numbered(context.papers)] if context.papers else []
    return {
        "head": context.head.data(),
        "blocks": [
            body.fields(
                ("Mã hồ sơ", context.code, True),
                ("Thủ tục hành chính", context.procedure),
                ("Người nộp hồ sơ", context.applicant.name),
                *body.representative(context.applicant),
                ("Thời gian tiếp nhận", moment_words(context.received_at)),
                ("Thời gian hẹn trả kết quả", moment_words(context.due_at) if context.due_at else ""),
            ),
            *papers,
            body.words("intro"),
        ],
        "hand_overs": [_row(hand_over, number) for number, hand_over in enumerate(rows, 1)],
    }


def _sample(form_set: str) -> ControlSheetContext:
    at = AT[form_set]
    office = settling_head(form_set, symbol="").issuer
    return ControlSheetContext(
        head=centre_head(form_set, symbol="KSGQHS", number=23),
        applicant=PERSON,
        code=f"H40.12-{at:%y%m%d}-0023",
        procedure="Đăng ký biến động quyền sử dụng đất (1.012786)",
        received_at=at,
        due_at=at + timedelta(days=7),
        papers=("Đơn đăng ký biến động", "Giấy chứng nhận đã cấp (bản gốc)", "Hợp đồng chuyển nhượng đã công chứng"),
        hand_overs=(
            HandOver(CENTRE, office, at + timedelta(hours=2), "Trần Thị Bích Ngọc", "Lê Hoàng Phúc", "on_time"),
            HandOver(office, CENTRE, at + timedelta(days=6), "Lê Hoàng Phúc", "", "before", "Kèm kết quả"),
        ),
    )


TITLE = "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"

CONTROL_SHEET = Form(
    code="control_sheet",
    label="Phiếu kiểm soát quá trình giải quyết hồ sơ",
    template="control_sheet.typ",
    context=ControlSheetContext,
    editions=editions(set_2018=("05", TITLE), set_2025=("06", TITLE)),
    data=_data,
    sizes=(12,),
    sample_for=_sample,
    wording=(
        Block(
            "intro",
            "Câu dẫn",
            "Phiếu lập thành hai bản, chuyển kèm hồ sơ; mỗi lần giao, nhận ghi một dòng, không sửa dòng đã ghi.",
        ),
    ),
)
