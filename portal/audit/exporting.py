"""Taking a whole log along, however long: the worker writes it (dossiers.long_acts.files), fetched for a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain

from dossiers.long_acts import files, running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress
from dossiers.models import LongAct
from dossiers.scoping import agency_ids_of
from dossiers.written_dates import written_moment
from portal.audit import searching

SEARCH = "audit.search_logs"
KIND = files.offered("audit-export", SEARCH)
HEADINGS = ("Lúc", "Người", "Việc", "Về")


def begin(texts: dict[str, str], title: str, *, by, now: dt.datetime) -> LongAct:
    """Ask the worker for every line of what was typed; return the act, whose page says how far it is."""
    return running.begin(KIND, title, {"texts": texts, "title": title}, by=by, now=now)


def rows_of(title: str, lines: Iterator[searching.Line]) -> Iterator[list]:
    """Yield the file row by row: who took it and when, the headings, the lines."""
    rows = ([written_moment(each.at), each.who, each.what, each.about] for each in lines)
    return chain([[title], list(HEADINGS)], rows)


@register(KIND)
def work(act: LongAct, progress: Progress) -> dict:
    """Write the file."""
    files.must_still(act, "tra cứu nhật ký")
    asked, _texts, error = searching.question(act.by, act.asked["texts"])
    if error:
        raise NotDone(error)
    total = searching.rows(act.by, asked).count()
    rows = rows_of(act.asked["title"], searching.lines(act.by, asked))
    return files.write(act, progress, rows, total, agencies=agency_ids_of(act.by))
