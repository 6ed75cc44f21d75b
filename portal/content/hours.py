"""What goes out and comes down by the clock: pieces approved for an hour, notices whose end has come."""

from __future__ import annotations

import datetime as dt

import structlog

from dossiers.workflow.moving import ActError
from portal.content.acts import do
from portal.content.models import Piece
from portal.content.states import State

log = structlog.get_logger(__name__)


def keep(*, now: dt.datetime) -> tuple[int, int]:
    """Publish what is due and take down what has ended; return how many of each. Done twice changes nothing."""
    due = Piece.objects.filter(state=State.SCHEDULED, publish_at__lte=now).select_related("working")
    ended = Piece.objects.filter(live__shown_until__lte=now, state=State.PUBLISHED).select_related("working")
    return _each("publish", due, now), _each("take_down", ended, now)


def _each(act: str, pieces, now: dt.datetime) -> int:
    done = 0
    for piece in pieces.order_by("pk")[:500]:
        try:
            do(act, piece, by=None, now=now)
            done += 1
        except ActError as error:  # somebody was quicker
            log.info("content_not_moved", piece=piece.pk, act=act, why=str(error))
    return done
