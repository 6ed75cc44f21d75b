"""Webhooks as Zalo sends them, signed here with the documented formula and nothing of the product's."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from itertools import count
from typing import Any

from django.test import Client

from zalo.models import Account, InboxEvent

URL = "/zalo/webhook/"
_numbers = count(1)


def signature(app_id: str, raw: bytes, timestamp: str, secret: str) -> str:
    return "mac=" + hashlib.sha256(app_id.encode() + raw + timestamp.encode() + secret.encode()).hexdigest()


def hmac_signature(raw: bytes, secret: str) -> str:
    return "mac=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def now_ms() -> int:
    return int(time.time() * 1000)


def user_event(account: Account, name: str, user: str = "700000000000000001", **rest: Any) -> dict[str, Any]:
    return {
        "app_id": account.app_id,
        "sender": {"id": user},
        "user_id_by_app": f"55{user[-6:]}",
        "recipient": {"id": account.oa_id},
        "event_name": name,
        **rest,
        "timestamp": str(rest.get("timestamp", now_ms())),
    }


def text_event(account: Account, text: str, user: str = "700000000000000001", **rest: Any) -> dict[str, Any]:
    number = f"m{next(_numbers)}"
    return user_event(account, "user_send_text", user, message={"text": text, "msg_id": number}, **rest)


def follow_event(
    account: Account, name: str = "follow", user: str = "700000000000000001", **rest: Any
) -> dict[str, Any]:
    body = {
        "oa_id": account.oa_id,
        "follower": {"id": user},
        "user_id_by_app": f"55{user[-6:]}",
        "event_name": name,
        "source": "oa_profile",
        "app_id": account.app_id,
        **rest,
    }
    return body | {"timestamp": str(rest.get("timestamp", now_ms()))}


def post(account: Account, body: dict[str, Any] | bytes, *, client: Client | None = None, **how: Any):
    """Post the event as Zalo does; `secret`, `header`, `spaced`, `escaped` bend it."""
    client = client or Client()
    if isinstance(body, bytes):
        raw, stamp = body, str(how.get("timestamp", ""))
    else:
        separators = (" , ", " :  ") if how.get("spaced") else (",", ":")
        raw = json.dumps(body, ensure_ascii=bool(how.get("escaped")), separators=separators).encode()
        stamp = str(body.get("timestamp", ""))
    header = how.get("header", signature(account.app_id, raw, stamp, how.get("secret", account.oa_secret)))
    extra = {} if header is None else {"HTTP_X_ZEVENT_SIGNATURE": header}
    extra |= how.get("extra", {})
    return client.post(URL, raw, content_type="application/json", **extra)


def stored() -> list[InboxEvent]:
    return list(InboxEvent.objects.order_by("pk"))
