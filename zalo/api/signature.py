"""Proof that a webhook came from Zalo: plain SHA-256 of app_id + raw body + timestamp + OA secret, not an HMAC.

Order of terms: official Java SDK `MacUtils.buildMac`. The secret is the *OA Secret Key* of the console's Webhook
page, not the app secret. The bytes are those received: re-serialised JSON never matches.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping

_HEADER = re.compile(r"^\s*mac\s*=\s*([0-9a-fA-F]{64})\s*$")


def _utf8(text: str) -> bytes:
    # A JSON body may smuggle in a lone surrogate; it must fail the comparison, not raise.
    return text.encode("utf-8", "surrogatepass")


def mac(app_id: str, raw_body: bytes, timestamp: str, secret: str) -> str:
    """64 lowercase hex digits: what Zalo writes after `mac=` for this body."""
    return hashlib.sha256(_utf8(app_id) + raw_body + _utf8(timestamp) + _utf8(secret)).hexdigest()


def body_timestamp(raw_body: bytes) -> str | None:
    """The body's `timestamp` as Zalo concatenates it; None when the body is not a JSON object carrying one."""
    try:
        body = json.loads(raw_body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    value = body.get("timestamp")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def matching_secret(
    raw_body: bytes, header: str | None, app_id: str, secrets: Mapping[str, str], *, timestamp: str | None = None
) -> str | None:
    """Label of the secret that signed the body, None when none did. Every secret is tried, in constant time.

    Fails closed: an empty secret, app id or timestamp matches nothing. `secrets` maps a label shown on the health
    desk (`oa_secret`, `app_secret`, `previous`) to its value, so that a wrongly entered key can be told apart.
    """
    given = _HEADER.match(header or "")
    stamp = timestamp if timestamp is not None else body_timestamp(raw_body)
    if given is None or not app_id or not stamp:
        return None
    found = None
    for label, secret in secrets.items():
        if secret and hmac.compare_digest(mac(app_id, raw_body, stamp, secret), given[1].lower()):
            found = found or label
    return found


def is_signed_by(raw_body: bytes, header: str | None, app_id: str, oa_secret: str) -> bool:
    """True when the OA secret key signed exactly these bytes."""
    return matching_secret(raw_body, header, app_id, {"oa_secret": oa_secret}) is not None
