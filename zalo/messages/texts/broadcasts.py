"""Kinds of messages of broadcasts; what they say is written with each broadcast (zalo.broadcasts)."""

import datetime as dt

from zalo.messages.registry import MessageKind, Placeholder, Purpose, register
from zalo.models import Lane, Route

PLACES = (
    Placeholder("so_bien_nhan", "mã thông báo", "TB-12"),
    Placeholder("chu_ho_so", "lời xưng hô", "ông/bà"),
    Placeholder("tieu_de", "tiêu đề", "Lịch nghỉ lễ Quốc khánh", True),
    Placeholder("noi_dung", "nội dung", "Trung tâm nghỉ từ 31/8 đến hết 02/9.", True),
    Placeholder("co_quan", "cơ quan thông báo", "Trung tâm Phục vụ hành chính công xã Cần Giuộc"),
    Placeholder("lien_ket", "trang xem đầy đủ", "https://motcua.example.vn/tin-tuc/…/"),
)


def _register(slug: str, title: str, purpose: str, lane: int, life: dt.timedelta, template: str) -> None:
    register(
        MessageKind(
            slug=f"broadcast.{slug}",
            title=title,
            placeholders=PLACES,
            text="{tieu_de}\n\n{noi_dung}\n\n{co_quan}",
            purpose=purpose,
            lane=lane,
            routes=(Route.REPLY, Route.UID, Route.PHONE),
            required=False,
            template=template,
            life=life,
            needs_receipt_number=False,
            worded_by_each=True,
        )
    )


DAY = dt.timedelta(days=1)
_register("news", "Tin gửi nhiều người", Purpose.NEWS, Lane.BULK, 3 * DAY, "thong_bao_chung")
_register("area", "Tin theo xã đã đăng ký", Purpose.AREA, Lane.BULK, 2 * DAY, "thong_bao_dang_ky")
_register("collect", "Nhắc nhận kết quả theo đợt", Purpose.DOSSIER, Lane.BULK, 3 * DAY, "thong_bao_dang_ky")
_register("urgent", "Thông báo khẩn cấp", Purpose.URGENT, Lane.URGENT, DAY / 2, "thong_bao_dang_ky")
