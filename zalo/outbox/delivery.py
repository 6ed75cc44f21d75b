"""Draining the outbox: claim a few, send them concurrently over one pooled session, record, claim again.

The event loop runs beside the database thread (`async_to_sync` gives the loop a thread of its own and runs
`sync_to_async` work in the caller's), so while requests are in the air the next rows are claimed. Each round claims the
most urgent lane first and bulk only into part of the connections, so a broadcast of any size never delays a dossier.
"""

import datetime as dt
import sys
import time
from dataclasses import dataclass

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zalo.account import tokens
from zalo.api.client import ZaloClient
from zalo.api.errors import Host, NotSent, OutcomeUnknown, ZaloError
from zalo.health import breaker, incidents, rate_limit
from zalo.models import Account, Broadcast, Incident, Lane, OutboxMessage, Route, RouteStop, UploadedFile
from zalo.outbox import attachments, claims, consequences, preparation, routes
from zalo.outbox.dispatch import Deferred, Dispatcher, PlannedMessage, Result
from zalo.outbox.in_flight import BULK_SHARE, InFlight
from zalo.outbox.routes import HOST_OF

log = structlog.get_logger(__name__)

BUDGET = dt.timedelta(seconds=40)
RECORD_AT = 32  # results recorded together
RECORD_WITHIN = 0.1  # seconds a result waits at most
TURN = 0.0005  # seconds
TICK = 0.02  # seconds between looks at results
AHEAD = 6  # rows claimed per connection: the database works while requests are in the air
LANES = tuple(Lane.values)
BEAT = 5.0  # seconds between two renewals of the leases held
STOP_LOOK = 0.5  # seconds between looks at broadcasts that were stopped while their messages wait here
STOPS_REMEMBERED = dt.timedelta(hours=1)
SHUT_AT_ONCE = 50  # rows of silent or stopped accounts looked at in one claim
AGAIN = dt.timedelta(minutes=1)  # before an account without a token is asked for one again
UPLOAD_LIFE = dt.timedelta(days=6)  # Zalo forgets a file after 7 days


@dataclass
class Tally:
    """What one drain did; `more` when it stopped with work left."""

    claimed: int = 0
    accepted: int = 0
    failed: int = 0
    more: bool = False


def drain(*, now: dt.datetime | None = None, lanes: tuple[int, ...] = LANES, budget: dt.timedelta = BUDGET) -> Tally:
    """Send what is due until nothing is left or the budget is spent. Any number may run at once, on any machine."""
    sender = _Drain(now or timezone.now(), lanes, budget)
    if sender.load_accounts():
        # Two threads share the interpreter: the default 5 ms turn would make every socket call wait for the database.
        turn = sys.getswitchinterval()
        sys.setswitchinterval(TURN)
        try:
            async_to_sync(sender.run)()
        finally:
            sys.setswitchinterval(turn)
    return sender.tally


class _Drain:
    def __init__(self, now: dt.datetime, lanes: tuple[int, ...], budget: dt.timedelta):
        self._start, self._clock = now, time.monotonic()
        self._lanes, self._budget = lanes, budget.total_seconds()
        self._concurrency = settings.ZALO_CONCURRENCY
        self._window = AHEAD * self._concurrency
        self._flight: InFlight
        self._recorded_at = self._beaten_at = self._looked_at = 0.0
        self._found = self._paced = False  # the last claim found rows; it was cut short by the sending pace
        self._down: set[str] = set()
        self._troubled: set[tuple[int, str]] = set()
        self.accounts: dict[int, Account] = {}
        self.tokens: dict[int, str] = {}
        self._register = preparation.Register(self.accounts)
        self.tally = Tally()

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=time.monotonic() - self._clock)

    def _spent(self) -> bool:
        return time.monotonic() - self._clock > self._budget

    # --- Database side

    def load_accounts(self) -> bool:
        """True when there is an account; a token near its end is refreshed here, before the loop starts.

        One without a token still writes e-mails and fills the call list.
        """
        for account in Account.objects.filter(is_active=True):
            self.accounts[account.pk] = account
            if not account.access_token:
                self._register.stop(account.pk, tokens.TokenUnavailable.words, self.now() + AGAIN)
                continue
            try:
                self.tokens[account.pk] = tokens.current(account, now=self.now())
            except ZaloError as error:
                log.warning("account without a token", account=account.pk, error=str(error))
                self._register.stop(account.pk, error.words, self.now() + AGAIN)
        self._troubled = set(
            Incident.objects.filter(closed_at=None, subject__startswith="route:").values_list("account_id", "subject")
        )
        return bool(self.accounts)

    def _claim(self) -> list[PlannedMessage]:
        now = self.now()
        register = self._register.fresh(now)
        self._down.clear()
        self._down.update(register.down)
        free = self._window - len(self._flight)
        accounts, shut = register.split()
        if Host.OA in self._down:
            accounts, shut = [], [*accounts, *shut]
        own_until = time.monotonic() + claims.LEASE.total_seconds()
        with transaction.atomic():
            messages = self._claim_lanes(accounts, free, now) if accounts else []
            if shut and len(messages) < free:
                messages += self._claim_shut(shut, now)
            batch = preparation.plan(messages, register, now=now)
        self._flight.hold(batch, own_until)
        self.tally.claimed += len(messages)
        self._found = bool(messages)
        self._attach_files(batch, now)
        self._book(batch, now)
        return [planned for planned in batch if planned.not_before >= 0]

    def _claim_lanes(self, accounts: list[Account], free: int, now: dt.datetime) -> list[OutboxMessage]:
        """As many rows as connections and the pace allow; bulk gets what others leave, and less far ahead."""
        apps = {account.app_id for account in accounts}
        room = {app_id: rate_limit.room(app_id, now=now, most=free) for app_id in apps}
        for_bulk = max(rate_limit.room(app_id, now=now, most=free, horizon=rate_limit.BULK_HORIZON) for app_id in apps)
        limit = max(room.values())
        bulk = min(for_bulk, int(self._window * BULK_SHARE) - self._flight.bulk)
        most = {lane: bulk if lane == Lane.BULK else limit for lane in self._lanes}
        ids = [account.pk for account in accounts if room[account.app_id] > 0]
        claimed = claims.claim(ids, most=most, limit=limit, now=now)
        # Cut short by the pace: more may be waiting, so the drain looks again in a moment.
        if min(limit, for_bulk) < free and len(claimed) >= min(limit, for_bulk):
            self._paced = claims.any_due(self._lanes, now=now, besides=claimed)
        return claimed

    def _claim_shut(self, accounts: list[Account], now: dt.datetime) -> list[OutboxMessage]:
        """What waits for Zalo too long already: it may go by another way, or its hour is over."""
        most = dict.fromkeys(self._lanes, SHUT_AT_ONCE)
        before = now - routes.PATIENCE
        return claims.claim([row.pk for row in accounts], most=most, limit=SHUT_AT_ONCE, now=now, before=before)

    def _beat(self) -> None:
        """Tell that this sender lives, once in a while: what it holds stays its own."""
        if time.monotonic() - self._beaten_at < BEAT:
            return
        self._beaten_at = time.monotonic()
        if self._flight.leases:
            claims.renew(self._flight.leases, now=self.now())
            self._flight.renewed(self._beaten_at + claims.LEASE.total_seconds())

    def _look_for_stops(self) -> None:
        """What has not left of a broadcast somebody stopped stays here."""
        self._looked_at = time.monotonic()
        rows = Broadcast.objects.filter(state_changed_at__gt=self.now() - STOPS_REMEMBERED)
        states = (Broadcast.State.STOPPED, Broadcast.State.CANCELLED)
        self._flight.stopped = set(rows.filter(state__in=states).values_list("pk", flat=True))

    def _attach_files(self, batch: list[PlannedMessage], now: dt.datetime) -> None:
        for planned in batch:
            name = planned.message.content.get("attachment")
            if not name or planned.plan.route not in (Route.REPLY, Route.EMAIL):
                continue
            # Made outside the claiming transaction: a PDF takes a while and may fail without harm to the others.
            self._beat()
            file = attachments.make(name, planned.message.event_id)
            if file is None:
                claims.next_route(planned.message, "Không có tệp để gửi.", code=None, opt_out=False, now=now)
                planned.not_before = -1
                continue
            known = UploadedFile.objects.filter(
                account=planned.account_id, source=file.source, uploaded_at__gt=now - UPLOAD_LIFE
            )
            planned.file, planned.handle = file, known.values_list("handle", flat=True).first() or ""

    def _book(self, batch: list[PlannedMessage], now: dt.datetime) -> None:
        by_app: dict[str, list[PlannedMessage]] = {}
        for planned in batch:
            if planned.plan.route in HOST_OF and planned.not_before >= 0:
                by_app.setdefault(planned.app_id, []).append(planned)
        for app_id, mine in by_app.items():
            first, step = rate_limit.book(app_id, len(mine), now=now)
            for position, planned in enumerate(mine):
                planned.not_before = first + position * step

    def _stamp(self, batch: list[PlannedMessage]) -> set[int]:
        return claims.stamp([planned.message for planned in batch], now=self.now())

    def _record(self, results: list[Result]) -> None:
        now = self.now()
        good = [result for result in results if result.sent is not None]
        with transaction.atomic():
            self.tally.accepted += claims.record_accepted([preparation.accepted(result) for result in good])
            for result in results:
                if result.sent is None:
                    consequences.apply(result, now=now)
                    self._register.forget()  # it may have stopped a route, a template or the account
                    self.tally.failed += 1
            self._remember(good, now)
        self._feel(results, now)

    def _remember(self, good: list[Result], now: dt.datetime) -> None:
        for result in good:
            planned = result.planned
            if result.uploaded and planned.file:
                UploadedFile.objects.update_or_create(
                    account_id=planned.account_id,
                    source=planned.file.source,
                    defaults={"handle": result.uploaded, "uploaded_at": now},
                )
            for subject in (f"route:{planned.plan.gate}", f"route:{RouteStop.ANY}"):
                if (planned.account_id, subject) in self._troubled:
                    self._troubled.discard((planned.account_id, subject))
                    incidents.settle(planned.account_id, subject, now=now)
        told = [(r.planned.account_id, r.sent.quota) for r in good if r.sent and r.sent.quota]
        quotas = {account_id: quota for account_id, quota in told if quota.kind == "template"}
        for account_id, quota in quotas.items():
            Account.objects.filter(pk=account_id).update(template_quota=quota.total, template_quota_left=quota.remain)

    def _feel(self, results: list[Result], now: dt.datetime) -> None:
        """Tell the breaker, once per host and batch."""
        felt = [r for r in results if r.planned.plan.route in HOST_OF and not isinstance(r.error, Deferred)]
        for host in {HOST_OF[r.planned.plan.route] for r in felt}:
            mine = [r.error for r in felt if HOST_OF[r.planned.plan.route] == host]
            bad = [error for error in mine if error is not None and consequences.is_transport_failure(error)]
            if len(bad) < len(mine):
                breaker.succeeded(host)
            elif breaker.failed(host, len(bad), bad[-1].words, now=now):
                self._down.add(host)
                self._register.forget()
                log.error("zalo host stopped answering", host=str(host))

    # --- Network side

    async def run(self) -> None:
        """Claim, send and record until there is nothing left to do."""
        claim, stamp = sync_to_async(self._claim), sync_to_async(self._stamp)
        record, beat = sync_to_async(self._record), sync_to_async(self._beat)
        look_for_stops = sync_to_async(self._look_for_stops)
        async with ZaloClient() as zalo:
            await self._probe(zalo)
            dispatcher = Dispatcher(zalo, self.tokens, sync_to_async(self._renew), self.now)
            self._flight = InFlight(dispatcher, concurrency=self._concurrency, silent=self._down)
            look = True
            while look or len(self._flight) or self._flight.results:
                if look and not self._spent() and len(self._flight) <= self._window * 3 // 4:
                    self._found = self._paced = False
                    self._flight.add(await claim())
                    look = self._found or self._paced
                if self._flight.to_stamp:
                    batch = self._flight.take_to_stamp()
                    self._flight.stamped(batch, await stamp(batch))
                if time.monotonic() - self._beaten_at > BEAT:
                    await beat()
                if self._flight.of_broadcasts and time.monotonic() - self._looked_at > STOP_LOOK:
                    await look_for_stops()
                if len(self._flight) or self._paced:
                    await self._flight.wait(TICK)
                if self._flight.results and self._due_to_record():
                    await record(self._flight.take_results())
                    self._recorded_at, look = time.monotonic(), True
                if self._spent() and not len(self._flight) and not self._flight.results:
                    break
        self.tally.more = look

    def _due_to_record(self) -> bool:
        waited = time.monotonic() - self._recorded_at > RECORD_WITHIN
        return not len(self._flight) or len(self._flight.results) >= RECORD_AT or waited

    def _renew(self, account_id: int, rejected: str) -> str:
        return tokens.refresh(account_id, rejected=rejected, now=self.now())

    async def _probe(self, zalo: ZaloClient) -> None:
        """A harmless read on each silent host whose pause is over; only one process gets to do it."""
        token = next(iter(self.tokens.values()), "")
        if not token:
            return
        for host in await sync_to_async(breaker.down_hosts)(now=self.now()):
            if not await sync_to_async(breaker.take_probe)(host, now=self.now()):
                continue
            try:
                await (zalo.account_profile(token) if host == Host.OA else zalo.template_quota(token))
                alive = True
            except (NotSent, OutcomeUnknown):
                alive = False
            except ZaloError:
                alive = True
            await sync_to_async(breaker.probed)(host, alive=alive, now=self.now())
