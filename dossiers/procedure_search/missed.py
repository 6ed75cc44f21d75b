"""What people searched in vain: counted by day and folded words, numbers masked, so that an editor can mend it.

A search is missed when nothing was found or the best answer hardly fits; at the counter also when the clerk chose
something the search had not put first. Like the access log it is written while answering; a fault in it never
spoils the answer.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F

from dossiers.models import Agency, MissedSearch, Procedure
from dossiers.procedure_search.search import FoundPage, search
from dossiers.procedure_search.words import masked
from dossiers.search_text import fold

log = structlog.get_logger(__name__)
HARDLY = 0.25
SHORTEST = 4
MOST_A_DAY = 2000
FIRST_ROWS = 3


def note(words: str, page: FoundPage, *, place: str, today: dt.date, agency: Agency | None = None) -> None:
    """Count a search whose answer hardly fits."""
    if page.sureness < HARDLY:
        _count(words, place, today, agency, offered=page.rows[0].code if page.rows else "")


def chosen(words: str, procedure: Procedure, *, place: str, today: dt.date, agency: Agency | None = None) -> None:
    """Count words for which something was chosen that the search does not put among the first three."""
    found = [row.code for row in search(words, today=today, size=FIRST_ROWS, unfinished=True).rows]
    if procedure.code not in found:
        _count(words, place, today, agency, offered=found[0] if found else "", chosen=procedure)


def _count(
    words: str, place: str, today: dt.date, agency: Agency | None, *, offered: str, chosen: Procedure | None = None
) -> None:
    text = masked(words)
    folded = fold(text)
    if len(folded) < SHORTEST:
        return
    key = {"day": today, "place": place, "agency": agency, "folded": folded}
    try:
        with transaction.atomic():
            again = MissedSearch.objects.filter(**key).update(times=F("times") + 1)
            if chosen:
                MissedSearch.objects.filter(**key).update(chosen=chosen)
            if again or MissedSearch.objects.filter(day=today).count() >= MOST_A_DAY:
                return
            first = Procedure.objects.filter(code=offered).first() if offered else None
            MissedSearch.objects.create(**key, text=text, offered=first, chosen=chosen)
    except DatabaseError:
        log.warning("missed search not counted", place=place)
