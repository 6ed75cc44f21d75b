"""What people went on to after a search: counted by folded words and procedure, and read by the ranking.

No personal data: numbers and addresses are masked as in `missed`, whole stories are not kept, nobody is named. What was
chosen moves up among what was found for the same words; it brings in nothing that was not found.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F

from dossiers.models import Procedure, SearchChoice
from dossiers.procedure_search.words import masked
from dossiers.search_text import fold

log = structlog.get_logger(__name__)
MOST_WORDS = 8
MOST_KEPT = 20_000
LEAST_CHOSEN = 3
MOST_GAIN = 0.3
"""How often words must have been followed by a choice before they say anything, and by how much at most a row gains."""
KEPT = dt.timedelta(days=365)


def count(words: str, procedure: Procedure, *, today: dt.date) -> None:
    """Count that the procedure was opened after a search with these words; a fault in it never spoils the answer."""
    folded = _key(words)
    if not folded or len(folded.split()) > MOST_WORDS:
        return
    try:
        with transaction.atomic():
            known = SearchChoice.objects.filter(folded=folded, procedure=procedure)
            if known.update(times=F("times") + 1, last_on=today) or SearchChoice.objects.count() >= MOST_KEPT:
                return
            SearchChoice.objects.create(folded=folded, procedure=procedure, last_on=today)
    except DatabaseError:
        log.warning("search choice not counted", procedure=procedure.code)


def gains(words: str) -> dict[int, float]:
    """Return by how much each procedure gains for these words, {primary key: factor from 1}; {} without experience."""
    times = dict(SearchChoice.objects.filter(folded=_key(words)).values_list("procedure_id", "times"))
    total = sum(times.values())
    return {pk: 1 + MOST_GAIN * n / total for pk, n in times.items()} if total >= LEAST_CHOSEN else {}


def forget(*, today: dt.date) -> int:
    """Return how many choices nobody made again within a year were dropped."""
    return SearchChoice.objects.filter(last_on__lt=today - KEPT).delete()[0]


def _key(words: str) -> str:
    return fold(masked(words))
