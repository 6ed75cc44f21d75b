"""Values the messages about a citizen's case may use, read from the feedback event's frozen facts."""

import datetime as dt

from dossiers.written_dates import spoken_moment
from feedback.models import Case, FeedbackEvent
from feedback.models.case import Kind
from zalo.messages.registry import Placeholder
from zalo.messages.texts.dossier_facts import shorten

NOTE_LIMIT = 1200  # code points: leaves room for the rest of the message under Zalo's 2,000
SHORT = 180  # what a template's parameter takes
CODE = Placeholder("ma_y_kien", "mã theo dõi", "YK-4F7K9-QWM2X", required=True)
LINK = Placeholder("lien_ket", "trang theo dõi ý kiến", "https://motcua.example.vn/gop-y/Zk3…/")
NAME = Placeholder("nguoi_gui", "người gửi, hoặc “ông/bà” khi không nêu tên", "Nguyễn Văn An")
OFFICE = Placeholder("co_quan", "cơ quan xử lý", "Trung tâm Phục vụ hành chính công xã Cần Giuộc")
STEP = Placeholder("trang_thai", "việc vừa xảy ra", "Đã trả lời")
NOTE = Placeholder("noi_dung", "lời của cơ quan: câu trả lời, lý do, điều cần bổ sung", "Đã thay bóng đèn hỏng.")
ABOUT = Placeholder(
    "ve_ho_so",
    "số biên nhận, khi ý kiến là về hồ sơ của người gửi",
    "Về hồ sơ số biên nhận H80.05-20261116-0000042.",
    required=True,
    within="tom_tat",
)
COMMON = (
    CODE,
    ABOUT,
    Placeholder("loai", "câu hỏi, phản ánh hay góp ý", "phản ánh"),
    Placeholder("tieu_de", "tiêu đề, đã ẩn thông tin riêng", "Đèn đường hỏng ở ấp 3"),
    OFFICE,
    NAME,
    STEP,
    Placeholder("thoi_diem", "lúc việc này xảy ra", "08 giờ 30 ngày 16/11/2026"),
    Placeholder("han_tra_loi", "hạn trả lời", "17 giờ 00 ngày 23/11/2026"),
    NOTE,
    Placeholder("tom_tat", "số biên nhận và lời của cơ quan, rút gọn cho mẫu tin", "Đã thay bóng đèn hỏng."),
    LINK,
)
_KINDS = {Kind.QUESTION: "câu hỏi", Kind.REPORT: "phản ánh", Kind.SUGGESTION: "góp ý"}


def common(event: FeedbackEvent) -> dict[str, str]:
    """The values of `COMMON` for an event of a case."""
    case, facts = event.case.voice, event.facts
    due, about = facts.get("due_at"), about_dossier(case)
    return {
        "ma_y_kien": facts.get("code") or case.code,
        "ve_ho_so": about,
        "loai": _KINDS.get(case.kind, "ý kiến"),
        "tieu_de": facts.get("title") or case.title,
        "co_quan": facts.get("agency") or case.agency.name,
        "nguoi_gui": case.sender_name or "ông/bà",
        "trang_thai": event.get_kind_display(),
        "thoi_diem": spoken_moment(event.at),
        "han_tra_loi": spoken_moment(dt.datetime.fromisoformat(due)) if due else "sẽ thông báo sau",
        "noi_dung": note_of(event.public_note),
        "tom_tat": shorten(f"{about} {event.public_note}".strip(), SHORT),
        "lien_ket": facts.get("link", ""),
    }


def about_dossier(case: Case) -> str:
    """The receipt number, only when the sender proved to hold it: a typed code must not tell that a dossier exists."""
    if case.dossier_id is None or not case.dossier_proved:
        return ""
    return f"Về hồ sơ số biên nhận {case.dossier.shown_number}."


def note_of(text: str) -> str:
    """The agency's words; long ones are cut with a pointer to the page that has them all."""
    if len(text) <= NOTE_LIMIT:
        return text
    return text[:NOTE_LIMIT].rsplit(" ", 1)[0] + "… (xem đủ tại trang theo dõi)"
