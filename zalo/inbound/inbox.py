"""The inbox table's acts: store once, claim in order, finish, put off, rescue, empty.

Events of one person are handled one after another in the order they happened; receipts and echoes change nothing for
the person and need no order. Every act is a conditional statement on state and lease, as in zalo.outbox.rows.
"""

import datetime as dt
import uuid

from django.db import connection
from django.db.models import F

from dossiers.privacy import sealing
from zalo.models import InboxEvent

LEASE = dt.timedelta(minutes=2)
MAX_ATTEMPTS = 5
BACKOFF = (2, 10, 60, 120)  # seconds
KEEP_RAW = dt.timedelta(days=30)
KEEP_LINES = dt.timedelta(days=365)
BATCH = 2000
UNORDERED = ("user_received_message", "user_seen_message", "user_feedback")
State = InboxEvent.State

_COLUMNS = (
    *("account_id", "name", "remote_key", "person", "raw", "happened_at", "received_at", "retry_number", "secret"),
    *("state", "attempts", "next_at", "lease", "note"),
)
_INSERT = (
    f"INSERT INTO zalo_inboxevent ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) "
    "ON CONFLICT (remote_key) DO NOTHING"
)


def insert(row: InboxEvent) -> bool:
    """Store the row in one statement; False when this event was there already. Raises DatabaseError.

    Plain SQL: a webhook has two seconds for its answer, and the ORM's way takes three round trips for one row.
    """
    values = {field: getattr(row, field) for field in _COLUMNS}
    values["raw"] = sealing.seal(row.raw, "inbox-raw")
    values["state"] = str(row.state)
    for field in ("happened_at", "received_at", "next_at"):
        values[field] = connection.ops.adapt_datetimefield_value(values[field])
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, list(values.values()))
        return cursor.rowcount == 1


def claim(*, limit: int, now: dt.datetime) -> list[InboxEvent]:
    """Up to `limit` due events, now leased to the caller, at most one of a person."""
    lease = uuid.uuid4().hex
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_claiming(), [adapt(now), limit, lease, adapt(now + LEASE)])
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return []
    rows = InboxEvent.objects.filter(pk__in=ids, lease=lease).select_related("account")
    return sorted(rows, key=lambda row: (row.happened_at, row.pk))


def _claiming() -> str:
    """One statement that finds, locks and leases due events; SKIP LOCKED is PostgreSQL's (see zalo.outbox.rows)."""
    lock = "FOR UPDATE OF m SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    unordered = ", ".join(f"'{name}'" for name in UNORDERED)

    def free(alias: str) -> str:
        return f"({alias}.name IN ({unordered}) OR {alias}.name LIKE 'oa\\_%%' ESCAPE '\\')"

    return (
        "WITH due AS MATERIALIZED (SELECT m.id FROM zalo_inboxevent AS m "
        f"WHERE m.state = 'stored' AND m.next_at <= %s AND (m.person = '' OR {free('m')} OR NOT EXISTS ("
        "SELECT 1 FROM zalo_inboxevent AS e WHERE e.account_id = m.account_id AND e.person = m.person "
        f"AND e.state IN ('stored', 'working') AND NOT {free('e')} "
        "AND (e.state = 'working' OR (e.happened_at, e.id) < (m.happened_at, m.id)))) "
        f"ORDER BY m.next_at, m.id LIMIT %s {lock}) "
        "UPDATE zalo_inboxevent SET state = 'working', lease = %s, lease_until = %s "
        "WHERE id IN (SELECT id FROM due) RETURNING id"
    )


def _mine(event: InboxEvent):
    return InboxEvent.objects.filter(pk=event.pk, lease=event.lease, state=State.WORKING)


def finish(event: InboxEvent, state: str, note: str, *, now: dt.datetime) -> bool:
    """The event is done with; False when its lease was taken away meanwhile: then nothing of it may stay."""
    return bool(_mine(event).update(state=state, note=note[:300], done_at=now, lease="", lease_until=None))


def put_off(event: InboxEvent, note: str, *, now: dt.datetime, last: str) -> bool:
    """Try again a little later; after the last attempt the event ends as `last`. True when it ended."""
    if event.attempts + 1 >= MAX_ATTEMPTS:
        _mine(event).update(
            state=last, note=note[:300], done_at=now, attempts=F("attempts") + 1, lease="", lease_until=None
        )
        return True
    pause = dt.timedelta(seconds=BACKOFF[min(event.attempts, len(BACKOFF) - 1)])
    _mine(event).update(
        state=State.STORED,
        next_at=now + pause,
        note=note[:300],
        attempts=F("attempts") + 1,
        lease="",
        lease_until=None,
    )
    return False


def rescue(*, now: dt.datetime) -> int:
    """How many events a dead worker left behind; they are handled again, their first handling left no trace."""
    stuck = InboxEvent.objects.filter(state=State.WORKING, lease_until__lte=now)
    return stuck.update(state=State.STORED, next_at=now, lease="", lease_until=None, attempts=F("attempts") + 1)


def again(event: InboxEvent, *, now: dt.datetime) -> bool:
    """A member of staff has a failed event handled once more."""
    rows = InboxEvent.objects.filter(pk=event.pk, state=State.FAILED).exclude(raw="")
    return bool(rows.update(state=State.STORED, attempts=0, next_at=now, note=""))


def sweep(*, now: dt.datetime) -> dict[str, int]:
    """Empty the bodies of old events and delete older lines, in bounded batches."""
    closed = InboxEvent.objects.exclude(state__in=(State.STORED, State.WORKING))
    old = closed.filter(received_at__lt=now - KEEP_RAW).exclude(raw="").order_by("received_at")
    emptied = InboxEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).update(raw="")
    gone = closed.filter(received_at__lt=now - KEEP_LINES).order_by("received_at")
    deleted, _ = InboxEvent.objects.filter(pk__in=list(gone.values_list("pk", flat=True)[:BATCH])).delete()
    return {"bodies": emptied, "events": deleted}
