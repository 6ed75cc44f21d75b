"""Sổ theo dõi hồ sơ: 06 of the 2018 set, 07 of the 2025 set; landscape, any number of pages (domain notes §1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dossiers.printed_forms.printing import breakable
from dossiers.written_dates import written_day, written_time

from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Signature
from .sample import AT, PERSON, centre_head, settling_head
from .wording import Block

LONGEST = 1000  # rows in one PDF: about a hundred pages, four seconds, 150 MB while printing


@dataclass(frozen=True)
class RegisterRow:
    """One dossier; `contact` is its address and phone, `returned_how` how the result is given,
    `received_by` who took it with which paper, or the parcel's code."""

    code: str
    procedure: str
    sets: int
    applicant: str
    contact: str
    agency: str
    received_at: datetime
    due_at: datetime | None = None
    forwarded_at: datetime | None = None
    result_at: datetime | None = None
    returned_at: datetime | None = None
    returned_how: str = ""
    received_by: str = ""
    note: str = ""
    line: str = ""  # its place in the book of the year, as the receipt says it; else the rows are counted


@dataclass(frozen=True)
class RegisterContext:
    """`rows` in the order of the book, at most LONGEST of them: see volumes(); `first` numbers the first row."""

    head: Head
    book: str
    period_from: date
    period_to: date
    rows: tuple[RegisterRow, ...]
    keeper: str = ""
    signature: Signature | None = None
    first: int = 1
    part: str = ""


def volumes(context: RegisterContext, longest: int = LONGEST) -> Iterator[RegisterContext]:
    """Yield `context` cut into parts of at most `longest` rows, numbered through, to be printed one after another."""
    count = max(1, -(-len(context.rows) // longest))
    for part in range(count):
        rows = context.rows[part * longest : (part + 1) * longest]
        name = f"tập {part + 1}/{count}" if count > 1 else ""
        yield replace(context, rows=rows, first=context.first + part * longest, part=name)


def _moment(moment: datetime | None) -> str:
    return f"{written_time(moment)}\n{written_day(moment)}" if moment else ""


def _row(number: int, row: RegisterRow) -> list[str]:
    return [
        row.line or str(number),
        breakable(row.code, 9),
        row.procedure,
        f"{row.sets:02d}",
        breakable(row.applicant),
        breakable(row.contact),
        breakable(row.agency),
        _moment(row.received_at),
        _moment(row.due_at),
        _moment(row.forwarded_at),
        _moment(row.result_at),
        _moment(row.returned_at),
        breakable(row.returned_how),
        breakable(row.received_by),
        breakable(row.note),
    ]


def _values(context: RegisterContext) -> dict[str, str]:
    return {"so_ho_so": f"{len(context.rows):,}".replace(",", "."), "don_vi": context.head.issuer}


def _data(context: RegisterContext, _edition: Edition) -> dict:
    if len(context.rows) > LONGEST:
        raise FormError(f"Một tập sổ có nhiều nhất {LONGEST} hồ sơ. Hãy in theo từng tập hoặc chọn kỳ ngắn hơn.")
    book = f"{context.book}, {context.part}" if context.part else context.book
    signature = context.signature or Signature.by_hand("Người lập sổ", context.keeper)
    return {
        "head": context.head.data(),
        "under": (
            f"Quyển số: {book} (từ ngày {written_day(context.period_from)} đến ngày {written_day(context.period_to)})"
        ),
        "rows": [_row(number, row) for number, row in enumerate(context.rows, context.first)],
        "signature": signature.data(),
    }


def _sample(form_set: str) -> RegisterContext:
    at = AT[form_set]
    office = settling_head(form_set, symbol="").issuer
    rows = []
    for number in range(24):
        received = at + timedelta(days=number // 8, minutes=20 * (number % 8))
        done = number % 3 == 0
        rows.append(
            RegisterRow(
                code=f"H40.12-{received:%y%m%d}-{number % 8 + 1:04d}",
                procedure=("Đăng ký khai sinh", "Chứng thực bản sao từ bản chính", "Đăng ký kết hôn")[number % 3],
                sets=1,
                applicant=(PERSON.name, "Võ Văn Tài", "Đặng Ngọc Ánh")[number % 3],
                contact=f"{PERSON.address}; {PERSON.phone}",
                agency=office,
                received_at=received,
                due_at=received + timedelta(days=5),
                forwarded_at=received + timedelta(hours=1),
                result_at=received + timedelta(days=3) if done else None,
                returned_at=received + timedelta(days=4) if done else None,
                returned_how="Trực tiếp" if done else "",
            )
        )
    return RegisterContext(
        head=centre_head(form_set, symbol=""),
        book="01/2026" if form_set == "2025" else "01/2021",
        period_from=at.date().replace(day=1),
        period_to=at.date().replace(day=28),
        rows=tuple(rows),
        keeper="Trần Thị Bích Ngọc",
    )


REGISTER = Form(
    code="register",
    label="Sổ theo dõi hồ sơ",
    template="register.typ",
    context=RegisterContext,
    editions=editions(set_2018=("06", "SỔ THEO DÕI HỒ SƠ"), set_2025=("07", "SỔ THEO DÕI HỒ SƠ")),
    data=_data,
    values=_values,
    sizes=(9,),
    sample_for=_sample,
    placeholders={"so_ho_so": "số hồ sơ trong sổ", "don_vi": "tên đơn vị"},
    wording=(Block("total", "Dòng tổng cộng", "Cộng: **{so_ho_so}** hồ sơ.", ("so_ho_so",)),),
)
