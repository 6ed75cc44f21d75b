"""What the messages of a broadcast say to one person: the common text, the way to more and the way out as buttons."""

from __future__ import annotations

import json

from django.conf import settings
from django.core import signing

from zalo.messages.registry import TEXT_LIMIT, Purpose
from zalo.messages.reply import Button, Reply, fitting, visit
from zalo.models import Broadcast, OutboxMessage

SALT = "zalo.opt-out"
KINDS: dict[str, str] = {
    Broadcast.Category.POWER_CUT: "broadcast.area",
    Broadcast.Category.COLLECT: "broadcast.collect",
    Broadcast.Category.URGENT: "broadcast.urgent",
}
USUAL = "broadcast.news"
STOPPING: dict[str, str] = {Purpose.NEWS: "Thôi nhận: nhắn “dừng tin tức”."}
"""Whoever asked for a thing reads in its text how to end it; an emergency has only the button."""


def kind_of(broadcast: Broadcast) -> str:
    """Return the slug of the message kind of the broadcast."""
    return KINDS.get(broadcast.category, USUAL)


def text_of(broadcast: Broadcast, purpose: str) -> str:
    """Return what everybody reads."""
    return fitting("\n\n".join(part for part in (broadcast.said, STOPPING.get(purpose, "")) if part))


def digest(broadcasts: list[Broadcast], purpose: str) -> dict | None:
    """Return the content of one message that tells several notices whole; None when it has no room for them."""
    senders = [str(each.agency or each.account) for each in broadcasts]
    one = senders[0] if len(set(senders)) == 1 else ""  # said once, below them all
    parts = [
        "\n".join((f"{number}. {each.title}", each.text, *(() if one else (sender,))))
        for number, (each, sender) in enumerate(zip(broadcasts, senders, strict=True), start=1)
    ]
    links = [f"{number}. {each.link}" for number, each in enumerate(broadcasts, start=1) if each.link]
    head = f"{len(broadcasts)} thông báo gửi cùng lúc:"
    read_on = "Xem đầy đủ:\n" + "\n".join(links) if links else ""
    text = "\n\n".join(part for part in (head, *parts, one, read_on, STOPPING.get(purpose, "")) if part)
    if len(text) > TEXT_LIMIT:
        return None
    numbers = ", ".join(each.number for each in broadcasts)
    titles = "; ".join(each.title for each in broadcasts)
    values = {"so_bien_nhan": numbers[:40], "tieu_de": f"{len(broadcasts)} thông báo", "noi_dung": titles}
    return {"title": head, "text": fitting(text), "values": values, "several": True}


def completed(row: OutboxMessage, broadcast: Broadcast) -> str:
    """Return the payload of a claimed row as it leaves: with the buttons and the values of a template."""
    content = row.content
    if not content.get("several"):
        content["text"] = text_of(broadcast, row.purpose)
    content["values"] = values_of(broadcast) | content.get("values", {})
    content["message"] = Reply(content["text"], buttons_of(broadcast, row.contact_id, row.purpose)).message()
    return json.dumps(content, ensure_ascii=False)


def values_of(broadcast: Broadcast) -> dict[str, str]:
    """Return what a template's parameters are filled with."""
    return {
        "so_bien_nhan": broadcast.number,
        "chu_ho_so": "ông/bà",
        "tieu_de": broadcast.title,
        "noi_dung": " ".join(broadcast.text.split()),
        "co_quan": str(broadcast.agency or broadcast.account),
        "lien_ket": broadcast.link,
    }


def buttons_of(broadcast: Broadcast, contact_id: int | None, purpose: str) -> tuple[Button, ...]:
    """Return the buttons: to read on, and to receive this kind no more."""
    more = (visit("Xem chi tiết", broadcast.link),) if broadcast.link else ()
    return (*more, visit("Thôi nhận tin này", way_out(contact_id, purpose))) if contact_id else more


def way_out(contact_id: int, purpose: str) -> str:
    """Return the address where the person ends this kind of message."""
    return f"{settings.PUBLIC_BASE_URL}/zalo/thoi-nhan/{signing.dumps([contact_id, purpose], salt=SALT)}/"


def read_way_out(token: str) -> tuple[int, str] | None:
    """Return (contact id, purpose) of such an address; None for one nobody was given."""
    try:
        contact_id, purpose = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (contact_id, purpose) if purpose in Purpose.values else None
