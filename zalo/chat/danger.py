"""Danger to life before anything else: whom to call, as buttons to tap, whatever the talk was about."""

from __future__ import annotations

from dossiers.language import danger, intents, voice
from zalo.chat.commands import Turn
from zalo.messages.reply import Reply, call

COMMAND = "nguy-hiem"
_SHORT, _LONG = 4, 6
_SURE_IN_FEW = 0.3
"""Margin from which two or three words ("cướp có dao") are danger."""


def _in_danger(text: str, length: int) -> bool:
    wanted = intents.guess(text)
    plainly = wanted.name == "danger" and wanted.score > wanted.second_score + 0.1
    if length < _SHORT:
        return plainly and wanted.score >= _SURE_IN_FEW
    urgency = voice.read(text).urgency
    told = wanted.name in {"danger", "feedback_start"} or (wanted.name == "ambiguous" and length >= _LONG)
    return (plainly and (urgency > voice.Urgency.ORDINARY or length < _LONG)) or (
        told and urgency == voice.Urgency.DANGER
    )


def emergency(turn: Turn) -> Reply | None:
    """Return the numbers to call, the one that fits first; None when nobody is in danger.

    Two views must not differ: the model of what is reported, and that of what is wanted of the chat.
    """
    text = turn.said.plain
    if not _in_danger(text, len(turn.said.words)):
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
