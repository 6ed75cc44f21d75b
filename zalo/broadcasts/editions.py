"""The same notice for other ears: the loudspeaker's script, the letter, and the piece on the site.

Whoever keeps the site says how a piece is made (`publish_by`); without one nothing is published there.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

from zalo.models import Broadcast

WORDS_A_MINUTE = 130
Publisher = Callable[..., str]
_publishers: list[Publisher] = []


def publish_by(publisher: Publisher) -> None:
    """Let `publisher(broadcast, by=, now=)` publish notices on the site and return the page's address."""
    _publishers[:] = [publisher]


def publish(broadcast: Broadcast, *, by, now: dt.datetime) -> str:
    """Return the address of the page on the site, "" where there is none. Raises ActError when it cannot be made."""
    return _publishers[0](broadcast, by=by, now=now) if _publishers else ""


def aloud(broadcast: Broadcast) -> str:
    """Return the script of the loudspeaker with how long it takes to read."""
    sender = broadcast.agency or broadcast.account
    body = broadcast.spoken.strip() or f"{broadcast.title}.\n\n{broadcast.text.strip()}"
    text = f"Kính thưa bà con. {sender} thông báo.\n\n{body}\n\nXin cảm ơn bà con đã lắng nghe."
    return f"(Đọc chậm, khoảng {reading_minutes(text)} phút, đọc hai lần)\n\n{text}\n"


def letter(broadcast: Broadcast) -> str:
    """Return the text of an e-mail: subject line first."""
    link = f"\n\nXem đầy đủ: {broadcast.link}" if broadcast.link else ""
    sender = broadcast.agency or broadcast.account
    return (
        f"Tiêu đề: {broadcast.title}\n\nKính gửi quý vị,\n\n{broadcast.text.strip()}{link}\n\nTrân trọng,\n{sender}\n"
    )


def reading_minutes(text: str) -> int:
    """Return how many minutes it takes to read the text slowly, one at least."""
    return max(1, math.ceil(len(text.split()) / WORDS_A_MINUTE))
