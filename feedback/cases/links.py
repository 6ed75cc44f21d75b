"""Public addresses of this part: an unguessable token and nothing personal in them."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """Return the address as messages and QR codes carry it."""
    return settings.PUBLIC_BASE_URL.rstrip("/") + path


def case_link(token: str) -> str:
    """Return where the sender follows a case (or a restricted record: the address looks the same)."""
    return absolute(reverse("feedback:track", args=[token]))


def rating_link(token: str) -> str:
    """Return where the sheet of an invitation is filled in."""
    return absolute(reverse("feedback:rate", args=[token]))


def publication_link(token: str) -> str:
    """Return where a published case is read."""
    return absolute(reverse("feedback:published", args=[token]))
