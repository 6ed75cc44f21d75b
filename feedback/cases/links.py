"""Public addresses of this part: an unguessable token and nothing personal in them."""

from __future__ import annotations

from urllib.parse import urlencode

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


def receipt_rating_path(token: str) -> str:
    """Return the sheet's path for the receipt's own page, so that sheets from there are told apart."""
    return reverse("feedback:rate", args=[token]) + "?tu=giay"


def desk_rating_link(desk_code: str, *, tablet: bool = False) -> str:
    """Return what a counter's QR (or its tablet) opens: find the sheet by dossier number and four digits."""
    query = {"quay": desk_code} | ({"may": "1"} if tablet else {})
    return absolute(f"{reverse('feedback:rate-find')}?{urlencode(query)}")


def publication_link(token: str) -> str:
    """Return where a published case is read."""
    return absolute(reverse("feedback:published", args=[token]))
