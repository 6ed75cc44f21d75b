"""What other apps know of an agency's roll-out beside what stops it: its tasks, who has learnt. They register it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

Facts = Callable[[list[int], dt.date], dict[int, list["Fact"]]]
"""Of these agencies what is known, by agency. A fixed number of queries for any number of them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table: "Dán mã QR: xong 12/11/2026"; `lacks` says it is still to be done."""

    words: str
    lacks: bool = False
    address: str = ""


_sources: list[Facts] = []


def register(source: Facts) -> None:
    """Add a source of facts."""
    if source not in _sources:
        _sources.append(source)


def of(ids: list[int], today: dt.date) -> dict[int, list[Fact]]:
    """Return what is known of each agency, in the order of registration."""
    found: dict[int, list[Fact]] = {pk: [] for pk in ids}
    for source in _sources if ids else ():
        for pk, facts in source(ids, today).items():
            found[pk] += facts
    return found


def open_of(ids: list[int], today: dt.date) -> dict[int, list[str]]:
    """Return in words what is still to be done."""
    return {pk: [fact.words for fact in facts if fact.lacks] for pk, facts in of(ids, today).items()}
