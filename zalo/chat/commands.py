"""Registry of what the chat can do. Other apps add commands with `register` in their `ready()`.

A command is found by its phrases: exactly at the beginning of what was said, then inside it, then with slips. The
longest phrase wins, so "thủ tục" never takes "thủ tục của tôi" from another command that says more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dossiers.search_text import fold
from zalo.chat import memory as chat_memory
from zalo.chat.memory import NOTHING, Told
from zalo.chat.words import Said, phrase_alike
from zalo.messages.reply import Reply

if TYPE_CHECKING:
    from zalo.models import Account, Contact, Conversation


@dataclass
class Turn:
    """One message of one person, with what is known: who, where, when, and what the last turns left in memory.

    `rest` is what was said after the command's phrase, as typed; `event_key` names the message for once-only acts;
    `about` collects the agencies whose dossiers or cases the answer tells of: only they read this part of the thread.
    `told` is what was told last, and after answering what the next message may rest on; `brief` when the message asks
    several things, so that each answer is short.
    """

    said: Said
    contact: Contact
    conversation: Conversation
    account: Account
    now: dt.datetime
    event_key: str
    memory: Mapping[str, Any] = field(default_factory=dict)
    rest: str = ""
    files: int = 0
    about: set[int] = field(default_factory=set)
    told: Told = NOTHING
    brief: bool = False

    def __post_init__(self) -> None:
        if self.told is NOTHING:
            self.told = chat_memory.told(self.memory, self.now)

    def tells(self, about: str, **what: Any) -> None:
        """Note what the answer tells of: the next message may ask more about it."""
        self.told = Told(about, at=self.now.isoformat(), **what)

    def concerned(self, reply: Reply) -> set[int]:
        """Return the ids of the agencies this message and its answer are about, that of the dialogue included."""
        dialogue = {(memory or {}).get("agency") for memory in (self.memory, reply.memory)}
        return self.about | {agency for agency in dialogue if isinstance(agency, int)}

    @property
    def origin_ref(self) -> str:
        """What feedback keeps about the sender."""
        return self.contact.origin_ref


@dataclass(frozen=True, kw_only=True)
class Command:
    """One thing the chat does. `answer` gives the reply, or None to let others try.

    `steps` continue a dialogue: the memory's `step` names the function that reads the next message. `loose` phrases
    also count in the middle of a sentence. `hint` is what the guide says to type.
    """

    slug: str
    title: str
    phrases: tuple[str, ...]
    answer: Callable[[Turn], Reply | None]
    loose: tuple[str, ...] = ()
    hint: str = ""
    steps: Mapping[str, Callable[[Turn], Reply | None]] = field(default_factory=dict)
    while_waiting: bool = False  # answered even while the person waits for staff
    takes_all: bool = False  # a message that begins with its phrase is its own, however much follows
    order: int = 50

    def __post_init__(self) -> None:
        object.__setattr__(self, "_exact", tuple(tuple(fold(phrase).split()) for phrase in self.phrases))
        object.__setattr__(self, "_loose", tuple(tuple(fold(phrase).split()) for phrase in self.loose))


_commands: dict[str, Command] = {}


def register(command: Command) -> Command:
    """Add a command, or replace the one of the same slug."""
    _commands[command.slug] = command
    return command


def get(slug: str) -> Command | None:
    return _commands.get(slug)


def all_commands() -> list[Command]:
    """Every command in the order the guide lists them."""
    return sorted(_commands.values(), key=lambda command: (command.order, command.slug))


@dataclass(frozen=True, slots=True)
class Match:
    """A command that was meant, and what was said after its phrase."""

    command: Command
    rest: str
    weight: tuple[int, int]


def find(said: Said) -> Match | None:
    """Return the command that was meant; None when nothing fits."""
    best: Match | None = None
    for command in all_commands():
        for phrase in command._exact:
            match = _starting(command, phrase, said)
            if match and (best is None or match.weight > best.weight):
                best = match
        for phrase in command._loose:
            match = _inside(command, phrase, said)
            if match and (best is None or match.weight > best.weight):
                best = match
    return best


def _starting(command: Command, phrase: tuple[str, ...], said: Said) -> Match | None:
    size = len(phrase)
    for words in (said.words, said.core):
        if words[:size] == phrase:
            return Match(command, " ".join(words[size:]), (3, size))
    for words in (said.core, said.untelexed):
        if phrase_alike(words, phrase):
            return Match(command, "", (1, size))
        for length in {size, max(1, size - 1), size + 1}:
            if len(words) >= length and phrase_alike(words[:length], phrase):
                return Match(command, " ".join(words[length:]), (1, size))
    return None


def _inside(command: Command, phrase: tuple[str, ...], said: Said) -> Match | None:
    words, size = said.words, len(phrase)
    for start in range(len(words) - size + 1):
        if words[start : start + size] == phrase:
            return Match(command, " ".join(words[start + size :]), (2, size))
    return None
