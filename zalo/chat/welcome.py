"""The first words to somebody who has just begun to follow."""

from __future__ import annotations

import datetime as dt

from zalo.chat.menu import MENU_BUTTONS
from zalo.messages import registry as messages
from zalo.messages.reply import Reply
from zalo.models import Contact, OutboxMessage
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient
from zalo.people.followers import WELCOME

AGAIN = dt.timedelta(hours=24)


def say(contact: Contact, *, now: dt.datetime) -> None:
    """Queue the welcome message, at most once a day for whoever presses back and forth."""
    if said_lately(contact, now=now):
        return
    kind = messages.get(WELCOME)
    content = messages.render(kind, {"kenh": contact.account.name}, messages.current_wording(WELCOME))
    content["message"] = Reply(content["text"], MENU_BUTTONS).message()
    row = outbox.draft(
        kind,
        Recipient(contact),
        content,
        account=contact.account_id,
        dedupe=f"welcome{contact.pk}-{now:%Y%m%d%H%M}",
        now=now,
        order_key=f"c{contact.pk}",
    )
    outbox.enqueue([row])


def said_lately(contact: Contact, *, now: dt.datetime) -> bool:
    """Whether the welcome message was said within the last day."""
    return OutboxMessage.objects.filter(contact=contact, kind=WELCOME, created_at__gt=now - AGAIN).exists()
