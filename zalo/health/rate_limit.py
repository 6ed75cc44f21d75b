"""One sending pace per Zalo app, shared by every process through one row (generic cell rate algorithm).

`settings.ZALO_MAX_RATE_PER_MINUTE` is never exceeded in any 60 seconds: a twentieth of it may go as a burst, what is
booked ahead may all leave late at once, and the rest is spread evenly. A batch costs one look and one short statement,
never a statement per message. 0 switches it off.
"""

import datetime as dt

from django.conf import settings
from django.db import connection

from zalo.models import SendRate

HORIZON = 2.0  # seconds ahead that may be booked
BULK_HORIZON = 0.5  # bulk books less far ahead, so an urgent message never waits behind more than that
BURST = 20  # a twentieth


def _interval() -> float:
    limit = settings.ZALO_MAX_RATE_PER_MINUTE
    return 60 / (limit - limit // BURST - limit * HORIZON / 60)


def _burst() -> float:
    """How far the pace may lag behind the clock, in seconds."""
    return (settings.ZALO_MAX_RATE_PER_MINUTE // BURST) * _interval()


def room(app_id: str, *, now: dt.datetime, most: int, horizon: float = HORIZON) -> int:
    """How many sends may be booked now (≤ `most`)."""
    if not settings.ZALO_MAX_RATE_PER_MINUTE:
        return most
    free_at = SendRate.objects.filter(app_id=app_id).values_list("free_at", flat=True).first() or 0
    start = max(free_at, now.timestamp() - _burst())
    return max(0, min(most, int((now.timestamp() + horizon - start) / _interval())))


def book(app_id: str, count: int, *, now: dt.datetime) -> tuple[float, float]:
    """(epoch second of the first send, seconds between sends) for `count` sends; nobody else gets those moments."""
    if not settings.ZALO_MAX_RATE_PER_MINUTE or not count:
        return now.timestamp(), 0.0
    interval, floor = _interval(), now.timestamp() - _burst()
    with connection.cursor() as cursor:
        # Upsert and RETURNING in one statement: SQLite ≥ 3.35 and PostgreSQL alike.
        cursor.execute(
            "INSERT INTO zalo_sendrate AS r (app_id, free_at) VALUES (%s, %s) ON CONFLICT (app_id) DO UPDATE "
            "SET free_at = CASE WHEN r.free_at > %s THEN r.free_at ELSE %s END + %s RETURNING free_at",
            [app_id, floor + count * interval, floor, floor, count * interval],
        )
        free_at = cursor.fetchone()[0]
    return free_at - count * interval, interval


def slow_down(app_id: str, seconds: float, *, now: dt.datetime) -> None:
    """Zalo said -32: nobody sends for the app for that long."""
    SendRate.objects.update_or_create(app_id=app_id, defaults={"free_at": now.timestamp() + seconds})
