"""Making and recognising API keys: "prefix.secret", of which only a SHA-256 of the whole is stored.

A key holds 256 random bits, so a plain hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from portal.api.models import ApiClient


def create_client(*, name: str, agency, scope: str) -> tuple[ApiClient, str]:
    """Return the new client and its key; the key cannot be read again."""
    prefix = secrets.token_hex(4)
    key = f"{prefix}.{secrets.token_urlsafe(32)}"
    client = ApiClient.objects.create(name=name, agency=agency, scope=scope, prefix=prefix, key_hash=digest(key))
    return client, key


def client_with(key: str) -> ApiClient | None:
    """Return the active client of the key; None for an unknown, altered or withdrawn one. One query."""
    prefix, dot, _secret = key.partition(".")
    client = ApiClient.objects.select_related("agency").filter(prefix=prefix, active=True).first() if dot else None
    known = client.key_hash if client else "0" * 64
    return client if hmac.compare_digest(digest(key), known) and client else None


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
