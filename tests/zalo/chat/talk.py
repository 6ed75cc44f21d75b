"""A citizen talking to the channel in tests: what is said goes through the inbox as Zalo's events do."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import resolve

from tests.people import MONDAY, Centre
from tests.zalo import signing
from zalo.account import agencies_served
from zalo.inbound import drain as inbound
from zalo.inbound import inbox, webhook
from zalo.models import Account, AccountAgency, ChatMessage, Contact, Conversation, InboxEvent, OutboxMessage

_people = count(700_000_000_000_001_000)


def channel_of(*centres: Centre, name: str = "Chính quyền số", oa_id: str = "388613280878808645") -> Account:
    """Return an account, not connected to anything, that speaks for the centres."""
    agencies_served.forget()
    account = Account.objects.create(name=name, oa_id=oa_id, app_id="360846524940903967", oa_secret="oa-secret")
    for each in centres:
        AccountAgency.objects.create(account=account, agency=each.agency, valid_from=dt.date(2026, 1, 1))
    return account


@dataclass
class Citizen:
    """One person on Zalo; `now` moves a second with everything said."""

    account: Account
    now: dt.datetime = MONDAY
    user_id: str = field(default_factory=lambda: str(next(_people)))

    def event(self, body: dict[str, Any], *, drain: bool = True) -> InboxEvent:
        """Store one event as the webhook does, and have it handled."""
        body["timestamp"] = str(int(self.now.timestamp() * 1000))
        raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        row = webhook.row_of(raw, body, self.account.pk, "oa_secret", now=self.now)
        row.raw = raw.decode("utf-8", "replace")
        inbox.insert(row)
        self.now += dt.timedelta(seconds=1)
        if drain:
            inbound.drain(now=self.now)
        return InboxEvent.objects.get(remote_key=row.remote_key)

    def says(self, text: str) -> ChatMessage | None:
        """Say it and return the one new line of the machine; None when it is silent."""
        before = set(self.lines().values_list("pk", flat=True))
        event = self.event(signing.text_event(self.account, text, self.user_id))
        assert event.state in ("done", "ignored"), f"{text!r}: {event.state} {event.note}"
        new = [line for line in self.lines() if line.pk not in before and line.author == "bot"]
        assert len(new) <= 1, f"{len(new)} answers to {text!r}"
        for path in paths_of(new[0]) if new else ():
            # R16: no answer sends anybody to an address that no page has.
            assert finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else resolve(path), path
        return new[0] if new else None

    def hears(self, text: str) -> str:
        """Say it and return the answer's words."""
        line = self.says(text)
        assert line is not None, f"no answer to {text!r}"
        return line.text

    def sends(self, kind: str, payload: dict[str, Any] | None = None, text: str = "") -> ChatMessage | None:
        """Send a picture, sound, place … and return the machine's line."""
        before = set(self.lines().values_list("pk", flat=True))
        number = f"a{next(_people)}"
        message = {"msg_id": number, "attachments": [{"type": kind, "payload": payload or {}}]}
        if text:
            message["text"] = text
        self.event(signing.user_event(self.account, f"user_send_{kind}", self.user_id, message=message))
        new = [line for line in self.lines() if line.pk not in before and line.author == "bot"]
        return new[0] if new else None

    def follows(self) -> None:
        self.event(signing.follow_event(self.account, user=self.user_id))

    def unfollows(self) -> None:
        self.event(signing.follow_event(self.account, "unfollow", user=self.user_id))

    def shares(self, **info: Any) -> None:
        self.event(signing.user_event(self.account, "user_submit_info", self.user_id, info=info))

    def later(self, **delta: float) -> Citizen:
        self.now += dt.timedelta(**delta)
        return self

    @property
    def contact(self) -> Contact:
        return Contact.objects.get(account=self.account, user_id=self.user_id)

    @property
    def conversation(self) -> Conversation:
        return Conversation.objects.get(contact=self.contact)

    def lines(self):
        return ChatMessage.objects.filter(conversation__contact__user_id=self.user_id).order_by("pk")

    def outbox(self, **filters: Any) -> list[OutboxMessage]:
        return list(OutboxMessage.objects.filter(contact__user_id=self.user_id, **filters).order_by("pk"))


def paths_of(line: ChatMessage) -> set[str]:
    """The paths on this site that a line and its buttons lead to."""
    ours = re.compile(re.escape(settings.PUBLIC_BASE_URL) + r"(/[^\s\"?#]*[^\s\"?#.,;)”…])")
    sent = line.outbox.payload if line.outbox else ""
    return set(ours.findall(f"{line.text}\n{sent}".replace("\\n", "\n")))


def buttons(line: ChatMessage) -> list[str]:
    """The titles of the buttons sent with a line."""
    payload = line.outbox.content["message"].get("attachment", {}).get("payload", {})
    return [button["title"] for button in payload.get("buttons", [])]
