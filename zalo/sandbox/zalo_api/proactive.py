"""Templates by user id, broadcasts, anonymous visitors, reactions, and the endpoints Zalo has retired."""

from typing import Any

from aiohttp import web

from zalo.sandbox import events
from zalo.sandbox.clock import DAY
from zalo.sandbox.records import Contact
from zalo.sandbox.refusals import Refusal, invalid
from zalo.sandbox.remote import Call, endpoint, success
from zalo.sandbox.sending import accept
from zalo.sandbox.zalo_api import templates
from zalo.sandbox.zalo_api.consultation import check_reachable, known_user, receiver
from zalo.sandbox.zalo_api.message_forms import read_message

TRANSACTION_WINDOW = 365 * DAY
TARGET_CODES = {
    "ages": range(8),
    "gender": range(3),
    "locations": range(3),
    "cities": range(64),
    "platform": range(1, 4),
}
"""Zalo For Developers, "Gửi tin Truyền thông Broadcast": codes joined by commas."""


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v3.0/oa/message/template", endpoint("openapi", send_by_user_id)),
        web.post("/v3.0/oa/message/transaction", endpoint("openapi", send_transaction)),
        web.post("/v3.0/oa/message/promotion", endpoint("openapi", send_promotion)),
        web.post("/v2.0/oa/message", endpoint("openapi", second_version)),
    ]


async def send_by_user_id(call: Call) -> dict[str, Any]:
    """Flat body, no tracking id; needs neither a follow nor a recent interaction."""
    body = call.json()
    world, account = call.world, call.account
    user_id, contact = known_user(call, body.get("user_id"))
    template = templates.find(world, account, body.get("template_id"))
    if not template.uid_ok:
        raise Refusal(-249)
    data = templates.check_data(template, body.get("template_data"))
    if contact is not None:
        check_reachable(world, contact, "template")
        templates.check_refusals(template, contact, night=False)
    if template.tag == "PROMOTION" and world.clock.is_night():
        raise Refusal(-234)
    if not account.zbs_linked:
        raise Refusal(-320)
    if account.balance < template.price_uid:
        raise Refusal(-321)
    templates.spend(world, account, template, template.price_uid)
    message = accept(
        call.state,
        call.app,
        account,
        channel="uid",
        kind="template",
        content=templates.rendered(template, data),
        contact=contact,
        user_id=user_id,
        template_id=template.id,
        price=template.price_uid,
    )
    answer: dict[str, Any] = {
        "message_id": message.id,
        "user_id": user_id,
        "quota": {"quota_type": "purchase_quota", "owner_type": "OA", "owner_id": account.id},
    }
    if world.behaviour.sent_time_inside:
        return success(answer | {"sent_time": str(message.at_ms)})
    return success(answer, sent_time=str(message.at_ms))


def _retired(call: Call) -> None:
    if call.world.behaviour.retired != "alive":
        code = call.world.behaviour.retired_error
        raise Refusal(code, "This API has been discontinued since 01/03/2026, please switch to ZBS Template Message")


def _promotional_content(body: dict[str, Any]) -> dict[str, Any]:
    message = body.get("message")
    attachment = message.get("attachment") if isinstance(message, dict) else None
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    elements = payload.get("elements") if isinstance(payload, dict) else None
    if not isinstance(elements, list) or not elements:
        raise invalid("elements")
    lines: list[str] = []
    for element in elements:
        content = element.get("content", "") if isinstance(element, dict) else ""
        if isinstance(content, list):
            lines += [f"{row.get('key', '')}: {row.get('value', '')}" for row in content if isinstance(row, dict)]
        elif content:
            lines.append(str(content))
    return {"text": "\n".join(lines)}


async def send_transaction(call: Call) -> dict[str, Any]:
    """As it was before 1 March 2026, when the behaviour is switched back; refused otherwise."""
    _retired(call)
    body = call.json()
    _, contact = receiver(call, body)
    content = _promotional_content(body)
    if contact is not None:
        check_reachable(call.world, contact, "transaction")
        if call.world.clock.now_ms() - contact.last_interaction_ms > TRANSACTION_WINDOW:
            raise Refusal(-232)
    return _sent(call, contact, "transaction", content, 165)


async def send_promotion(call: Call) -> dict[str, Any]:
    """Followers only, by day only, once a day; refused altogether since 1 March 2026."""
    _retired(call)
    body = call.json()
    _, contact = receiver(call, body)
    content = _promotional_content(body)
    now = call.world.clock
    if contact is not None:
        check_reachable(call.world, contact, "promotion")
        if not contact.follows:
            raise Refusal(-213)
    if now.is_night():
        raise Refusal(-234)
    if contact is not None:
        if any(now.local(at).date() == now.local().date() for at in contact.promotions):
            raise Refusal(-218)
        contact.promotions.append(now.now_ms())
        call.world.save_contact(contact)
    return _sent(call, contact, "promotion", content, 0)


def _sent(call: Call, contact: Contact | None, channel: str, content: dict[str, Any], price: int) -> dict[str, Any]:
    message = accept(
        call.state,
        call.app,
        call.account,
        channel=channel,
        kind="template",
        content=content,
        contact=contact,
        price=price,
    )
    return success({"message_id": message.id, "user_id": message.user_id})


async def second_version(call: Call) -> dict[str, Any]:
    """Version 2 lives on for broadcasts, anonymous visitors and reactions; to a user it answers -240."""
    body = call.json()
    recipient = body.get("recipient")
    if not isinstance(recipient, dict):
        raise invalid("recipient")
    if "sender_action" in body:
        return _react(call, body)
    if "target" in recipient:
        return _broadcast(call, recipient["target"], body.get("message"))
    if "anonymous_id" in recipient:
        return _to_anonymous(call, recipient, body.get("message"))
    raise Refusal(-240)


def _react(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    _, contact = receiver(call, body)
    action = body["sender_action"]
    message = call.world.messages.get(str(action.get("react_message_id", ""))) if isinstance(action, dict) else None
    if contact is None or message is None or message.user_id != contact.user_id:
        raise invalid("react_message_id")
    if len(message.reactions) >= 50:
        raise Refusal(-210)
    message.reactions.append({"by": "oa", "icon": str(action.get("react_icon", ""))})
    call.world.save_message(message)
    now = call.world.clock.now_ms()
    told = {"msg_id": message.id, "react_icon": action.get("react_icon", "")}
    call.state.dispatcher.send(
        call.app, events.from_oa(call.app, contact, "oa_reacted_message", now, message=told), lane=contact.user_id
    )
    return success({"message_id": message.id, "user_id": contact.user_id})


def _broadcast(call: Call, target: Any, message: Any) -> dict[str, Any]:
    """An article to every follower, some time later; refused at night."""
    if not isinstance(target, dict) or not all(_is_target(name, codes) for name, codes in target.items()):
        raise invalid("target")
    try:
        element = message["attachment"]["payload"]["elements"][0]
        article = call.world.articles.get(element["attachment_id"])
    except (KeyError, IndexError, TypeError):
        raise invalid("message.attachment") from None
    if element.get("media_type") != "article" or article is None or article.oa_id != call.account.id:
        raise invalid("attachment_id")
    if article.ready_ms > call.world.clock.now_ms():
        raise Refusal(-214)
    if call.world.clock.is_night():
        raise Refusal(-234)
    if call.world.behaviour.broadcast_quota == 0:
        raise Refusal(-211)
    call.world.behaviour.broadcast_quota = max(-1, call.world.behaviour.broadcast_quota - 1)
    content = {
        "title": article.title,
        "text": article.description,
        "image_url": article.cover_url,
        "article": article.id,
        "target": target,
    }
    world = call.world
    followers = [c for c in world.contacts_of(call.account.id) if c.follows and "broadcast" not in c.refused_types]
    for contact in followers:
        accept(
            call.state,
            call.app,
            call.account,
            channel="broadcast",
            kind="article",
            content=content,
            contact=contact,
        )
    return success({"message_id": world.next_message_id()})


def _is_target(name: str, codes: Any) -> bool:
    known = {str(code) for code in TARGET_CODES.get(name, ())}
    return isinstance(codes, str) and set(codes.split(",")) <= known


def _to_anonymous(call: Call, recipient: dict[str, Any], message: Any) -> dict[str, Any]:
    if not recipient.get("conversation_id"):
        raise invalid("conversation_id")
    kind, content = read_message(call.world, call.account.id, message)
    sent = accept(
        call.state,
        call.app,
        call.account,
        channel="anonymous",
        kind=kind,
        content=content,
        user_id=str(recipient["anonymous_id"]),
    )
    return success({"message_id": sent.id})
