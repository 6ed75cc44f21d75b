"""Messages that ask the citizen for something, or answer what the citizen asked (S1-14, S5-13)."""

import datetime as dt

from dossiers.models import DossierEvent
from dossiers.written_dates import spoken_moment, written_day
from zalo.messages.registry import MessageKind, Placeholder, register
from zalo.messages.texts.dossier_facts import COMMON, REASONS, common, with_reasons

K = DossierEvent.Kind
AMOUNT = Placeholder("so_tien", "số tiền phải nộp", "120.000 đồng", required=True)
OLD_DATE = Placeholder("ngay_hen_cu", "ngày hẹn trước", "17 giờ 00 ngày 20/11/2026")
CAUSE = Placeholder("ly_do", "lý do", "Chờ ý kiến của cơ quan thuế")

LAST_DAY = Placeholder("han_bo_sung", "hạn nộp bổ sung", "15/12/2026")


def with_last_day(event: DossierEvent) -> dict[str, str]:
    """The values of what is asked for, and the day until which: never the day the result was promised for."""
    last_day = event.facts.get("last_day")
    return with_reasons(event) | {
        "han_bo_sung": written_day(dt.date.fromisoformat(last_day)) if last_day else "không đặt hạn"
    }


def with_amount(event: DossierEvent) -> dict[str, str]:
    amount = event.facts.get("amount") or event.dossier.payment_due or 0
    return common(event) | {"so_tien": f"{int(amount):,} đồng".replace(",", ".")}


def with_old_date(event: DossierEvent) -> dict[str, str]:
    old = event.facts.get("old_due_at")
    return common(event) | {
        "ngay_hen_cu": spoken_moment(dt.datetime.fromisoformat(old)) if old else "chưa có",
        "ly_do": str(event.facts.get("reason") or ""),
    }


register(
    MessageKind(
        slug="dossier.supplement_requested",
        title="Yêu cầu bổ sung",
        template="bo_sung_ho_so",
        events=frozenset({K.SUPPLEMENT_REQUESTED}),
        placeholders=(*COMMON, REASONS, LAST_DAY),
        values=with_last_day,
        call=True,
        life=dt.timedelta(days=14),
        text="Hồ sơ {so_bien_nhan} cần bổ sung, hoàn thiện:\n{noi_dung}\n{loi_nhan}\n"
        "Thời gian chờ bổ sung không tính vào thời hạn giải quyết.\nXem cách bổ sung tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan} về hồ sơ {so_bien_nhan}. Hồ sơ cần bổ sung: {noi_dung}",
    )
)
register(
    MessageKind(
        slug="dossier.supplement_part",
        title="Đã nhận một phần bổ sung",
        events=frozenset({K.SUPPLEMENT_PART}),
        placeholders=(*COMMON, REASONS, LAST_DAY),
        values=with_last_day,
        any_hour=True,
        life=dt.timedelta(days=14),
        text="{co_quan} đã nhận một phần giấy tờ bổ sung của hồ sơ {so_bien_nhan}. Còn chờ:\n{noi_dung}\n{loi_nhan}\n"
        "Xem tại: {lien_ket}",
    )
)
register(
    MessageKind(
        slug="dossier.supplement_received",
        title="Đã nhận bổ sung",
        events=frozenset({K.SUPPLEMENT_RECEIVED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        text="{co_quan} đã nhận đủ giấy tờ bổ sung của hồ sơ {so_bien_nhan}.\nHẹn trả kết quả: {ngay_hen}\n"
        "Theo dõi tại: {lien_ket}",
    )
)
register(
    MessageKind(
        slug="dossier.payment_requested",
        title="Yêu cầu nộp tiền",
        template="nghia_vu_tai_chinh",
        events=frozenset({K.PAYMENT_REQUESTED}),
        placeholders=(*COMMON, AMOUNT),
        values=with_amount,
        call=True,
        life=dt.timedelta(days=14),
        text="Hồ sơ {so_bien_nhan} cần thực hiện nghĩa vụ tài chính: {so_tien}.\n{loi_nhan}\n"
        "Xem cách nộp tại: {lien_ket}\n"
        "Cán bộ không bao giờ yêu cầu chuyển tiền vào tài khoản cá nhân.",
        script="Chào ông/bà, tôi gọi từ {co_quan} về hồ sơ {so_bien_nhan}. Hồ sơ cần nộp {so_tien}. {loi_nhan}",
    )
)
register(
    MessageKind(
        slug="dossier.payment_confirmed",
        title="Đã nộp tiền",
        events=frozenset({K.PAYMENT_CONFIRMED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        text="{co_quan} đã ghi nhận việc nộp tiền của hồ sơ {so_bien_nhan}.\nHẹn trả kết quả: {ngay_hen}\n"
        "Theo dõi tại: {lien_ket}",
    )
)
register(
    MessageKind(
        slug="dossier.withdrawal_requested",
        title="Đã ghi nhận yêu cầu rút hồ sơ",
        events=frozenset({K.WITHDRAWAL_REQUESTED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        text="{co_quan} đã ghi nhận yêu cầu rút hồ sơ {so_bien_nhan} của ông/bà và sẽ trả lời sớm.\n"
        "Nếu không phải ông/bà yêu cầu, hãy liên hệ ngay với chúng tôi.\nTheo dõi tại: {lien_ket}",
    )
)
register(
    MessageKind(
        slug="dossier.withdrawal_declined",
        title="Tiếp tục giải quyết hồ sơ",
        events=frozenset({K.WITHDRAWAL_DECLINED}),
        placeholders=COMMON,
        values=common,
        text="Hồ sơ {so_bien_nhan} tiếp tục được giải quyết. {loi_nhan}\nHẹn trả kết quả: {ngay_hen}\n"
        "Theo dõi tại: {lien_ket}",
    )
)
register(
    MessageKind(
        slug="dossier.due_moved",
        title="Đổi ngày hẹn trả",
        template="xin_loi_hen_lai",
        events=frozenset({K.DUE_MOVED}),
        placeholders=(*COMMON, OLD_DATE, CAUSE),
        values=with_old_date,
        call=True,
        lasting=True,
        life=dt.timedelta(days=7),
        text="Hồ sơ {so_bien_nhan} có ngày hẹn trả mới: {ngay_hen} (hẹn trước: {ngay_hen_cu}).\n"
        "Lý do: {ly_do}.\nMong ông/bà thông cảm. Xem tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan}. Hồ sơ {so_bien_nhan} được hẹn trả lại vào {ngay_hen}. {ly_do}",
    )
)
