"""Messages of a citizen's question, report or suggestion, from the acknowledgement to its end."""

import datetime as dt
from typing import Any

from feedback.models import FeedbackEvent
from zalo.messages.registry import MessageKind, register
from zalo.messages.texts.feedback_facts import COMMON, common

K = FeedbackEvent.Kind
WEEK = dt.timedelta(days=7)
FOLLOW = "Theo dõi tại: {lien_ket}"
HEAD = "{co_quan} về {loai} mã {ma_y_kien} của ông/bà. {ve_ho_so}\n"


def _case(slug: str, title: str, kind: str, text: str, **more) -> MessageKind:
    defaults: dict[str, Any] = {"life": WEEK, "needs_receipt_number": False}
    return register(
        MessageKind(
            slug=f"feedback.{slug}",
            title=title,
            feedback=frozenset({kind}),
            placeholders=COMMON,
            values=common,
            text=text,
            **(defaults | more),
        )
    )


_case(
    "received",
    "Đã nhận ý kiến",
    K.RECEIVED,
    "{co_quan} đã nhận {loai} của ông/bà lúc {thoi_diem}: “{tieu_de}”. {ve_ho_so}\nMã theo dõi: {ma_y_kien}\n"
    "Hạn trả lời: {han_tra_loi}\n" + FOLLOW,
    any_hour=True,
)
_case(
    "accepted",
    "Đã tiếp nhận xử lý ý kiến",
    K.ACCEPTED,
    HEAD + "Đã tiếp nhận xử lý. Hạn trả lời: {han_tra_loi}\n" + FOLLOW,
)
_case(
    "transferred",
    "Chuyển cơ quan xử lý ý kiến",
    K.TRANSFERRED,
    "Ý kiến mã {ma_y_kien} của ông/bà được chuyển đến {co_quan} để xử lý. {ve_ho_so}\nLý do: {noi_dung}\n"
    "Hạn trả lời: {han_tra_loi}\n" + FOLLOW,
)
_case(
    "forwarded",
    "Chuyển ý kiến ra ngoài hệ thống",
    K.FORWARDED,
    HEAD + "Việc này thuộc cơ quan khác nên đã được chuyển đi.\nLý do: {noi_dung}\nXem nơi nhận tại: {lien_ket}",
)
_case(
    "refused",
    "Không tiếp nhận ý kiến",
    K.REFUSED,
    HEAD + "Chúng tôi không tiếp nhận, vì: {noi_dung}\nXem tại: {lien_ket}",
    call=True,
    script="Chào ông/bà, tôi gọi từ {co_quan} về {loai} mã {ma_y_kien}. {ve_ho_so} Chúng tôi không tiếp nhận, "
    "vì: {noi_dung}",
)
_case(
    "more_requested",
    "Đề nghị bổ sung ý kiến",
    K.MORE_REQUESTED,
    HEAD + "Để xử lý, xin ông/bà cho biết thêm: {noi_dung}\nBổ sung tại: {lien_ket}\n"
    "Thời gian chờ ông/bà không tính vào hạn trả lời.",
    call=True,
    life=dt.timedelta(days=14),
    script="Chào ông/bà, tôi gọi từ {co_quan} về {loai} mã {ma_y_kien}. {ve_ho_so} Xin ông/bà cho biết thêm: "
    "{noi_dung}",
)
_case(
    "answered",
    "Đã trả lời ý kiến",
    K.ANSWERED,
    HEAD + "Trả lời:\n{noi_dung}\nXem và cho biết ông/bà có hài lòng không tại: {lien_ket}",
    template="tra_loi_phan_anh",
    call=True,
    life=dt.timedelta(days=30),
    script="Chào ông/bà, tôi gọi từ {co_quan} để trả lời {loai} mã {ma_y_kien}. {ve_ho_so} {noi_dung}",
)
_case(
    "part_answered",
    "Trả lời một phần ý kiến",
    K.PART_ANSWERED,
    HEAD + "Đã có trả lời một phần:\n{noi_dung}\n" + FOLLOW,
    template="tra_loi_phan_anh",
)
_case(
    "reopened",
    "Xem lại ý kiến",
    K.REOPENED,
    HEAD + "Đã ghi nhận đề nghị xem lại; chúng tôi sẽ trả lời trước {han_tra_loi}.\n" + FOLLOW,
    any_hour=True,
)
_case("closed", "Kết thúc ý kiến", K.CLOSED, HEAD + "Việc xử lý đã kết thúc. {noi_dung}\nXem lại tại: {lien_ket}")
_case(
    "withdrawn",
    "Đã rút ý kiến",
    K.WITHDRAWN,
    HEAD + "Đã ghi nhận ông/bà rút ý kiến. Nếu không phải ông/bà yêu cầu, hãy liên hệ ngay với chúng tôi.\n"
    "Xem tại: {lien_ket}",
    any_hour=True,
)
_case(
    "merged",
    "Gộp ý kiến trùng",
    K.MERGED,
    HEAD + "Nhiều người gửi cùng việc này nên được xử lý chung; ông/bà vẫn nhận trả lời theo mã trên.\n" + FOLLOW,
)
_case(
    "late_apology",
    "Xin lỗi vì trả lời chậm",
    K.LATE_APOLOGY,
    "{noi_dung}\n{ve_ho_so}\nMã theo dõi: {ma_y_kien}\n" + FOLLOW,
)
_case(
    "published",
    "Đã công khai ý kiến",
    K.PUBLISHED,
    HEAD + "Ý kiến và câu trả lời đã được công khai, thông tin của ông/bà đã được ẩn.\nXem tại: {lien_ket}",
)
