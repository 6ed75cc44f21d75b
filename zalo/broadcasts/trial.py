"""A test to myself: whoever writes a notice types a short code to the OA and gets it as an answer, before anybody else.

Nothing is stored and nobody's number is asked for: the code is made of the broadcast, its version and the hour. The
answer goes inside the reply window, which the code itself opens, so it costs nothing and is always lawful.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re

from django.conf import settings

from zalo.broadcasts import planning
from zalo.messages import broadcast_words
from zalo.messages.reply import Reply
from zalo.models import Account, Broadcast, Contact

LETTERS = "23456789ABCDEFGHKLMNPQRSTUVXYZ"
SIZE = 6
HOUR = 3600
LOOKED_THROUGH = 200
_CODE = re.compile(rf"^\s*(?:gửi thử|gui thu|thử|thu)\s+([{LETTERS}]{{{SIZE}}})\s*$", re.IGNORECASE)


def code_of(broadcast: Broadcast, *, now: dt.datetime) -> str:
    """Return the code that is good for this and the next hour."""
    return _code(broadcast, int(now.timestamp()) // HOUR)


def answer(text: str, account: Account, contact: Contact, *, now: dt.datetime) -> Reply | None:
    """Return the notice as it will read for whoever sent its code; None when the text is none."""
    match = _CODE.match(text)
    if match is None:
        return None
    typed, hour = match[1].upper(), int(now.timestamp()) // HOUR
    rows = Broadcast.objects.filter(account=account, state__in=Broadcast.NOT_BEGUN).order_by("-pk")
    for row in rows[:LOOKED_THROUGH]:
        if any(hmac.compare_digest(typed, _code(row, each)) for each in (hour, hour - 1)):
            purpose = planning.purpose_of(row)
            words = f"[GỬI THỬ] {broadcast_words.text_of(row, purpose)}"
            return Reply(words, broadcast_words.buttons_of(row, contact.pk, purpose), command="gui-thu")
    return None


def _code(row: Broadcast, hour: int) -> str:
    told = f"broadcast-trial:{row.pk}:{row.version}:{hour}".encode()
    digest = int.from_bytes(hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()[:8], "big")
    found = ""
    for _ in range(SIZE):
        digest, place = divmod(digest, len(LETTERS))
        found += LETTERS[place]
    return found
