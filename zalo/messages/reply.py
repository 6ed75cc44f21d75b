"""What the chat answers: a text with up to five buttons, in Zalo's form. Buttons only save typing: the text is enough.

Limits: 2,000 code points of text after NFC, 5 buttons, titles of 100 and query payloads of 1,000 characters
(zalo-openapi, section 2.1).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from zalo.messages.registry import TEXT_LIMIT

MOST_BUTTONS = 5
TITLE_LIMIT = 100
QUERY_LIMIT = 1000
JOINT = "+"
"""Between the commands of an answer to several questions."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button: `kind` is Zalo's type, `payload` what it carries."""

    title: str
    kind: str
    payload: Any

    def data(self) -> dict[str, Any]:
        return {"title": self.title[:TITLE_LIMIT], "type": self.kind, "payload": self.payload}


def say(title: str, words: str = "") -> Button:
    """A button that types `words` (or its own title) for the citizen."""
    return Button(title, "oa.query.show", (words or title)[:QUERY_LIMIT])


def pick(title: str, words: str) -> Button:
    """A button that sends `words` unseen; the citizen could type them as well, so they prove nothing."""
    return Button(title, "oa.query.hide", words[:QUERY_LIMIT])


def visit(title: str, url: str) -> Button:
    """A button that opens a page."""
    return Button(title, "oa.open.url", {"url": url})


def call(title: str, dial: str) -> Button:
    """A button that calls; `dial` as in tel: addresses ("+84207…", "19001234")."""
    return Button(title, "oa.open.phone", {"phone_code": dial.removeprefix("+")})


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `memory` replaces the chat's memory of this person, None forgets it; KEEP leaves it.

    `tells` is the feedback event the answer tells of: what has just been sent by chat is acknowledged once.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    memory: Mapping[str, Any] | None = None
    keep_memory: bool = False
    command: str = ""
    ask_for_info: Mapping[str, str] | None = field(default=None)
    tells: int | None = None

    def message(self) -> dict[str, Any]:
        """Zalo's `message` object for /v3.0/oa/message/cs."""
        body = fitting(self.text)
        if self.ask_for_info:
            element = {
                "title": self.ask_for_info["title"][:100],
                "subtitle": self.ask_for_info["subtitle"][:500],
                "image_url": self.ask_for_info.get("image_url", ""),
            }
            payload = {"template_type": "request_user_info", "elements": [element]}
            return {"text": body, "attachment": {"type": "template", "payload": payload}}
        if not self.buttons:
            return {"text": body}
        buttons = [button.data() for button in self.buttons[:MOST_BUTTONS]]
        return {"text": body, "attachment": {"type": "template", "payload": {"buttons": buttons}}}


def joined(replies: Sequence[Reply]) -> Reply:
    """Return one reply for several: their texts in order, each with its share of the room, and the buttons by turns.

    Only one list can be picked from by number, only one dialogue led: those of the last reply that has any.
    """
    share = (TEXT_LIMIT - 2 * len(replies)) // len(replies)
    by_turns = (each for row in zip_longest(*(reply.buttons for reply in replies)) for each in row if each)
    buttons = tuple({(button.title, str(button.payload)): button for button in by_turns}.values())
    memories = [reply.memory for reply in replies if reply.memory]
    return Reply(
        "\n\n".join(_shortened(reply.text, share) for reply in replies),
        buttons[:MOST_BUTTONS],
        memory=memories[-1] if memories else None,
        command=JOINT.join(dict.fromkeys(reply.command for reply in replies if reply.command)),
    )


def _shortened(text: str, limit: int) -> str:
    """Return the text within the limit: its first lines and the last one, which leads on."""
    if len(text) <= limit:
        return text
    *lines, last = text.split("\n")
    room = limit - len(last) - 3
    while lines and sum(len(line) + 1 for line in lines) > room:
        lines.pop()
    return "\n".join([*lines, "…", last])[:limit]


def fitting(text: str) -> str:
    """The text in NFC within Zalo's limit, cut at a line or a word."""
    whole = unicodedata.normalize("NFC", text).strip()
    if len(whole) <= TEXT_LIMIT:
        return whole
    cut = whole[: TEXT_LIMIT - 1]
    at = max(cut.rfind("\n"), cut.rfind(" "))
    return cut[: at if at > TEXT_LIMIT // 2 else len(cut)].rstrip() + "…"
