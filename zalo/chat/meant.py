"""What somebody means who gives no command: the learned model proposes, commands of the chat answer.

A message is read as what it asks for (`requests`), after what was told before (`Told`): each thing is answered.

Exact commands, codes and dialogues are read before; what the model is not sure of is asked back.
"""

from __future__ import annotations

from collections.abc import Callable

from dossiers.language import intents
from dossiers.language import voice as readings
from feedback.cases.routing import Nature
from zalo.chat import commands as chat_commands
from zalo.chat import consent, lookup, menu, person, procedures, rating, rating_words, requests, support, voice
from zalo.chat.commands import Turn
from zalo.chat.words import Said
from zalo.messages.reply import Reply, joined, say

MOST_AT_ONCE = 3
LONGEST_NAMED = 80


def before(turn: Turn) -> str:
    """Return what the message is said after: what was told last, or an invitation to rate that is newer."""
    invitation = rating.waiting(turn) if len(turn.said.words) <= rating_words.LONGEST_OF_TWO else None
    if invitation is None or invitation.invited_at.isoformat() < turn.told.at:
        return turn.told.about
    return "invitation"


def follow_up(turn: Turn) -> Reply | None:
    """Return the answer to a question that rests on what was told before; None when it stands by itself."""
    after = before(turn)
    guess = intents.guess(turn.said.plain, after)
    if guess.name != "follow_up" or not guess.sure:
        return None
    if after == "dossier":
        return lookup.follow_up(turn)
    return procedures.follow_up(turn, intents.aspect(turn.said.plain))


def answer(turn: Turn) -> Reply | None:
    """Return the answer to what is most likely meant; None when the model is not sure."""
    guess = intents.guess(turn.said.plain, before(turn))
    speak = _SPEAK.get(guess.name)
    if speak is None or not guess.sure:
        return None
    turn.rest = turn.said.folded
    return speak(turn)


def each(turn: Turn) -> Reply | None:
    """Return the answers to a message that asks for several things, in its order; None when it asks for one.

    A person is called last, as the machine is silent from then on. What it does not come to is named.
    """
    asked = requests.read(turn.said.plain, before(turn))
    if len(asked) < 2 or readings.read(turn.said.plain).petition_margin >= readings.DOUBTFUL:
        return None
    answered, left = _shared_out(asked)
    turn.brief = True
    whole, replies = turn.said, []
    for request in answered:
        turn.said = Said(request.words)
        turn.rest = turn.said.folded
        reply = lookup.dossier_codes(turn) or _SPEAK[request.wants](turn)
        if reply is not None:
            replies.append(reply)
    turn.said, turn.brief = whole, False
    if len(replies) < 2:
        return None
    if left:
        words = "; ".join(f"“{request.words[:LONGEST_NAMED]}”" for request in left[:MOST_AT_ONCE])
        replies.append(Reply(f"Mỗi lần tôi trả lời {MOST_AT_ONCE} việc. Bạn nhắn riêng việc còn lại: {words}."))
    return joined(replies)


def _shared_out(asked: list[requests.Request]) -> tuple[list[requests.Request], list[requests.Request]]:
    """Return what is answered at once, and what is left; a person who is called is never left."""
    called = [request for request in asked if request.wants == "human"][:1]
    others = [request for request in asked if request not in called]
    room = MOST_AT_ONCE - len(called)
    return [*others[:room], *called], others[room:]


def _procedure(turn: Turn) -> Reply:
    return menu.ready_answer(turn) or procedures.asked(turn, turn.said.plain, after_all=True)


def _petition_question(turn: Turn) -> Reply | None:
    folded = turn.said.folded
    asked = procedures.where_to_file(Nature.DENUNCIATION if "to cao" in folded else Nature.COMPLAINT)
    return asked if any(word in folded for word in ("khieu nai", "to cao", "tiep cong dan", "don thu")) else None


def _data(turn: Turn) -> Reply | None:
    """Give it to whoever has the look-ups (portal.datasets)."""
    turn.rest = turn.said.folded.removeprefix("thong tin").strip()
    command = chat_commands.get(support.INFORMATION)
    return command.answer(turn) if command else None


def _abusive(turn: Turn) -> Reply:
    return Reply(
        "Xin lỗi vì đã làm bạn bực. Bạn cho biết việc cần giúp, hoặc nhắn “gặp cán bộ” để người thật trả lời, "
        "“góp ý” để gửi phản ánh.",
        (say("Gặp cán bộ"), say("Góp ý"), say("Menu")),
        command="buc-boi",
    )


def _irrelevant(turn: Turn) -> Reply:
    return Reply(
        "Việc này nằm ngoài những gì kênh làm được. Kênh trả lời về hồ sơ, thủ tục hành chính và nhận góp ý; "
        "nhắn “menu” để xem.",
        (say("Menu"), say("Gặp cán bộ")),
        command="ngoai-viec",
    )


def _withdraw(turn: Turn) -> Reply:
    return Reply(
        "Muốn rút hồ sơ đã nộp: đến nơi đã nộp, mang giấy tiếp nhận và căn cước, viết đơn xin rút. Kênh này không rút "
        "thay được và không thay đổi gì về hồ sơ của bạn. Nhắn mã hồ sơ để xem đang ở bước nào.",
        (say("Hồ sơ của tôi"), say("Gặp cán bộ"), say("Hỗ trợ"), say("Menu")),
        command="rut-ho-so",
    )


def _link(turn: Turn) -> Reply:
    """Tell how a dossier is linked to this Zalo."""
    return Reply(
        "Kết nối hồ sơ với Zalo này: nhắn #HS và 6 chữ số trên màn hình sau khi quét mã QR của giấy tiếp nhận, hoặc mã "
        f"cán bộ tại quầy đọc; hoặc nhắn “{lookup.SHARE}” rồi xác nhận bằng 4 số cuối CCCD.",
        (say("Chia sẻ số điện thoại"), say("Hướng dẫn"), say("Menu")),
        command="cach-ket-noi",
    )


def _left(turn: Turn) -> Reply:
    return Reply(
        "Không có việc nào đang dở. Muốn thôi nhận tin, nhắn “dừng nhận tin”; cần việc khác, nhắn “menu”.",
        (say("Menu"), say("Gặp cán bộ")),
        command="khong-co-gi-do",
    )


def _whole(said: Callable[[Turn], Reply | None]) -> Callable[[Turn], Reply | None]:
    """Return the answer of a command for which nothing of the message is left to read."""

    def answer(turn: Turn) -> Reply | None:
        turn.rest = ""
        return said(turn)

    return answer


_SPEAK: dict[str, Callable[[Turn], Reply | None]] = {
    "my_dossiers": _whole(lookup.mine_meant),
    "lookup_by_code": menu.ask_code,
    "procedure_search": _procedure,
    "petition_question": _petition_question,
    "feedback_start": voice.begin,
    "rating": rating.begin_meant,
    "support": _whole(support.support),
    "human": _whole(person.queue),
    "guide": menu.guide,
    "opt_out": consent.stop_meant,
    "opt_in": consent.again_meant,
    "menu": menu.menu,
    "greeting": _whole(menu.hello),
    "thanks": _whole(menu.thanks),
    "goodbye": _whole(menu.thanks),
    "abusive": _abusive,
    "irrelevant": _irrelevant,
    "dataset_lookup": _data,
    "news": support.news,
    "withdraw_dossier": _withdraw,
    "link_dossier": _link,
    "cancel_dialogue": _left,
    "no": _left,
}
