"""Making and recognising API keys: "prefix.secret", of which only a SHA-256 of the whole is stored.

A key holds 256 random bits, so a plain hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from django.utils import timezone

from portal.api.models import ApiClient


def create_client(*, name: str, agency, scope: str) -> tuple[ApiClient, str]:
    """Return the new client and its key; the key cannot be read again."""
    prefix = secrets.token_hex(4)
    key = f"{prefix}.{secrets.token_urlsafe(32)}"
    client = ApiClient.objects.create(name=name, agency=agency, scope=scope, prefix=prefix, key_hash=digest(key))
    return client, key


def rotate(client: ApiClient, *, now: dt.datetime, overlap: dt.timedelta) -> str:
    """Return a new key of the client; the one before stays good for the time of the overlap."""
    key = f"{client.prefix}.{secrets.token_urlsafe(32)}"
    client.old_key_hash, client.old_key_until = client.key_hash, now + overlap
    client.key_hash = digest(key)
    client.save(update_fields=["key_hash", "old_key_hash", "old_key_until"])
    return key


def client_with(key: str) -> ApiClient | None:
    """Return the active client of the key; None for an unknown, altered or withdrawn one. One query."""
    prefix, dot, _secret = key.partition(".")
    client = ApiClient.objects.select_related("agency").filter(prefix=prefix, active=True).first() if dot else None
    sent = digest(key)
    if client is None:
        return None
    if hmac.compare_digest(sent, client.key_hash):
        return client
    before = client.old_key_until is not None and timezone.now() < client.old_key_until
    return client if before and hmac.compare_digest(sent, client.old_key_hash) else None


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
