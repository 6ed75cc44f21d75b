"""Phiếu bàn giao kết quả: between two units, or from the counter to the citizen (an office slip, not in the sets)."""

from dataclasses import dataclass
from datetime import datetime

from dossiers.written_dates import moment_words

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature
from .sample import AT, CENTRE, PERSON, centre_head
from .wording import Block


@dataclass(frozen=True)
class ResultLine:
    """One result handed over: what it is, its number and date as words, how many."""

    name: str
    number: str = ""
    count: int = 1
    note: str = ""


@dataclass(frozen=True)
class ResultHandoverContext:
    """`receiver_note` says by what right a proxy receives ("Giấy ủy quyền ngày …"), "" for the applicant."""

    head: Head
    applicant: Person
    code: str
    procedure: str
    handed_at: datetime
    giver_unit: str
    giver: str
    receiver: str
    results: tuple[ResultLine, ...]
    receiver_note: str = ""


def _values(context: ResultHandoverContext) -> dict[str, str]:
    return {
        "thoi_gian": moment_words(context.handed_at),
        "ben_giao": context.giver_unit,
        "ben_nhan": context.receiver,
        "ma_ho_so": context.code,
    }


def _data(context: ResultHandoverContext, _edition: Edition) -> dict:
    if not context.results:
        raise FormError("Phiếu bàn giao cần ít nhất một kết quả. Hãy ghi kết quả rồi in lại.")
    columns = (
        ("TT", 10, "mm", "c"),
        ("Tên kết quả", 1, "fr", "l"),
        ("Số, ngày", 40, "mm", "l"),
        ("Số bản", 16, "mm", "c"),
        ("Ghi chú", 32, "mm", "l"),
    )
    rows = [
        (str(number), line.name, line.number, f"{line.count:02d}", line.note)
        for number, line in enumerate(context.results, 1)
    ]
    right = [("Giấy tờ của người nhận", context.receiver_note)] if context.receiver_note else []
    return {
        "head": context.head.data(),
        "under": f"Mã hồ sơ: {context.code}",
        "blocks": [
            body.words("opening"),
            body.fields(
                ("Bên giao", context.giver_unit),
                ("Bên nhận", context.receiver, True),
                *right,
                ("Hồ sơ của", context.applicant.name),
                *body.representative(context.applicant),
                ("Thủ tục hành chính", context.procedure),
            ),
            body.table(columns, rows),
            body.words("closing"),
        ],
        "left_signature": Signature.by_hand("Người giao", context.giver).data(),
        "right_signature": Signature.by_hand("Người nhận", context.receiver).data(),
        "verify": None,
    }


def _sample(form_set: str) -> ResultHandoverContext:
    at = AT[form_set]
    return ResultHandoverContext(
        head=centre_head(form_set, symbol="BGKQ", number=9),
        applicant=PERSON,
        code=f"H40.12-{at:%y%m%d}-0001",
        procedure="Đăng ký khai sinh (1.001193)",
        handed_at=at,
        giver_unit=CENTRE,
        giver="Trần Thị Bích Ngọc",
        receiver=PERSON.name,
        results=(
            ResultLine("Giấy khai sinh (bản chính)", f"Số 15/{at.year}"),
            ResultLine("Bản sao trích lục khai sinh", f"Số 15/{at.year}", 2),
        ),
    )


TITLE = "PHIẾU BÀN GIAO KẾT QUẢ"

RESULT_HANDOVER = Form(
    code="result_handover",
    label="Phiếu bàn giao kết quả",
    template="slip.typ",
    context=ResultHandoverContext,
    editions=editions(set_2018=("", TITLE), set_2025=("", TITLE)),
    data=_data,
    values=_values,
    sample_for=_sample,
    placeholders={
        "thoi_gian": "giờ, ngày bàn giao",
        "ben_giao": "đơn vị giao",
        "ben_nhan": "người hoặc đơn vị nhận",
        "ma_ho_so": "mã hồ sơ",
    },
    wording=(
        Block("opening", "Câu mở đầu", "Vào lúc {thoi_gian}, hai bên bàn giao kết quả sau:", ("thoi_gian",)),
        Block(
            "closing",
            "Câu kết",
            "Bên nhận đã kiểm tra, nhận đủ kết quả và các giấy tờ gốc (nếu có). Phiếu lập thành hai bản, mỗi bên giữ "
            "một bản./.",
        ),
    ),
)
