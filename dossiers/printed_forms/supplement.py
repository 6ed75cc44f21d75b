"""Mẫu 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (S1-14; domain notes §1.3)."""

from dataclasses import dataclass, field
from datetime import date

from dossiers.written_dates import date_words

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature, qr_data
from .sample import AT, CENTRE, LOOKUP_URL, PERSON, centre_head
from .sentences import unbroken
from .wording import Block


@dataclass(frozen=True)
class SupplementItem:
    """One paper or point to add, why, and what a right one looks like (`guidance`, may be empty)."""

    content: str
    reason: str
    guidance: str = ""


@dataclass(frozen=True)
class SupplementContext:
    """`code` is "" when the dossier was not yet received; `signature` None means the officer signs by hand."""

    head: Head
    applicant: Person
    procedure: str
    items: tuple[SupplementItem, ...]
    officer: str
    officer_phone: str
    code: str = ""
    round: int = 1
    deadline: date | None = None
    rules_at: str = ""
    lookup_url: str = ""
    signature: Signature | None = field(default=None)


def _values(context: SupplementContext) -> dict[str, str]:
    return {
        "don_vi": context.head.issuer,
        "ho_ten": context.applicant.name,
        "xung_ho": context.applicant.honorific,
        "can_bo": context.officer,
        "dien_thoai": unbroken(context.officer_phone),
        "noi_xem_quy_dinh": context.rules_at or "trang thông tin thủ tục hành chính của đơn vị",
        "lan": f"{context.round:02d}",
    }


def _data(context: SupplementContext, _edition: Edition) -> dict:
    if not context.items:
        raise FormError("Phiếu yêu cầu bổ sung cần ít nhất một nội dung cần bổ sung. Hãy ghi từng giấy tờ và lý do.")
    if any(not item.reason.strip() for item in context.items):
        raise FormError("Mỗi nội dung cần bổ sung phải có lý do. Hãy ghi lý do rồi in lại.")
    rows = [
        (str(number), f"{item.content}\n({item.guidance})" if item.guidance else item.content, item.reason)
        for number, item in enumerate(context.items, 1)
    ]
    columns = (("TT", 10, "mm", "c"), ("Giấy tờ, nội dung cần bổ sung", 1.2, "fr", "l"), ("Lý do", 1, "fr", "l"))
    deadline = date_words(context.deadline) if context.deadline else ""
    signature = context.signature or Signature.by_hand("Người hướng dẫn", context.officer)
    return {
        "head": context.head.data(),
        "under": f"(Yêu cầu bổ sung lần thứ {context.round})" if context.round > 1 else "",
        "blocks": [
            body.words("receiver"),
            body.fields(("Hồ sơ của", context.applicant.name, True), *body.representative(context.applicant)),
            body.fields(*([("Mã hồ sơ", context.code, True)] if context.code else [])),
            body.fields(("Nội dung yêu cầu giải quyết", context.procedure), ("Địa chỉ", context.applicant.address)),
            body.lines(context.applicant.contact),
            body.words("request"),
            body.table(columns, rows),
            body.fields(*([("Thời hạn nộp bổ sung", f"trước hết {deadline}", True)] if deadline else [])),
            body.words("contact"),
        ],
        "left_signature": None,
        "right_signature": signature.data(),
        "verify": qr_data(context.lookup_url, "Quét để xem\ntừng nội dung cần bổ sung", "Mã QR tra cứu hồ sơ"),
    }


def _sample(form_set: str) -> SupplementContext:
    received = AT[form_set]
    return SupplementContext(
        head=centre_head(form_set, symbol="HDHS", number=12),
        applicant=PERSON,
        procedure="Đăng ký khai sinh (1.001193)",
        items=(
            SupplementItem(
                "Giấy chứng sinh",
                "Bản nộp bị mờ, không đọc được ngày sinh của trẻ",
                "bản chính do bệnh viện hoặc trạm y tế nơi trẻ sinh ra cấp",
            ),
            SupplementItem("Tờ khai đăng ký khai sinh", "Chưa ghi quê quán của trẻ và chưa ký tên"),
        ),
        officer="Trần Thị Bích Ngọc",
        officer_phone="0272 3 000 111",
        code=f"H40.12-{received:%y%m%d}-0001",
        deadline=received.date().replace(day=26),
        rules_at=f"bảng niêm yết tại {CENTRE}",
        lookup_url=LOOKUP_URL,
    )


TITLE = "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"

SUPPLEMENT = Form(
    code="supplement",
    label="Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    template="slip.typ",
    context=SupplementContext,
    editions=editions(set_2018=("02", TITLE), set_2025=("02", TITLE)),
    data=_data,
    values=_values,
    sample_for=_sample,
    placeholders={
        "don_vi": "tên đơn vị tiếp nhận",
        "ho_ten": "họ tên người nộp",
        "xung_ho": "Ông/Bà hoặc Quý tổ chức",
        "can_bo": "tên cán bộ hướng dẫn",
        "dien_thoai": "điện thoại của cán bộ",
        "noi_xem_quy_dinh": "nơi xem quy định",
        "lan": "lần yêu cầu bổ sung",
    },
    wording=(
        Block("receiver", "Đơn vị hướng dẫn", "Bộ phận tiếp nhận và trả kết quả: {don_vi}", ("don_vi",)),
        Block("request", "Câu dẫn trước danh sách", "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:"),
        Block(
            "contact",
            "Nơi xem quy định và liên hệ",
            "Quy định về thành phần hồ sơ xem tại {noi_xem_quy_dinh}.\n"
            "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, {xung_ho} liên hệ {can_bo}, số điện thoại "
            "{dien_thoai} để được hướng dẫn./.",
            ("dien_thoai",),
        ),
    ),
)
