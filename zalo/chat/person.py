"""Handing a citizen over to a person, and taking them back; the machine is silent in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dossiers.lookup import agency_cards
from dossiers.models import Agency
from zalo.chat import conversations
from zalo.chat import menu as chat_menu
from zalo.chat import support as chat_support
from zalo.chat.commands import Command, Turn, register
from zalo.messages.reply import Reply, call, say
from zalo.models import Conversation
from zalo.people import linking


def ask(turn: Turn) -> Reply | None:
    """Put the person into the staff's queue and say when an answer can be expected and what else helps."""
    if turn.said.words[:2] == ("can", "bo") and turn.rest.strip():
        return None  # about staff, not to staff
    return queue(turn)


def queue(turn: Turn) -> Reply:
    """Put the person into the queue, or ask which centre first."""
    agencies = chat_support.chosen(turn, turn.rest)
    agency = turn.conversation.agency or (agencies[0] if len(agencies) == 1 else _of_own_dossiers(turn, agencies))
    if agency is None and len(agencies) > 1:
        return _which_agency(turn, agencies)
    return _queued(turn, agency)


def ask_at(turn: Turn) -> Reply:
    """Read which centre the person wants to talk to."""
    choices = turn.memory.get("agencies", [])
    digits = turn.said.digits
    agencies = chat_support.chosen(turn, "")
    by_id = {agency.pk: agency for agency in agencies}
    if digits and len(digits) <= 2 and 0 < int(digits) <= len(choices):
        return _queued(turn, by_id.get(choices[int(digits) - 1]))
    named = chat_support.chosen(turn, turn.said.plain)
    if len(named) == 1:
        return _queued(turn, named[0])
    return _queued(turn, None)


def offer(text: str, *, command: str, memory: Mapping[str, Any] | None = None) -> Reply:
    """Return an answer whose next step is a person."""
    return Reply(text, (say("Gặp cán bộ"), say("Hỗ trợ"), say("Menu")), memory=memory, command=command)


def back_to_machine(turn: Turn) -> Reply:
    """The person asked for the machine again."""
    if turn.conversation.mode == Conversation.Mode.BOT:
        return chat_menu.menu(turn)
    conversations.give_back(turn.conversation, by=None, now=turn.now)
    return Reply(
        "Đã chuyển lại cho máy trả lời. Nhắn “menu” để xem những việc tôi làm được, “gặp cán bộ” khi cần người thật.",
        (say("Menu"), say("Gặp cán bộ")),
        command="ve-may",
    )


def _queued(turn: Turn, agency) -> Reply:
    conversations.ask_person(turn.conversation, agency=agency, topic=_topic(turn), now=turn.now)
    opens = chat_support.when_open(agency, turn.now)
    when = (
        f"Hiện ngoài giờ làm việc; cán bộ trả lời {opens}."
        if opens
        else "Cán bộ sẽ trả lời ngay tại đây trong giờ làm việc."
    )
    where = f" ({agency.name})" if agency else ""
    lines, buttons = [], []
    if agency is not None:
        card = agency_cards.card(agency.pk, turn.now.date())
        for line in (card.lines if card else ())[:1]:
            lines.append(f"Việc gấp xin gọi {line.phone}.")
            buttons.append(call(f"Gọi {line.phone}", line.dial))
    return Reply(
        f"Đã chuyển cho cán bộ{where}{_before(turn.conversation)}. {when} "
        + " ".join(lines)
        + "\nBạn cứ nhắn tiếp nội dung cần hỏi, gửi được cả ảnh; máy sẽ im lặng để cán bộ trả lời. "
        "Muốn quay lại máy: nhắn “máy trả lời”.",
        (*buttons, say("Máy trả lời")),
        command="gap-can-bo",
    )


def _of_own_dossiers(turn: Turn, agencies) -> Agency | None:
    """Return the one centre that holds all the person's linked dossiers, if this channel serves it."""
    holding = set(linking.dossiers_of(turn.contact).order_by().values_list("agency_id", flat=True).distinct()[:2])
    return next((agency for agency in agencies if holding == {agency.pk}), None)


def _before(conversation: Conversation) -> str:
    ahead = conversations.waiting_before(conversation)
    return f", {ahead} người chờ trước bạn" if ahead else ""


def _which_agency(turn: Turn, agencies) -> Reply:
    shown = agencies[:9]
    lines = [f"{place}. {agency.name}" for place, agency in enumerate(shown, start=1)]
    return Reply(
        "Bạn muốn gặp cán bộ ở đâu? Nhắn số thứ tự hoặc tên xã, phường:\n" + "\n".join(lines),
        tuple(say(agency.name[:60], str(place)) for place, agency in enumerate(shown[:3], start=1)),
        memory={"step": "gap-can-bo:where", "agencies": [agency.pk for agency in shown], "topic": _topic(turn)},
        command="gap-can-bo",
    )


def _topic(turn: Turn) -> str:
    """Return what the person was about, for the staff's list: never what was typed in a dialogue."""
    asked = turn.memory.get("topic")
    if asked:
        return str(asked)[:120]
    return turn.rest.strip()[:120]


register(
    Command(
        slug="gap-can-bo",
        title="Gặp cán bộ",
        phrases=(
            "gặp cán bộ",
            "gặp người",
            "gặp nhân viên",
            "gặp tư vấn viên",
            "nói chuyện với cán bộ",
            "nhắn với cán bộ",
            "cần người trả lời",
            "người thật",
            "cán bộ",
        ),
        loose=("gặp cán bộ", "gặp người thật", "cho gặp người", "nói chuyện với người", "chat với cán bộ"),
        answer=ask,
        steps={"where": ask_at},
        hint="gặp cán bộ: nhắn với người thật",
        order=80,
    )
)
register(
    Command(
        slug="ve-may",
        title="Quay lại máy trả lời",
        phrases=("máy trả lời", "quay lại máy", "về máy", "gặp máy"),
        answer=back_to_machine,
        while_waiting=True,
        order=98,
    )
)
