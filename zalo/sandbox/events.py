"""Bodies of the webhooks, event by event, in the documented shapes."""

from typing import Any

from .records import Account, App, Contact, Message, Rating, Template

ECHO_NAMES = {"text": "oa_send_text", "image": "oa_send_image", "gif": "oa_send_gif", "file": "oa_send_file"}
ECHO_NAMES |= {"sticker": "oa_send_sticker", "list": "oa_send_list", "buttons": "oa_send_text"}


def from_user(app: App, contact: Contact, name: str, now_ms: int, **rest: Any) -> dict[str, Any]:
    return {
        "app_id": app.id,
        "sender": {"id": contact.user_id},
        "user_id_by_app": contact.user_id_by_app,
        "recipient": {"id": contact.oa_id},
        "event_name": name,
        **rest,
        "timestamp": str(now_ms),
    }


def from_oa(app: App, contact: Contact, name: str, now_ms: int, **rest: Any) -> dict[str, Any]:
    """Echoes, and the receipts whose ``sender`` is the OA although the citizen caused them."""
    return {
        "app_id": app.id,
        "sender": {"id": contact.oa_id},
        "user_id_by_app": contact.user_id_by_app,
        "recipient": {"id": contact.user_id},
        "event_name": name,
        **rest,
        "timestamp": str(now_ms),
    }


def follow(app: App, contact: Contact, now_ms: int) -> dict[str, Any]:
    return {
        "oa_id": contact.oa_id,
        "follower": {"id": contact.user_id},
        "user_id_by_app": contact.user_id_by_app,
        "event_name": "follow",
        "source": contact.source or "oa_profile",
        "app_id": app.id,
        "timestamp": str(now_ms),
    }


def unfollow(app: App, contact: Contact, now_ms: int) -> dict[str, Any]:
    body = follow(app, contact, now_ms) | {"event_name": "unfollow"}
    del body["source"]
    return body


def flat(app: App, contact: Contact, name: str, now_ms: int) -> dict[str, Any]:
    """``user_click_chatnow`` and ``user_withdraw``: ids at the root, no sender."""
    return {
        "app_id": app.id,
        "oa_id": contact.oa_id,
        "user_id": contact.user_id,
        "user_id_by_app": contact.user_id_by_app,
        "event_name": name,
        "timestamp": str(now_ms),
    }


def echo(app: App, contact: Contact, message: Message, now_ms: int) -> dict[str, Any]:
    content = message.content
    name = ECHO_NAMES.get(message.kind, "oa_send_template")
    body: dict[str, Any] = {"msg_id": message.id}
    if content.get("text"):
        body["text"] = content["text"]
    if content.get("attachments"):
        body["attachments"] = content["attachments"]
    elif name == "oa_send_template":
        payload = {"zinstant_id": message.id, "text": content.get("text", ""), "link_url": "", "checksum": ""}
        body["attachments"] = [{"type": "template", "payload": payload}]
    return from_oa(app, contact, name, now_ms, message=body)


def received(app: App, contact: Contact, message: Message, now_ms: int) -> dict[str, Any]:
    return from_oa(app, contact, "user_received_message", now_ms, message={"msg_id": message.id})


def received_by_phone(app: App, message: Message, now_ms: int) -> dict[str, Any]:
    """Receipt of a template sent by phone: the recipient is the phone or its hash."""
    return {
        "sender": {"id": message.oa_id},
        "recipient": {"id": message.phone},
        "event_name": "user_received_message",
        "message": {
            "delivery_time": str(message.delivered_ms or now_ms),
            "msg_id": message.id,
            "tracking_id": message.tracking_id,
        },
        "app_id": app.id,
        "timestamp": str(now_ms),
    }


def seen(app: App, contact: Contact, message_ids: list[str], now_ms: int) -> dict[str, Any]:
    return from_oa(app, contact, "user_seen_message", now_ms, message={"msg_ids": message_ids})


def submit_info(app: App, contact: Contact, shared: dict[str, Any], now_ms: int) -> dict[str, Any]:
    info = {
        "name": shared["name"],
        "phone": shared["phone"],
        "user_dob": shared["user_dob"],
        "gender": shared["gender"],
        "full_address": {
            "user_city": shared["city"],
            "user_ward": shared["ward"],
            "user_address": shared["address"],
        },
    }
    return from_user(app, contact, "user_submit_info", now_ms, info=info)


def feedback(app: App, rating: Rating, now_ms: int) -> dict[str, Any]:
    """``user_feedback`` names no user: it is matched by ``msg_id`` or ``tracking_id``."""
    return {
        "app_id": app.id,
        "oa_id": rating.oa_id,
        "event_name": "user_feedback",
        "message": {
            "rating_type": "csat",
            "option": "five_emotions",
            "note": rating.note,
            "rate": rating.rate,
            "submit_time": str(rating.submit_ms),
            "msg_id": rating.msg_id,
            "feedbacks": rating.feedbacks,
            "tracking_id": rating.tracking_id,
        },
        "timestamp": str(now_ms),
    }


def template_status(app: App, template: Template, before: str, now_ms: int) -> dict[str, Any]:
    return {
        "app_id": app.id,
        "oa_id": template.oa_id,
        "event_name": "change_template_status",
        "template_id": template.id,
        "status": {"prev_status": before, "new_status": template.status},
        "reason": template.reason,
        "timestamp": str(now_ms),
    }


def template_quality(app: App, template: Template, now_ms: int) -> dict[str, Any]:
    return {
        "app_id": app.id,
        "oa_id": template.oa_id,
        "event_name": "change_template_quality",
        "template_id": template.id,
        "quality": template.quality,
        "timestamp": str(now_ms),
    }


def daily_quota(app: App, account: Account, before: int, now_ms: int) -> dict[str, Any]:
    """The one event that spells ``oaId``."""
    return {
        "app_id": app.id,
        "oaId": account.id,
        "event_name": "change_oa_daily_quota",
        "quota": {"prev_value": str(before), "new_value": str(account.template_daily_quota)},
        "timestamp": str(now_ms),
    }


def tags(app: App, name: str, oa_id: str, tag: str, user_ids: list[str], now_ms: int) -> dict[str, Any]:
    return {
        "app_id": app.id,
        "oa_id": oa_id,
        "event_name": name,
        "tag": {"user_ids": user_ids, "name": tag},
        "timestamp": str(now_ms),
    }


def console_sample(app: App, now_ms: int) -> dict[str, Any]:
    """The signed sample the console sends when a URL is saved; its parties are not our OA."""
    return {
        "app_id": app.id,
        "sender": {"id": "246845883529197922"},
        "user_id_by_app": "552177279717587730",
        "recipient": {"id": "388613280878808000"},
        "event_name": "user_send_text",
        "message": {"text": "This is testing message", "msg_id": "This is message id"},
        "timestamp": str(now_ms),
    }
