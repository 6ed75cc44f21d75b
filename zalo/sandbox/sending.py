"""Accepting a message: it is stored, priced, shown on the phone and echoed by webhook. Nothing is de-duplicated."""

import time
from typing import Any

from . import events
from .records import Account, App, Contact, Message
from .remote import Simulated


def accept(
    state: Simulated,
    app: App,
    account: Account,
    *,
    channel: str,
    kind: str,
    content: dict[str, Any],
    contact: Contact | None = None,
    user_id: str = "",
    phone: str = "",
    person_id: str = "",
    tracking_id: str = "",
    template_id: str = "",
    price: int = 0,
) -> Message:
    """Store a message of the OA and queue the webhooks that follow it; returns the message with its new id."""
    world = state.world
    now = world.clock.now_ms()
    message = Message(
        id=world.next_message_id(),
        seq=world.counter,
        oa_id=account.id,
        app_id=app.id,
        direction="out",
        channel=channel,
        kind=kind,
        content=content,
        at_ms=now,
        accepted_at=time.time(),
        user_id=contact.user_id if contact else user_id,
        person_id=contact.person_id if contact else person_id,
        phone=phone,
        tracking_id=tracking_id,
        template_id=template_id,
        price=price,
    )
    if price:
        account.balance -= price
        world.save_account(account)
    _follow_up(state, app, contact, message)
    if world.behaviour.keep_messages:
        world.save_message(message)
    else:
        world.accepted += 1
    return message


def _follow_up(state: Simulated, app: App, contact: Contact | None, message: Message) -> None:
    world, send = state.world, state.dispatcher.send
    behaviour, now = world.behaviour, world.clock.now_ms()
    person = world.people.get(message.person_id)
    mobile = person is not None and person.on_mobile
    if message.channel == "phone":
        if mobile and behaviour.receipts:
            message.delivered_ms = now + behaviour.receipt_delay_ms
            body = events.received_by_phone(app, message, message.delivered_ms)
            send(app, body, lane=message.person_id, delay_ms=behaviour.receipt_delay_ms, zns=True)
        return
    if contact is None:
        return
    if behaviour.echo:
        echoed = echo_content(message, state.base_url)
        body = events.echo(app, contact, echoed, now)
        send(app, body, lane=contact.user_id, delay_ms=behaviour.echo_delay_ms)
    if mobile and behaviour.receipts:
        message.delivered_ms = now + behaviour.receipt_delay_ms
        body = events.received(app, contact, message, message.delivered_ms)
        send(app, body, lane=contact.user_id, delay_ms=behaviour.receipt_delay_ms)
    if behaviour.auto_seen_ms:
        message.seen_ms = now + behaviour.auto_seen_ms
        body = events.seen(app, contact, [message.id], message.seen_ms)
        send(app, body, lane=contact.user_id, delay_ms=behaviour.auto_seen_ms)


def absolute(url: str, base_url: str) -> str:
    """Files of this server are kept as paths, for the port may change between runs."""
    return base_url + url if url.startswith("/") else url


def echo_content(message: Message, base_url: str) -> Message:
    """The message with the attachments its echo carries."""
    content = message.content
    url = absolute(str(content.get("url", "")), base_url)
    attachment: dict[str, Any] | None = None
    if message.kind in ("image", "gif"):
        attachment = {"type": message.kind, "payload": {"thumbnail": url, "url": url}}
    elif message.kind == "sticker":
        attachment = {"type": "sticker", "payload": {"id": content["sticker"], "url": ""}}
    elif message.kind == "file":
        payload = {"size": str(content["size"]), "name": content["name"], "checksum": content["checksum"]}
        kind = content["name"].rsplit(".", 1)[-1].lower()
        attachment = {"type": "file", "payload": payload | {"type": kind, "url": url}}
    elif message.kind == "list":
        links = [
            {"title": row["title"], "description": row.get("subtitle", ""), "thumbnail": row.get("image_url", "")}
            for row in content["elements"]
        ]
        attachment = {"type": "link", "payload": links[0]}
    if attachment is None:
        return message
    return Message(**{**message.__dict__, "content": content | {"attachments": [attachment]}})
