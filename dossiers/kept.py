"""What was read a short time ago, kept in this process so that a busy page does not ask the database each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

V = TypeVar("V")
_all: WeakSet[Kept[Any]] = WeakSet()


class Kept(Generic[V]):
    """The value `read` returned for a key, at most `seconds` old, of `most` keys.

    One thread reads an old value anew; the others go on with what is there. When reading fails, the old value stays
    for whoever asks next, who tries again.
    """

    def __init__(self, read: Callable[..., V], seconds: float, *, most: int = 1000) -> None:
        self._read, self._seconds, self._most = read, seconds, most
        self._values: dict[Hashable, tuple[float, V]] = {}  # key → (when it was read, value)
        _all.add(self)

    def get(self, *key: Hashable, within: float | None = None) -> V:
        """Return the value of the key; `within` asks for one younger than the usual seconds."""
        now, found = time.monotonic(), self._values.get(key)
        if found and now - found[0] < (self._seconds if within is None else within):
            return found[1]
        if found:
            self._values[key] = (now, found[1])
        try:
            value = self._read(*key)
        except Exception:
            if found:
                self._values[key] = found
            raise
        if len(self._values) >= self._most:
            self._values.clear()
        self._values[key] = (time.monotonic(), value)
        return value

    def forget(self) -> None:
        """Drop what is kept in this process; the next question reads again."""
        self._values.clear()


def forget_all() -> None:
    """Drop everything that is kept in this process, as a new process would begin."""
    for each in _all:
        each.forget()
