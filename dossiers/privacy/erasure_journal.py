"""Who was erased since when, in a file beside the database: a backup brought back must not bring them back.

A line is "moment kind hash": a keyed hash, nothing of the person. The file is in no backup, for it tells what happened
after one; it is copied to wherever the backups are kept (docs/van-hanh.md).
"""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from pathlib import Path

from django.conf import settings

from dossiers.privacy.sealing import keyed_hash, keyed_hashes

FILE = "da-xoa.txt"
PURPOSE = "erased"
TOOK_AT_MOST = dt.timedelta(minutes=10)
"""A backup's moment lies a little before the one it states."""


def place() -> Path:
    """Return where the journal lies."""
    return Path(settings.VAR_DIR) / FILE


def note(kind: str, value: str, *, at: dt.datetime) -> None:
    """Write down that whoever has this value was erased. Raises OSError."""
    line = f"{at.isoformat()} {kind} {keyed_hash(value, PURPOSE)}\n"
    place().parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def since(moment: dt.datetime) -> dict[str, set[str]]:
    """Return the hashes noted from about the moment on, by kind; a line that cannot be read is passed over."""
    found: dict[str, set[str]] = defaultdict(set)
    if not place().exists():
        return found
    for line in place().read_text("ascii", "replace").splitlines():
        try:
            at, kind, hashed = line.split(" ")
            if dt.datetime.fromisoformat(at) >= moment - TOOK_AT_MOST:
                found[kind].add(hashed)
        except (ValueError, TypeError):  # half a line of a machine that lost its power
            continue
    return found


def is_among(value: str, hashes: set[str]) -> bool:
    """Tell whether whoever has the value was noted, under whichever key."""
    return bool(value) and not hashes.isdisjoint(keyed_hashes(value, PURPOSE))
