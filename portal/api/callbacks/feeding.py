"""From the tables of events to what is owed: each subscription reads on behind its own cursor.

The cursor moves in the transaction that notes the deliveries, so that an event is noted once, killed or not. It never
passes an event whose elders may still be committed: it goes as far as the last event that was there at a moment
(`seen`), once every transaction from before that moment is over (portal.api.settled).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from dossiers.models import Dossier, DossierEvent
from dossiers.workflow.events import BROUGHT_OVER
from feedback.models import Case, FeedbackEvent
from feedback.states import Status
from portal.api import settled
from portal.api.callbacks import documents
from portal.api.models import Delivery, Subscription
from portal.api.scope import agency_ids

AT_ONCE = 1000
LOOKED_BACK = 1000  # events
IN_FLIGHT = dt.timedelta(minutes=1)
"""What was written this shortly before a subscription may have been committed after it: told rather than missed."""
Stream = Delivery.Stream
STREAMS: dict[str, type[DossierEvent] | type[FeedbackEvent]] = {
    Stream.DOSSIER: DossierEvent,
    Stream.CASE: FeedbackEvent,
}


def begin(subscription: Subscription) -> None:
    """Set the cursors of a new subscription, which is told what happens from now on. Saves nothing."""
    for stream in STREAMS:
        setattr(subscription, f"{stream}_cursor", max(0, _last(stream) - LOOKED_BACK))


def feed(now: dt.datetime | None = None) -> int:
    """Note what every subscription that is not stopped by hand is owed by now; return how many deliveries are new."""
    now, noted = now or timezone.now(), 0
    until = settled.horizon()
    wanted = Subscription.objects.filter(client__active=True).exclude(state=Subscription.State.STOPPED)
    for pk in list(wanted.order_by("id").values_list("pk", flat=True)):
        for stream in STREAMS:
            more = True
            while more:
                found, more = _feed(pk, stream, until, now)
                noted += found
    return noted


def _last(stream: str) -> int:
    return STREAMS[stream]._base_manager.aggregate(last=Max("pk"))["last"] or 0


@transaction.atomic
def _feed(pk: int, stream: str, until: dt.datetime, now: dt.datetime) -> tuple[int, bool]:
    """Return how many events were noted, and whether more of what was seen is still to be read."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("client")
    subscription = rows.filter(pk=pk).first()
    if subscription is None:
        return 0, False
    cursor, seen, seen_at = (getattr(subscription, f"{stream}_{name}") for name in ("cursor", "seen", "seen_at"))
    made: list[Delivery] = []
    if seen > cursor and seen_at < until:
        last = min(seen, cursor + AT_ONCE)
        made = _note(subscription, stream, cursor + 1, last, now)
        cursor = last
    elif seen <= cursor:  # all of what was seen is read: look again, for the next round
        seen, seen_at = _last(stream), timezone.now()
    _keep(subscription, stream, cursor, seen, seen_at)
    return len(made), seen > cursor and seen_at < until


def _keep(subscription: Subscription, stream: str, cursor: int, seen: int, seen_at: dt.datetime) -> None:
    values = {f"{stream}_cursor": cursor, f"{stream}_seen": seen, f"{stream}_seen_at": seen_at}
    Subscription.objects.filter(pk=subscription.pk).update(**values)


def _note(subscription: Subscription, stream: str, first: int, last: int, now: dt.datetime) -> list[Delivery]:
    owed = [
        Delivery(
            subscription=subscription,
            stream=stream,
            event_id=event.pk,
            subject_id=subject.pk,
            subject=subject.code,
            kind=event.kind,
            next_at=now,
        )
        for event, subject in _OWED[stream](subscription, first, last)
        if documents.wants(subscription.kinds, stream, event.kind)
    ]
    return Delivery.objects.bulk_create(owed, ignore_conflicts=True)


Owed = Iterable[tuple[DossierEvent, Dossier]] | Iterable[tuple[FeedbackEvent, Case]]


def _of_dossiers(subscription: Subscription, first: int, last: int) -> Owed:
    events = DossierEvent.objects.filter(
        pk__range=(first, last),
        recorded_at__gte=subscription.created_at - IN_FLIGHT,
        dossier__agency_id__in=agency_ids(subscription.client),
    )
    events = events.exclude(facts__has_key=BROUGHT_OVER)
    events = events.select_related("dossier").only("kind", "dossier__code").order_by("pk")
    return ((event, event.dossier) for event in events)


def _of_cases(subscription: Subscription, first: int, last: int) -> Owed:
    if not subscription.client.reads_cases:
        return ()
    events = FeedbackEvent.objects.filter(
        pk__range=(first, last),
        at__gte=subscription.created_at - IN_FLIGHT,
        kind__in=documents.CASE_KINDS,
        case__agency_id__in=agency_ids(subscription.client),
    ).exclude(case__status=Status.RESTRICTED)
    events = events.select_related("case").only("kind", "case__code").order_by("pk")
    return ((event, event.case) for event in events if event.case is not None)


_OWED: dict[str, Callable[[Subscription, int, int], Owed]] = {Stream.DOSSIER: _of_dossiers, Stream.CASE: _of_cases}
