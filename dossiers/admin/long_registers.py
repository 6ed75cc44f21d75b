"""A register too long to wait for: asked for at the desk, written by the worker, fetched for a week by who asked."""

from __future__ import annotations

import datetime as dt
from itertools import chain

from dossiers.long_acts import files, running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress
from dossiers.models import Agency, LongAct
from dossiers.papers import books
from dossiers.papers.books import Period
from dossiers.printed_forms import FormError

RIGHTS = ("dossiers.export_register", "dossiers.see_personal_data")
KIND = files.offered("register-export", *RIGHTS)


def is_long(book: str, agency: Agency, period: Period, form_code: str) -> bool:
    """Return whether the book has more lines than one waits for. One short query."""
    return files.is_long(_rows(book, agency, period, form_code))


def begin(book: str, agency: Agency, period: Period, form_code: str, *, made: str, by, now: dt.datetime) -> LongAct:
    """Ask the worker for the book; `made` says who takes it and when. Return the act, whose page says how far it is."""
    asked = {"book": book, "agency": agency.pk, "first": period.first.isoformat(), "last": period.last.isoformat(),
             "form": form_code, "made": made}  # fmt: skip
    return running.begin(KIND, books.title_of(book, agency, period, ""), asked, by=by, now=now)


@register(KIND)
def work(act: LongAct, progress: Progress) -> dict:
    """Write the file, for somebody who still may."""
    files.must_still(act, "xuất sổ")
    asked, agency = act.asked, files.agency_of(act)
    period = Period(dt.date.fromisoformat(asked["first"]), dt.date.fromisoformat(asked["last"]))
    book, form_code = asked["book"], asked["form"]
    try:
        total = _rows(book, agency, period, form_code).count()
        if book == "register":
            rows = chain([books.HEADINGS], books.register_lines(agency, period))
        else:
            rows = chain([books.PAPER_HEADINGS], books.paper_lines(agency, period, form_code))
    except FormError as error:
        raise NotDone(str(error)) from None
    title = books.title_of(book, agency, period, asked["made"])
    return files.write(act, progress, chain([[title]], rows), total, agencies=[agency.pk])


def _rows(book: str, agency: Agency, period: Period, form_code: str):
    period = period.checked()
    return books.received(agency, period) if book == "register" else books.issued(agency, period, form_code)
