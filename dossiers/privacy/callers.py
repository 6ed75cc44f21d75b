"""Who is calling: the address as the nearest trusted proxy saw it."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings

HOME_V6 = 64
"""Bits of an IPv6 address that name a subscriber: the other 64 are theirs to change with every request (RFC 6177)."""


def client_address(request: Any) -> str:
    """Return the caller's address; what a caller writes into the header beyond our own proxies counts for nothing.

    Of IPv6 it is the subscriber's network, of IPv4 written as IPv6 the IPv4: one caller has one address, however many
    they may write down. What is no address comes back as it stands.
    """
    hops, seen = settings.TRUSTED_PROXIES, request.META.get("REMOTE_ADDR", "")
    if hops:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= hops:
            seen = forwarded[-hops]
    return _one_caller(seen)


def _one_caller(seen: str) -> str:
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return seen
    if address.version == 4 or address.is_loopback:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), HOME_V6), strict=False).network_address)
