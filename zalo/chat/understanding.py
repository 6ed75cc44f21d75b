"""One message in, one answer out: deterministic, in Vietnamese, ending in an answer, a next step or a person.

Order of understanding: danger to life → stop words → a person is answering (silence) → link code → a printed address →
a report being written → a rating → several requests at once → dossier codes → a dialogue → a number picked from the
last list → a question about what was told last → a command said plainly → a look-up number → what the model is sure of
→ a command inside the sentence → a ready answer → a procedure → what we can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from zalo.chat import (
    areas as chat_areas,
)
from zalo.chat import (
    commands as chat_commands,
)
from zalo.chat import (
    consent as chat_consent,
)
from zalo.chat import (
    danger as chat_danger,
)
from zalo.chat import (
    lookup as chat_lookup,
)
from zalo.chat import (
    meant as chat_meant,
)
from zalo.chat import (
    menu as chat_menu,
)
from zalo.chat import (
    person as chat_person,
)
from zalo.chat import (
    procedures as chat_procedures,
)
from zalo.chat import (
    rating as chat_rating,
)
from zalo.chat import (
    support as chat_support,
)
from zalo.chat import (
    trial as chat_trial,
)
from zalo.chat import (
    voice as chat_voice,
)
from zalo.chat.commands import Turn
from zalo.chat.words import Said
from zalo.messages.reply import Reply
from zalo.models import Conversation

log = structlog.get_logger(__name__)
MISSES_BEFORE_PERSON = 2
LEAST_OF_A_CHANGE = 3
PLAINLY, INSIDE = 3, 2
"""Weight of a command whose phrase opens the message, and of one that stands inside it (commands.Match)."""
SPEAKING = (chat_areas, chat_menu, chat_support, chat_person, chat_rating, chat_trial)
"""Modules that register their commands by being imported, beside those asked by name below."""


def answer(turn: Turn) -> Reply | None:
    """Return the one answer to this message; None while a person answers instead of the machine.

    A fault in a command never leaves the citizen without an answer: it is logged and a person is offered.
    """
    if turn.conversation.mode != Conversation.Mode.BOT:
        return _while_a_person_answers(turn)
    try:
        return _understood(turn)
    except Exception:
        log.exception("chat command failed", conversation=turn.conversation.pk)
        return chat_person.offer(
            "Xin lỗi, hệ thống vừa gặp lỗi khi tìm câu trả lời. Bạn thử lại sau ít phút, hoặc nhắn “gặp cán bộ”.",
            command="loi",
        )


_FIRST = (
    chat_danger.emergency,
    chat_consent.stop_words,
    chat_lookup.link_code,
    chat_lookup.receipt_page,
)
_CODES = (
    chat_lookup.dossier_codes,
    chat_voice.case_code,
    chat_voice.petition,
)


def _while_a_person_answers(turn: Turn) -> Reply | None:
    first = chat_danger.emergency(turn) or chat_consent.stop_words(turn)
    if first is not None:
        return first
    linked = chat_lookup.link_code(turn, strict=True)
    if linked is not None:
        return linked
    found = chat_commands.find(turn.said)
    if found and found.command.while_waiting and not found.rest.strip():
        turn.rest = found.rest
        return _named(found.command.answer(turn), found.command.slug)
    return _while_nobody_came(turn)


def _while_nobody_came(turn: Turn) -> Reply | None:
    """Tell a dossier asked for by its code as long as nobody of the staff answers yet: it keeps its place in the queue.

    Everything else waits for the person it was written to.
    """
    if turn.conversation.mode != Conversation.Mode.WAITING:
        return None
    told = chat_lookup.receipt_page(turn) or chat_lookup.dossier_codes(turn)
    if told is None:
        return None
    return replace(told, text=f"{told.text}\nBạn vẫn đang chờ cán bộ trả lời; nhắn “máy trả lời” nếu không cần nữa.")


def _understood(turn: Turn) -> Reply:
    memory = turn.memory
    if not turn.said.folded:
        return chat_rating.given_in_words(turn) or _without_words(turn)
    reply = _first(turn, _FIRST)
    if reply is None and chat_voice.is_written(memory, turn.said):
        reply = _go_on(turn, memory)
    elif reply is None:
        reply = _first(turn, (chat_rating.given_in_words, _several, *_CODES)) or _go_on(turn, memory)
    if reply is not None:
        return reply
    picked = _picked(turn, memory)
    if picked:
        chat_procedures.note_choice(turn, picked)
        turn.said = Said(picked)
        reply = chat_lookup.dossier_codes(turn) or _commanded(turn)
        if reply is not None:  # the list stays, so that another number may follow
            return reply if reply.memory else replace(reply, memory={"choices": memory["choices"]})
    return _first(turn, _LAST) or _not_understood(turn)


def _first(turn: Turn, readers: Iterable[Callable[[Turn], Reply | None]]) -> Reply | None:
    """Return the answer of the first that has one."""
    return next((reply for read in readers if (reply := read(turn)) is not None), None)


def _several(turn: Turn) -> Reply | None:
    """Answer each of several requests, unless a dialogue waits for an answer."""
    return None if turn.memory.get("step") else chat_meant.each(turn)


def _follow_up(turn: Turn) -> Reply | None:
    """Answer a question that rests on what was told; a command and nothing else, slips and all, rests on nothing."""
    found = chat_commands.find(turn.said)
    if found and found.weight[0] != INSIDE and not found.rest.strip():
        return None
    return chat_meant.follow_up(turn)


def _plainly(turn: Turn) -> Reply | None:
    """Give a message that begins with a command, and says little more, to that command."""
    found = chat_commands.find(turn.said)
    if found is None or found.weight[0] != PLAINLY:
        return None
    if len(found.rest.split()) > found.weight[1] + 1 and not found.command.takes_all:
        return None
    turn.rest = found.rest
    return _named(found.command.answer(turn), found.command.slug)


def _commanded(turn: Turn) -> Reply | None:
    found = chat_commands.find(turn.said)
    if found is None:
        return None
    turn.rest = found.rest
    return _named(found.command.answer(turn), found.command.slug)


_LAST = (
    chat_menu.fine,
    chat_procedures.by_code_alone,
    _follow_up,
    _plainly,
    chat_lookup.any_number,
    chat_meant.answer,
    _commanded,
    chat_menu.ready_answer,
    chat_procedures.guessed,
)


def _go_on(turn: Turn, memory: Mapping[str, Any]) -> Reply | None:
    """Give the message to the dialogue under way, unless it plainly asks for something else."""
    step = str(memory.get("step", ""))
    slug, _, name = step.partition(":")
    command = chat_commands.get(slug) if name else None
    reader = command.steps.get(name) if command else None
    if reader is None:
        return None
    if chat_menu.wants_out(turn.said):
        return chat_menu.left(turn)
    if turn.said.words[:1] == ("nham",) and len(turn.said.words) > LEAST_OF_A_CHANGE:
        turn.memory = {}  # "nhầm, tôi muốn hỏi …": the dialogue was a mistake
        return None
    asked = chat_commands.find(turn.said)
    if asked and asked.weight[0] == 3 and asked.command.slug in chat_menu.ALWAYS and not asked.rest.strip():
        turn.rest = asked.rest
        return _named(asked.command.answer(turn), asked.command.slug)
    return _named(reader(turn), slug)


def _picked(turn: Turn, memory: Mapping[str, Any]) -> str:
    """Return the words behind a number picked from the last list ("2", "số hai"); "" when none was."""
    choices = memory.get("choices")
    digits = turn.said.place
    if not isinstance(choices, list) or not digits or len(digits) > 2:
        return ""
    place = int(digits) - 1
    return str(choices[place]) if 0 <= place < len(choices) else ""


def _without_words(turn: Turn) -> Reply:
    """Pictures, sounds, places and stickers: kept for staff; inside a dialogue they belong to it."""
    reply = _go_on(turn, turn.memory) if turn.files and turn.memory.get("step") else None
    return reply or chat_menu.no_words(turn)


def _not_understood(turn: Turn) -> Reply:
    misses = int(turn.memory.get("misses", 0)) + 1
    if misses >= MISSES_BEFORE_PERSON:
        return chat_person.offer(chat_menu.STILL_NOT_UNDERSTOOD, command="chua-hieu", memory={"misses": misses})
    return chat_menu.not_understood(turn, {"misses": misses})


def _named(reply: Reply | None, slug: str) -> Reply | None:
    if reply is None or reply.command:
        return reply
    return replace(reply, command=slug)
