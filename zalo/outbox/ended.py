"""Messages by the day they left, or were given up, and by what became of them: said once for figures and their rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from zalo.models import OutboxMessage, Outcome, Route, State
from zalo.outbox.ledger import UNTOLD

BY_ZALO = (Route.REPLY, Route.UID, Route.PHONE)
REACHED = (Outcome.DELIVERED, Outcome.SEEN, Outcome.ACCEPTED, "")
"""Zalo took it; "" while it has not said yet whether it came."""
GROUPS = {
    "told": ("Zalo nhận", Q(outcome__in=REACHED, route__in=BY_ZALO)),
    "delivered": ("đã tới", Q(outcome=Outcome.DELIVERED)),
    "seen": ("đã xem", Q(outcome=Outcome.SEEN)),
    "otherwise": ("báo bằng cách khác", Q(outcome__in=REACHED) & ~Q(route__in=BY_ZALO)),
    "refused": ("bị từ chối", Q(outcome=Outcome.REFUSED)),
    "untold": ("không báo được", Q(outcome__in=UNTOLD)),
    "rest": ("gộp, huỷ, không ai để báo", ~Q(outcome__in=(*REACHED, Outcome.REFUSED, *UNTOLD))),
}
"""Name → what it is called, and its messages."""
ABOUT_DOSSIERS = "dossier."
"""How the kinds begin that speak of a dossier: its steps, requests, letters, results."""


def between(rows: QuerySet[OutboxMessage], start: dt.datetime, end: dt.datetime) -> QuerySet[OutboxMessage]:
    """Return the messages that Zalo took, else were given up, from `start` to before `end`.

    The index is of the moment a message ended, which is never long before Zalo took it.
    """
    over = Q(finished_at__gte=start - dt.timedelta(days=1)) | Q(finished_at=None, state=State.SENT)
    rows = rows.filter(over).alias(at=Coalesce("sent_at", "delivered_at", "finished_at"))
    return rows.filter(at__gte=start, at__lt=end)
