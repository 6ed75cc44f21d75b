"""The outbox table's acts around sending: enqueue, rescue, proof, the receipts that come back, what staff do.

Every act is a conditional update on the row's state, so that processes never step on each other. The sender's own acts
are in `zalo.outbox.claims`.
"""

import datetime as dt
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.dispatch import Signal

from zalo.messages.registry import MessageKind
from zalo.models import Account, Contact, OutboxMessage, Outcome, Route, State
from zalo.models.outbox import ACCEPTED, CLAIMABLE, NO_LONGER, RETRYABLE

BACKOFF_FIRST = dt.timedelta(seconds=15)
BACKOFF_MOST = dt.timedelta(hours=24)
MAX_ATTEMPTS = 14  # 15 s doubling: about two days of trying
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
    account: Account | int | None,
    dedupe: str,
    now: dt.datetime,
    happened_at: dt.datetime | None = None,
    order_key: str = "",
    agency_id: int | None = None,
    dossier_id: int | None = None,
    event_id: int | None = None,
    feedback_event_id: int | None = None,
    subject: str = "",
    expires_at: dt.datetime | None = None,
) -> OutboxMessage:
    """An unsaved row; save several with `enqueue`. `dedupe` names the fact, the recipient is added to it."""
    happened_at = happened_at or now
    return OutboxMessage(
        account_id=account.pk if isinstance(account, Account) else account,
        agency_id=agency_id,
        dossier_id=dossier_id,
        event_id=event_id,
        feedback_event_id=feedback_event_id,
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


def end_without_account(row: OutboxMessage, *, now: dt.datetime) -> None:
    """The unsaved row of an agency without an account: a line of the ledger, until there is one (notices.mute)."""
    row.state = State.UNREACHABLE if row.required else State.CANCELLED
    row.outcome, row.finished_at = Outcome.NO_CHANNEL, now
    row.route_reason = "Cơ quan chưa được gắn vào Official Account nào"


def enqueue(rows: Iterable[OutboxMessage]) -> int:
    """How many rows were handed over; a fact already told to a person (same dedupe key) is skipped."""
    rows = list(rows)
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        queued.send(sender=OutboxMessage)
    return len(rows)


def rescue(*, now: dt.datetime) -> int:
    """How many rows a dead sender left behind. E-mail carries its own identity and is sent again; so is a message by
    phone without the stamp that it left (zalo.outbox.in_flight); the rest is doubtful and gets proven.
    """
    stuck = OutboxMessage.objects.filter(state=State.SENDING, lease_until__lte=now)
    words = "Máy gửi dừng giữa chừng; đang đối chiếu xem tin đã tới chưa."
    unsent = Q(route__in=("", Route.EMAIL)) | Q(route=Route.PHONE, requested_at=None)
    again = stuck.filter(unsent).update(state=State.QUEUED, next_at=now, lease="", lease_until=None)
    return again + stuck.update(state=State.UNCERTAIN, next_at=now, error=words, lease_until=None)


def proven_sent(message: OutboxMessage, remote_id: str, *, at: dt.datetime) -> bool:
    """An uncertain (or orphaned) message did arrive: true when this call settled it."""
    open_rows = OutboxMessage.objects.filter(pk=message.pk, state__in=(State.UNCERTAIN, State.SENDING), remote_id="")
    return bool(
        open_rows.update(
            state=State.SENT, remote_id=remote_id[:64], sent_at=at, next_at=at, error="", lease="", lease_until=None
        )
    )


def _doubted(message: OutboxMessage) -> Any:
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


def by_remote_id(account_id: int, remote_id: str) -> Any:
    """Rows of an account that Zalo knows under this message id."""
    return OutboxMessage.objects.filter(account=account_id, remote_id=remote_id).exclude(remote_id="")


def mark_delivered(account_id: int, *, at: dt.datetime, remote_id: str = "", tracking_id: str = "") -> bool:
    """True when a row got, or already had, its delivery stamp; False: not ours, or not recorded yet, ask later."""
    rows = by_remote_id(account_id, remote_id)
    number = tracking_id.removeprefix("tin")
    if tracking_id.startswith("tin") and number.isascii() and number.isdigit() and len(number) < 19:
        rows = OutboxMessage.objects.filter(account=account_id, pk=int(number))
        # A receipt proves a doubtful message by phone, the only proof there is for it: whatever was decided meanwhile.
        rows.exclude(state__in=ACCEPTED).update(
            state=State.SENT, outcome="", remote_id=remote_id[:64], sent_at=at, lease="", lease_until=None
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


def send_again(message: OutboxMessage, *, by: Any, now: dt.datetime) -> bool:
    """A member of staff sends a failed, unreached or cancelled message once more, by all its routes."""
    rows = OutboxMessage.objects.filter(pk=message.pk, state__in=RETRYABLE, account__isnull=False)
    rows = rows.exclude(route_reason=NO_LONGER)
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


def cancel(message: OutboxMessage, *, by: Any, now: dt.datetime, note: str = "") -> bool:
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


def handle(message: OutboxMessage, *, by: Any, now: dt.datetime, note: str) -> bool:
    """A member of staff called the citizen, or dealt with a failure: the line leaves the call list.

    What was still waiting, or in doubt, is over with the call: it is never sent afterwards.
    """
    handled = {"handled_by": by, "handled_at": now, "handled_note": note[:300]}
    rows = OutboxMessage.objects.filter(pk=message.pk, handled_at=None)
    if rows.filter(state__in=(State.FAILED, State.UNREACHABLE)).update(**handled):
        return True
    over = {"state": State.UNREACHABLE, "outcome": Outcome.FAILED, "finished_at": now, "lease": ""}
    return bool(rows.filter(state__in=(*CLAIMABLE, State.UNCERTAIN)).update(**handled, **over))
