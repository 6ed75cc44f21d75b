"""Who is calling, as a keyed hash of the address, and how often: counted on the database, so every process agrees."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from dossiers.privacy.sealing import keyed_hash
from dossiers.workflow.moving import ActError
from feedback.models import Attempt

PURPOSE = "visitor-address"
MOST_MISSES = 30
MOST_GUESSES = 5
WITHIN = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=2)


class TooOften(ActError):
    """The visitor has to wait; the text says how long."""


def source_of(request) -> str:
    """Return the keyed hash of the caller's address as the nearest trusted proxy saw it."""
    hops = settings.TRUSTED_PROXIES
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        address = forwarded[-hops]
    return keyed_hash(address, PURPOSE)


def check_tries(source: str, number: str, what: str, now: dt.datetime) -> None:
    """Raise TooOften when this visitor, or anyone for this number, failed too often in a quarter of an hour.

    Ask before looking anything up. Four digits have 10,000 values: five tries a quarter of an hour for one number; many
    people share one address: thirty for an address.
    """
    recent = Attempt.objects.filter(what=what, at__gt=now - WITHIN)
    by_source = recent.filter(source_hash=source)[:MOST_MISSES].count()
    by_number = recent.filter(source_hash=_key(number))[:MOST_GUESSES].count()
    if by_source >= MOST_MISSES or by_number >= MOST_GUESSES:
        raise TooOften("Bạn đã thử nhiều lần chưa đúng. Hãy chờ 15 phút rồi thử lại, hoặc gọi đường dây hỗ trợ.")


def note_miss(source: str, number: str, what: str, now: dt.datetime) -> None:
    """Count one failed try, for the visitor and for the number asked for, existing or not."""
    Attempt.objects.bulk_create(Attempt(what=what, source_hash=key, at=now) for key in (source, _key(number)))


def forget_old(now: dt.datetime) -> int:
    """Delete tries older than two days; return how many."""
    return Attempt.objects.filter(at__lt=now - KEPT).delete()[0]


def _key(number: str) -> str:
    return keyed_hash(number.strip().upper()[:60] or "-", "visitor-number")
