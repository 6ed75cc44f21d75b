"""What the chat remembers of a person between two messages: sealed, short-lived, replaced as a whole."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from zalo.models import Conversation

LIFE = dt.timedelta(minutes=30)
LONGEST = 12_000


def recall(conversation: Conversation, now: dt.datetime) -> Mapping[str, Any]:
    """Return the memory; {} when there is none or it is too old."""
    if not conversation.memory or not conversation.memory_until or now > conversation.memory_until:
        return {}
    try:
        kept = json.loads(conversation.memory)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def keep(conversation: Conversation, memory: Mapping[str, Any] | None, now: dt.datetime) -> None:
    """Replace the memory; None or {} forgets. The caller holds the conversation locked and saves nothing else of it."""
    text = json.dumps(memory, ensure_ascii=False) if memory else ""
    conversation.memory = text if len(text) <= LONGEST else ""
    conversation.memory_until = now + LIFE if conversation.memory else None
    conversation.save(update_fields=["memory", "memory_until"])
