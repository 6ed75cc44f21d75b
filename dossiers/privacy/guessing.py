"""The one limit on guessing: how often anybody may try a second fact, whichever door the guess comes in by.

A guess is counted before anything is looked up, for the caller and for every fact guessed at, in the database: all
processes see one count, guesses sent at once are all counted, and nothing is forgotten before its window ends. A right
answer gives its own try back. Facts are told apart after tidying, so spaces, dots and +84 win no further tries. Keys
are keyed hashes: nothing personal is stored.

Typed look-ups that need no second fact are counted in the process and told to the cache in steps; when the cache is
down the process counts alone, and nobody is refused for it.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.apps import apps
from django.core.cache import cache
from django.db import connection

from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.identity_numbers import InvalidNumber, normalise_phone
from dossiers.privacy.sealing import keyed_hash

log = structlog.get_logger("dossiers.guessing")
STEP = 10
"""Answered look-ups counted in the process before the shared counter is told: it may run over by this per process."""
MOST_KEPT = 20_000
LONGEST_FACT = 80
_NOISE = re.compile(r"[^0-9a-z]")


class TooMany(Exception):
    """The caller must wait `seconds`."""

    def __init__(self, seconds: int, limit: str):
        super().__init__(limit)
        self.seconds = seconds
        self.limit = limit

    @property
    def minutes(self) -> int:
        return max(1, -(-self.seconds // 60))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in every window of `seconds`; `name` is the word in the key and the log."""

    name: str
    most: int
    seconds: int


# Mobile carriers put thousands of people behind one address: the limits per address leave room for a busy village and
# still turn a walk of 10,000 codes into most of a night for nothing but tier 1.
SEARCHES = (Limit("search", 120, 60), Limit("search-hour", 1500, 3600))
MISSES = (Limit("miss", 30, 600), Limit("miss-day", 300, 86400))
# The second fact has 10,000 values: 20 tries a day find it in a year and more, 5 in a row are enough for typing slips.
GUESSES = (Limit("guess", 5, 900), Limit("guess-day", 20, 86400))
# In a chat the caller is one person, not a village: nobody has a hundred receipts a day to ask after.
CHAT_CODES = (Limit("chat-code", 30, 600), Limit("chat-code-day", 100, 86400))


@dataclass
class _Local:
    """What this process has counted and not told yet, and the totals it was last told."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    untold: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)

    def add(self, key: str) -> tuple[int, int]:
        """Return (how many to tell the shared counter now, the total known here)."""
        with self.lock:
            if len(self.total) > MOST_KEPT:
                self.total.clear()
                self.untold.clear()
            self.total[key] = self.total.get(key, 0) + 1
            untold = self.untold.get(key, 0) + 1
            tell = untold if untold >= STEP else 0
            self.untold[key] = 0 if tell else untold
            return tell, self.total[key]

    def learn(self, key: str, total: int) -> None:
        with self.lock:
            self.total[key] = max(total, self.total.get(key, 0))


_local = _Local()


def searched(address: str, *, now: float | None = None) -> None:
    """Count one typed look-up of this address. Raises TooMany over its limits."""
    used(SEARCHES, address, now=now)


def used(limits: Iterable[Limit], subject: str, *, now: float | None = None) -> None:
    """Count one cheap act of the subject, mostly in this process. Raises TooMany over a limit."""
    moment, mark = _moment(now), _mark(subject)
    for limit in limits:
        key = _key(limit, mark, moment)
        tell, total = _local.add(key)
        if tell:
            total = _told(key, tell, limit, total)
        if total > limit.most:
            raise _too_many(limit, mark, moment)


def missed(caller: str, *, now: float | None = None) -> None:
    """Count one look-up of the caller that found nothing. Raises TooMany."""
    count(MISSES, [caller], now=now)


@dataclass(frozen=True, slots=True)
class Try:
    """A guess that was counted; `right` gives it back, for whoever knows the fact is not guessing."""

    keys: tuple[str, ...]

    def right(self) -> None:
        _take_back(self.keys)


def attempt(caller: str, facts: Iterable[str], *, now: float | None = None) -> Try:
    """Count one guess of the caller at these facts, before it is looked up. Raises TooMany when it is one too many.

    `caller` is an address, or the person in a chat; `facts` are what is guessed at: a dossier's number, an identity
    number, a phone, in any spelling. Unknown facts count like known ones.
    """
    moment = _moment(now)
    wanted = [(limit, _mark(caller)) for limit in MISSES]
    wanted += [(limit, _mark(fact)) for fact in {tidied(fact) for fact in facts} for limit in GUESSES]
    return Try(tuple(_count(wanted, moment)))


def count(limits: Iterable[Limit], subjects: Iterable[str], *, now: float | None = None) -> None:
    """Count one act of each subject against each limit, in the database. Raises TooMany when one is over."""
    _count([(limit, _mark(subject)) for subject in subjects for limit in limits], _moment(now))


def is_over(limits: Iterable[Limit], subject: str, *, now: float | None = None) -> bool:
    """Tell whether the subject has used up one of the limits; counts nothing."""
    moment, mark = _moment(now), _mark(subject)
    used = dict(
        _table().objects.filter(key__in=[_key(limit, mark, moment) for limit in limits]).values_list("key", "count")
    )
    return any(used.get(_key(limit, mark, moment), 0) >= limit.most for limit in limits)


def tidied(fact: str) -> str:
    """Return the one spelling under which a fact is guessed at."""
    text = unicodedata.normalize("NFKC", str(fact))[:LONGEST_FACT].strip()
    for reader in (normalise_code, normalise_phone):
        try:
            return reader(text)
        except (InvalidCode, InvalidNumber):
            continue
    return _NOISE.sub("", text.casefold()) or text


def caller_mark(caller: str) -> str:
    """Return what logs carry instead of the address: the same for the same caller, unreadable without the key."""
    return keyed_hash(caller or "-", "client-address")[:12]


def forget() -> None:
    """Drop what this process has counted."""
    _local.untold.clear()
    _local.total.clear()


def forget_old(now: dt.datetime) -> int:
    """Delete counts whose window is over; return how many."""
    return _table().objects.filter(expires_at__lt=now).delete()[0]


def _count(wanted: list[tuple[Limit, str]], moment: float) -> list[str]:
    """Add one to every counter in one statement; return their keys. Raises TooMany for the one with longest to wait."""
    by_key = {_key(limit, mark, moment): (limit, mark) for limit, mark in wanted}
    if not by_key:
        return []
    table = connection.ops.quote_name(_table()._meta.db_table)
    values: list = []
    for key in sorted(by_key):  # in one order, so that two callers never wait for each other
        window = by_key[key][0].seconds
        over = dt.datetime.fromtimestamp((moment // window + 1) * window, dt.UTC)
        values += [key, connection.ops.adapt_datetimefield_value(over)]
    rows = ", ".join(["(%s, 1, %s)"] * len(by_key))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, count, expires_at) VALUES {rows} "
            f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING key, count",
            values,
        )
        counted = dict(cursor.fetchall())
    over_limit = [by_key[key] for key, total in counted.items() if total > by_key[key][0].most]
    if over_limit:
        limit, mark = max(over_limit, key=lambda each: _wait(each[0], moment))
        raise _too_many(limit, mark, moment)
    return list(by_key)


def _take_back(keys: tuple[str, ...]) -> None:
    if not keys:
        return
    table = connection.ops.quote_name(_table()._meta.db_table)
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET count = count - 1 WHERE count > 0 AND key IN ({places})", list(keys))


def _table() -> Any:
    # By name: the models are built on this package.
    return apps.get_model("dossiers", "GuessCount")


def _told(key: str, tell: int, limit: Limit, total: int) -> int:
    try:
        cache.add(key, 0, limit.seconds + 5)
        total = cache.incr(key, tell)
        _local.learn(key, total)
    except ValueError:  # Fell out of the cache between the two calls: the count begins again.
        cache.set(key, tell, limit.seconds + 5)
    except Exception:
        log.warning("throttle_cache_down", limit=limit.name)
    return total


def _moment(now: float | None) -> float:
    return time.time() if now is None else now


def _mark(subject: str) -> str:
    return keyed_hash(subject or "-", "throttle")[:31]


def _key(limit: Limit, mark: str, moment: float) -> str:
    return f"throttle:{limit.name}:{int(moment // limit.seconds)}:{mark}"


def _wait(limit: Limit, moment: float) -> int:
    return int(limit.seconds - moment % limit.seconds) + 1


def _too_many(limit: Limit, mark: str, moment: float) -> TooMany:
    log.warning("lookup_throttled", limit=limit.name, subject=mark[:12])
    return TooMany(_wait(limit, moment), limit.name)
