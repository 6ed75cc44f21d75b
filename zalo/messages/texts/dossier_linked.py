"""What those who receive a dossier's news hear when somebody else is linked to it."""

import datetime as dt

from zalo.messages.registry import MessageKind, Placeholder, register
from zalo.messages.texts.dossier_facts import COMMON

HOW = Placeholder("cach_ket_noi", "kết nối bằng cách nào", "mã một lần", True)
LINKED_BY_ANOTHER = register(
    MessageKind(
        slug="dossier.linked_by_another",
        title="Có thêm người nhận tin hồ sơ",
        template="",  # the usual template of a status would say that the dossier moved
        placeholders=(*COMMON, HOW),
        text="Hồ sơ {so_bien_nhan} ({thu_tuc}) vừa được kết nối thêm với một Zalo khác, bằng {cach_ket_noi}.\n"
        "Nếu không phải người nhà hay người nộp thay của ông/bà, nhắn “gặp cán bộ” để được kiểm tra và gỡ.",
        any_hour=True,
        life=dt.timedelta(days=7),
    )
)
