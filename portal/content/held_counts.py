"""Counts a process holds in its memory and writes down every now and then, so that counting costs no query.

They are due USE_COUNTS_EVERY seconds after the last time: a process that dies loses what it has counted since.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Hashable, Iterable

from django.conf import settings
from django.db.models import F, Model


class HeldCounts:
    """How often each key was counted since they were last taken, by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter = Counter()
        self._taken_at = time.monotonic()

    def add(self, keys: Iterable[Hashable]) -> bool:
        """Count each key once; return whether it is time to write down."""
        with self._lock:
            self._counts.update(keys)
            return time.monotonic() - self._taken_at > settings.USE_COUNTS_EVERY

    def take(self) -> Counter:
        """Return what was counted, and begin anew."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
            self._taken_at = time.monotonic()
        return taken

    def forget(self) -> None:
        """Drop what was counted, as a new process would begin."""
        with self._lock:
            self._counts.clear()


def add_up(model: type[Model], named: dict, times: int) -> None:
    """Add to the row of a day named by these values, or make it; `times` is its count."""
    rows = model._default_manager
    row, made = rows.get_or_create(**named, defaults={"times": times})
    if not made:
        rows.filter(pk=row.pk).update(times=F("times") + times)
