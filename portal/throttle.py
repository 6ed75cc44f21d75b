"""How often one caller may ask: counters shared by every process through the cache, keys without personal data.

Counting costs nothing on the road most people take (the QR's unguessable address, found). Typed look-ups are counted
in the process and told to the cache in steps; failures are told at once. When the cache is down the process counts
alone: a look-up is never refused because Redis is.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import structlog
from django.core.cache import cache

from dossiers.privacy.sealing import keyed_hash

log = structlog.get_logger("portal.throttle")
STEP = 10
"""Answered look-ups counted in the process before the shared counter is told: it may run over by this per process."""
MOST_KEPT = 20_000


class TooMany(Exception):
    """The caller must wait `seconds`."""

    def __init__(self, seconds: int, limit: str):
        super().__init__(limit)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in every window of `seconds`; `name` is the word in the cache key and the log."""

    name: str
    most: int
    seconds: int


# Mobile carriers put thousands of people behind one address: the limits per address leave room for a busy village and
# still turn a walk of 10,000 codes into most of a night for nothing but tier 1.
SEARCHES = (Limit("search", 120, 60), Limit("search-hour", 1500, 3600))
MISSES = (Limit("miss", 30, 600), Limit("miss-day", 300, 86400))
# The second fact has 10,000 values: 20 tries a day find it in a year and more, 5 in a row are enough for typing slips.
GUESSES = (Limit("guess", 5, 900), Limit("guess-day", 20, 86400))


@dataclass
class _Local:
    """What this process has counted and not told yet, and the totals it was last told."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    untold: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, told_after: int) -> tuple[int, int]:
        """Return (how many to tell the shared counter now, the total known here)."""
        with self.lock:
            if len(self.total) > MOST_KEPT:
                self.total.clear()
                self.untold.clear()
            self.total[key] = self.total.get(key, 0) + 1
            untold = self.untold.get(key, 0) + 1
            tell = untold if untold >= told_after else 0
            self.untold[key] = 0 if tell else untold
            return tell, self.total[key]

    def learn(self, key: str, total: int) -> None:
        with self.lock:
            self.total[key] = max(total, self.total.get(key, 0))


_local = _Local()


def searched(address: str, *, now: float | None = None) -> None:
    """Count one typed look-up of this address. Raises TooMany over its limits."""
    mark = _mark(address)
    for limit in SEARCHES:
        _count(limit, mark, now, told_after=STEP)


def missed(address: str, guessed: list[str], *, now: float | None = None) -> None:
    """Count one look-up that found nothing, for the address and for every fact guessed at. Raises TooMany."""
    over: TooMany | None = None
    for limits, keys in ((MISSES, [address]), (GUESSES, guessed)):
        for key in map(_mark, keys):
            for limit in limits:
                try:
                    _count(limit, key, now, told_after=1)
                except TooMany as error:
                    over = over if over and over.seconds > error.seconds else error
    if over:
        raise over


def check_guesses(guessed: list[str], *, now: float | None = None) -> None:
    """Raise TooMany while one of these facts has been guessed at too often, whoever asks; counts nothing."""
    moment = time.time() if now is None else now
    for key in map(_mark, guessed):
        for limit in GUESSES:
            name = _key(limit, key, moment)
            try:
                total = cache.get(name, 0)
            except Exception:
                total = _local.total.get(name, 0)
            if total >= limit.most:
                raise _too_many(limit, moment)


def address_mark(address: str) -> str:
    """Return what logs carry instead of the address: the same for the same caller, unreadable without the key."""
    return keyed_hash(address or "-", "client-address")[:12]


def forget() -> None:
    """Drop what this process has counted."""
    _local.untold.clear()
    _local.total.clear()


def _count(limit: Limit, mark: str, now: float | None, *, told_after: int) -> None:
    moment = time.time() if now is None else now
    key = _key(limit, mark, moment)
    tell, total = _local.add(key, told_after)
    if tell:
        try:
            cache.add(key, 0, limit.seconds + 5)
            total = cache.incr(key, tell)
            _local.learn(key, total)
        except ValueError:  # Fell out of the cache between the two calls: the count begins again.
            cache.set(key, tell, limit.seconds + 5)
        except Exception:
            log.warning("throttle_cache_down", limit=limit.name)
    if total > limit.most:
        log.warning("lookup_throttled", limit=limit.name, subject=mark[:12])
        raise _too_many(limit, moment)


def _mark(subject: str) -> str:
    return keyed_hash(subject or "-", "throttle")[:22]


def _key(limit: Limit, mark: str, moment: float) -> str:
    return f"throttle:{limit.name}:{int(moment // limit.seconds)}:{mark}"


def _too_many(limit: Limit, moment: float) -> TooMany:
    return TooMany(int(limit.seconds - moment % limit.seconds) + 1, limit.name)
