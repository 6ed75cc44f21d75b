"""Greeting, menu, guide, small talk, ready answers, and what is said when nothing was understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from dossiers.dossier_codes import EXAMPLE
from dossiers.language import intents
from feedback.cases import quick_answers
from zalo.chat import commands as chat_commands
from zalo.chat import conversations
from zalo.chat.commands import Command, Turn, register
from zalo.chat.words import Said
from zalo.messages.registry import MessageKind, Placeholder
from zalo.messages.registry import register as register_kind
from zalo.messages.reply import Reply, say, visit
from zalo.models import Conversation, Lane, Route

MENU_BUTTONS = (
    say("Hồ sơ của tôi"),
    say("Tra cứu thủ tục", "Thủ tục"),
    say("Góp ý, phản ánh", "Góp ý"),
    say("Hỗ trợ"),
    say("Gặp cán bộ"),
)
MENU_TEXT = (
    "Tôi giúp được những việc sau, bạn bấm nút hoặc nhắn:\n"
    "• Mã hồ sơ trên giấy tiếp nhận: xem hồ sơ đang ở bước nào\n"
    "• hồ sơ của tôi: các hồ sơ đã kết nối với Zalo này\n"
    "• thủ tục + tên, ví dụ “thủ tục khai sinh”: giấy tờ, thời hạn, lệ phí\n"
    "• góp ý: gửi câu hỏi, phản ánh, góp ý\n"
    "• đánh giá: chấm điểm phục vụ\n"
    "• thông tin: tin tức, liên kết tới Cổng Dịch vụ công\n"
    "• hỗ trợ: số điện thoại, địa chỉ, giờ làm việc\n"
    "• gặp cán bộ: nhắn với người thật\n"
    "• dừng: thôi nhận tin"
)
STILL_NOT_UNDERSTOOD = (
    "Tôi vẫn chưa hiểu ý bạn. Bạn nhắn “gặp cán bộ” để người thật trả lời, hoặc “menu” để xem những việc tôi làm được."
)
ALWAYS = frozenset({"menu", "gap-can-bo", "huong-dan", "ho-tro"})
"""Commands that leave a dialogue when said plainly."""
LEAST_LIKELY = 0.55
LONGEST_WAY_OUT = 8
LEAST_AFTER_NO = 3
PLAINLY_OUT = -0.2
"""Margin from which words of one's own end a dialogue: a report that only sounds like it must stay a report."""
_OUT = frozenset(
    {
        "thoat",
        "huy",
        "huy bo",
        "bo qua het",
        "quay lai",
        "thoi",
        "thoi khong gui nua",
        "thoi khoi gui",
        "khoi gui",
        "khong gui nua",
        "bat dau lai",
    }
)
_HELLO = ("xin chào", "chào", "hello", "hi", "alo", "chào bạn", "chào em", "chào cán bộ")
_THANKS = ("cảm ơn", "cám ơn", "thank", "thanks", "tks", "cảm ơn nhiều")
_FINE = frozenset(
    {"ok", "oke", "okay", "vang", "da", "u", "uh", "duoc roi", "da vang", "ok cam on", "da hieu", "hieu roi"}
)

WELCOME = register_kind(
    MessageKind(
        slug="channel.welcome",
        title="Lời chào khi bấm Quan tâm",
        placeholders=(Placeholder("kenh", "tên kênh Zalo", "Chính quyền số", required=True),),
        text="Chào mừng ông/bà đến với {kenh}.\n"
        "Kênh này báo từng bước giải quyết hồ sơ, nhắc ngày hẹn, trả lời thủ tục và nhận góp ý, miễn phí.\n"
        "• Có giấy tiếp nhận: nhắn mã hồ sơ để xem ngay, hoặc quét mã QR trên giấy rồi làm theo để kết nối hồ sơ.\n"
        "• Nhắn “menu” để xem mọi việc kênh làm được, “gặp cán bộ” để nhắn với người thật.\n"
        "Bấm Quan tâm là ông/bà đồng ý nhận tin qua Zalo; nhắn “dừng” bất cứ lúc nào để thôi nhận. "
        "Thông tin cá nhân chỉ dùng để giải quyết hồ sơ.",
        purpose="dossier",
        lane=Lane.REPLY,
        routes=(Route.REPLY,),
        required=False,
        any_hour=True,
        needs_receipt_number=False,
        life=dt.timedelta(days=2),
    )
)


def menu(turn: Turn) -> Reply:
    """Return what can be done here."""
    return Reply(MENU_TEXT, MENU_BUTTONS, command="menu")


def hello(turn: Turn) -> Reply | None:
    """Greet; a greeting with a question behind it is a question."""
    if len(turn.rest.split()) > 2:
        return None
    return Reply(f"Xin chào, đây là {turn.account.name}.\n{MENU_TEXT}", MENU_BUTTONS, command="chao")


def thanks(turn: Turn) -> Reply | None:
    if len(turn.rest.split()) > 3:
        return None
    return Reply("Rất vui được giúp bạn. Cần gì thêm bạn cứ nhắn “menu”.", keep_memory=True, command="cam-on")


def guide(turn: Turn) -> Reply:
    """Return how to use the channel, in five lines, with the illustrated page."""
    lines = [f"• {command.hint}" for command in chat_commands.all_commands() if command.hint]
    return Reply(
        "Cách dùng kênh này:\n" + "\n".join(lines) + f"\nHướng dẫn có hình: {settings.PUBLIC_BASE_URL}/huong-dan/",
        (visit("Xem hướng dẫn có hình", f"{settings.PUBLIC_BASE_URL}/huong-dan/"), say("Menu"), say("Gặp cán bộ")),
        command="huong-dan",
    )


def wants_out(said: Said) -> bool:
    """Whether the person wants to leave a dialogue."""
    if said.folded in _OUT:
        return True
    bare_no = said.words[:1] == ("khong",) and len(said.words) < LEAST_AFTER_NO
    short = len(said.words) <= LONGEST_WAY_OUT and not bare_no
    guess = intents.guess(said.plain)
    return short and guess.name == "cancel_dialogue" and guess.score >= PLAINLY_OUT


def left(turn: Turn) -> Reply:
    return Reply("Đã thôi, chưa gửi gì. Bạn cần việc khác thì bấm nút hoặc nhắn “menu”.", MENU_BUTTONS, command="thoi")


def no_words(turn: Turn) -> Reply:
    """Return the answer to a picture, a sound, a place or a sticker outside a dialogue."""
    if not turn.files:
        return Reply(
            "Chào bạn. Bạn nhắn mã hồ sơ để tra cứu, hoặc “menu” để xem những việc tôi làm được.",
            MENU_BUTTONS,
            keep_memory=True,
            command="khong-chu",
        )
    return Reply(
        "Đã nhận tệp bạn gửi; máy chưa đọc được ảnh hay ghi âm.\n"
        "• Muốn gửi kèm phản ánh: nhắn “góp ý” rồi làm theo, gửi lại ảnh ở bước ghi nội dung.\n"
        "• Muốn cán bộ xem: nhắn “gặp cán bộ”.\n"
        "• Ảnh chụp giấy tiếp nhận: bạn gõ giúp mã hồ sơ in trên giấy.",
        (say("Góp ý"), say("Gặp cán bộ"), say("Menu")),
        keep_memory=True,
        command="tep",
    )


def not_understood(turn: Turn, memory: Mapping[str, Any]) -> Reply:
    return Reply(f"Tôi chưa hiểu ý bạn. {MENU_TEXT}", MENU_BUTTONS, memory=memory, command="chua-hieu")


def fine(turn: Turn) -> Reply | None:
    """Return a nod to a nod."""
    if turn.said.folded in _FINE or (turn.said.is_yes and turn.said.plain.lower().startswith("đ")):
        return Reply("Vâng. Bạn cần gì thêm cứ nhắn “menu”.", keep_memory=True, command="dong-y")
    return None


def ready_answer(turn: Turn) -> Reply | None:
    """Return a ready answer of the FAQ or of what was published; None when nothing fits well enough."""
    agency = turn.conversation.agency
    found = quick_answers.find(turn.said.plain, agency, limit=1, least=LEAST_LIKELY)
    if not found:
        return None
    best = found[0]
    more = f"\nXem thêm: {best.link}" if best.link else ""
    text = f"Câu hỏi gần nhất: {best.question}\n\n{best.answer}{more}\n\nNếu chưa đúng ý, nhắn “gặp cán bộ”."
    buttons = (say("Gặp cán bộ"), say("Menu"))
    if best.faq_id:
        buttons = (say("Đúng điều tôi cần", "Đúng rồi, cảm ơn"), *buttons)
    return Reply(text, buttons, memory={"faq": best.faq_id} if best.faq_id else None, command="hoi-dap")


def helped(turn: Turn) -> Reply | None:
    """Count that the last ready answer was enough."""
    faq = turn.memory.get("faq")
    if isinstance(faq, int):
        quick_answers.helped(faq)
    return Reply("Cảm ơn bạn đã cho biết. Cần gì thêm bạn cứ nhắn “menu”.", command="huu-ich")


register(
    Command(
        slug="menu",
        title="Menu",
        phrases=("menu", "trợ giúp", "help", "bắt đầu", "tra cứu", "tra cứu hồ sơ"),
        answer=lambda turn: _menu_or_lookup(turn),
        hint="menu: xem mọi việc kênh làm được",
        while_waiting=True,
        order=95,
    )
)
register(Command(slug="chao", title="Chào", phrases=_HELLO, answer=hello, order=99))
register(Command(slug="cam-on", title="Cảm ơn", phrases=_THANKS, answer=thanks, order=99))
register(
    Command(slug="huu-ich", title="Hữu ích", phrases=("đúng rồi cảm ơn", "đúng điều tôi cần"), answer=helped, order=99)
)
register(
    Command(
        slug="huong-dan",
        title="Hướng dẫn",
        phrases=("hướng dẫn", "hướng dẫn sử dụng", "cách dùng", "cách sử dụng", "sử dụng thế nào"),
        answer=lambda turn: guide(turn) if len(turn.rest.split()) <= 2 else None,
        hint="hướng dẫn: cách dùng kênh",
        order=90,
    )
)


def ask_code(turn: Turn) -> Reply:
    """Ask for the code of the dossier, and say where it stands."""
    page = visit("Tra cứu trên trang", f"{settings.PUBLIC_BASE_URL}/tra-cuu/")
    return Reply(
        f"Bạn nhắn mã hồ sơ in trên giấy tiếp nhận, ví dụ {EXAMPLE}. "
        "Không nhớ mã: nhắn “hồ sơ của tôi”, hoặc chụp mã QR trên giấy bằng Zalo.",
        (say("Hồ sơ của tôi"), page, say("Gặp cán bộ"), say("Menu")),
        command="tra-cuu",
    )


def _menu_or_lookup(turn: Turn) -> Reply:
    if "tra cuu" in turn.said.folded or "tc" in turn.said.folded.split():
        return ask_code(turn)
    if turn.conversation.mode != Conversation.Mode.BOT:  # asked for while staff were to answer
        conversations.give_back(turn.conversation, by=None, now=turn.now)
    return menu(turn)
