"""Which cases a figure of the boards counts, and the parts of them: said once for the figure and its list."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q, QuerySet

from dossiers.deadlines.working_time import at_minute
from feedback.models import Case
from feedback.states import ANSWERED, OPEN, Status

PARTS = {
    "answered": "đã trả lời",
    "timely": "trả lời đúng hạn",
    "overdue": "đang quá hạn",
    "reopened": "bị yêu cầu xem lại",
    "happy": "người gửi hài lòng với trả lời",
}
NO_THEME = "0"
"""In place of a field's code: the cases that have none."""


def of_period(rows: QuerySet[Case], first: dt.date, last: dt.date) -> QuerySet[Case]:
    """Return the cases sent on first…last. Repeats are one matter, parts belong to their whole."""
    rows = rows.filter(sent_at__gte=at_minute(first, 0), sent_at__lt=at_minute(last + dt.timedelta(days=1), 0))
    return rows.exclude(status=Status.MERGED).filter(parent__isnull=True)


def part_of(rows: QuerySet[Case], part: str, now: dt.datetime) -> QuerySet[Case]:
    """Return one of PARTS of the cases."""
    answered = Q(status__in=ANSWERED, answered_at__isnull=False)
    wanted = {
        "answered": answered,
        "timely": answered & Q(answered_at__lte=F("due_at")),
        "overdue": Q(status__in=OPEN, due_at__lt=now),
        "reopened": answered & Q(times_reopened__gt=0),
        "happy": Q(satisfied=True),
    }
    return rows.filter(wanted[part])
