"""Dated records read once for many rows: inside `reading_once` the same question is put to the database one time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
_answers: ContextVar[dict | None] = ContextVar("answers", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, functions marked `once` keep their answers; keep it short, for nobody sees a change made meanwhile."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(read: F) -> F:
    """Mark a function of hashable arguments that only reads what changes seldom: calendars, rules, limits."""

    @wraps(read)
    def asked(*args: Any, **more: Any) -> Any:
        answers = _answers.get()
        if answers is None or more:
            return read(*args, **more)
        key = (read, *args)
        if key not in answers:
            answers[key] = read(*args)
        return answers[key]

    return asked  # type: ignore[return-value]
