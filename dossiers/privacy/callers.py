"""Who is calling: the address as the nearest trusted proxy saw it."""

from __future__ import annotations

from django.conf import settings


def client_address(request) -> str:
    """Return the caller's address; what a caller writes into the header beyond our own proxies counts for nothing."""
    hops = settings.TRUSTED_PROXIES
    if hops:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= hops:
            return forwarded[-hops]
    return request.META.get("REMOTE_ADDR", "")
