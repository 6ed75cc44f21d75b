"""Stopping messages, by purpose or altogether, and taking the stop back; withdrawing is as easy as one word.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: consent by purpose, withdrawable at any time.
"""

from __future__ import annotations

from zalo.chat.commands import Command, Turn, register
from zalo.messages.reply import Reply, say
from zalo.models import ConsentRecord, Conversation
from zalo.people import followers

Purpose = ConsentRecord.Purpose
_STOP_ALL = frozenset(
    {
        "dung",
        "stop",
        "dung lai",
        "dung nhan tin",
        "dung gui tin",
        "dung nhan",
        "huy quan tam tin",
        "huy quan tam",
        "huy nhan tin",
        "huy tin",
        "huy dang ky",
        "khong nhan tin",
        "khong nhan tin nua",
        "khong muon nhan tin",
        "khong muon nhan tin nua",
        "thoi nhan tin",
        "ngung nhan tin",
        "ngung",
        "tu choi nhan tin",
        "dung nhan tat ca",
        "dung tat ca",
    }
)
_BARE = frozenset({"dung", "dung lai", "ngung"})
_ABOUT_MESSAGES = frozenset("tin nhan gui goi thong bao phien lam".split())
_KINDS = {
    "tin tuc": Purpose.NEWS,
    "tin chung": Purpose.NEWS,
    "quang cao": Purpose.NEWS,
    "ho so": Purpose.DOSSIER,
    "tin ho so": Purpose.DOSSIER,
    "khan cap": Purpose.URGENT,
    "tin khan": Purpose.URGENT,
    "danh gia": Purpose.SURVEY,
    "khao sat": Purpose.SURVEY,
}
_STOP_VERBS = (
    "dung nhan tin",
    "dung nhan",
    "dung gui",
    "dung tin",
    "dung",
    "huy nhan tin",
    "huy nhan",
    "huy tin",
    "thoi nhan",
    "tat",
)
_REFUSALS = frozenset("bo huy khong ko k hong hok kg khoi dung thoi ngung tat chan xoa ngat het".split())
_AGAIN = frozenset(
    {
        "nhan tin",
        "nhan lai tin",
        "nhan lai",
        "dong y nhan tin",
        "bat tin",
        "bat lai tin",
        "start",
        "dang ky lai",
        "nhan lai tat ca",
    }
)


def stop_words(turn: Turn) -> Reply | None:
    """Return the confirmation when the message asks to stop (or to go on) receiving; None when it does not.

    "đúng" written whole answers a question; without its tone it is "dung", which stops.
    """
    folded = turn.said.folded
    if turn.said.plain.lower().startswith("đúng"):
        return None
    # A word alone answers whoever asked last: in a dialogue, or when a person is talking, it stops nothing.
    answers_somebody = turn.memory.get("step") or turn.conversation.mode != Conversation.Mode.BOT
    if folded in _BARE and answers_somebody:
        return None
    if folded in _STOP_ALL:
        followers.restrict(turn.contact, list(Purpose.values), how=f"Nhắn “{folded}”", now=turn.now)
        return _stopped()
    for verb in _STOP_VERBS:
        rest = folded.removeprefix(verb).strip() if folded.startswith(verb + " ") else ""
        # "dừng hồ sơ" and "hủy hồ sơ" are about the dossier, not about messages.
        purpose = None if rest == "ho so" and "tin" not in verb and "nhan" not in verb else _KINDS.get(rest)
        if purpose:
            followers.restrict(turn.contact, [purpose], how=f"Nhắn “{folded}”"[:120], now=turn.now)
            return Reply(
                f"Đã dừng loại tin: {Purpose(purpose).label}. Các loại tin khác vẫn gửi như cũ. "
                f"Nhận lại: nhắn “nhận {_word(purpose)}”.",
                command="dung",
            )
    return _again(turn, folded)


def stop_meant(turn: Turn) -> Reply | None:
    """Return the confirmation for a wish to stop in one's own words; None unless it is about messages."""
    if not _ABOUT_MESSAGES & set(turn.said.words):
        return None
    followers.restrict(turn.contact, list(Purpose.values), how=f"Nhắn “{turn.said.folded}”"[:120], now=turn.now)
    return _stopped()


def again_meant(turn: Turn) -> Reply | None:
    """Return the confirmation for a wish to hear again in one's own words.

    Nobody is written to again on a guess: words that begin with a refusal stop, and one further on is asked about.
    """
    words = turn.said.words
    if not _ABOUT_MESSAGES & set(words):
        return None
    if words[0] in _REFUSALS:
        return stop_meant(turn)
    return _which_is_meant() if _REFUSALS & set(words) else _all_again(turn)


def _which_is_meant() -> Reply:
    return Reply(
        "Bạn muốn dừng hay nhận lại tin của kênh này? Chưa có gì thay đổi.",
        (say("Dừng mọi tin", "Dừng"), say("Nhận lại tin")),
        command="nhan-lai",
    )


def _stopped() -> Reply:
    return Reply(
        "Đã dừng mọi tin gửi tới Zalo này, kể cả tin về hồ sơ của bạn. Bạn vẫn nhắn tin tra cứu được bất "
        "cứ lúc nào.\n"
        "Chỉ muốn thôi tin chung mà vẫn nhận tin hồ sơ: nhắn “nhận tin hồ sơ”. Nhận lại tất cả: nhắn “nhận "
        "lại tin”.",
        (say("Vẫn nhận tin hồ sơ", "Nhận tin hồ sơ"), say("Nhận lại tất cả", "Nhận lại tin")),
        command="dung",
    )


def _all_again(turn: Turn) -> Reply:
    how = f"Nhắn “{turn.said.folded}”"[:120]
    followers.restrict(turn.contact, list(Purpose.values), how=how, now=turn.now, granted=True)
    return Reply(
        "Đã bật lại mọi loại tin. Muốn thôi nhận, nhắn “dừng”. Tin theo xã thì đăng ký lại: nhắn “báo tôi khi cúp "
        "điện ở xã …”.",
        command="nhan-lai",
    )


def _again(turn: Turn, folded: str) -> Reply | None:
    if folded in _AGAIN:
        return _all_again(turn)
    for verb in ("nhan lai", "nhan", "bat lai", "bat"):
        rest = folded.removeprefix(verb).strip().removeprefix("tin ") if folded.startswith(verb + " ") else ""
        purpose = _KINDS.get(rest) or _KINDS.get(f"tin {rest}")
        if purpose:
            followers.restrict(turn.contact, [purpose], how=f"Nhắn “{folded}”"[:120], now=turn.now, granted=True)
            return Reply(
                f"Đã bật lại: {Purpose(purpose).label}. Muốn thôi, nhắn “dừng {_word(purpose)}”.", command="nhan-lai"
            )
    return None


def erase_asked(turn: Turn) -> Reply:
    """Ask before everything is erased: it cannot be taken back."""
    return Reply(
        "Bạn muốn xoá mọi dữ liệu kênh Zalo này giữ về bạn: tên, số điện thoại đã chia sẻ, hội thoại, liên kết hồ sơ? "
        "Hồ sơ đã nộp vẫn được lưu theo luật lưu trữ; ý kiến đã gửi được che tên và số. Việc này không lấy lại được.\n"
        "Nhắn “XOÁ HẾT” để xoá, hoặc “thôi”.",
        (say("Xoá hết"), say("Thôi")),
        memory={"step": "xoa-du-lieu:sure"},
        command="xoa-du-lieu",
    )


def erase_sure(turn: Turn) -> Reply:
    if turn.said.folded not in {"xoa het", "xoa tat ca"}:
        return Reply("Chưa xoá gì. Nhắn “menu” nếu bạn cần việc khác.", command="xoa-du-lieu")
    return Reply(
        "Đang xoá dữ liệu của bạn. Cảm ơn bạn đã dùng kênh; bạn có thể nhắn lại bất cứ lúc nào.",
        memory={"erase": True},
        command="xoa-du-lieu",
    )


def _word(purpose: str) -> str:
    return {"news": "tin tức", "dossier": "tin hồ sơ", "urgent": "tin khẩn", "survey": "đánh giá"}[purpose]


register(
    Command(
        slug="xoa-du-lieu",
        title="Xoá dữ liệu của tôi",
        phrases=("xoá dữ liệu", "xóa dữ liệu của tôi", "xoá thông tin của tôi", "xoá dữ liệu cá nhân"),
        answer=erase_asked,
        steps={"sure": erase_sure},
        hint="dừng: thôi nhận tin · xoá dữ liệu: xoá những gì kênh giữ về bạn",
        order=97,
    )
)
