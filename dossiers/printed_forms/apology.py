"""Mẫu 04: Phiếu xin lỗi và hẹn lại ngày trả kết quả (2018); Văn bản xin lỗi và đề nghị gia hạn (2025). S1-15."""

from dataclasses import dataclass
from datetime import date, datetime

from dossiers.written_dates import date_words, moment_words

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Person, Signature, qr_data, recipient_lines
from .sample import AT, CENTRE, PERSON, VERIFY_URL, settling_head
from .sentences import unbroken
from .wording import Block


@dataclass(frozen=True)
class ApologyContext:
    """What the letter says. `settling_unit` owes the result, `received_by` took the dossier in.

    `extension` is the time asked in words ("03 ngày làm việc"); `earlier` are sentences on letters already sent for
    this dossier. `verify_url` is /x/<token>/, empty while a draft.
    """

    head: Head
    applicant: Person
    code: str
    procedure: str
    received_at: datetime
    received_by: str
    settling_unit: str
    due_at: datetime
    reason: str
    new_due_on: date
    signature: Signature
    extension: str = ""
    earlier: tuple[str, ...] = ()
    contact_phone: str = ""
    recipients: tuple[str, ...] = ()
    electronic: tuple[str, ...] = ()
    enclosure: str = ""
    verify_url: str = ""


def _values(context: ApologyContext) -> dict[str, str]:
    return {
        "ho_ten": context.applicant.name,
        "nguoi_nop": context.applicant.addressed,
        "xung_ho": context.applicant.honorific,
        "ma_ho_so": context.code,
        "ten_thu_tuc": context.procedure,
        "ngay_tiep_nhan": date_words(context.received_at),
        "noi_tiep_nhan": context.received_by,
        "don_vi": context.settling_unit,
        "ngay_hen_cu": moment_words(context.due_at),
        "ngay_hen_moi": date_words(context.new_due_on),
        "thoi_gian_gia_han": context.extension,
        "ly_do": context.reason.rstrip(". \n"),
        "dien_thoai": unbroken(context.contact_phone),
    }


def _data(context: ApologyContext, edition: Edition) -> dict:
    if not context.reason.strip():
        raise FormError("Văn bản xin lỗi cần lý do chậm. Hãy chọn hoặc ghi lý do rồi in lại.")
    extension = [body.words("extension")] if edition.form_set == "2025" and context.extension else []
    return {
        "head": context.head.data(),
        "abstract": "",
        "to": [context.applicant.addressed],
        "blocks": [
            *body.addressee(context.applicant, context.applicant.address),
            body.words("opening"),
            body.words("delay"),
            body.words("reason"),
            *([body.prose(*context.earlier)] if context.earlier else []),
            *extension,
            body.words("apology"),
            body.words("closing"),
        ],
        "recipients": recipient_lines(context.recipients),
        "electronic": recipient_lines(context.electronic),
        "enclosure": context.enclosure,
        "signature": context.signature.data(),
        "verify": qr_data(context.verify_url, "Quét để kiểm tra văn bản", "Mã QR kiểm tra văn bản"),
    }


def _sample(form_set: str) -> ApologyContext:
    at = AT[form_set]
    return ApologyContext(
        head=settling_head(form_set, symbol="PXL-PKTHTĐT" if form_set == "2025" else "PXL-TNMT", number=5),
        applicant=PERSON,
        code=f"H40.12-{at:%y%m%d}-0023",
        procedure="Đăng ký biến động quyền sử dụng đất (1.012786)",
        received_at=at.replace(month=1, day=12),
        received_by=CENTRE,
        settling_unit=settling_head(form_set, symbol="").issuer,
        due_at=at.replace(day=9, hour=17, minute=0),
        reason="hồ sơ có ranh giới thửa đất cần đo đạc, đối chiếu lại với bản đồ địa chính",
        new_due_on=at.date().replace(day=12),
        signature=Signature.of("Phó Trưởng phòng", "Lê Hoàng Phúc", authority="KT", head="Trưởng phòng"),
        extension="03 ngày làm việc",
        contact_phone="0272 3 000 222",
        recipients=("Như trên", CENTRE, "Lưu: VT"),
        verify_url=VERIFY_URL,
    )


_OPENING = Block(
    "opening",
    "Hồ sơ nào",
    "Vào {ngay_tiep_nhan}, {noi_tiep_nhan} đã tiếp nhận hồ sơ đề nghị giải quyết thủ tục hành chính "
    "{ten_thu_tuc} của {nguoi_nop}; mã hồ sơ: **{ma_ho_so}**.\n"
    "Thời gian hẹn trả kết quả giải quyết hồ sơ: {ngay_hen_cu}.",
    ("ma_ho_so", "ngay_tiep_nhan", "ngay_hen_cu"),
)
_REASON = Block("reason", "Lý do", "**Lý do:** {ly_do}.", ("ly_do",))
_CLOSING = Block(
    "closing",
    "Câu kết",
    "Mong {xung_ho} thông cảm. Mọi thắc mắc xin liên hệ số điện thoại {dien_thoai}.\nTrân trọng./.",
)

APOLOGY = Form(
    code="apology",
    label="Phiếu xin lỗi và hẹn lại ngày trả kết quả",
    template="letter.typ",
    context=ApologyContext,
    editions=editions(
        set_2018=("04", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
        set_2025=("04", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"),
    ),
    data=_data,
    values=_values,
    sizes=(14, 13, 12, 11),
    sample_for=_sample,
    placeholders={
        "ho_ten": "họ tên người nộp",
        "nguoi_nop": "Ông/Bà và họ tên, hoặc tên tổ chức",
        "xung_ho": "Ông/Bà hoặc Quý tổ chức",
        "ma_ho_so": "mã hồ sơ",
        "ten_thu_tuc": "tên thủ tục hành chính",
        "ngay_tiep_nhan": "ngày tiếp nhận",
        "noi_tiep_nhan": "nơi tiếp nhận",
        "don_vi": "cơ quan giải quyết",
        "ngay_hen_cu": "ngày, giờ đã hẹn",
        "ngay_hen_moi": "ngày hẹn mới",
        "thoi_gian_gia_han": "thời gian đề nghị gia hạn",
        "ly_do": "lý do chậm",
        "dien_thoai": "điện thoại liên hệ",
    },
    wording=(_OPENING, _REASON),
    wording_by_set={
        "2018": (
            Block(
                "delay",
                "Chưa trả được kết quả",
                "Tuy nhiên đến nay, {don_vi} chưa trả kết quả giải quyết hồ sơ của {xung_ho} đúng thời hạn ghi trong "
                "Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
            ),
            Block(
                "apology",
                "Lời xin lỗi và ngày hẹn mới",
                "{don_vi} xin lỗi {xung_ho} vì sự chậm trễ này và sẽ trả kết quả giải quyết hồ sơ vào "
                "**{ngay_hen_moi}**.",
                ("ngay_hen_moi",),
            ),
            _CLOSING,
        ),
        "2025": (
            Block(
                "delay",
                "Chưa trả được kết quả",
                "Đến nay, {don_vi} chưa có kết quả để trả {xung_ho} đúng thời hạn ghi trong Giấy tiếp nhận hồ sơ và "
                "hẹn trả kết quả.",
            ),
            Block(
                "extension",
                "Đề nghị gia hạn",
                "{don_vi} đề nghị gia hạn thời gian giải quyết hồ sơ thêm {thoi_gian_gia_han} so với thời hạn đã hẹn.",
                ("thoi_gian_gia_han",),
            ),
            Block(
                "apology",
                "Lời xin lỗi và ngày hẹn mới",
                "{don_vi} xin lỗi {xung_ho} vì sự chậm trễ này. Thời gian trả kết quả mới: **{ngay_hen_moi}**.",
                ("ngay_hen_moi",),
            ),
            _CLOSING,
        ),
    },
)
