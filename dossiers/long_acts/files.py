"""A table longer than one waits for: the worker writes it as CSV, line by line; whoever asked fetches it for a week.

Memory stays flat: rows are read through a cursor and go to the sealed store in pieces. CSV has no most rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.urls import reverse

from dossiers.long_acts.progress import Progress
from dossiers.models import LongAct
from dossiers.table_files.written import csv_lines

FOLDER = "xuat-bang"
KEPT = dt.timedelta(days=7)
AT_ONCE = 50_000
"""Rows one waits for; more are the worker's."""
TELL_EVERY = 1000
_kinds: set[str] = set()


class Lines(File):
    """Text that is written as it is made: a file that is read once, in pieces."""

    def __init__(self, lines: Iterator[str]):
        super().__init__(None)
        self._lines = lines

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return (line.encode() for line in self._lines)


def offered(kind: str) -> str:
    """Note that acts of this kind leave a file, and return the kind."""
    _kinds.add(kind)
    return kind


def stored_name(act: LongAct) -> str:
    """Return where the act's file lies in the sealed store."""
    return f"{FOLDER}/{act.pk}.csv"


def write(act: LongAct, progress: Progress, rows: Iterable[Iterable[object]], total: int) -> dict:
    """Write the file and return the act's result; a second run after a dead worker begins it anew."""
    name = stored_name(act)
    default_storage.delete(name)
    try:
        counted = _counted(rows, lambda done: progress.told(min(done, total), total))
        default_storage.save(name, Lines(csv_lines(counted)))
    except BaseException:
        default_storage.delete(name)
        raise
    words = f"Đã xuất {total} dòng. Tệp tải được trong {KEPT.days} ngày."
    return {"address": reverse("admin:desk_long_act_file", args=[act.pk]), "words": words}


def _counted(rows: Iterable, tell: Callable[[int], None]) -> Iterator:
    for number, row in enumerate(rows, start=1):
        if number % TELL_EVERY == 0:
            tell(number)
        yield row


def standing(act: LongAct, now: dt.datetime) -> str | None:
    """Return the stored name of a file that may be fetched; None when it was not written or is forgotten."""
    name = stored_name(act)
    fresh = act.created_at >= now - KEPT
    return name if act.kind in _kinds and act.state == LongAct.State.DONE and fresh and _there(name) else None


def _there(name: str) -> bool:
    return default_storage.exists(name)


def forget_old(*, now: dt.datetime) -> None:
    """Remove the files of acts that were asked for more than a week ago."""
    for act in LongAct.objects.filter(kind__in=_kinds, created_at__lt=now - KEPT, state=LongAct.State.DONE):
        default_storage.delete(stored_name(act))
