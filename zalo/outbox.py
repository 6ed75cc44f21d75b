"""The outbox table's acts: enqueue, claim, record, hold, end, rescue, and the receipts that come back.

Every act is a conditional statement on the row's state and lease, so that processes never step on each other:
the claim is the one place that knows SKIP LOCKED (PostgreSQL); elsewhere the conditional update alone decides.
Slow work happens between acts, never inside: claim (short) → call Zalo → record (short).
"""

import datetime as dt
import json
import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.dispatch import Signal

from zalo.messages import MessageKind
from zalo.models import Account, Contact, OutboxMessage, Outcome, Route, State
from zalo.models.outbox import ACCEPTED, CLAIMABLE, RETRYABLE

LEASE = dt.timedelta(minutes=3)  # > waiting for a sending slot + an upload + client.TIME_LIMIT
BACKOFF_FIRST = dt.timedelta(seconds=15)
BACKOFF_MOST = dt.timedelta(hours=24)
MAX_ATTEMPTS = 14  # 15 s doubling: about two days of trying
SETTLE = dt.timedelta(seconds=45)  # Zalo may still be working on a request whose answer we lost
UNPROVEN_AFTER = dt.timedelta(hours=24)

queued = Signal()
"""Sent inside the transaction when rows were queued; zalo.tasks wakes a sender after the commit."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A Zalo user, an applicant with a phone or e-mail, or both (the second is the first's fallback)."""

    contact: Contact | None = None
    applicant_id: int | None = None

    @property
    def key(self) -> str:
        return f"c{self.contact.pk}" if self.contact else f"a{self.applicant_id}" if self.applicant_id else "nobody"


def backoff(attempts: int) -> dt.timedelta:
    """How long to wait after that many tries: 15 s doubling to 24 h, with jitter so that rows don't return together."""
    whole = min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** min(max(attempts - 1, 0), 20))
    return whole * random.uniform(0.6, 1.0)


def draft(
    kind: MessageKind,
    recipient: Recipient,
    content: Mapping[str, Any],
    *,
    account: Account | int,
    dedupe: str,
    now: dt.datetime,
    happened_at: dt.datetime | None = None,
    order_key: str = "",
    agency_id: int | None = None,
    dossier_id: int | None = None,
    event_id: int | None = None,
    subject: str = "",
    expires_at: dt.datetime | None = None,
) -> OutboxMessage:
    """An unsaved row; save several with `enqueue`. `dedupe` names the fact, the recipient is added to it."""
    happened_at = happened_at or now
    return OutboxMessage(
        account_id=account if isinstance(account, int) else account.pk,
        agency_id=agency_id,
        dossier_id=dossier_id,
        event_id=event_id,
        subject=subject,
        contact=recipient.contact,
        applicant_id=recipient.applicant_id,
        kind=kind.slug,
        purpose=kind.purpose,
        lane=kind.lane,
        required=kind.required,
        order_key=order_key,
        dedupe_key=f"{dedupe}:{kind.slug}:{recipient.key}"[:100],
        payload=json.dumps(content, ensure_ascii=False),
        next_at=now,
        expires_at=expires_at or happened_at + kind.life,
        happened_at=happened_at,
        created_at=now,
    )


def enqueue(rows: Iterable[OutboxMessage]) -> int:
    """How many rows were handed over; a fact already told to a person (same dedupe key) is skipped."""
    rows = list(rows)
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        queued.send(sender=OutboxMessage)
    return len(rows)


def claim(account_ids: Iterable[int], *, limit: int, lanes: Iterable[int], now: dt.datetime) -> list[OutboxMessage]:
    """Up to `limit` due rows, now leased to the caller, most urgent lane first. Call inside a transaction.

    A row is due when its time has come and no earlier row of its order key is open.
    """
    accounts, lease, ids = [int(pk) for pk in account_ids], uuid.uuid4().hex, []
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for lane in sorted(lanes):
            if accounts and len(ids) < limit:
                cursor.execute(_claiming(accounts), [lane, adapt(now), limit - len(ids), lease, adapt(now + LEASE)])
                ids += [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return []
    rows = OutboxMessage.objects.filter(pk__in=ids, lease=lease).select_related(
        "contact", "applicant", "broadcast__template"
    )
    return sorted(rows.only(*_CARRIED), key=lambda row: (row.lane, row.next_at, row.pk))


def any_due(lanes: Iterable[int], *, now: dt.datetime) -> bool:
    """True when some row of these lanes waits for a sender, whether or not its turn has come."""
    return OutboxMessage.objects.filter(state__in=CLAIMABLE, lane__in=list(lanes), next_at__lte=now).exists()


def _claiming(accounts: list[int]) -> str:
    """One statement that finds, locks and leases a lane's due rows.

    SKIP LOCKED is PostgreSQL's: claimers pass each other by. SQLite has one writer at a time, the UPDATE is enough.
    """
    lock = "FOR UPDATE OF m SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    return (
        "WITH due AS MATERIALIZED (SELECT m.id FROM zalo_outboxmessage AS m "
        "WHERE m.state IN ('queued', 'waiting') AND m.lane = %s AND m.next_at <= %s "
        f"AND m.account_id IN ({', '.join(map(str, accounts))}) AND (m.order_key = '' OR NOT EXISTS ("
        "SELECT 1 FROM zalo_outboxmessage AS e WHERE e.order_key <> '' AND e.order_key = m.order_key AND e.id < m.id "
        "AND e.state IN ('queued', 'waiting', 'sending', 'uncertain'))) "
        f"ORDER BY m.next_at, m.id LIMIT %s {lock}) "
        "UPDATE zalo_outboxmessage SET state = 'sending', lease = %s, lease_until = %s "
        "WHERE id IN (SELECT id FROM due) RETURNING id"
    )


# What choosing a route and sending need; the rest of a row stays in the database.
_CARRIED = (
    *("account_id", "agency_id", "event_id", "kind", "purpose", "lane", "payload", "tried", "attempts", "lease"),
    *("next_at", "expires_at", "created_at", "contact__user_id", "contact__last_interaction_at", "contact__erased_at"),
    *(
        "contact__account_id",
        "applicant__phone",
        "applicant__email",
        "broadcast__template_values",
        "broadcast__template",
    ),
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Zalo (or the mail server) took the message."""

    message: OutboxMessage
    remote_id: str
    requested_at: dt.datetime
    sent_at: dt.datetime
    price: int = 0


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
            "requested_at": _stored(result.requested_at),
            "sent_at": _stored(result.sent_at),
        }
        for result in results
    ]
    if connection.vendor == "postgresql":
        shape = "id bigint, lease text, remote_id text, price integer, requested_at timestamptz, sent_at timestamptz"
        source = f"jsonb_to_recordset(%s::jsonb) AS v({shape})"
    else:
        columns = ", ".join(f"j.value ->> '{name}' AS {name}" for name in rows[0])
        source = f"(SELECT {columns} FROM json_each(%s) AS j) AS v"
    sql = (
        "UPDATE zalo_outboxmessage AS m SET state = 'sent', remote_id = v.remote_id, price = v.price, "
        "requested_at = v.requested_at, sent_at = v.sent_at, next_at = v.sent_at, attempts = m.attempts + 1, "
        f"error = '', error_code = NULL, lease_until = NULL FROM {source} "
        "WHERE m.id = v.id AND m.lease = v.lease AND m.state IN ('sending', 'uncertain')"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows)])
        return cursor.rowcount


def _stored(moment: dt.datetime) -> str:
    """A time as the database writes it."""
    return str(connection.ops.adapt_datetimefield_value(moment))


def _mine(message: OutboxMessage):
    return OutboxMessage.objects.filter(pk=message.pk, lease=message.lease, state__in=(State.SENDING, State.UNCERTAIN))


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


def next_route(message: OutboxMessage, words: str, *, code: int | None, opt_out: bool, now: dt.datetime) -> None:
    """The route just tried is closed for this message; it is due again at once for the next one."""
    step = {"route": message.route, "code": code, "words": words[:200], "at": now.isoformat()}
    if opt_out:
        step["opt_out"] = True
    more = {"tried": [*message.tried, step], "requested_at": now}
    postpone(message, now, words, code=code, counted=True, **more)


def doubt(message: OutboxMessage, words: str, *, requested_at: dt.datetime, now: dt.datetime) -> None:
    """Nobody knows whether it arrived: prove it first (zalo.reconcile). The lease stays: a late answer still fits."""
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


def rescue(*, now: dt.datetime) -> int:
    """How many rows a dead sender left behind: e-mail carries its own id and is sent again, the rest is doubtful."""
    stuck = OutboxMessage.objects.filter(state=State.SENDING, lease_until__lte=now)
    words = "Máy gửi dừng giữa chừng; đang đối chiếu xem tin đã tới chưa."
    again = stuck.filter(route__in=("", Route.EMAIL)).update(
        state=State.QUEUED, next_at=now, lease="", lease_until=None
    )
    return again + stuck.update(state=State.UNCERTAIN, next_at=now, error=words, lease_until=None)


def proven_sent(message: OutboxMessage, remote_id: str, *, at: dt.datetime) -> bool:
    """An uncertain (or orphaned) message did arrive: true when this call settled it."""
    open_rows = OutboxMessage.objects.filter(pk=message.pk, state__in=(State.UNCERTAIN, State.SENDING), remote_id="")
    return bool(
        open_rows.update(
            state=State.SENT, remote_id=remote_id[:64], sent_at=at, next_at=at, error="", lease="", lease_until=None
        )
    )


def _doubted(message: OutboxMessage):
    return OutboxMessage.objects.filter(pk=message.pk, state=State.UNCERTAIN, requested_at=message.requested_at)


def proven_absent(message: OutboxMessage, *, now: dt.datetime) -> bool:
    """An uncertain message did not arrive: it is sent again. True when this call settled it.

    The request time must still be the one that was looked for: a later try of the same row is another question.
    """
    if message.attempts >= MAX_ATTEMPTS:
        words = {"state": State.FAILED, "outcome": Outcome.FAILED, "finished_at": now, "lease": ""}
        return bool(_doubted(message).update(**words))
    again = now + (backoff(message.attempts) if message.attempts > 1 else dt.timedelta(0))
    return bool(_doubted(message).update(state=State.WAITING, next_at=again, lease="", lease_until=None))


def unproven(message: OutboxMessage, *, now: dt.datetime) -> None:
    """Still unknown: look again later, and after a day let a person decide; never repeat on a guess."""
    rows = _doubted(message)
    since = message.requested_at or message.created_at
    if now - since < UNPROVEN_AFTER:
        rows.update(next_at=now + backoff(message.checks + 3), checks=F("checks") + 1)
        return
    rows.update(
        state=State.UNREACHABLE,
        outcome=Outcome.FAILED,
        finished_at=now,
        error="Không xác định được tin đã tới hay chưa; hãy gọi điện hỏi người dân.",
        lease="",
    )


# --- What comes back from Zalo


def by_remote_id(account_id: int, remote_id: str):
    """Rows of an account that Zalo knows under this message id."""
    return OutboxMessage.objects.filter(account=account_id, remote_id=remote_id).exclude(remote_id="")


def mark_delivered(account_id: int, *, at: dt.datetime, remote_id: str = "", tracking_id: str = "") -> bool:
    """True when a row got, or already had, its delivery stamp; False: not ours, or not recorded yet, ask later."""
    rows = by_remote_id(account_id, remote_id)
    number = tracking_id.removeprefix("tin")
    if tracking_id.startswith("tin") and number.isascii() and number.isdigit() and len(number) < 19:
        rows = OutboxMessage.objects.filter(account=account_id, pk=int(number))
        # A receipt proves an uncertain message by phone, the only proof there is for it.
        rows.filter(state__in=(State.UNCERTAIN, State.SENDING)).update(
            state=State.SENT, remote_id=remote_id[:64], sent_at=at, lease="", lease_until=None
        )
    rows.filter(state=State.SENT).update(
        state=State.DELIVERED, outcome=Outcome.DELIVERED, delivered_at=at, finished_at=at
    )
    return rows.filter(state__in=ACCEPTED).exists()


def mark_seen(account_id: int, remote_ids: Iterable[str], *, at: dt.datetime) -> int:
    """How many rows are seen now; seeing implies delivery, whichever event came first."""
    rows = OutboxMessage.objects.filter(
        account=account_id, remote_id__in=[i for i in remote_ids if i], state__in=ACCEPTED
    )
    rows.filter(delivered_at=None).update(delivered_at=at)
    return rows.exclude(state=State.SEEN).update(state=State.SEEN, outcome=Outcome.SEEN, seen_at=at, finished_at=at)


# --- What people do


def send_again(message: OutboxMessage, *, by, now: dt.datetime) -> bool:
    """A member of staff sends a failed, unreached or cancelled message once more, by all its routes."""
    rows = OutboxMessage.objects.filter(pk=message.pk, state__in=RETRYABLE)
    with transaction.atomic():
        done = rows.update(
            state=State.QUEUED,
            outcome="",
            finished_at=None,
            tried=[],
            attempts=0,
            checks=0,
            next_at=now,
            expires_at=None,
            error="",
            error_code=None,
            remote_id="",
            handled_by=by,
            handled_at=None,
        )
        if done:
            queued.send(sender=OutboxMessage)
    return bool(done)


def cancel(message: OutboxMessage, *, by, now: dt.datetime, note: str = "") -> bool:
    """A member of staff withdraws a message that has not left yet."""
    rows = OutboxMessage.objects.filter(pk=message.pk, state__in=CLAIMABLE)
    return bool(
        rows.update(
            state=State.CANCELLED,
            outcome=Outcome.WITHDRAWN,
            finished_at=now,
            handled_by=by,
            handled_at=now,
            handled_note=note[:300],
        )
    )


def handle(message: OutboxMessage, *, by, now: dt.datetime, note: str) -> bool:
    """A member of staff called the citizen, or dealt with a failure: the line leaves the call list."""
    rows = OutboxMessage.objects.filter(pk=message.pk, state__in=(State.FAILED, State.UNREACHABLE), handled_at=None)
    return bool(rows.update(handled_by=by, handled_at=now, handled_note=note[:300]))
