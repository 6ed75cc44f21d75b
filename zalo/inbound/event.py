"""A stored webhook event as its handlers read it: every field optional, ids as text, nothing trusted."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from zalo.api.answers import mapping, moment, rows, text
from zalo.models import Account, InboxEvent


class NotYet(Exception):
    """The event speaks of something that is not recorded yet (a receipt that outran its message): ask again soon."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """An attachment of a message; `kind` is Zalo's word (image, audio, file, location, link, sticker …)."""

    kind: str
    url: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    latitude: str = field(default="", repr=False)
    longitude: str = field(default="", repr=False)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "SentFile":
        payload = mapping(data.get("payload"))
        place = mapping(payload.get("coordinates"))
        return cls(
            text(data.get("type"))[:20],
            text(payload.get("url"))[:2000],
            text(payload.get("name"))[:300],
            text(payload.get("description"))[:500],
            text(place.get("latitude"))[:20],
            text(place.get("longitude"))[:20],
        )

    @property
    def is_file(self) -> bool:
        """Whether there is something to fetch and keep."""
        return self.kind in {"image", "gif", "audio", "video", "file"} and bool(self.url)


@dataclass
class Incoming:
    """One event with its account; `at` is when it happened by Zalo's clock, `now` when it is handled."""

    row: InboxEvent
    now: dt.datetime

    @property
    def account(self) -> Account:
        return self.row.account

    @property
    def at(self) -> dt.datetime:
        return self.row.happened_at

    @property
    def user_id(self) -> str:
        """The OA's id of the citizen; "" when the event names none."""
        return self.row.person

    @cached_property
    def body(self) -> Mapping[str, Any]:
        try:
            found = json.loads(self.row.raw)
        except (ValueError, RecursionError):
            return {}
        return mapping(found)

    @property
    def message(self) -> Mapping[str, Any]:
        return mapping(self.body.get("message"))

    @property
    def text(self) -> str:
        return text(self.message.get("text"))[:4000]

    @property
    def message_id(self) -> str:
        return text(self.message.get("msg_id") or self.body.get("msg_id"))[:64]

    @property
    def message_ids(self) -> list[str]:
        """Every message the event is about: `msg_ids` of a seen event, else the one `msg_id`."""
        many = self.message.get("msg_ids")
        found = [text(one)[:64] for one in many] if isinstance(many, list) else []
        return [one for one in found or [self.message_id] if one][:100]

    @property
    def files(self) -> list[SentFile]:
        return [SentFile.read(row) for row in rows(self.message.get("attachments"))[:10]]

    @property
    def user_id_by_app(self) -> str:
        return text(self.body.get("user_id_by_app"))[:64]

    def moment_of(self, value: Any) -> dt.datetime:
        """Milliseconds as a time, the event's own time when absent or absurd."""
        return moment(value) or self.at
