"""Mẫu 03: Phiếu từ chối tiếp nhận, giải quyết hồ sơ (domain notes §1.3)."""

from dataclasses import dataclass

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature
from .sample import PERSON, centre_head
from .sentences import unbroken
from .wording import Block


@dataclass(frozen=True)
class RefusalContext:
    """`reasons` are sentences; `legal_ground` names the rule they rest on. `online` leaves the submitter unsigned."""

    head: Head
    applicant: Person
    procedure: str
    reasons: tuple[str, ...]
    legal_ground: str
    officer: str
    phone: str
    code: str = ""
    online: bool = False
    signature: Signature | None = None


def _values(context: RefusalContext) -> dict[str, str]:
    return {
        "don_vi": context.head.issuer,
        "ho_ten": context.applicant.name,
        "xung_ho": context.applicant.honorific,
        "dien_thoai": unbroken(context.phone),
        "can_cu": context.legal_ground,
    }


def _data(context: RefusalContext, _edition: Edition) -> dict:
    if not any(reason.strip() for reason in context.reasons):
        raise FormError("Phiếu từ chối cần lý do cụ thể. Hãy ghi lý do rồi in lại.")
    if not context.legal_ground.strip():
        raise FormError("Phiếu từ chối cần căn cứ pháp lý. Hãy ghi điều, khoản, văn bản làm căn cứ.")
    submitter = Signature.by_hand("Người nộp hồ sơ", context.applicant.signing_name)
    officer = context.signature or Signature.by_hand("Người từ chối tiếp nhận", context.officer)
    return {
        "head": context.head.data(),
        "under": "",
        "blocks": [
            body.words("receiver"),
            body.fields(("Tiếp nhận hồ sơ của", context.applicant.name, True)),
            body.fields(*([("Mã hồ sơ", context.code)] if context.code else [])),
            body.fields(*body.representative(context.applicant), ("Địa chỉ", context.applicant.address)),
            body.lines(context.applicant.contact),
            body.fields(("Nội dung yêu cầu giải quyết", context.procedure)),
            body.words("decision"),
            body.numbered(context.reasons) if len(context.reasons) > 1 else body.prose(*context.reasons),
            body.words("ground"),
            body.words("closing"),
        ],
        "left_signature": None if context.online else submitter.data(),
        "right_signature": officer.data(),
        "verify": None,
    }


def _sample(form_set: str) -> RefusalContext:
    return RefusalContext(
        head=centre_head(form_set, symbol="TCHS", number=3),
        applicant=PERSON,
        procedure="Cấp Giấy phép xây dựng nhà ở riêng lẻ (1.013225)",
        reasons=(
            "Thửa đất chưa được cấp Giấy chứng nhận quyền sử dụng đất.",
            "Vị trí xin phép nằm trong hành lang bảo vệ công trình thủy lợi.",
        ),
        legal_ground="Điều 93 Luật Xây dựng năm 2014 (sửa đổi, bổ sung năm 2020)",
        officer="Trần Thị Bích Ngọc",
        phone="0272 3 000 111",
    )


TITLE = "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ"

REFUSAL = Form(
    code="refusal",
    label="Phiếu từ chối tiếp nhận, giải quyết hồ sơ",
    template="slip.typ",
    context=RefusalContext,
    editions=editions(set_2018=("03", TITLE), set_2025=("03", TITLE)),
    data=_data,
    values=_values,
    sample_for=_sample,
    placeholders={
        "don_vi": "tên đơn vị tiếp nhận",
        "ho_ten": "họ tên người nộp",
        "xung_ho": "Ông/Bà hoặc Quý tổ chức",
        "dien_thoai": "điện thoại của đơn vị",
        "can_cu": "căn cứ pháp lý",
    },
    wording=(
        Block("receiver", "Đơn vị từ chối", "Bộ phận tiếp nhận và trả kết quả: {don_vi}", ("don_vi",)),
        Block(
            "decision",
            "Câu từ chối",
            "Qua xem xét, {don_vi} thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
            ("don_vi",),
        ),
        Block("ground", "Căn cứ", "Căn cứ: {can_cu}.", ("can_cu",)),
        Block(
            "closing",
            "Câu kết",
            "Nếu cần giải thích thêm, {xung_ho} liên hệ số điện thoại {dien_thoai}.\n"
            "Xin thông báo để {xung_ho} được biết và thực hiện./.",
            ("dien_thoai",),
        ),
    ),
)
