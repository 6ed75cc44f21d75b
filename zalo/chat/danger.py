"""Danger to life before anything else: whom to call, as buttons to tap, whatever the talk was about."""

from __future__ import annotations

from dossiers.language import danger, intents, voice
from zalo.chat.commands import Turn
from zalo.messages.reply import Reply, call

COMMAND = "nguy-hiem"
_SHORT = 4


def emergency(turn: Turn) -> Reply | None:
    """Return the numbers to call, the one that fits first; None when nobody is in danger.

    Two views must not differ: the model of what is reported, and that of what is wanted of the chat.
    """
    text = turn.said.plain
    if len(turn.said.words) < _SHORT and "cuu" not in turn.said.words and "chay" not in turn.said.words:
        return None
    read, wanted = voice.read(text), intents.guess(text)
    sure = read.urgency == voice.Urgency.DANGER and wanted.name in {"danger", "feedback_start", "ambiguous"}
    if not sure and not (wanted.name == "danger" and wanted.score > wanted.second_score + 0.1):
        return None
    numbers = danger.numbers(text)
    lines = [f"• {number.dial}: {number.what}" for number in numbers]
    return Reply(
        f"Có người đang gặp nguy hiểm? Gọi ngay {numbers[0].dial} ({numbers[0].what}), miễn phí, cả khi máy hết tiền:\n"
        + "\n".join(lines)
        + "\nNói rõ việc gì, ở đâu. Nhắn tin ở đây không thay cho cuộc gọi.",
        tuple(call(f"Gọi {number.dial} {number.what}", number.dial) for number in numbers),
        keep_memory=True,
        command=COMMAND,
    )
