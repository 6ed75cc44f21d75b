"""Verified events that could not be stored because the database was away: sealed files, taken over when it is back.

Answering 200 without keeping the event would lose it; answering 5xx would walk Zalo's retry ladder and in the end
unsubscribe the whole application.
"""

import datetime as dt
import json
import os
import uuid
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.utils.dateparse import parse_datetime

from dossiers.privacy import sealing
from zalo.inbound import inbox
from zalo.models import InboxEvent

log = structlog.get_logger(__name__)
PURPOSE = "webhook-spool"
MOST_FILES = 50_000
_FIELDS = ("account_id", "name", "remote_key", "person", "raw", "retry_number", "secret")
_TIMES = ("happened_at", "received_at", "next_at")


def folder() -> Path:
    return Path(settings.VAR_DIR) / "webhook-spool"


def keep(row: InboxEvent) -> None:
    """Write the event to a file of its own, complete before it has its name. Raises OSError when the disk is full."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    values = {field: getattr(row, field) for field in _FIELDS} | {
        field: getattr(row, field).isoformat() for field in _TIMES
    }
    scratch = place / f"{uuid.uuid4().hex}.new"
    with open(scratch, "w", encoding="ascii") as out:
        out.write(sealing.seal(json.dumps(values), PURPOSE))
        out.flush()
        os.fsync(out.fileno())
    os.replace(scratch, place / f"{row.received_at:%Y%m%d%H%M%S%f}-{row.remote_key[:16]}.event")


def forget(account_id: int, person: str) -> int:
    """Return how many waiting events of an erased person were deleted, those set aside included."""
    done = 0
    for path in [*folder().glob("*.event"), *folder().glob("*.bad")]:
        values = _values_of(path)
        if values and (values["account_id"], values["person"]) == (account_id, person):
            path.unlink(missing_ok=True)
            done += 1
    return done


def sweep(*, now: dt.datetime) -> int:
    """Return how many files were deleted that nobody could take over for as long as events keep their bodies."""
    until = (now - inbox.KEEP_RAW).timestamp()
    old = [path for end in (".bad", ".new") for path in folder().glob(f"*{end}") if path.stat().st_mtime < until]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def waiting() -> bool:
    """Return whether this machine holds events that are not in the database yet."""
    return any(folder().glob("*.event"))


def adopt() -> int:
    """Return how many spooled events are in the database now; stops quietly when it is still away."""
    taken = 0
    for path in sorted(folder().glob("*.event"))[:MOST_FILES]:
        values = _values_of(path)
        if values is None:
            log.error("spooled event unreadable", file=path.name)
            path.rename(path.with_suffix(".bad"))
            continue
        row = InboxEvent(**values | {field: parse_datetime(values[field]) for field in _TIMES})
        try:
            inbox.insert(row)
        except IntegrityError:  # its account was deleted meanwhile
            path.rename(path.with_suffix(".bad"))
            continue
        except DatabaseError:
            break
        path.unlink(missing_ok=True)
        taken += 1
    return taken


def _values_of(path: Path) -> dict | None:
    """Return what the file holds; None when it cannot be read with the keys there are."""
    try:
        return json.loads(sealing.unseal(path.read_text(encoding="ascii"), PURPOSE))
    except (OSError, ValueError, sealing.SealingError):
        return None
