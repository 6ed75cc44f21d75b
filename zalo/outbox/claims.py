"""The sender's acts on the outbox: claim rows, take those that go under a lease, record, postpone, doubt or end each.

A claim locks rows until its transaction ends; within it each is taken, postponed or ended, so that a row is written
once. Every act after the taking is a conditional update on the lease: a sender that stalled too long changes nothing
any more. The claim is the one place that knows SKIP LOCKED, the recording of successes the one that knows each
database's way of joining an UPDATE with a list. Slow work happens between acts, never inside: take, call Zalo, record.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Prefetch

from feedback.models import FeedbackEvent
from zalo.models import OutboxMessage, State
from zalo.models.outbox import CLAIMABLE

LEASE = dt.timedelta(seconds=20)  # renewed while the sender lives (`renew`): what a dead one held is free soon
DOUBT_HOLDS = dt.timedelta(minutes=10)
"""So long a doubtful message keeps later news of its dossier back; it is proven by then or can hardly be."""
CHECKS_AWAITED = 4
"""So many looks at Zalo settle a doubt that can be proven; each counts only while the host answers."""
OVERTAKEN_AFTER = dt.timedelta(hours=1)
"""A message that Zalo refused until later than that does not keep later news back."""
RUNNING = (
    "(m.broadcast_id IS NULL OR m.broadcast_id NOT IN "
    "(SELECT b.id FROM zalo_broadcast AS b WHERE b.state IN ('stopped', 'cancelled')))"
)
"""A stopped broadcast leaves nothing to claim: stopping is one statement, whatever is queued."""
SETTLE = dt.timedelta(seconds=45)  # Zalo may still be working on a request whose answer we lost


def claim(
    account_ids: Iterable[int],
    *,
    most: Mapping[int, int],
    limit: int,
    now: dt.datetime,
    before: dt.datetime | None = None,
) -> list[OutboxMessage]:
    """Up to `limit` due rows, the caller's until the transaction it is called in ends, most urgent lane first.

    `most` says how many of each lane, `before` only those queued by then. A row is due when its time has come and no
    earlier row of its order key is open; one in doubt for DOUBT_HOLDS, or refused by Zalo for hours, holds nobody up.
    """
    accounts = [int(pk) for pk in account_ids]
    lanes = {lane: count for lane, count in sorted(most.items()) if count > 0}
    if not accounts or not lanes or limit <= 0:
        return []
    adapt = connection.ops.adapt_datetimefield_value
    times = (adapt(now), adapt(before or now), adapt(now - DOUBT_HOLDS), adapt(now + OVERTAKEN_AFTER))
    wanted = [value for lane, count in lanes.items() for value in (lane, *times, min(count, limit))]
    with connection.cursor() as cursor:
        cursor.execute(_claiming(accounts, len(lanes), silent=before is not None), [*wanted, limit])
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return []
    rows = OutboxMessage.objects.filter(pk__in=ids)
    rows = rows.select_related("contact", "applicant", "broadcast__agency", "broadcast__account")
    # Few messages are about a case: their senders are read apart, and only when there are any.
    rows = rows.only(*_CARRIED).prefetch_related(Prefetch("feedback_event", queryset=_senders()))
    return sorted(rows, key=lambda row: (row.lane, row.next_at, row.pk))


def _senders() -> Any:
    address = ("case__phone", "case__email", "record__phone", "record__email")
    return FeedbackEvent.objects.select_related("case", "record").only("kind", *address)


def _claiming(accounts: list[int], lanes: int, *, silent: bool) -> str:
    """One statement that finds and locks due rows, lane by lane along the claim index.

    SKIP LOCKED is PostgreSQL's: claimers pass each other by. SQLite has one writer at a time, and the transaction is
    that writer from its beginning.
    """
    lock = "FOR UPDATE OF m SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    # Where Zalo answers, a doubt that can be proven soon is waited for, so that the dossier's news stays in order.
    provable = "" if silent else f"OR (e.route <> 'phone' AND e.checks < {CHECKS_AWAITED})"
    lane = (
        "(SELECT m.id, m.lane, m.next_at FROM zalo_outboxmessage AS m "
        "WHERE m.state IN ('queued', 'waiting') AND m.lane = %s AND m.next_at <= %s AND m.created_at <= %s "
        f"AND m.account_id IN ({', '.join(map(str, accounts))}) AND {RUNNING} AND (m.order_key = '' OR NOT EXISTS ("
        "SELECT 1 FROM zalo_outboxmessage AS e WHERE e.order_key <> '' AND e.order_key = m.order_key AND e.id < m.id "
        "AND e.state IN ('queued', 'waiting', 'sending', 'uncertain') AND (e.state = 'sending' "
        f"OR (e.state = 'uncertain' AND (COALESCE(e.requested_at, e.next_at) > %s {provable})) "
        "OR (e.state IN ('queued', 'waiting') AND (e.error_code IS NULL OR e.next_at <= %s))))) "
        f"ORDER BY m.next_at, m.id LIMIT %s {lock})"
    )
    found = ", ".join(f"lane{number} AS MATERIALIZED {lane}" for number in range(lanes))
    together = " UNION ALL ".join(f"SELECT id, lane, next_at FROM lane{number}" for number in range(lanes))
    return f"WITH {found} SELECT id FROM ({together}) AS every ORDER BY lane, next_at, id LIMIT %s"


# What choosing a route and sending need; the rest of a row stays in the database.
_CARRIED = (
    *(
        "account_id",
        "agency_id",
        "event_id",
        "feedback_event_id",
        "kind",
        "purpose",
        "lane",
        "state",
        "payload",
        "tried",
        "attempts",
        "lease",
        "dossier_id",
        "order_key",
        "created_at",
    ),
    *("next_at", "expires_at", "contact__user_id", "contact__last_interaction_at", "contact__erased_at"),
    *("contact__unreachable_until", "contact__is_follower"),
    *("contact__account_id", "applicant__phone", "applicant__email"),
    *(
        "broadcast__category",
        "broadcast__title",
        "broadcast__text",
        "broadcast__link",
        "broadcast__agency__name",
        "broadcast__account__name",
    ),
)


def any_due(lanes: Iterable[int], *, now: dt.datetime, besides: Iterable[OutboxMessage] = ()) -> bool:
    """True when some row of these lanes waits for a sender, whether or not its turn has come."""
    due = OutboxMessage.objects.filter(state__in=CLAIMABLE, lane__in=list(lanes), next_at__lte=now)
    return due.exclude(pk__in=[message.pk for message in besides]).exists()


def take(
    messages: list[OutboxMessage],
    lease: str,
    *,
    route: str,
    reason: str,
    requested_at: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """Claimed rows are the caller's for LEASE beyond the transaction, with the way they go written down first.

    Whoever finds the row after a crash must know which way it was going, and whether the request can have left.
    """
    rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in messages])
    rows.update(
        state=State.SENDING,
        lease=lease,
        lease_until=now + LEASE,
        route=route,
        route_reason=reason,
        requested_at=requested_at,
    )
    for message in messages:
        message.state, message.lease, message.route = State.SENDING, lease, route


@dataclass(frozen=True, slots=True)
class Accepted:
    """Zalo (or the mail server) took the message."""

    message: OutboxMessage
    remote_id: str
    requested_at: dt.datetime
    sent_at: dt.datetime
    price: int = 0
    template: int | None = None  # the row of the template that went


def record_accepted(results: list[Accepted]) -> int:
    """How many rows became `sent`, in one statement. A row whose lease was taken away meanwhile is left alone."""
    if not results:
        return 0
    rows = [
        {
            "id": result.message.pk,
            "lease": result.message.lease,
            "remote_id": result.remote_id[:64],
            "price": result.price,
            "template": result.template,
            "requested_at": _stored(result.requested_at),
            "sent_at": _stored(result.sent_at),
        }
        for result in results
    ]
    if connection.vendor == "postgresql":
        shape = (
            "id bigint, lease text, remote_id text, price integer, template bigint, "
            "requested_at timestamptz, sent_at timestamptz"
        )
        source = f"jsonb_to_recordset(%s::jsonb) AS v({shape})"
    else:
        columns = ", ".join(f"j.value ->> '{name}' AS {name}" for name in rows[0])
        source = f"(SELECT {columns} FROM json_each(%s) AS j) AS v"
    sql = (
        "UPDATE zalo_outboxmessage AS m SET state = 'sent', remote_id = v.remote_id, price = v.price, "
        "template_id = v.template, requested_at = v.requested_at, sent_at = v.sent_at, next_at = v.sent_at, "
        "attempts = m.attempts + 1, "
        f"error = '', error_code = NULL, lease_until = NULL FROM {source} "
        "WHERE m.id = v.id AND m.lease = v.lease AND m.state IN ('sending', 'uncertain')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows)])
        return cursor.rowcount


def _stored(moment: dt.datetime) -> str:
    """A time as the database writes it."""
    return str(connection.ops.adapt_datetimefield_value(moment))


def _mine(message: OutboxMessage) -> Any:
    """The row while it is the caller's: locked by the claim, or taken under the lease and not taken away since."""
    states = CLAIMABLE if message.state in CLAIMABLE else (State.SENDING, State.UNCERTAIN)
    return OutboxMessage.objects.filter(pk=message.pk, lease=message.lease, state__in=states)


def renew(leases: Iterable[str], *, now: dt.datetime) -> None:
    """The sender lives: what it holds stays its own for another LEASE."""
    OutboxMessage.objects.filter(state=State.SENDING, lease__in=list(leases)).update(lease_until=now + LEASE)


def stamp(messages: list[OutboxMessage], *, now: dt.datetime) -> set[int]:
    """These leave now: after a crash they are doubtful, the other claimed ones are not. Returns those still ours."""
    ours = {message.pk: message.lease for message in messages}
    rows = OutboxMessage.objects.filter(pk__in=ours, lease__in=set(ours.values()), state=State.SENDING)
    if rows.update(requested_at=now) == len(ours):
        return set(ours)
    return {pk for pk, lease in rows.values_list("pk", "lease") if ours[pk] == lease}


def put_back(messages: Iterable[OutboxMessage]) -> None:
    """Rows that were claimed but not tried: due again at once, nothing counted."""
    for message in messages:
        _mine(message).update(state=State.QUEUED, lease="", lease_until=None)


def postpone(
    message: OutboxMessage,
    until: dt.datetime,
    words: str,
    *,
    code: int | None = None,
    counted: bool = False,
    **more: Any,
) -> None:
    """Try the same message again at `until`; `counted` when a request was made."""
    _mine(message).update(
        state=State.WAITING,
        next_at=until,
        error=words[:300],
        error_code=code,
        attempts=F("attempts") + int(counted),
        lease="",
        lease_until=None,
        **more,
    )


def next_route(
    message: OutboxMessage,
    words: str,
    *,
    code: int | None,
    opt_out: bool,
    now: dt.datetime,
    until: dt.datetime | None = None,
) -> None:
    """The route just tried is closed for this message, for good or `until`; it is due at once for the next one."""
    step = {"route": message.route, "code": code, "words": words[:200], "at": now.isoformat()}
    if until:
        step["until"] = until.isoformat()
    if opt_out:
        step["opt_out"] = True
    more = {"tried": [*message.tried, step], "requested_at": now}
    postpone(message, now, words, code=code, counted=True, **more)


def doubt(message: OutboxMessage, words: str, *, requested_at: dt.datetime, now: dt.datetime) -> None:
    """Nobody knows whether it arrived: prove it first (notices.reconcile). The lease stays: late answers fit."""
    _mine(message).update(
        state=State.UNCERTAIN,
        next_at=now + SETTLE,
        error=words[:300],
        requested_at=requested_at,
        attempts=F("attempts") + 1,
        lease_until=None,
    )


def end(message: OutboxMessage, state: str, outcome: str, reason: str, *, now: dt.datetime) -> None:
    """The message is over without having been accepted; the outcome is what the ledger shows."""
    _mine(message).update(
        state=state, outcome=outcome, finished_at=now, route_reason=reason[:200], lease="", lease_until=None
    )
