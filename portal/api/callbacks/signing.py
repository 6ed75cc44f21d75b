"""The signature of what is sent: HMAC-SHA256 over id, time and body, as Standard Webhooks writes it.

Whoever receives can check it with any library of that convention, and refuses what is older than five minutes.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable

MARK = "whsec_"


def new_secret() -> str:
    """Return a secret of 256 random bits, in the spelling libraries take."""
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(message_id: str, at: dt.datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers that prove the body: one signature a secret, so that two hold while one is changed."""
    stamp = str(int(at.timestamp()))
    signed = b".".join([message_id.encode(), stamp.encode(), body])
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(MARK))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
