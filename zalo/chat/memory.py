"""What the chat remembers of a person between two messages: sealed and short-lived.

Two things are kept. The dialogue (`step` and what it needs, `choices` of the last list) is replaced as a whole by every
answer. What was told last (`Told`) stays beside it until something else is told, half an hour at most: "phí bao nhiêu"
is about the procedure told before.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from zalo.models import Conversation

LIFE = dt.timedelta(minutes=30)
LONGEST = 12_000
TOLD = "told"


@dataclass(frozen=True, slots=True)
class Told:
    """What the chat told last: `about` is "procedure", "dossier" or "" for nothing.

    `procedures` are the codes of the best fitting ones and `words` what was asked; `dossiers` are the codes that were
    asked for, none when the person's own dossiers were listed. `at` is when, in ISO form.
    """

    about: str = ""
    procedures: tuple[str, ...] = ()
    words: str = ""
    dossiers: tuple[str, ...] = ()
    at: str = ""


NOTHING = Told()


def told(memory: Mapping[str, Any], now: dt.datetime) -> Told:
    """Return what was told last; NOTHING when that is longer ago than LIFE."""
    kept: dict[str, Any] = memory.get(TOLD) or {}
    try:
        found = Told(**{**kept, **{name: tuple(kept[name]) for name in ("procedures", "dossiers")}})
        return found if now - dt.datetime.fromisoformat(found.at) <= LIFE else NOTHING
    except (KeyError, TypeError, ValueError):
        return NOTHING


def recall(conversation: Conversation, now: dt.datetime) -> Mapping[str, Any]:
    """Return the memory; {} when there is none or it is too old."""
    if not conversation.memory or not conversation.memory_until or now > conversation.memory_until:
        return {}
    try:
        kept = json.loads(conversation.memory)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def keep(conversation: Conversation, memory: Mapping[str, Any] | None, now: dt.datetime, last: Told = NOTHING) -> None:
    """Replace the dialogue by `memory`, None or {} for none, and what was told by `last`.

    The caller holds the conversation locked and saves nothing else of it.
    """
    whole = {name: value for name, value in (memory or {}).items() if name != TOLD}
    if last.about:
        whole[TOLD] = asdict(last)
    text = json.dumps(whole, ensure_ascii=False) if whole else ""
    conversation.memory = text if len(text) <= LONGEST else ""
    conversation.memory_until = now + LIFE if conversation.memory else None
    conversation.save(update_fields=["memory", "memory_until"])
