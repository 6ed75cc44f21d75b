"""Tracking codes: short enough to read over the phone, too many to guess. Pure but for the random source."""

from __future__ import annotations

import re
import secrets

# Crockford's alphabet: no I, L, O, U, so that a code read aloud or copied by hand has one spelling.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "YK"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SHAPE = re.compile(r"YK([0-9A-HJKMNP-TV-Z]{5})([0-9A-HJKMNP-TV-Z]{5})")


def new_code() -> str:
    """Return a code such as "YK-4F7K9-QWM2X": 50 random bits, the same shape for every kind of case.

    The kind is not in the code: a code seen over a shoulder must not tell a denunciation from a question.
    """
    body = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{PREFIX}-{body[:5]}-{body[5:]}"


def normalise(typed: str) -> str:
    """Return the code that was typed with any spaces, dashes, small letters or O for 0; "" when it is no code."""
    compact = re.sub(r"[^0-9A-Za-z]", "", typed or "").upper()[:40]
    body = compact.removeprefix(PREFIX).translate(_MISREAD)
    found = _SHAPE.fullmatch(PREFIX + body)
    return f"{PREFIX}-{found[1]}-{found[2]}" if found else ""
