"""Taking a whole log along, however long: the worker writes it line by line, whoever asked fetches it for a week.

Memory stays flat: rows are read through a cursor and go to the sealed store in pieces, as CSV, which has no most rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import chain

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.urls import reverse

from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress
from dossiers.models import LongAct
from dossiers.table_files.written import csv_lines
from dossiers.written_dates import written_moment
from portal.audit import searching

KIND, SEARCH = "audit-export", "audit.search_logs"
FOLDER = "xuat-nhat-ky"
KEPT = dt.timedelta(days=7)
TELL_EVERY = 1000
HEADINGS = ("Lúc", "Người", "Việc", "Về")


class Lines(File):
    """Text that is written as it is made: a file that is read once, in pieces."""

    def __init__(self, lines: Iterator[str]):
        super().__init__(None)
        self._lines = lines

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return (line.encode() for line in self._lines)


def begin(texts: dict[str, str], title: str, *, by, now: dt.datetime) -> LongAct:
    """Ask the worker for every line of what was typed; return the act, whose page says how far it is."""
    return running.begin(KIND, title, {"texts": texts, "title": title}, by=by, now=now)


def csv_of(title: str, lines: Iterator[searching.Line]) -> Iterator[str]:
    """Yield the file line by line: who took it and when, the headings, the rows."""
    rows = ([written_moment(each.at), each.who, each.what, each.about] for each in lines)
    return csv_lines(chain([[title], HEADINGS], rows))


def stored_name(act: LongAct) -> str:
    """Return where the act's file lies in the sealed store."""
    return f"{FOLDER}/{act.pk}.csv"


@register(KIND)
def work(act: LongAct, progress: Progress) -> dict:
    """Write the file; a second run after a dead worker begins it anew."""
    if act.by is None or not (act.by.is_active and act.by.has_perm(SEARCH)):
        raise NotDone("Bạn không còn quyền tra cứu nhật ký, nên chưa xuất gì.")
    asked, _texts, error = searching.question(act.by, act.asked["texts"])
    if error:
        raise NotDone(error)
    total = searching.rows(act.by, asked).count()
    counted = _counted(searching.lines(act.by, asked), lambda done: progress.told(min(done, total), total))
    name = stored_name(act)
    default_storage.delete(name)
    try:
        default_storage.save(name, Lines(csv_of(act.asked["title"], counted)))
    except BaseException:
        default_storage.delete(name)
        raise
    words = f"Đã xuất {total} dòng. Tệp tải được trong {KEPT.days} ngày."
    return {"address": reverse("admin:audit_export_file", args=[act.pk]), "words": words}


def _counted(lines: Iterator[searching.Line], tell: Callable[[int], None]) -> Iterator[searching.Line]:
    for number, line in enumerate(lines, start=1):
        if number % TELL_EVERY == 0:
            tell(number)
        yield line


def forget_old(*, now: dt.datetime) -> None:
    """Remove the files of exports that ended more than a week ago."""
    for act in LongAct.objects.filter(kind=KIND, created_at__lt=now - KEPT, state=LongAct.State.DONE):
        default_storage.delete(stored_name(act))
