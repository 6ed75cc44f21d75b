"""Messages of the steps a dossier passes on its way (requirements S5-07 … S5-11, S1-12, S1-13, S5-14)."""

import datetime as dt

from dossiers.models import DossierEvent
from zalo.messages.registry import MessageKind, register
from zalo.messages.texts.dossier_facts import COMMON, common
from zalo.models import Route

K = DossierEvent.Kind
FOLLOW = "Theo dõi tại: {lien_ket}"

SUBMITTED = register(
    MessageKind(
        slug="dossier.submitted",
        title="Đã nộp hồ sơ",
        events=frozenset({K.SUBMITTED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        text="Ông/bà đã nộp hồ sơ trực tuyến tới {co_quan} lúc {thoi_diem}.\n"
        "Số biên nhận: {so_bien_nhan}\nThủ tục: {thu_tuc}\n"
        "Chúng tôi sẽ kiểm tra và trả lời có tiếp nhận hay không trong 08 giờ làm việc.\n" + FOLLOW,
    )
)
ACCEPTED = register(
    MessageKind(
        slug="dossier.accepted",
        title="Đã tiếp nhận hồ sơ",
        template="tiep_nhan_ho_so",
        events=frozenset({K.ACCEPTED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        life=dt.timedelta(days=7),
        text="{co_quan} đã tiếp nhận hồ sơ của ông/bà lúc {thoi_diem}.\n"
        "Số biên nhận: {so_bien_nhan}\nThủ tục: {thu_tuc}\nHẹn trả kết quả: {ngay_hen}\n"
        "Xem tiến độ tại: {lien_ket}",
    )
)
RECEIPT_FILE = register(
    MessageKind(
        slug="dossier.receipt_file",
        title="Tệp giấy tiếp nhận hồ sơ",
        events=frozenset({K.ACCEPTED}),
        placeholders=COMMON,
        values=common,
        any_hour=True,
        required=False,
        routes=(Route.REPLY,),
        life=dt.timedelta(days=7),
        attachment="receipt",
        text="Giấy tiếp nhận hồ sơ {so_bien_nhan}",
    )
)
ASSIGNED = register(
    MessageKind(
        slug="dossier.assigned",
        title="Phân công thụ lý",
        events=frozenset({K.ASSIGNED}),
        placeholders=COMMON,
        values=common,
        text="Hồ sơ {so_bien_nhan} đã được phân công người thụ lý.\nThủ tục: {thu_tuc}\n"
        "Hẹn trả kết quả: {ngay_hen}\n" + FOLLOW,
    )
)
APPRAISING = register(
    MessageKind(
        slug="dossier.appraising",
        title="Thẩm định hồ sơ",
        events=frozenset({K.APPRAISING}),
        placeholders=COMMON,
        values=common,
        text="Hồ sơ {so_bien_nhan} đang được thẩm định.\nThủ tục: {thu_tuc}\nHẹn trả kết quả: {ngay_hen}\n" + FOLLOW,
    )
)
SIGNING = register(
    MessageKind(
        slug="dossier.signing",
        title="Trình ký duyệt",
        events=frozenset({K.SIGNING}),
        placeholders=COMMON,
        values=common,
        text="Hồ sơ {so_bien_nhan} đã thẩm định xong và đang trình ký duyệt.\nThủ tục: {thu_tuc}\n"
        "Hẹn trả kết quả: {ngay_hen}\n" + FOLLOW,
    )
)
SIGNING_RETURNED = register(
    MessageKind(
        slug="dossier.signing_returned",
        title="Thẩm định lại",
        events=frozenset({K.SIGNING_RETURNED}),
        placeholders=COMMON,
        values=common,
        text="Hồ sơ {so_bien_nhan} đang được thẩm định lại trước khi ký duyệt.\nThủ tục: {thu_tuc}\n"
        "Hẹn trả kết quả: {ngay_hen}\n" + FOLLOW,
    )
)
