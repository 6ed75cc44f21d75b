"""Messages of the ways a dossier ends, and of official letters about it (S1-15, S1-16, S5-12, S5-13)."""

import datetime as dt

from django.utils import timezone

from dossiers.lookup import delivery
from dossiers.models import DossierEvent
from zalo.messages.registry import MessageKind, Placeholder, register
from zalo.messages.texts.dossier_facts import COMMON, REASONS, common, with_reasons
from zalo.models import Route

K = DossierEvent.Kind
PLACE = (
    Placeholder(
        "noi_nhan", "nơi nhận kết quả", "Quầy 3, Trung tâm Phục vụ hành chính công xã Cần Giuộc", required=True
    ),
    Placeholder("gio_lam_viec", "giờ làm việc", "7 giờ 30–11 giờ 30, 13 giờ 30–17 giờ các ngày làm việc"),
    Placeholder("giay_to", "giấy tờ cần mang", "giấy tiếp nhận hồ sơ và căn cước"),
)
LETTER = (
    Placeholder("ten_van_ban", "tên văn bản", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"),
    Placeholder("so_van_ban", "số văn bản", "12/XL-TTPVHCC"),
    Placeholder("ly_do", "lý do", "Chờ ý kiến của cơ quan thuế"),
)


ELSEWHERE = {
    delivery.Way.FILE: {
        "noi_nhan": "trang hồ sơ trên mạng (bản điện tử)",
        "gio_lam_viec": "ngay khi tệp được đưa lên, lúc nào cũng tải được",
    },
    delivery.Way.POST: {
        "noi_nhan": "địa chỉ đã ghi trong hồ sơ (bưu điện giao)",
        "gio_lam_viec": "theo giờ giao của bưu điện",
    },
}


def with_place(event: DossierEvent) -> dict[str, str]:
    """Where and when to collect the result; the office hours in force that day (one query).

    Nobody is sent to a counter for a file or a parcel.
    """
    dossier = event.dossier
    elsewhere = ELSEWHERE.get(delivery.way_of(dossier.result_place))
    if elsewhere is not None:
        return common(event) | elsewhere | {"giay_to": "không cần, ông/bà không phải đến quầy"}
    office = dossier.agency.version_on(timezone.localdate(event.at))
    place = dossier.result_place or ", ".join(
        part for part in (dossier.agency_name, office.address if office else "") if part
    )
    return common(event) | {
        "noi_nhan": place,
        "gio_lam_viec": (office.hours if office else "") or "giờ hành chính",
        "giay_to": str(event.facts.get("bring") or "giấy tiếp nhận hồ sơ và căn cước"),
    }


def with_letter(event: DossierEvent) -> dict[str, str]:
    return common(event) | {
        "ten_van_ban": str(event.facts.get("title") or "văn bản"),
        "so_van_ban": str(event.facts.get("letter_number") or ""),
        "ly_do": str(event.facts.get("reason") or event.public_note),
    }


register(
    MessageKind(
        slug="dossier.refused",
        title="Từ chối tiếp nhận",
        events=frozenset({K.REFUSED}),
        placeholders=(*COMMON, REASONS),
        values=with_reasons,
        call=True,
        life=dt.timedelta(days=14),
        text="{co_quan} chưa tiếp nhận hồ sơ {so_bien_nhan} ({thu_tuc}):\n{noi_dung}\n{loi_nhan}\n"
        "Xem lại hồ sơ tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan}. Hồ sơ {so_bien_nhan} chưa được tiếp nhận: {noi_dung}",
    )
)
register(
    MessageKind(
        slug="dossier.stopped",
        title="Dừng xử lý, trả lại hồ sơ",
        events=frozenset({K.STOPPED}),
        placeholders=(*COMMON, REASONS),
        values=with_reasons,
        call=True,
        life=dt.timedelta(days=14),
        text="{co_quan} dừng giải quyết và trả lại hồ sơ {so_bien_nhan}:\n{noi_dung}\n{loi_nhan}\n"
        "Xem lại hồ sơ tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan}. Hồ sơ {so_bien_nhan} được trả lại: {noi_dung}",
    )
)
register(
    MessageKind(
        slug="dossier.result_ready",
        title="Đã có kết quả",
        template="co_ket_qua",
        events=frozenset({K.RESULT_READY}),
        placeholders=(*COMMON, *PLACE),
        values=with_place,
        call=True,
        life=dt.timedelta(days=30),
        text="Hồ sơ {so_bien_nhan} ({thu_tuc}) đã có kết quả.\nNơi nhận: {noi_nhan}\n"
        "Thời gian: {gio_lam_viec}\nMang theo: {giay_to}.\n{loi_nhan}\nXem tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan}. Hồ sơ {so_bien_nhan} đã có kết quả. "
        "Nơi nhận: {noi_nhan}. Thời gian: {gio_lam_viec}. Mang theo: {giay_to}.",
    )
)
register(
    MessageKind(
        slug="dossier.result_waiting",
        title="Nhắc đến nhận kết quả",
        template="co_ket_qua",
        events=frozenset({K.RESULT_REMINDED}),
        placeholders=(*COMMON, *PLACE),
        values=with_place,
        call=True,
        life=dt.timedelta(days=7),
        text="Kết quả hồ sơ {so_bien_nhan} ({thu_tuc}) vẫn đang chờ ông/bà.\nNơi nhận: {noi_nhan}\n"
        "Thời gian: {gio_lam_viec}\nMang theo: {giay_to}.\nNếu đã nhận, xin bỏ qua tin này. "
        "Xem và thêm vào lịch tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan}. Kết quả hồ sơ {so_bien_nhan} vẫn đang chờ. "
        "Nơi nhận: {noi_nhan}. Thời gian: {gio_lam_viec}. Mang theo: {giay_to}.",
    )
)
register(
    MessageKind(
        slug="dossier.result_returned",
        title="Đã trả kết quả",
        events=frozenset({K.RESULT_RETURNED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        text="{co_quan} đã trả kết quả hồ sơ {so_bien_nhan} lúc {thoi_diem}. Cảm ơn ông/bà.\n"
        "Nếu chưa nhận được kết quả, hãy báo lại cho chúng tôi. Xem tại: {lien_ket}",
    )
)
register(
    MessageKind(
        slug="dossier.letter",
        title="Văn bản gửi người dân",
        events=frozenset({K.LETTER_ISSUED}),
        placeholders=(*COMMON, *LETTER),
        values=with_letter,
        call=True,
        lasting=True,
        life=dt.timedelta(days=14),
        text="{co_quan} gửi ông/bà {ten_van_ban} {so_van_ban} về hồ sơ {so_bien_nhan}.\n{ly_do}\n"
        "Hẹn trả kết quả: {ngay_hen}\nXem hồ sơ tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan} về {ten_van_ban} {so_van_ban} của hồ sơ {so_bien_nhan}. {ly_do} "
        "Ngày hẹn trả kết quả mới: {ngay_hen}.",
    )
)
register(
    MessageKind(
        slug="dossier.letter_file",
        title="Tệp văn bản gửi người dân",
        events=frozenset({K.LETTER_ISSUED}),
        placeholders=COMMON,
        values=common,
        required=False,
        routes=(Route.REPLY,),
        life=dt.timedelta(days=14),
        attachment="letter",
        text="Văn bản về hồ sơ {so_bien_nhan}",
    )
)
