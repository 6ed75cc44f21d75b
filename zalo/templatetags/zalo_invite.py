"""The invitation to the channel on a dossier's public page."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse

from dossiers.kept import Kept

register = template.Library()
FRESH_SECONDS = 30


@register.simple_tag
def zalo_invite(path: str) -> str:
    """Show "get messages by Zalo" on the page of a token (`/h/<token>/`); "" elsewhere and without a channel.

    Costs one query in half a minute: the page is the most read of all.
    """
    token = path[3:].strip("/") if path and path.startswith("/h/") else ""
    if not token or "/" in token or not _kept.get():
        return ""
    return render_to_string("zalo/_invite.html", {"action": reverse("zalo:connect", args=[token])})


def _open() -> bool:
    from zalo.views import has_channel

    return has_channel()


_kept = Kept(_open, FRESH_SECONDS)
