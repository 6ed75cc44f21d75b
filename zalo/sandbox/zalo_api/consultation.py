"""POST /v3.0/oa/message/cs and its neighbours: who may be answered now, and at whose cost."""

from typing import Any

from aiohttp import web

from zalo.sandbox.clock import DAY, HOUR
from zalo.sandbox.records import Account, Contact
from zalo.sandbox.refusals import Refusal, invalid
from zalo.sandbox.remote import Call, endpoint, success
from zalo.sandbox.sending import accept
from zalo.sandbox.world import World
from zalo.sandbox.zalo_api.message_forms import read_message

FREE_WINDOW = 48 * HOUR
CONSULT_WINDOW = 7 * DAY
OLD_REPLY_TOTAL = 8


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v3.0/oa/message/cs", endpoint("openapi", send_consultation)),
        web.post("/v3.0/oa/message/cs/miniapp", endpoint("openapi", send_miniapp)),
        web.post("/v3.0/oa/quota/message", endpoint("openapi", message_quota)),
    ]


def receiver(call: Call, body: dict[str, Any]) -> tuple[str, Contact | None]:
    """The user id of ``recipient`` and the contact behind it; None only when unknown users are accepted."""
    recipient = body.get("recipient")
    user_id = recipient.get("user_id") if isinstance(recipient, dict) else None
    return known_user(call, user_id)


def known_user(call: Call, user_id: Any) -> tuple[str, Contact | None]:
    if not isinstance(user_id, str) or not user_id:
        raise invalid("user_id")
    contact = call.world.by_user_id.get(user_id)
    if contact is None or contact.oa_id != call.account.id:
        if contact is None and call.world.behaviour.unknown_users == "accept":
            return user_id, None
        raise invalid("user_id")
    return user_id, contact


def check_reachable(world: World, contact: Contact, kind: str) -> None:
    """-227, -217 and -244: the person, not the window, is why nothing can be sent."""
    if world.people[contact.person_id].inactive:
        raise Refusal(-227)
    if contact.blocked:
        raise Refusal(-217)
    if kind in contact.refused_types:
        raise Refusal(-244)


async def send_consultation(call: Call) -> dict[str, Any]:
    body = call.json()
    user_id, contact = receiver(call, body)
    kind, content = read_message(call.world, call.account.id, body.get("message"))
    quota: dict[str, str] | None = {"quota_type": "reply"}
    price = 0
    if contact is not None:
        check_reachable(call.world, contact, "cs")
        quota, price = spend_quota(call.world, call.account, contact)
    message = accept(
        call.state,
        call.app,
        call.account,
        channel="cs",
        kind=kind,
        content=content,
        contact=contact,
        user_id=user_id,
        price=price,
    )
    data: dict[str, Any] = {"message_id": message.id, "user_id": user_id}
    if quota is not None:
        data["quota"] = quota
    return success(data)


def spend_quota(world: World, account: Account, contact: Contact) -> tuple[dict[str, str] | None, int]:
    """The ``quota`` object (None: charged) and the price in VND; -230 outside 7 days, -211 when nothing is left."""
    now = world.clock.now_ms()
    age = now - contact.last_interaction_ms
    if not contact.last_interaction_ms and world.behaviour.welcome_message:
        if contact.replies_in_window:
            raise Refusal(-232)
        contact.replies_in_window += 1
        world.save_contact(contact)
        return {"quota_type": "welcome_msg"}, 0
    if age > CONSULT_WINDOW:
        raise Refusal(-230)
    if age <= FREE_WINDOW:
        if world.behaviour.reply_quota == "unlimited":
            return {"quota_type": "reply"}, 0
        if contact.replies_in_window < OLD_REPLY_TOTAL:
            contact.replies_in_window += 1
            world.save_contact(contact)
            remain = OLD_REPLY_TOTAL - contact.replies_in_window
            return {"quota_type": "reply", "remain": str(remain), "total": str(OLD_REPLY_TOTAL)}, 0
    return _spend_package(world, account)


def _spend_package(world: World, account: Account) -> tuple[dict[str, str] | None, int]:
    if account.sub_quota_used < account.sub_quota_total:
        account.sub_quota_used += 1
        world.save_account(account)
        return {
            "quota_type": "sub_quota",
            "remain": str(account.sub_quota_total - account.sub_quota_used),
            "total": str(account.sub_quota_total),
            "expired_date": account.sub_quota_expires,
        }, 0
    if account.purchase_quota > 0:
        account.purchase_quota -= 1
        world.save_account(account)
        return {"quota_type": "purchase_quota", "owner_type": "OA", "owner_id": account.id}, 0
    if not account.zbs_linked:
        raise Refusal(-211)
    if account.balance < account.cs_price:
        raise Refusal(-321)
    return None, account.cs_price


async def send_miniapp(call: Call) -> dict[str, Any]:
    """The queue-number template of a Mini App; its header is spelled with three s."""
    if not call.request.headers.get("miniapp_messsage_token"):
        raise invalid("miniapp_messsage_token")
    body = call.json()
    user_id, contact = receiver(call, body)
    message = body.get("message")
    data = message.get("template_data") if isinstance(message, dict) else None
    if not isinstance(data, dict) or message.get("template_type") != "FB0001":  # type: ignore[union-attr]
        raise invalid("message")
    lines = [str(data[key]) for key in ("customer_name", "queue_number", "note") if data.get(key)]
    sent = accept(
        call.state,
        call.app,
        call.account,
        channel="miniapp",
        kind="text",
        content={"text": "\n".join(lines)},
        contact=contact,
        user_id=user_id,
    )
    return success({"message_id": sent.id, "user_id": user_id})


async def message_quota(call: Call) -> dict[str, Any]:
    """Counters of one person as integers, or the OA's quota assets when asked with ``quota_owner``."""
    body = call.json()
    account, world = call.account, call.world
    if "quota_owner" in body:
        remain = account.sub_quota_total - account.sub_quota_used
        asset = {"quota_type": "sub_quota", "product_type": "cs", "owner_id": account.id, "asset_id": f"{account.id}1"}
        return success([asset | {"total": account.sub_quota_total, "remain": remain, "status": "available"}])
    _, contact = known_user(call, body.get("user_id"))
    last = contact.last_interaction_ms if contact else 0
    used = contact.replies_in_window if contact and world.behaviour.reply_quota == "eight" else 0
    promoted = [at for at in contact.promotions if at > world.clock.now_ms() - 30 * DAY] if contact else []
    today = [at for at in promoted if world.clock.local(at).date() == world.clock.local().date()]
    return success(
        {
            "last_interaction": str(last),
            "cs_reply": {"remain": OLD_REPLY_TOTAL - used, "total": OLD_REPLY_TOTAL},
            "promotion": {
                "daily_remain": 1 - min(1, len(today)),
                "daily_total": 1,
                "monthly_remain": 30 - min(30, len(promoted)),
                "monthly_total": 30,
            },
        }
    )
