"""The cases of a period that are too many to wait for: written by the worker, fetched for a week by who asked."""

from __future__ import annotations

import datetime as dt

from dossiers.long_acts import files, running
from dossiers.long_acts.kinds import register
from dossiers.long_acts.progress import Progress
from dossiers.models import Agency, LongAct
from dossiers.scoping import agency_ids_of
from dossiers.successions import Counted, counted_by
from feedback.figures import board_export, reports
from feedback.figures.periods import Period

KIND = files.offered("feedback-cases-export", "feedback.supervise_feedback")


def is_long(user, period: Period, whose: Counted) -> bool:
    """Return whether there are more cases than one waits for. One short query."""
    return files.is_long(reports.exported(user, period, whose=whose))


def begin(period: Period, agency: Agency | None, *, title: str, by, now: dt.datetime) -> LongAct:
    """Ask the worker for the cases; `title` says what, who and when. Return the act, whose page says how far it is."""
    asked = {"first": period.first.isoformat(), "last": period.last.isoformat(), "title": title,
             "agency": agency.pk if agency else None}  # fmt: skip
    return running.begin(KIND, title, asked, by=by, now=now)


@register(KIND)
def work(act: LongAct, progress: Progress) -> dict:
    """Write the file, for somebody who still may."""
    files.must_still(act, "xem số liệu ý kiến")
    period = Period(*(dt.date.fromisoformat(act.asked[name]) for name in ("first", "last")))
    agency = files.agency_of(act) if act.asked["agency"] else None
    whose = counted_by(act.by, period.first, period.last, agency)
    cases = reports.exported(act.by, period, whose=whose)
    total = cases.order_by().count()
    rows = board_export.rows_of(reports.in_steps(cases), title=act.asked["title"])
    seen = agency_ids_of(act.by)
    agencies = whose.inside if seen is None or whose.inside is None else whose.inside & seen
    return files.write(act, progress, rows, total, agencies=agencies)
