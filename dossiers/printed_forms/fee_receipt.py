"""Phiếu thu phí, lệ phí: what was paid at the counter (an office slip; the tax invoice comes from the tax system)."""

from dataclasses import dataclass
from datetime import datetime

from dossiers.written_dates import moment_words

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature
from .sample import AT, PERSON, centre_head
from .sentences import amount_in_words, money
from .wording import Block


@dataclass(frozen=True)
class PaidLine:
    """One fee paid, in đồng for each of `quantity`."""

    name: str
    amount: int
    quantity: int = 1
    unit: str = ""


@dataclass(frozen=True)
class FeeReceiptContext:
    """`method` in words ("tiền mặt", "chuyển khoản"); `copy` names the copy ("Liên 2: Giao người nộp tiền").

    `replaces` says which cancelled slip it takes the place of, in a sentence.
    """

    head: Head
    payer: Person
    code: str
    procedure: str
    paid_at: datetime
    lines: tuple[PaidLine, ...]
    method: str
    cashier: str
    copy: str = "Liên 2: Giao người nộp tiền"
    replaces: str = ""


def _values(context: FeeReceiptContext) -> dict[str, str]:
    return {"ho_ten": context.payer.name, "ma_ho_so": context.code, "don_vi": context.head.issuer}


def _data(context: FeeReceiptContext, _edition: Edition) -> dict:
    if not context.lines:
        raise FormError("Phiếu thu cần ít nhất một khoản. Hãy ghi khoản phí, lệ phí rồi in lại.")
    if any(line.amount < 0 or line.quantity < 1 for line in context.lines):
        raise FormError("Số tiền không được âm và số lượng phải từ 1. Hãy sửa khoản thu rồi in lại.")
    total = sum(line.amount * line.quantity for line in context.lines)
    columns = (
        ("TT", 10, "mm", "c"),
        ("Khoản thu", 1, "fr", "l"),
        ("Số lượng", 24, "mm", "c"),
        ("Mức thu", 30, "mm", "r"),
        ("Thành tiền", 32, "mm", "r"),
    )
    rows = [
        (
            str(number),
            line.name,
            f"{line.quantity:02d} {line.unit}".rstrip(),
            money(line.amount),
            money(line.amount * line.quantity),
        )
        for number, line in enumerate(context.lines, 1)
    ]
    return {
        "head": context.head.data(),
        "under": "\n".join(f"({line})" for line in (context.copy, context.replaces) if line),
        "blocks": [
            body.fields(
                ("Người nộp tiền", context.payer.name, True),
                *body.representative(context.payer),
                ("Địa chỉ", context.payer.address),
            ),
            body.fields(("Mã hồ sơ", context.code, True), ("Thủ tục hành chính", context.procedure)),
            body.table(columns, rows),
            body.fields(
                ("Tổng cộng", money(total), True),
                ("Bằng chữ", amount_in_words(total)),
                ("Hình thức nộp", context.method),
                ("Thời gian nộp", moment_words(context.paid_at)),
            ),
            body.words("note"),
        ],
        "left_signature": Signature.by_hand("Người nộp tiền", context.payer.signing_name).data(),
        "right_signature": Signature.by_hand("Người thu tiền", context.cashier).data(),
        "verify": None,
    }


def _sample(form_set: str) -> FeeReceiptContext:
    at = AT[form_set]
    return FeeReceiptContext(
        head=centre_head(form_set, symbol="PT", number=31),
        payer=PERSON,
        code=f"H40.12-{at:%y%m%d}-0001",
        procedure="Đăng ký khai sinh (1.001193)",
        paid_at=at,
        lines=(PaidLine("Bản sao trích lục khai sinh", 8_000, 2, "bản"),),
        method="tiền mặt",
        cashier="Trần Thị Bích Ngọc",
    )


TITLE = "PHIẾU THU PHÍ, LỆ PHÍ"

FEE_RECEIPT = Form(
    code="fee_receipt",
    label="Phiếu thu phí, lệ phí",
    template="slip.typ",
    context=FeeReceiptContext,
    editions=editions(set_2018=("", TITLE), set_2025=("", TITLE)),
    data=_data,
    values=_values,
    sample_for=_sample,
    placeholders={"ho_ten": "người nộp tiền", "ma_ho_so": "mã hồ sơ", "don_vi": "đơn vị thu"},
    wording=(
        Block(
            "note",
            "Ghi chú",
            "Phiếu này xác nhận đã nộp tiền tại đơn vị; chứng từ thu theo quy định về thuế được cấp riêng.",
        ),
    ),
)
