"""Invitations to rate a finished dossier, and the word back to whoever rated it low (S3-04)."""

import datetime as dt

from dossiers.written_dates import spoken_moment
from feedback.models import FeedbackEvent
from zalo.messages.registry import MessageKind, Placeholder, Purpose, register
from zalo.messages.texts.dossier_facts import RECEIPT_NUMBER, shorten
from zalo.messages.texts.feedback_facts import note_of
from zalo.models import Route

K = FeedbackEvent.Kind
PLACES = (
    RECEIPT_NUMBER,
    Placeholder("thu_tuc", "tên thủ tục", "Đăng ký biến động quyền sử dụng đất"),
    Placeholder("co_quan", "cơ quan giải quyết", "Trung tâm Phục vụ hành chính công xã Cần Giuộc"),
    Placeholder("chu_ho_so", "tên chủ hồ sơ", "Nguyễn Văn An"),
    Placeholder("han_danh_gia", "phiếu mở đến", "17 giờ 00 ngày 16/12/2026"),
    Placeholder("lien_ket", "trang đánh giá", "https://motcua.example.vn/danh-gia/Zk3…/"),
    Placeholder("trang_thai", "việc vừa xảy ra", "Mời đánh giá"),
    Placeholder("noi_dung", "việc đã làm sau khi bị đánh giá thấp", "Đã nhắc cán bộ và sắp xếp lại quầy."),
)
ZALO_AND_EMAIL = (Route.REPLY, Route.UID, Route.PHONE, Route.EMAIL)


def of_invitation(event: FeedbackEvent) -> dict[str, str]:
    """The values of `PLACES`; never the levels anybody chose."""
    facts, dossier = event.facts, event.dossier
    return {
        "so_bien_nhan": facts.get("number") or dossier.shown_number,
        "thu_tuc": shorten(facts.get("procedure") or dossier.procedure_name, 200),
        "co_quan": facts.get("agency") or dossier.agency_name,
        "chu_ho_so": dossier.owner_name,
        "han_danh_gia": spoken_moment(dt.datetime.fromisoformat(facts["expires_at"])),
        "lien_ket": facts["link"],
        "trang_thai": event.get_kind_display(),
        "noi_dung": note_of(event.public_note),
    }


INVITED = register(
    MessageKind(
        slug="feedback.rating_invited",
        title="Mời đánh giá",
        template="moi_danh_gia",
        feedback=frozenset({K.RATING_INVITED}),
        placeholders=PLACES,
        values=of_invitation,
        purpose=Purpose.SURVEY,
        routes=ZALO_AND_EMAIL,
        required=False,  # an invitation nobody could read leaves no work behind
        life=dt.timedelta(days=7),
        text="Hồ sơ {so_bien_nhan} ({thu_tuc}) đã xong. Xin ông/bà cho biết có hài lòng về thái độ phục vụ và kết quả "
        "giải quyết không.\nĐánh giá trước {han_danh_gia} tại: {lien_ket}\nHoặc nhắn “đánh giá”. Cán bộ được đánh giá "
        "không biết ai đã chấm.",
    )
)
FOLLOWED_UP = register(
    MessageKind(
        slug="feedback.follow_up_contacted",
        title="Trả lời người đánh giá thấp (giữ kín)",
        template="trang_thai_ho_so",
        feedback=frozenset({K.FOLLOW_UP_CONTACTED}),
        placeholders=PLACES,
        values=of_invitation,
        routes=ZALO_AND_EMAIL,
        required=False,
        secret=True,  # the officer who was rated reads the agency's ledger too
        life=dt.timedelta(days=14),
        text="{co_quan} cảm ơn ông/bà đã đánh giá hồ sơ {so_bien_nhan}. Chúng tôi đã xem lại: {noi_dung}\n"
        "Xin cho biết việc này đã được giải quyết chưa tại: {lien_ket}",
    )
)
