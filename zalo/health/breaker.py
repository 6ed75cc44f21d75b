"""Whether calling a host is worth it now, agreed by all processes through one row per host.

Five transport failures in a row open it: messages stay queued, untouched, no attempts are spent. After a pause one
process gets the probe, a harmless read; an answer of any kind closes the breaker. Each opening doubles the pause
(15 s … 5 min) until a real send succeeds, so a host that answers reads but fails sends does not flap.
"""

import datetime as dt

from django.db.models import Case, F, Q, Value, When

from zalo.models import Breaker

THRESHOLD = 5
PAUSE_FIRST = dt.timedelta(seconds=15)
PAUSE_MOST = dt.timedelta(minutes=5)
PROBE_LEASE = dt.timedelta(seconds=30)


def down_hosts(*, now: dt.datetime) -> dict[str, dt.datetime]:
    """The hosts not to be called, with the time each is tried again. One query."""
    rows = Breaker.objects.filter(state=Breaker.State.OPEN).values_list("host", "retry_at")
    return {host: retry_at or now for host, retry_at in rows}


def succeeded(host: str) -> None:
    """A send was answered: forget the failures. Writes only when there was something to forget."""
    Breaker.objects.filter(Q(failures__gt=0) | Q(trips__gt=0) | Q(state=Breaker.State.OPEN), host=host).update(
        state=Breaker.State.CLOSED, failures=0, trips=0, opened_at=None, retry_at=None, probe_until=None, words=""
    )


def failed(host: str, count: int, words: str, *, now: dt.datetime) -> bool:
    """True when these failures opened the breaker."""
    Breaker.objects.bulk_create([Breaker(host=host)], ignore_conflicts=True)
    row = Breaker.objects.filter(host=host)
    row.update(failures=F("failures") + count, words=words[:300])
    return _open(row.filter(state=Breaker.State.CLOSED, failures__gte=THRESHOLD), now)


def _open(rows, now: dt.datetime) -> bool:
    pause = Case(
        *[When(trips=trips, then=Value(now + min(PAUSE_MOST, PAUSE_FIRST * 2**trips))) for trips in range(5)],
        default=Value(now + PAUSE_MOST),
    )
    opened_at = Case(When(opened_at=None, then=Value(now)), default=F("opened_at"))
    changes = {"retry_at": pause, "opened_at": opened_at, "trips": F("trips") + 1, "probe_until": None}
    return bool(rows.update(state=Breaker.State.OPEN, **changes))


def take_probe(host: str, *, now: dt.datetime) -> bool:
    """True for the one process that may try the host now."""
    free = Q(probe_until=None) | Q(probe_until__lte=now)
    rows = Breaker.objects.filter(free, host=host, state=Breaker.State.OPEN, retry_at__lte=now)
    return rows.update(probe_until=now + PROBE_LEASE) == 1


def probed(host: str, *, alive: bool, now: dt.datetime) -> None:
    """The probe's result: closed with one failure left to spend, or open for a longer pause."""
    row = Breaker.objects.filter(host=host, state=Breaker.State.OPEN)
    if alive:
        row.update(state=Breaker.State.CLOSED, failures=THRESHOLD - 1, retry_at=None, probe_until=None)
    else:
        _open(row, now)
