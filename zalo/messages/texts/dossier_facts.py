"""Values every dossier message may use, read from the event's frozen facts."""

import datetime as dt

from django.conf import settings

from dossiers.models import DossierEvent
from dossiers.written_dates import spoken_moment, written_day
from zalo.messages.registry import Placeholder

RECEIPT_NUMBER = Placeholder("so_bien_nhan", "số biên nhận", "H80.05-20261116-0000042", required=True)
COMMON = (
    RECEIPT_NUMBER,
    Placeholder("ma_ho_so", "mã hồ sơ", "H80.05-20261116-0000042"),
    Placeholder("thu_tuc", "tên thủ tục", "Đăng ký biến động quyền sử dụng đất"),
    Placeholder("co_quan", "cơ quan tiếp nhận", "Trung tâm Phục vụ hành chính công xã Cần Giuộc"),
    Placeholder("chu_ho_so", "tên chủ hồ sơ", "Nguyễn Văn An"),
    Placeholder("ngay_hen", "ngày hẹn trả", "17 giờ 00 ngày 23/11/2026"),
    Placeholder("trang_thai", "việc vừa xảy ra", "Thẩm định"),
    Placeholder("thoi_diem", "lúc việc này xảy ra", "08 giờ 30 ngày 16/11/2026"),
    Placeholder("lien_ket", "trang theo dõi hồ sơ", "https://motcua.example.vn/h/Zk3…/"),
    Placeholder("loi_nhan", "lời nhắn thêm của cán bộ", "Mang theo bản chính để đối chiếu."),
)
REASONS = Placeholder(
    "noi_dung",
    "từng mục cần làm và lý do",
    "1. Trích đo bản đồ: nộp bản có xác nhận. Lý do: bản đã nộp chưa có dấu.",
    True,
)
REASONS_LIMIT = 1100  # code points: leaves room for the rest of the message under Zalo's 2,000


def common(event: DossierEvent) -> dict[str, str]:
    """The values of `COMMON` for this event; costs no query when the event carries its dossier."""
    facts, dossier = event.facts, event.dossier
    due = facts.get("due_at")
    return {
        "so_bien_nhan": facts.get("number") or dossier.shown_number,
        "ma_ho_so": facts.get("code") or dossier.code,
        "thu_tuc": shorten(facts.get("procedure") or dossier.procedure_name, 200),
        "co_quan": facts.get("agency") or dossier.agency_name,
        "chu_ho_so": dossier.owner_name,
        "ngay_hen": spoken_moment(dt.datetime.fromisoformat(due)) if due else "sẽ thông báo sau",
        "trang_thai": event.get_kind_display(),
        "thoi_diem": spoken_moment(event.at),
        "lien_ket": f"{settings.PUBLIC_BASE_URL}/h/{facts.get('token') or dossier.token}/",
        "loi_nhan": shorten(event.public_note, 500),
    }


def with_reasons(event: DossierEvent) -> dict[str, str]:
    """The common values and the reasons, numbered; a long list is cut with a pointer to the page that has it all."""
    ended = event.kind in {DossierEvent.Kind.REFUSED, DossierEvent.Kind.STOPPED}
    lines = [_reason(number, item, ended=ended) for number, item in enumerate(event.reasons, start=1)]
    whole = "\n".join(lines) or event.public_note or "Xem tại trang theo dõi hồ sơ."
    if len(whole) > REASONS_LIMIT:
        whole = whole[:REASONS_LIMIT].rsplit(" ", 1)[0] + "… (xem đủ tại trang theo dõi hồ sơ)"
    last_day = event.facts.get("last_day")
    if last_day:
        whole += f"\nHạn nộp bổ sung: {written_day(dt.date.fromisoformat(last_day))}."
    return common(event) | {"noi_dung": whole}


def shorten(text: str, limit: int) -> str:
    """The text cut at a word with an ellipsis when longer than `limit`."""
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def _reason(number: int, item: dict, *, ended: bool) -> str:
    what = ": ".join(part for part in (item.get("paper"), item.get("what")) if part)
    extra = [
        f"{'Căn cứ' if ended else 'Lý do'}: {item['why']}" if item.get("why") else "",
        f"{'Làm gì tiếp' if ended else 'Nơi làm'}: {item['where']}" if item.get("where") else "",
    ]
    return f"{number}. {what}. " + " ".join(f"{part}." for part in extra if part)
