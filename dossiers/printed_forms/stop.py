"""Mẫu 05 of the 2025 set: Thông báo dừng giải quyết hồ sơ; only while there is no result (domain notes §1.3)."""

from dataclasses import dataclass
from datetime import date

from dossiers.written_dates import date_words

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature, qr_data, recipient_lines
from .sample import AT, CENTRE, PERSON, VERIFY_URL, settling_head
from .sentences import unbroken
from .wording import Block


@dataclass(frozen=True)
class StopContext:
    """`requested_by_applicant` tells a withdrawal from a stop by the office; `refund` is a sentence on the money."""

    head: Head
    applicant: Person
    code: str
    procedure: str
    received_on: date
    received_by: str
    stage: str
    reason: str
    stopped_on: date
    signature: Signature
    requested_by_applicant: bool = True
    requested_on: date | None = None
    refund: str = ""
    contact_phone: str = ""
    recipients: tuple[str, ...] = ()
    verify_url: str = ""


def _values(context: StopContext) -> dict[str, str]:
    return {
        "don_vi": context.head.issuer,
        "ho_ten": context.applicant.name,
        "nguoi_nop": context.applicant.addressed,
        "xung_ho": context.applicant.honorific,
        "ma_ho_so": context.code,
        "ten_thu_tuc": context.procedure,
        "ngay_tiep_nhan": date_words(context.received_on),
        "noi_tiep_nhan": context.received_by,
        "ngay_de_nghi": date_words(context.requested_on or context.stopped_on),
        "giai_doan": context.stage,
        "ly_do": context.reason.rstrip(". \n"),
        "ngay_dung": date_words(context.stopped_on),
        "tai_chinh": context.refund or "Hồ sơ không phát sinh nghĩa vụ tài chính phải hoàn trả.",
        "dien_thoai": unbroken(context.contact_phone),
    }


def _data(context: StopContext, _edition: Edition) -> dict:
    if not context.reason.strip():
        raise FormError("Thông báo dừng giải quyết cần lý do. Hãy ghi lý do rồi in lại.")
    return {
        "head": context.head.data(),
        "abstract": "",
        "to": [context.applicant.addressed],
        "blocks": [
            *body.addressee(context.applicant),
            body.words("opening"),
            body.words("request" if context.requested_by_applicant else "finding"),
            body.words("decision"),
            body.words("money"),
            body.words("closing"),
        ],
        "recipients": recipient_lines(context.recipients),
        "signature": context.signature.data(),
        "verify": qr_data(context.verify_url, "Quét để kiểm tra văn bản", "Mã QR kiểm tra văn bản"),
    }


def _sample(form_set: str) -> StopContext:
    at = AT[form_set].date()
    return StopContext(
        head=settling_head(form_set, symbol="TB-PKTHTĐT", number=8),
        applicant=PERSON,
        code=f"H40.12-{at:%y%m%d}-0023",
        procedure="Đăng ký biến động quyền sử dụng đất (1.012786)",
        received_on=at.replace(month=1, day=12),
        received_by=CENTRE,
        stage="thẩm định hồ sơ, chưa có kết quả giải quyết",
        reason="người nộp không còn nhu cầu thực hiện thủ tục",
        stopped_on=at,
        signature=Signature.of("Trưởng phòng", "Phạm Quốc Việt"),
        requested_on=at.replace(day=4),
        refund="Lệ phí đã nộp 30.000 đồng được hoàn trả tại quầy số 2 trong giờ làm việc.",
        contact_phone="0272 3 000 222",
        recipients=("Như trên", CENTRE, "Lưu: VT"),
        verify_url=VERIFY_URL,
    )


STOP = Form(
    code="stop",
    label="Thông báo dừng giải quyết hồ sơ",
    template="letter.typ",
    context=StopContext,
    editions=editions(set_2025=("05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ")),
    data=_data,
    values=_values,
    sizes=(14, 13, 12, 11),
    sample_for=_sample,
    placeholders={
        "don_vi": "cơ quan ban hành",
        "ho_ten": "họ tên người nộp",
        "nguoi_nop": "Ông/Bà và họ tên, hoặc tên tổ chức",
        "xung_ho": "Ông/Bà hoặc Quý tổ chức",
        "ma_ho_so": "mã hồ sơ",
        "ten_thu_tuc": "tên thủ tục hành chính",
        "ngay_tiep_nhan": "ngày tiếp nhận",
        "noi_tiep_nhan": "nơi tiếp nhận",
        "ngay_de_nghi": "ngày người nộp đề nghị dừng",
        "giai_doan": "hồ sơ đang ở bước nào",
        "ly_do": "lý do dừng",
        "ngay_dung": "ngày dừng giải quyết",
        "tai_chinh": "việc hoàn trả phí, lệ phí",
        "dien_thoai": "điện thoại liên hệ",
    },
    wording=(
        Block(
            "opening",
            "Hồ sơ nào",
            "Vào {ngay_tiep_nhan}, {noi_tiep_nhan} đã tiếp nhận hồ sơ **{ma_ho_so}** của {nguoi_nop} "
            " về thủ tục hành chính {ten_thu_tuc}. Hồ sơ đang ở bước: {giai_doan}.",
            ("ma_ho_so", "ngay_tiep_nhan"),
        ),
        Block(
            "request",
            "Dừng theo đề nghị của người nộp",
            "Vào {ngay_de_nghi}, {nguoi_nop} đề nghị dừng giải quyết hồ sơ với lý do: {ly_do}.",
            ("ly_do",),
        ),
        Block(
            "finding",
            "Dừng theo xem xét của cơ quan",
            "Qua xem xét hồ sơ, {don_vi} nhận thấy: {ly_do}.",
            ("ly_do",),
        ),
        Block(
            "decision",
            "Quyết định dừng",
            "{don_vi} thông báo **dừng giải quyết hồ sơ kể từ {ngay_dung}**.",
            ("ngay_dung",),
        ),
        Block("money", "Nghĩa vụ tài chính", "{tai_chinh}", ("tai_chinh",)),
        Block(
            "closing",
            "Câu kết",
            "Khi có nhu cầu, {xung_ho} có thể nộp lại hồ sơ mới. Mọi thắc mắc xin liên hệ số điện thoại {dien_thoai}.\n"
            "Trân trọng thông báo./.",
        ),
    ),
)
