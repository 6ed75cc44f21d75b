"""A sealed note that lets a page ask for the next thing without asking the citizen's facts again.

It names what was proved, opens with the field keys only, and dies after half an hour. It travels in a form body, never
in an address.
"""

from __future__ import annotations

import datetime as dt
import json

from dossiers.privacy import sealing

PURPOSE = "lookup-pass"
LIFETIME = dt.timedelta(minutes=30)
LONGEST = 2000


def issue(now: dt.datetime, **proved) -> str:
    """Return the pass for `proved`: dossier=<id>, or applicants=[ids] with before=<id of the last row shown>."""
    return sealing.seal(json.dumps({**proved, "until": (now + LIFETIME).timestamp()}), PURPOSE)


def read(text: str, now: dt.datetime) -> dict | None:
    """Return what a pass proves; None when it is not one of ours or its time is over."""
    if not text or len(text) > LONGEST:
        return None
    try:
        proved = json.loads(sealing.unseal(text, PURPOSE))
    except (sealing.SealingError, ValueError):
        return None
    return proved if proved.pop("until", 0) >= now.timestamp() else None
