"""From an approved broadcast to rows the sender takes: whom it is for, slice by slice; then a few thousand ahead of it.

Every step is one transaction that ends by moving its own mark, so that a machine that dies in between leaves either all
of a step or nothing. A person has one row in a broadcast and one message by a name made of both (unique), so nobody is
told twice; who has no result yet is found again, so nobody is forgotten. What became of a person meanwhile (left, said
no, had enough this week) is asked when the message is made, and once more when it leaves (zalo.outbox.routes).
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import (
    BooleanField,
    DateTimeField,
    F,
    IntegerField,
    JSONField,
    Max,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)

from dossiers.workflow.moving import ActError
from zalo.broadcasts import articles, audience, gathering, letters, limits, planning, writing
from zalo.messages import broadcast_words
from zalo.messages import registry as messages
from zalo.models import Broadcast, BroadcastRecipient, Contact, OutboxMessage
from zalo.models import State as Sending
from zalo.models.outbox import OPEN
from zalo.outbox import rows as outbox

log = structlog.get_logger(__name__)
State, Way, Result = Broadcast.State, Broadcast.Way, BroadcastRecipient.Result
SLICE = 100_000
"""People looked at in one INSERT … SELECT."""
FEED = 4000
AHEAD = 8000
"""Messages that wait for the sender at most: what is decided late is decided right, and the queue stays short."""
LOOKED_AT = 25 * AHEAD
"""Of the newest messages of all kinds at most: a dozen notices that run at once have each a few thousand among them."""
BUDGET = 20.0  # seconds of one tick for messages, and again for letters


class Step(Protocol):
    """One thing a tick does for a broadcast; returns how many people were dealt with."""

    def __call__(self, row: Broadcast, *, now: dt.datetime, until: float) -> int: ...


def tick(*, now: dt.datetime, budget: float = BUDGET) -> int:
    """Start what is due, make the next messages, close what is done; return how many people were dealt with.

    Any number may run at once. A broadcast that fails leaves the others alone.
    """
    start_due(now=now)
    _stop_late(now)
    _withdraw_late(now)
    until, dealt = time.monotonic() + budget, 0
    running = Broadcast.objects.filter(state=State.RUNNING).select_related("account", "agency").order_by("pk")
    # The emergency first, then in the order of their start; all know their people before any message is made, so that
    # two notices to one person meet.
    rows = sorted(running, key=lambda each: (not each.is_urgent, each.started_at or now))
    for step in (_choose_all, _go_on):
        dealt += _each(rows, step, now, until)
    # Last, with a time of their own: no mail server keeps a notice from the phones.
    mailed = letters.underway().select_related("account", "agency").order_by("pk")
    return dealt + _each(mailed, _mail, now, time.monotonic() + budget)


def _each(rows: Iterable[Broadcast], step: Step, now: dt.datetime, until: float) -> int:
    dealt = 0
    for row in rows:
        try:
            dealt += step(row, now=now, until=until)
        except Exception:
            log.exception("broadcast cannot go on", broadcast=row.pk)
    return dealt


def _mail(row: Broadcast, *, now: dt.datetime, until: float) -> int:
    dealt = 0 if planning.quiet_until(row, now=now) is not None else letters.go_on(row, now=now, until=until)
    if row.way == Way.EACH:
        close(row, now=now)
    return dealt


def _withdraw_late(now: dt.datetime) -> None:
    """What a sender held in its hand when a broadcast was ended for good came back to the queue: it goes nowhere."""
    ended = Broadcast.objects.filter(state=State.CANCELLED, finished_at__gt=now - dt.timedelta(days=1))
    for row in ended.exclude(started_at=None):
        writing.withdraw(row, now=now)


def _stop_late(now: dt.datetime) -> None:
    """Stop what has run a day and more after anybody moved it, or tells of what is past: nobody is told old news.

    What stands in the queue has a life of its own; the rest goes on when somebody has looked at it ("Gửi tiếp").
    """
    moved = Max("records__at", filter=Q(records__state=State.RUNNING))
    rows = Broadcast.objects.filter(state=State.RUNNING, way=Way.EACH).select_related("agency", "account")
    for row in rows.annotate(moved=moved):
        late = now - (row.moved or row.started_at or now) > dt.timedelta(hours=limits.late_hours(row, now=now))
        words = "Đã gửi quá lâu chưa xong. Xem tin còn đúng không rồi bấm “Gửi tiếp”." if late else ""
        try:
            audience.check_not_over(row)
        except ActError as over:
            words = str(over)
        untold = row.chosen_at is None or BroadcastRecipient.objects.filter(broadcast=row.pk, result="").exists()
        if words and untold:
            writing.by_itself(row.pk, "Tự dừng", State.STOPPED, sources=(State.RUNNING,), now=now, note=words)


def start_due(*, now: dt.datetime) -> int:
    """Return how many approved ones whose hour has come were started."""
    due = Broadcast.objects.filter(state=State.APPROVED, scheduled_at__lte=now)
    started = 0
    for row in due.select_related("account", "agency", "author", "approver").order_by("pk"):
        try:
            started += writing.start(row, now=now)
        except Exception:
            log.exception("broadcast cannot start", broadcast=row.pk)
    return started


def _choose_all(row: Broadcast, *, now: dt.datetime, until: float) -> int:
    letters.choose(row)
    while row.way == Way.EACH and row.chosen_at is None and time.monotonic() < until:
        if not choose(row, now=now):
            break
    return 0


def _go_on(row: Broadcast, *, now: dt.datetime, until: float) -> int:
    if row.way != Way.EACH:
        articles.go_on(row, now=now)
        return 0
    dealt = 0
    while planning.quiet_until(row, now=now) is None and time.monotonic() < until:
        fed = feed(row, now=now)
        dealt += fed
        if fed < FEED:
            break
    close(row, now=now)
    return dealt


def choose(row: Broadcast, *, now: dt.datetime) -> bool:
    """Write down the next slice of whom it is for; False when somebody else did, or it no longer runs."""
    people = Contact.objects.filter(account=row.account_id, pk__gt=row.cursor).order_by("pk")
    bound = people.values_list("pk", flat=True)[SLICE - 1 : SLICE].first()
    chosen = audience.contacts(row, now=now).filter(pk__gt=row.cursor)
    chosen = chosen if bound is None else chosen.filter(pk__lte=bound)
    fields = {"broadcast_id": _number(row.pk), "contact_id": F("pk"), "result": Value("")}
    last = bound if bound is not None else max(row.cursor, people.values_list("pk", flat=True).last() or 0)
    with transaction.atomic():
        added = insert_select(BroadcastRecipient, fields, chosen)
        # What stood there before was an estimate of who wrote it.
        marks: dict[str, Any] = {"cursor": last, "recipients": F("recipients") + added if row.cursor else added}
        if bound is None:
            marks["chosen_at"] = now
        mine = Broadcast.objects.filter(pk=row.pk, cursor=row.cursor, chosen_at=None, state=State.RUNNING)
        if not mine.update(**marks):
            transaction.set_rollback(True)
            return False
    row.cursor, row.chosen_at = last, now if bound is None else None
    return True


def feed(row: Broadcast, *, now: dt.datetime) -> int:
    """Make the next messages, or say why not, person by person; return how many people were dealt with."""
    with transaction.atomic():
        others = _held(row, now)
        if row.pk not in others:
            return 0
        room = min(FEED, AHEAD - _queued(row))
        waiting = BroadcastRecipient.objects.filter(broadcast=row.pk, result="")
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[: max(0, room)])
        if not ids:
            return 0
        template = planning.usable_template(row, now=now)
        fate = planning.fate(row, template, now=now, contact="contact_id")
        # Asked once for everybody of the portion: it costs more than the messages.
        by_fate: dict[str, list[int]] = defaultdict(list)
        mine = waiting.filter(pk__gte=ids[0], pk__lte=ids[-1])
        for pk, found in mine.annotate(fate=fate).values_list("pk", "fate"):
            by_fate[found].append(pk)
        told: list[int] = []
        made = 0
        for way in planning.WAYS:
            if people := by_fate.pop(way, []):
                made += _make_messages(row, waiting.filter(pk__in=people), now, by_phone=way == planning.PHONE)
                told += people
        decided = _tell_rows(row, ids, now)
        for reason, people in by_fate.items():
            decided += waiting.filter(pk__in=people).update(result=reason, at=now)
        if made and not row.is_urgent:
            fellows = [each for each in others.values() if each.account_id == row.account_id and each.pk != row.pk]
            gathering.gather(row, [each for each in fellows if not each.is_urgent], told, now)
        if made:
            outbox.queued.send(sender=OutboxMessage)
    return decided


def _queued(row: Broadcast) -> int:
    """Return how many of its messages wait for the sender, of its own newest: those wait longest.

    What others made since stands between and is passed over, so that they do not hide what waits. By the index of
    broadcast and state every message that left since the table was vacuumed would be looked at.
    """
    newest = "SELECT broadcast_id, state FROM zalo_outboxmessage ORDER BY id DESC LIMIT %s"
    own = f"SELECT state FROM ({newest}) AS m WHERE m.broadcast_id = %s LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM ({own}) AS o WHERE o.state IN (%s, %s)",
            [LOOKED_AT, row.pk, 2 * AHEAD, Sending.QUEUED, Sending.WAITING],
        )
        return cursor.fetchone()[0]


def _held(row: Broadcast, now: dt.datetime) -> dict[int, Broadcast]:
    """Return what runs and must not move for this moment, locked.

    All of the account, so that two notices to one person become one message; and where a person gets only so many a
    week, those of every account: two of them that ask at once must not both find room for one.
    """
    mine = Q(account=row.account_id)
    if limits.weekly_cap(row, now=now) is not None:
        mine |= Q(category__in=limits.CAPPED)
    running = Broadcast.objects.filter(mine, state=State.RUNNING, way=Way.EACH).order_by("pk")
    return {each.pk: each for each in running.select_for_update(of=("self",)).select_related("account", "agency")}


def _make_messages(
    row: Broadcast, told: QuerySet[BroadcastRecipient], now: dt.datetime, *, by_phone: bool = False
) -> int:
    kind = messages.get(broadcast_words.kind_of(row))
    at, text = Value(now, DateTimeField()), Value("", TextField())
    fields: dict[str, Any] = {
        "account_id": _number(row.account_id),
        "agency_id": _number(row.agency_id),
        "broadcast_id": _number(row.pk),
        "contact_id": F("contact_id"),
        "subject": text,
        "kind": Value(kind.slug),
        "purpose": Value(str(kind.purpose)),
        "lane": Value(int(kind.lane), IntegerField()),
        "required": Value(False, BooleanField()),
        "order_key": text,
        "dedupe_key": gathering.key_of(row.pk, F("contact_id")),
        "payload": text,
        "state": Value(str(Sending.QUEUED)),
        "outcome": text,
        "route": text,
        "route_reason": text,
        "tried": Value([], JSONField()),
        "attempts": _number(0),
        "checks": _number(0),
        "next_at": at,
        "expires_at": Value(now + kind.life, DateTimeField()),
        "lease": text,
        "remote_id": text,
        "error": text,
        "price": _number(0),
        "happened_at": at,
        "created_at": at,
        "handled_note": text,
    }
    if by_phone:  # whose phone it is: the person's whose dossiers it opened
        fields["applicant_id"] = Subquery(planning.proved_by_phone("contact_id").values("applicant")[:1])
    return insert_select(OutboxMessage, fields, told.order_by("pk"))


def _tell_rows(row: Broadcast, ids: list[int], now: dt.datetime) -> int:
    """Lay each message that was made beside its person's row; return how many. One statement, on both databases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE zalo_broadcastrecipient AS r SET message_id = m.id, result = %s, at = %s "
            "FROM zalo_outboxmessage AS m WHERE r.broadcast_id = %s AND r.result = '' AND r.id >= %s AND r.id <= %s "
            "AND m.dedupe_key = %s || CAST(r.contact_id AS text)",
            [Result.TOLD, connection.ops.adapt_datetimefield_value(now), row.pk, ids[0], ids[-1], f"b{row.pk}:"],
        )
        return cursor.rowcount


def close(row: Broadcast, *, now: dt.datetime) -> bool:
    """Return whether everybody has been dealt with and nothing is under way; then it is done."""
    if row.chosen_at is None:
        return False
    if BroadcastRecipient.objects.filter(broadcast=row.pk, result="").exists():
        return False
    if OutboxMessage.objects.filter(broadcast=row.pk, state__in=OPEN).exists() or gathering.rides_with_others(row):
        return False
    if letters.waiting(row):
        return False
    return writing.by_itself(row.pk, "Gửi xong", State.DONE, sources=(State.RUNNING,), now=now, finished_at=now)


def insert_select(model, fields: dict, rows: QuerySet) -> int:
    """Insert what `rows` gives for `fields` in one statement; what is there already is left alone. Return how many."""
    try:
        sql, params = rows.values_list(*fields.values()).query.sql_with_params()
    except EmptyResultSet:  # nobody by construction: a notice for mailboxes alone
        return 0
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {sql} ON CONFLICT DO NOTHING", params)
        return cursor.rowcount


def _number(value: int | None) -> Value:
    return Value(value, IntegerField())
