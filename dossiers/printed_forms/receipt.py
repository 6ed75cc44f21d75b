"""Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả; one dossier, or several with a list (domain notes §1.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dossiers.printed_forms.printing import breakable
from dossiers.written_dates import moment_words, written_moment

from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature, qr_data
from .sample import AT, CENTRE, LOOKUP_URL, PERSON, ZALO_URL, centre_head
from .sentences import money, unbroken
from .wording import Block

CHANNELS = {
    "counter": "nộp trực tiếp",
    "online": "nộp trực tuyến",
    "post": "nộp qua dịch vụ bưu chính công ích",
}


UNNAMED_FEE = "Phí, lệ phí"
"""What a fee is called whose name the catalogue does not state."""


@dataclass(frozen=True)
class PaperLine:
    """A paper handed in and how many of each kind."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0


@dataclass(frozen=True)
class FeeLine:
    """A fee in đồng; 0 is free of charge."""

    name: str
    amount: int
    paid: bool = False

    def sentence(self) -> str:
        """Return the line as read behind "Phí, lệ phí:", which a fee of that very name does not say again."""
        rest = self.name.removeprefix(UNNAMED_FEE).strip()
        unnamed = self.name.startswith(UNNAMED_FEE) and (not rest or rest.startswith("("))
        name = "" if unnamed else f"{self.name}: "
        if self.amount == 0:
            return f"{name}miễn phí"
        paid = "đã nộp" if self.paid else "chưa nộp"
        how = f"{rest.strip('()')}; {paid}" if unnamed and rest else paid
        return f"{name}{money(self.amount)} ({how})"


@dataclass(frozen=True)
class ReceiptDossier:
    """One dossier on the receipt. `statutory_time` is words ("05 ngày làm việc"); `why` explains the due date."""

    code: str
    procedure: str
    received_at: datetime
    statutory_time: str
    due_at: datetime | None = None
    why: str = ""
    owner: str = ""
    papers: tuple[PaperLine, ...] = ()
    sets: int = 1


@dataclass(frozen=True)
class ReceiptContext:
    """What the receipt says. `lookup_url` is /h/<token>/, `zalo_url` opens the channel; both are printed as QR."""

    head: Head
    applicant: Person
    dossiers: tuple[ReceiptDossier, ...]
    channel: str
    collect_at: str
    officer: str
    lookup_url: str
    lookup_site: str
    contact_phone: str
    zalo_url: str = ""
    fees: tuple[FeeLine, ...] = ()
    book: str = ""
    book_line: str = ""
    receipt_number: str = ""  # where it is another one than the dossier's code
    typed_here: bool = False  # at this counter: only there no paper on the list means that none was handed in
    remark: str = ""  # which receipt this one replaces, or what this copy leaves out, in a sentence


def _values(context: ReceiptContext) -> dict[str, str]:
    first = context.dossiers[0] if context.dossiers else None
    return {
        "don_vi": context.head.issuer,
        "ho_ten": context.applicant.name,
        "xung_ho": context.applicant.honorific,
        "ma_ho_so": first.code if first else "",
        "trang_tra_cuu": context.lookup_site,
        "dien_thoai": unbroken(context.contact_phone),
    }


def _data(context: ReceiptContext, _edition: Edition) -> dict:
    if not context.dossiers:
        raise FormError("Giấy tiếp nhận cần ít nhất một hồ sơ. Hãy chọn hồ sơ rồi in lại.")
    if context.channel not in CHANNELS:
        raise FormError(f"Không có hình thức nộp “{context.channel}”. Hãy chọn trực tiếp, trực tuyến hoặc bưu chính.")
    first = context.dossiers[0]
    many = len(context.dossiers) > 1
    online = context.channel == "online"
    return {
        "head": context.head.data(),
        "code_line": f"{first.code} (và {len(context.dossiers) - 1} hồ sơ khác)" if many else first.code,
        "receipt_number": breakable(context.receipt_number),
        "remark": context.remark,
        "lookup_qr": qr_data(context.lookup_url, "Quét để xem\ntiến độ hồ sơ", "Mã QR tra cứu hồ sơ"),
        "zalo_qr": qr_data(context.zalo_url, "Quét bằng Zalo để\nnhận thông báo", "Mã QR kênh Zalo"),
        "applicant": context.applicant.data(),
        "channel": f" ({CHANNELS[context.channel]})",
        "many": many,
        "request": f"{len(context.dossiers)} hồ sơ theo danh sách sau:" if many else first.procedure,
        "owner": "" if many else first.owner,
        "dossiers": _dossier_rows(context.dossiers) if many else [],
        "papers": _paper_rows(context.dossiers),
        "without_papers": context.typed_here,
        "sets": f"{sum(dossier.sets for dossier in context.dossiers):02d} (bộ)",
        "statutory_time": _shared([dossier.statutory_time for dossier in context.dossiers]),
        "received": _shared([moment_words(dossier.received_at) for dossier in context.dossiers]),
        "due": _shared([_due(dossier) for dossier in context.dossiers]),
        "why": "" if many else first.why,
        "collect_at": context.collect_at,
        "fees": [line.sentence() for line in context.fees],
        "register_line": _register_line(context),
        "left_signature": None
        if online
        else Signature.by_hand("Người nộp hồ sơ", context.applicant.signing_name).data(),
        "right_signature": Signature.by_hand("Người tiếp nhận hồ sơ", context.officer).data(),
    }


def _shared(texts: list[str]) -> str:
    """Return the text all dossiers share, else a pointer to the list."""
    return texts[0] if len(set(texts)) == 1 else "theo từng hồ sơ trong danh sách"


def _due(dossier: ReceiptDossier) -> str:
    return moment_words(dossier.due_at) if dossier.due_at else "theo thông báo của cơ quan giải quyết"


def _register_line(context: ReceiptContext) -> str:
    book = context.book or "." * 12
    return f"Vào Sổ theo dõi hồ sơ, Quyển số: {book}  Số thứ tự: {context.book_line or '.' * 12}"


def _dossier_rows(dossiers: tuple[ReceiptDossier, ...]) -> list[dict]:
    return [
        {
            "no": str(number),
            "code": breakable(dossier.code, 22),
            "request": dossier.procedure,
            "owner": f"Chủ hồ sơ: {dossier.owner}" if dossier.owner else "",
            "sets": f"{dossier.sets:02d}",
            "due": written_moment(dossier.due_at) if dossier.due_at else "Theo thông báo",
        }
        for number, dossier in enumerate(dossiers, 1)
    ]


def _paper_rows(dossiers: tuple[ReceiptDossier, ...]) -> list[dict]:
    rows: list[dict] = []
    for dossier in dossiers:
        if len(dossiers) > 1 and dossier.papers:
            rows.append({"group": f"Hồ sơ {dossier.code}"})
        for number, paper in enumerate(dossier.papers, 1):
            counts = {"original": paper.originals, "certified": paper.certified, "copy": paper.copies}
            shown = {key: f"{count:02d}" if count else "" for key, count in counts.items()}
            rows.append({"no": str(number), "name": paper.name, **shown})
    return rows


def _sample(form_set: str) -> ReceiptContext:
    received = AT[form_set]
    due = (received + timedelta(days=7)).replace(hour=17, minute=0)
    papers = (
        PaperLine("Tờ khai đăng ký khai sinh theo mẫu", originals=1),
        PaperLine("Giấy chứng sinh", originals=1),
        PaperLine("Giấy chứng nhận kết hôn của cha, mẹ", certified=1),
        PaperLine("Văn bản ủy quyền được chứng thực (trường hợp ủy quyền)", copies=1),
    )
    dossier = ReceiptDossier(
        code=f"H40.12-{received:%y%m%d}-0001",
        procedure="Đăng ký khai sinh (1.001193)",
        received_at=received,
        statutory_time="05 ngày làm việc",
        due_at=due,
        why="Tính 05 ngày làm việc kể từ ngày sau ngày tiếp nhận; không tính Thứ Bảy, Chủ nhật.",
        papers=papers,
    )
    return ReceiptContext(
        head=centre_head(form_set, symbol="TNHS", number=7),
        applicant=PERSON,
        dossiers=(dossier,),
        channel="counter",
        collect_at=CENTRE,
        officer="Trần Thị Bích Ngọc",
        lookup_url=LOOKUP_URL,
        lookup_site="tracuu.example.vn",
        contact_phone="0272 3 000 111",
        zalo_url=ZALO_URL,
        fees=(FeeLine("Lệ phí đăng ký khai sinh", 0), FeeLine("Bản sao trích lục khai sinh", 16_000, paid=True)),
        book=f"01/{received:%Y}",
        book_line="0007",
    )


TITLE = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"

RECEIPT = Form(
    code="receipt",
    label="Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    template="receipt.typ",
    context=ReceiptContext,
    editions=editions(set_2018=("01", TITLE), set_2025=("01", TITLE)),
    data=_data,
    values=_values,
    sizes=(12.5, 11.5, 10.5, 9.8),
    sample_for=_sample,
    placeholders={
        "don_vi": "tên đơn vị tiếp nhận",
        "ho_ten": "họ tên người nộp",
        "xung_ho": "Ông/Bà hoặc Quý tổ chức",
        "ma_ho_so": "mã hồ sơ",
        "trang_tra_cuu": "địa chỉ trang tra cứu",
        "dien_thoai": "điện thoại của đơn vị",
    },
    wording=(
        Block("copy_note", "Dòng dưới mã hồ sơ", "(Liên: Lưu/giao người nộp hồ sơ)"),
        Block("receiver", "Đơn vị tiếp nhận", "Bộ phận tiếp nhận và trả kết quả: {don_vi}", ("don_vi",)),
        Block(
            "notice",
            "Lời nhắn cuối giấy",
            "Hồ sơ có thể được giải quyết sớm hơn ngày hẹn; khi đó {xung_ho} được báo qua Zalo, tin nhắn hoặc thư điện "
            "tử. Xem tiến độ bằng mã QR ở trên hoặc gõ mã hồ sơ tại {trang_tra_cuu}; điện thoại {dien_thoai}.",
            ("trang_tra_cuu",),
        ),
    ),
)
