"""The invitation to the channel on a dossier's public page."""

import time

from django import template
from django.template.loader import render_to_string
from django.urls import reverse

register = template.Library()
FRESH_SECONDS = 30
_kept: list[tuple[float, bool]] = []


@register.simple_tag
def zalo_invite(path: str) -> str:
    """Show "get messages by Zalo" on the page of a token (`/h/<token>/`); "" elsewhere and without a channel.

    Costs one query in half a minute: the page is the most read of all.
    """
    token = path[3:].strip("/") if path and path.startswith("/h/") else ""
    if not token or "/" in token or not _open():
        return ""
    return render_to_string("zalo/_invite.html", {"action": reverse("zalo:connect", args=[token])})


def _open() -> bool:
    from zalo.views import has_channel

    if not _kept or _kept[0][0] < time.monotonic():
        _kept[:] = [(time.monotonic() + FRESH_SECONDS, has_channel())]
    return _kept[0][1]
