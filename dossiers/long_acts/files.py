"""A table longer than one waits for: the worker writes it as CSV, line by line; whoever asked fetches it for a week.

Memory stays flat: rows are read through a cursor and go to the sealed store in pieces. CSV has no most rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.urls import reverse

from dossiers.long_acts.kinds import NotDone
from dossiers.long_acts.progress import Progress
from dossiers.models import Agency, LongAct
from dossiers.scoping import agency_ids_of, scoped
from dossiers.table_files.written import csv_lines

FOLDER, FOLDER_BEFORE = "xuat-bang", "xuat-nhat-ky"
"""Where the files lie, and where exports of the logs lay before; those are only forgotten."""
KEPT = dt.timedelta(days=7)
AT_ONCE = 50_000
"""Rows one waits for; more are the worker's."""
TELL_EVERY = 1000
_kinds: dict[str, tuple[str, ...]] = {}


class Lines(File):
    """Text that is written as it is made: a file that is read once, in pieces."""

    def __init__(self, lines: Iterator[str]):
        super().__init__(None)
        self._lines = lines

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return (line.encode() for line in self._lines)


def offered(kind: str, *rights: str) -> str:
    """Note that acts of this kind leave a file, fetched with all of these rights, and return the kind."""
    _kinds[kind] = rights
    return kind


def is_long(rows: QuerySet) -> bool:
    """Return whether there are more rows than one waits for. One short query."""
    return rows.order_by().values_list("pk")[AT_ONCE : AT_ONCE + 1].exists()


def must_still(act: LongAct, what: str) -> None:
    """Raise NotDone when who asked has lost a right of the kind meanwhile, or left; `what` says what is lost."""
    if act.by is None or not (act.by.is_active and act.by.has_perms(_kinds[act.kind])):
        raise NotDone(f"Bạn không còn quyền {what}, nên chưa xuất gì.")


def agency_of(act: LongAct) -> Agency:
    """Return the agency that was asked about. Raises NotDone when who asked sees it no more."""
    agency = scoped(Agency.objects.filter(pk=act.asked["agency"]), act.by, "pk").first()
    if agency is None:
        raise NotDone("Cơ quan này không còn trong phạm vi của bạn, nên chưa xuất gì.")
    return agency


def stored_name(act: LongAct) -> str:
    """Return where the act's file lies in the sealed store."""
    return _name_of(act.pk)


def _name_of(pk: int) -> str:
    return f"{FOLDER}/{pk}.csv"


def write(
    act: LongAct,
    progress: Progress,
    rows: Iterable[Iterable[object]],
    total: int,
    *,
    agencies: Collection[int] | None,
) -> dict:
    """Write the file and return the act's result; a second run after a dead worker begins it anew.

    `agencies` are the ids of whose rows it holds, None for all: who fetches it must still see every one.
    """
    name = stored_name(act)
    default_storage.delete(name)
    try:
        counted = _counted(rows, lambda done: progress.told(min(done, total), total))
        default_storage.save(name, Lines(csv_lines(counted)))
    except BaseException:
        default_storage.delete(name)
        raise
    words = f"Đã xuất {total} dòng. Tệp tải được trong {KEPT.days} ngày."
    of = None if agencies is None else sorted(agencies)
    return {"address": reverse("admin:desk_long_act_file", args=[act.pk]), "words": words, "agencies": of}


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


def may_fetch(act: LongAct, user) -> bool:
    """Return whether the user has, at this moment, the rights of the kind and every agency the file is of."""
    rights = _kinds.get(act.kind)
    if rights is None or not user.has_perms(rights):
        return False
    of, allowed = act.result.get("agencies"), agency_ids_of(user)
    return allowed is None or (of is not None and allowed.issuperset(of))


def _there(name: str) -> bool:
    return default_storage.exists(name)


def forget_old(*, now: dt.datetime) -> int:
    """Remove every file but those of acts asked for within the week; return how many."""
    fresh = LongAct.objects.filter(kind__in=_kinds, created_at__gte=now - KEPT).values_list("pk", flat=True)
    within_week = {_name_of(pk) for pk in fresh}
    return remove([name for name in _names() if name not in within_week])


def forget_all() -> int:
    """Remove every file: a person who is erased may stand in them. They can be asked for again."""
    return remove(list(_names()))


def kept() -> int:
    """Return how many files are kept."""
    return len(list(_names()))


def remove(names: list[str]) -> int:
    """Remove these from the sealed store; return how many."""
    for name in names:
        default_storage.delete(name)
    return len(names)


def names_in(*folders: str) -> Iterator[str]:
    """Yield the names of what lies in the folders of the sealed store."""
    for folder in folders:
        if default_storage.exists(folder):
            yield from (f"{folder}/{name}" for name in default_storage.listdir(folder)[1])


def _names() -> Iterator[str]:
    return names_in(FOLDER, FOLDER_BEFORE)
