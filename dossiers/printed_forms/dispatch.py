"""The general administrative document of Nghị định 30/2020: công văn with "V/v …", báo cáo with title and trích yếu.

Reports and letters outside the statutory forms are printed with it (S1-56, S2-01…S2-03, S3-11, S4-11, S5-35). The
body is built with the blocks of `body`.
"""

from dataclasses import dataclass

from . import body
from .editions import Edition, FormError, editions
from .form import Form
from .head import Head, Signature, qr_data, recipient_lines
from .sample import AT, centre_head


@dataclass(frozen=True)
class DispatchContext:
    """`kind` is the document's type name ("BÁO CÁO"), "" for a công văn, whose abstract is `head.subject` ("V/v …").

    `blocks` come from dossiers.printed_forms.body: prose, section, numbered, table, lines. "./." is added to the last
    paragraph unless the caller wrote it. `electronic` is the list "Bản điện tử", who gets the file and no paper;
    `enclosure` is what goes with it, "Sao gửi kèm …", printed in brackets.
    """

    head: Head
    blocks: tuple[dict, ...]
    signature: Signature
    kind: str = ""
    abstract: str = ""
    to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    electronic: tuple[str, ...] = ()
    enclosure: str = ""
    verify_url: str = ""


def _data(context: DispatchContext, _edition: Edition) -> dict:
    if not context.blocks:
        raise FormError("Văn bản chưa có nội dung. Hãy nhập nội dung rồi in lại.")
    if not context.kind and not context.head.subject:
        raise FormError("Công văn cần trích yếu “V/v …”. Hãy nhập trích yếu rồi in lại.")
    return {
        "document_title": f"{context.kind.capitalize()} {context.abstract}".strip() or context.head.subject,
        "head": context.head.data(),
        "heading": context.kind.upper(),
        "abstract": context.abstract,
        "to": list(context.to),
        "blocks": _stepped(_closed(context.blocks)),
        "recipients": recipient_lines(context.recipients),
        "electronic": recipient_lines(context.electronic),
        "enclosure": context.enclosure,
        "signature": context.signature.data(),
        "verify": qr_data(context.verify_url, "Quét để kiểm tra văn bản", "Mã QR kiểm tra văn bản"),
    }


def _closed(blocks: tuple[dict, ...]) -> list[dict]:
    """Return `blocks` with "./." ending the last paragraph, as the decree asks."""
    *before, last = blocks
    if not last.get("prose"):
        return [*blocks]
    *earlier, runs = last["prose"]
    *start, run = runs
    if run["t"].endswith("./."):
        return [*blocks]
    ended = {**run, "t": run["t"].rstrip(" .") + "./."}
    return [*before, {"prose": [*earlier, [*start, ended]]}]


def _stepped(blocks: list[dict]) -> list[dict]:
    """Return `blocks` with section levels that never skip one, which a tagged PDF refuses."""
    stepped, level = [], 0
    for block in blocks:
        if "section" in block:
            level = max(1, min(block["level"], level + 1))
            block = {**block, "level": level}
        stepped.append(block)
    return stepped


def _sample(form_set: str) -> DispatchContext:
    at = AT[form_set]
    head = centre_head(form_set, symbol="BC-TTPVHCC", number=49)
    columns = (("Chỉ tiêu", 1, "fr", "l"), ("Số lượng", 30, "mm", "r"), ("Tỷ lệ", 25, "mm", "r"))
    return DispatchContext(
        head=head,
        kind="Báo cáo",
        abstract="Kết quả tiếp nhận, giải quyết thủ tục hành chính và sử dụng kênh Zalo",
        to=("Ủy ban nhân dân xã Cần Giuộc",),
        blocks=(
            body.prose(
                "Thực hiện chế độ báo cáo định kỳ, đơn vị báo cáo kết quả tiếp nhận, giải quyết thủ tục hành chính "
                f"tháng {at.month - 1:02d} năm {at.year} như sau:"
            ),
            body.section("1. Kết quả đạt được"),
            body.prose("Trong kỳ, đơn vị tiếp nhận 560 hồ sơ; kết quả phân theo hình thức nộp:"),
            body.table(
                columns,
                (
                    ("Nộp trực tiếp", "336", "60 %"),
                    ("Nộp trực tuyến", "202", "36 %"),
                    ("Nộp qua bưu chính công ích", "22", "4 %"),
                ),
            ),
            body.section("2. Đề xuất, kiến nghị"),
            body.prose(
                "Đề nghị Ủy ban nhân dân xã tiếp tục chỉ đạo tuyên truyền để người dân quan tâm kênh Zalo, nhận thông "
                "báo và tra cứu hồ sơ.",
                "Trên đây là báo cáo kết quả trong kỳ, kính trình Ủy ban nhân dân xã xem xét, chỉ đạo",
            ),
        ),
        signature=Signature.of("Phó Giám đốc", "Hồ Thanh Bình", authority="KT", head="Giám đốc"),
        recipients=("UBND xã (báo cáo)", "Các đơn vị trực thuộc", "Lưu: VT"),
    )


DISPATCH = Form(
    code="dispatch",
    label="Công văn, báo cáo",
    template="letter.typ",
    context=DispatchContext,
    editions=editions(set_2018=("", "CÔNG VĂN, BÁO CÁO"), set_2025=("", "CÔNG VĂN, BÁO CÁO")),
    data=_data,
    sizes=(14,),
    sample_for=_sample,
)
