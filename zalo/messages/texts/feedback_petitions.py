"""Messages about a complaint or denunciation that is kept secret: the code, the address, and nothing else.

Who looks over the sender's shoulder must not learn from the words what was sent (Luật Tố cáo 2018), so they read like
those of any other matter, in the chat, in the subject of an e-mail and on the channel's own pages.
"""

import datetime as dt

from feedback.models import FeedbackEvent
from zalo.messages.registry import MessageKind, register
from zalo.messages.texts.feedback_facts import CODE, LINK, NAME, NOTE, OFFICE, STEP
from zalo.models import Route

K = FeedbackEvent.Kind
NEWS = "Có diễn biến mới"


def code_and_address(event: FeedbackEvent) -> dict[str, str]:
    """The two facts there are; a template's other parameters are filled with words that say nothing."""
    return {
        "ma_y_kien": event.facts["code"],
        "lien_ket": event.facts["link"],
        "nguoi_gui": "ông/bà",
        "co_quan": "Bộ phận tiếp nhận",
        "trang_thai": NEWS,
        "noi_dung": "",
    }


def _secret(slug: str, title: str, kind: str, text: str, **more) -> None:
    register(
        MessageKind(
            slug=f"feedback.{slug}",
            title=title,
            feedback=frozenset({kind}),
            placeholders=(CODE, LINK, NAME, OFFICE, STEP, NOTE),
            values=code_and_address,
            text=text,
            # No call list: nobody at a counter may learn who sent it.
            routes=(Route.REPLY, Route.UID, Route.PHONE, Route.EMAIL),
            required=False,
            secret=True,
            needs_receipt_number=False,
            life=dt.timedelta(days=14),
            **more,
        )
    )


_secret(
    "transfer_received",
    "Đã nhận đơn (giữ kín)",
    K.TRANSFER_RECEIVED,
    "Đã nhận nội dung ông/bà gửi, mã theo dõi {ma_y_kien}.\nXem tình trạng tại: {lien_ket}",
    any_hour=True,
)
_secret(
    "transfer_sent",
    "Đơn có diễn biến mới (giữ kín)",
    K.TRANSFER_SENT,
    "Nội dung mã {ma_y_kien} của ông/bà có diễn biến mới.\nXem tại: {lien_ket}",
)
