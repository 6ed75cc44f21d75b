"""The message a member of staff writes from the dossier's page (S5-04); the frame around the words stays."""

import datetime as dt

from zalo.messages.registry import MessageKind, Placeholder, register
from zalo.messages.texts.dossier_facts import COMMON

WORDS = Placeholder("noi_dung", "lời cán bộ viết", "Mời ông/bà mang bản chính đến đối chiếu trước thứ Sáu.", True)
BY_HAND = register(
    MessageKind(
        slug="dossier.by_hand",
        title="Tin cán bộ viết tay",
        placeholders=(*COMMON, WORDS),
        text="{co_quan} nhắn về hồ sơ {so_bien_nhan} ({thu_tuc}):\n{noi_dung}\nXem hồ sơ tại: {lien_ket}",
        script="Chào ông/bà, tôi gọi từ {co_quan} về hồ sơ {so_bien_nhan}: {noi_dung}",
        call=True,
        life=dt.timedelta(days=7),
    )
)
