"""The invitation to the channel on a dossier's public page."""

import time

from django import template
from django.urls import reverse

register = template.Library()
FRESH_SECONDS = 30
_kept: list[tuple[float, bool]] = []


@register.inclusion_tag("zalo/_invite.html")
def zalo_invite(path: str) -> dict:
    """Show "get messages by Zalo" on the page of a token (`/h/<token>/`); nothing elsewhere or without a channel.

    Costs no query but one in half a minute: the page is the most read of all.
    """
    token = path.strip("/").removeprefix("h/") if path.startswith("/h/") else ""
    return {"action": reverse("zalo:connect", args=[token]) if token and "/" not in token and _open() else ""}


def _open() -> bool:
    from zalo.views import has_channel

    if not _kept or _kept[0][0] < time.monotonic():
        _kept[:] = [(time.monotonic() + FRESH_SECONDS, has_channel())]
    return _kept[0][1]
