"""The template host (business.openapi.zalo.me): templates by phone and what can be read about them."""

import hashlib
import json
import re
from typing import Any

from aiohttp import web

from zalo.sandbox.records import Contact, Message, Person, Template
from zalo.sandbox.refusals import Refusal
from zalo.sandbox.remote import Call, endpoint, success
from zalo.sandbox.sending import accept
from zalo.sandbox.zalo_api import templates

TRACKING = re.compile(r"[A-Za-z0-9_.\-]{1,48}")
STATUS_NUMBERS = {"ENABLE": 1, "PENDING_REVIEW": 2, "REJECT": 3, "DISABLE": 4}
TAGS = ("TRANSACTION", "CUSTOMER_CARE", "PROMOTION")


def routes() -> list[web.RouteDef]:
    def get(path: str, handler: Any) -> web.RouteDef:
        return web.get(path, endpoint("business", handler))

    def post(path: str, handler: Any) -> web.RouteDef:
        return web.post(path, endpoint("business", handler))

    return [
        post("/message/template", send_by_phone),
        post("/message/template/hashphone", send_by_hash),
        get("/message/status", message_status),
        get("/message/quota", quota),
        get("/quality", quality),
        get("/message/template-tag", template_tags),
        get("/template/all", template_list),
        get("/template/info/v2", template_info),
        get("/template/info", template_info_retired),
        get("/template/sample-data", sample_data),
        get("/rating/get", ratings),
        post("/rating/get", ratings),
    ]


def normal_phone(value: Any) -> str:
    """``84…`` of a phone written 84…, +84…, 0… or bare; -108 otherwise."""
    digits = str(value or "").removeprefix("+")
    if digits.startswith("0"):
        digits = "84" + digits[1:]
    elif not digits.startswith("84") and len(digits) == 9:
        digits = "84" + digits
    if not re.fullmatch(r"84\d{9,10}", digits):
        raise Refusal(-108)
    return digits


def _body(call: Call) -> dict[str, Any]:
    if not call.raw.strip():
        raise Refusal(-121)
    try:
        body = json.loads(call.raw)
    except ValueError:
        raise Refusal(-122) from None
    if not isinstance(body, dict):
        raise Refusal(-122)
    return body


async def send_by_phone(call: Call) -> dict[str, Any]:
    body = _body(call)
    phone = normal_phone(body.get("phone"))
    return _send(call, body, phone, phone)


async def send_by_hash(call: Call) -> dict[str, Any]:
    """The recipient is the SHA-256 of the 84… number; receipts carry the hash again."""
    body = _body(call)
    wanted = str(body.get("hash_phone", "")).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", wanted):
        raise Refusal(-108)
    for phone in call.world.by_phone:
        if hashlib.sha256(phone.encode()).hexdigest() == wanted:
            return _send(call, body, phone, wanted)
    raise Refusal(-118)


def _send(call: Call, body: dict[str, Any], phone: str, shown_phone: str) -> dict[str, Any]:
    world, account = call.world, call.account
    if not account.verified or not account.package_name:
        raise Refusal(-135)
    template = templates.find(world, account, body.get("template_id"))
    data = templates.check_data(template, body.get("template_data"))
    tracking = body.get("tracking_id")
    if not isinstance(tracking, str) or not TRACKING.fullmatch(tracking):
        raise Refusal(-132, "tracking_id is invalid")
    development = body.get("mode") == "development"
    if development and phone not in call.app.admin_phones:
        raise Refusal(-127)
    person, contact = _person(call, phone)
    if not development:
        templates.check_refusals(template, contact, night=world.clock.is_night())
    if not account.zbs_linked:
        raise Refusal(-136, "ZBS account is not linked")
    price = 0 if development else template.price_sdt
    left = templates.remaining(world, account)
    if not development:
        left = templates.spend(world, account, template, price)
    message = accept(
        call.state,
        call.app,
        account,
        channel="phone",
        kind="template",
        content=templates.rendered(template, data),
        phone=shown_phone,
        person_id=person.id if person else "",
        tracking_id=tracking,
        template_id=template.id,
        price=price,
    )
    answer: dict[str, Any] = {"msg_id": message.id, "sent_time": str(message.at_ms)}
    if not development:
        mode = str(body.get("sending_mode", "1"))
        quota_left = {"dailyQuota": str(account.template_daily_quota), "remainingQuota": str(left)}
        answer |= {"sending_mode": mode, "quota": quota_left}
    return success(answer)


def _person(call: Call, phone: str) -> tuple[Person | None, Contact | None]:
    world = call.world
    person = world.people.get(world.by_phone.get(phone, ""))
    if person is None:
        if world.behaviour.unknown_users == "accept":
            return None, None
        raise Refusal(-118)
    if not person.has_zalo:
        raise Refusal(-118)
    if not person.can_receive:
        raise Refusal(-119)
    if person.inactive:
        raise Refusal(-114)
    return person, world.contact(call.account.id, person.id)


async def message_status(call: Call) -> dict[str, Any]:
    found: Message | None = call.world.messages.get(call.request.query.get("message_id", ""))
    if found is None or found.oa_id != call.account.id:
        raise Refusal(-107, "Message id is invalid")
    arrived = bool(found.delivered_ms) and found.delivered_ms <= call.world.clock.now_ms()
    text = "The user has received the message" if arrived else "The message has been sent to the server"
    time = str(found.delivered_ms) if arrived else ""
    return success({"delivery_time": time, "message": text, "status": 1 if arrived else 0})


async def quota(call: Call) -> dict[str, Any]:
    """Counters as integers, although the answer to a send has them as strings."""
    return success(
        {
            "dailyQuota": call.account.template_daily_quota,
            "remainingQuota": templates.remaining(call.world, call.account),
            "dailyQuotaPromotion": None,
            "remainingQuotaPromotion": None,
            "monthlyPromotionQuota": 0,
            "remainingMonthlyPromotionQuota": 0,
            "estimatedNextMonthPromotionQuota": 0,
        }
    )


async def quality(call: Call) -> dict[str, Any]:
    return success({"oaCurrentQuality": call.account.quality, "oa7dayQuality": call.account.quality})


async def template_tags(call: Call) -> dict[str, Any]:
    return success(list(TAGS))


def _number(call: Call, name: str, most: int) -> int:
    text = call.request.query.get(name, "")
    if not text.isdigit() or int(text) > most:
        raise Refusal(-132, f"{name} is invalid")
    return int(text)


async def template_list(call: Call) -> dict[str, Any]:
    offset, limit = _number(call, "offset", 10**6), _number(call, "limit", 100)
    wanted = call.request.query.get("status", "")
    own = [template for template in call.world.templates.values() if template.oa_id == call.account.id]
    if wanted:
        own = [template for template in own if str(STATUS_NUMBERS.get(template.status)) == wanted]
    rows = [
        {
            "templateId": int(template.id),
            "templateName": template.name,
            "createdTime": 1_767_200_400_000,
            "status": template.status,
            "templateQuality": template.quality,
        }
        for template in own[offset : offset + limit]
    ]
    return success(rows, metadata={"total": len(own)})


def _asked_template(call: Call) -> Template:
    template = call.world.templates.get(call.request.query.get("template_id", ""))
    if template is None:
        raise Refusal(-109)
    if template.oa_id != call.account.id:
        raise Refusal(-117)
    return template


async def template_info(call: Call) -> dict[str, Any]:
    return success(templates.described(_asked_template(call)))


async def template_info_retired(call: Call) -> dict[str, Any]:
    raise Refusal(-106, "Method is not supported, please switch to /template/info/v2")


async def sample_data(call: Call) -> dict[str, Any]:
    return success(_asked_template(call).sample)


async def ratings(call: Call) -> dict[str, Any]:
    template = _asked_template(call)
    offset, limit = _number(call, "offset", 10**6), _number(call, "limit", 100)
    start, end = _number(call, "from_time", 10**14), _number(call, "to_time", 10**14)
    own = [
        {
            "note": rating.note,
            "rate": rating.rate,
            "submitDate": str(rating.submit_ms),
            "msgId": rating.msg_id,
            "feedbacks": rating.feedbacks,
            "trackingId": rating.tracking_id,
            "rating_type": "csat",
            "option": "five_emotions",
        }
        for rating in call.world.ratings
        if rating.template_id == template.id and start <= rating.submit_ms <= end
    ]
    return success({"total": len(own), "data": own[offset : offset + limit]})
