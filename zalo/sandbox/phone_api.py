"""The phone's own requests: people, conversations, acts, pictures, QR codes, and live updates."""

import asyncio
import base64
import io
import json
import re
from typing import Any

from aiohttp import web

from .acts import Phone, perform
from .content_host import first_file, keep
from .control import control
from .records import Contact, Message, Person
from .remote import STATE, Simulated

BEAT_SECONDS = 15
THREAD_LIMIT = 200
PREVIEW_LEADS = {
    "image": "[Hình ảnh]",
    "gif": "[Hình ảnh]",
    "file": "[Tệp]",
    "location": "[Vị trí]",
    "sticker": "[Nhãn dán]",
}


def routes() -> list[web.RouteDef]:
    return [
        web.get("/__control/people", control(people)),
        web.post("/__control/people", control(save_person)),
        web.post("/__control/crowd", control(crowd)),
        web.get("/__control/people/{person}/inbox", control(inbox)),
        web.get("/__control/people/{person}/thread/{oa}", control(thread)),
        web.post("/__control/people/{person}/act/{oa}/{act}", control(act)),
        web.post("/__control/people/{person}/file/{oa}", control(send_file)),
        web.post("/__control/media", control(specimen)),
        web.post("/__control/qr", control(read_qr)),
        web.get("/__control/stream", stream),
    ]


def _contact_view(state: Simulated, contact: Contact) -> dict[str, Any]:
    return contact.__dict__ | {"oa_name": state.world.accounts[contact.oa_id].name}


def person_view(state: Simulated, person: Person) -> dict[str, Any]:
    contacts = {oa_id: _contact_view(state, state.world.contact(oa_id, person.id)) for oa_id in state.world.accounts}
    return person.__dict__ | {"contacts": contacts}


async def people(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    limit = int(request.query.get("limit", "200"))
    chosen = list(state.world.people.values())[:limit]
    return {"people": [person_view(state, person) for person in chosen], "total": len(state.world.people)}


async def save_person(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Make somebody, or change the person whose ``id`` is given; ``phone`` is brought to 84…"""
    world = state.world
    values = dict(body)
    if "phone" in values:
        digits = re.sub(r"\D", "", str(values["phone"]))
        digits = "84" + digits[1:] if digits.startswith("0") else digits
        if not re.fullmatch(r"84\d{9,10}", digits):
            raise ValueError("Số điện thoại chưa đúng: gõ 10 số, bắt đầu bằng 0.")
        values["phone"] = digits
        if world.by_phone.get(digits, values.get("id")) != values.get("id"):
            raise ValueError("Số điện thoại này đã là của người khác trong danh sách.")
    known = world.people.get(values.get("id", ""))
    if known:
        person = Person(**(known.__dict__ | values))
    else:
        if not str(values.get("name", "")).strip() or "phone" not in values:
            raise ValueError("Hãy nhập họ tên và số điện thoại.")
        number = world.next_number()
        values.setdefault("id", f"nguoi-{number}")
        values.setdefault("hue", number * 47 % 360)
        person = Person(**values)
    world.save_person(person)
    world.tell("*")
    return person_view(state, person)


async def crowd(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """``count`` people from number ``first`` on, who follow ``oa_id`` and wrote to it just now; gives their ids."""
    world, now, user_ids = state.world, state.world.clock.now_ms(), []
    first = int(body.get("first", 0))
    for number in range(first, first + int(body["count"])):
        person = Person(id=f"dong-{number}", name=f"Người dân số {number}", phone=f"849{number:08d}")
        world.save_person(person)
        contact = world.contact(str(body["oa_id"]), person.id)
        contact.follows, contact.followed_ms, contact.last_interaction_ms = True, now, now
        world.save_contact(contact)
        user_ids.append(contact.user_id)
    return {"user_ids": user_ids}


def _who(request: web.Request, state: Simulated) -> Person:
    person = state.world.people.get(request.match_info["person"])
    if person is None:
        raise ValueError("Không có người này.")
    return person


def _phone(request: web.Request, state: Simulated) -> Phone:
    person = _who(request, state)
    account = state.world.accounts.get(request.match_info["oa"])
    if account is None:
        raise ValueError("Không có Official Account này.")
    return Phone(state, person, account)


def _preview(message: Message | None) -> str:
    if message is None:
        return ""
    content = message.content
    names = {
        "image": "[Hình ảnh]",
        "gif": "[Hình ảnh]",
        "file": "[Tệp] ",
        "location": "[Vị trí]",
        "sticker": "[Nhãn dán]",
    }
    lead = names.get(message.kind, "")
    text = content.get("name", "") if message.kind == "file" else content.get("title") or content.get("text", "")
    return f"{lead} {text}".strip()


async def inbox(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Every Official Account with the last message and how many are unread."""
    person = _who(request, state)
    rows = []
    for account in state.world.accounts.values():
        shown = [message for message in state.world.thread(account.id, person.id) if not message.hidden]
        last = shown[-1] if shown else None
        rows.append(
            {
                "id": account.id,
                "name": account.name,
                "alias": account.alias,
                "description": account.description,
                "verified": account.verified,
                "hue": account.hue,
                "menu": account.menu,
                "followers": sum(contact.follows for contact in state.world.contacts_of(account.id)),
                "contact": _contact_view(state, state.world.contact(account.id, person.id)),
                "last": {"text": _preview(last), "at_ms": last.at_ms, "direction": last.direction} if last else None,
                "unread": sum(message.direction == "out" and not message.seen_ms for message in shown),
            }
        )
    return {"person": person.__dict__, "accounts": rows, "now_ms": state.world.clock.now_ms()}


async def thread(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """The conversation as the phone shows it, oldest first."""
    phone = _phone(request, state)
    shown = [m for m in state.world.thread(phone.account.id, phone.person.id) if not m.hidden]
    rows = [
        {
            "id": message.id,
            "direction": message.direction,
            "kind": message.kind,
            "channel": message.channel,
            "content": message.content,
            "at_ms": message.at_ms,
            "seen_ms": message.seen_ms,
            "reactions": message.reactions,
            "answered": message.answered,
        }
        for message in shown[-THREAD_LIMIT:]
    ]
    return {"messages": rows, "contact": _contact_view(state, phone.contact), "now_ms": state.world.clock.now_ms()}


async def act(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    return perform(_phone(request, state), request.match_info["act"], body)


async def send_file(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Send a file as this person: multipart, or JSON naming a file already on the content host by ``key``."""
    phone = _phone(request, state)
    if "key" in body:
        upload = state.world.uploads[body["key"]]
        return {"message_id": phone.upload(upload, body.get("text", "")).id}
    found = await first_file(request)
    if found is None:
        raise ValueError("Hãy chọn một tệp.")
    return {"message_id": phone.upload(keep(state.world, "media", *found)).id, "name": found[0]}


async def specimen(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """A file on the content host as the test wants it: wrong type, redirect, error status, endless."""
    content = base64.b64decode(body.get("base64", ""))
    rest = {name: body[name] for name in ("redirect_to", "status", "pretend_size") if name in body}
    kept = keep(
        state.world, "media", body.get("name", "tep.bin"), content, content_type=body.get("content_type", ""), **rest
    )
    return {"key": kept.key, "url": state.base_url + kept.path}


async def read_qr(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Text of the QR code in a picture, for browsers that cannot read one themselves."""
    found = await first_file(request)
    if found is None:
        raise ValueError("Hãy chọn ảnh chụp mã QR.")
    try:
        import zxingcpp  # an optional extra of this machine
        from PIL import Image
    except ImportError:
        raise ValueError("Máy này chưa đọc được mã QR từ ảnh. Hãy dán đường link dưới mã QR vào ô bên dưới.") from None
    try:
        picture = Image.open(io.BytesIO(found[1]))
        picture.load()
    except (OSError, ValueError, Image.DecompressionBombError):
        raise ValueError("Tệp này không phải là ảnh. Hãy chọn ảnh PNG hoặc JPG.") from None
    codes = [code.text for code in zxingcpp.read_barcodes(picture.convert("L")) if code.text]
    if not codes:
        raise ValueError("Không thấy mã QR trong ảnh. Hãy chụp gần hơn, đủ sáng, thấy trọn bốn góc.")
    return {"text": codes[0]}


async def stream(request: web.Request) -> web.StreamResponse:
    """Server-sent events: one ``change`` whenever something of ``person`` (or of all, with ``*``) has changed."""
    state = request.app[STATE]
    wanted = request.query.get("person", "*")
    changed = asyncio.Event()

    def watcher(person_id: str) -> None:
        if wanted in ("*", person_id) or person_id == "*":
            changed.set()

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    state.world.watchers.add(watcher)
    try:
        await response.write(b"retry: 1000\n\n")
        while True:
            try:
                await asyncio.wait_for(changed.wait(), BEAT_SECONDS)
                changed.clear()
                data = json.dumps({"at": state.world.clock.now_ms()})
                await response.write(f"event: change\ndata: {data}\n\n".encode())
            except TimeoutError:
                await response.write(b": beat\n\n")
    except (ConnectionError, asyncio.CancelledError):
        return response
    finally:
        state.world.watchers.discard(watcher)
