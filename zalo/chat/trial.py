"""Chat word of whoever writes a notice to many: "gửi thử K7M2QX" shows it on their own phone before anybody's."""

from __future__ import annotations

from zalo.broadcasts import trial
from zalo.chat.commands import Command, Turn, register
from zalo.messages.reply import Reply

SLUG = "gui-thu"


def shown(turn: Turn) -> Reply:
    """Return the notice as it will read, or say that the code is no longer good."""
    found = trial.answer(turn.said.plain, turn.account, turn.contact, now=turn.now)
    return found or Reply(
        "Mã gửi thử không đúng, đã quá một giờ hoặc tin vừa được sửa. Hãy xem mã mới trên trang soạn tin.",
        command=SLUG,
    )


register(Command(slug=SLUG, title="Gửi thử tin chung", phrases=("gửi thử",), answer=shown, takes_all=True, order=99))
