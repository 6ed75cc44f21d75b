"""Claimed rows are planned: their facts are read with a handful of queries, each gets a route, or waits, or ends."""

import datetime as dt
import math
import time
import uuid
from collections.abc import Mapping
from typing import cast

import structlog

from zalo.health import breaker
from zalo.messages import broadcast_words, consent
from zalo.messages import registry as messages
from zalo.models import Account, AccountAgency, OutboxMessage, Outcome, Route, RouteStop, State, TemplateUse
from zalo.outbox import claims, folding, no_zalo, routes
from zalo.outbox.claims import Accepted
from zalo.outbox.dispatch import PlannedMessage, Result

log = structlog.get_logger(__name__)


class Register:
    """What changes seldom: silent hosts, stops, template uses, service dates. Read once a second, or when told to."""

    LIFE = 1.0  # seconds another process's news may take to be heard

    stops: dict[tuple[int | None, str], RouteStop]
    uses: dict[tuple[int | None, str], TemplateUse]
    services: dict[tuple[int | None, int | None], AccountAgency]

    def __init__(self, accounts: Mapping[int, Account]):
        self.accounts = cast("Mapping[int | None, Account]", accounts)
        self._silent: dict[int, RouteStop] = {}
        self.forget()

    def forget(self) -> None:
        """Read everything again at the next claim."""
        self._read_at = -math.inf

    def fresh(self, now: dt.datetime) -> "Register":
        """Itself, no older than LIFE."""
        if time.monotonic() - self._read_at > self.LIFE:
            self.down = breaker.down_hosts(now=now)
            stops = RouteStop.objects.filter(account__in=self.accounts, until__gt=now)
            self.stops = {(pk, stop.route): stop for pk, stop in self._silent.items()}
            self.stops |= {(stop.account_id, stop.route): stop for stop in stops}
            uses = TemplateUse.objects.filter(account__in=self.accounts, enabled=True).select_related("template")
            self.uses = {(use.account_id, use.kind): use for use in uses}
            services = AccountAgency.objects.filter(account__in=self.accounts).order_by("valid_from")
            self.services = {(service.account_id, service.agency_id): service for service in services}
            self.in_doubt = OutboxMessage.objects.filter(state=State.UNCERTAIN).exists()
            self._read_at = time.monotonic()
        return self

    def stop(self, account_id: int, words: str, until: dt.datetime) -> None:
        """The account cannot send by Zalo at the moment, and no other process needs to know."""
        self._silent[account_id] = RouteStop(account_id=account_id, route=RouteStop.ANY, until=until, words=words)

    def split(self) -> tuple[list[Account], list[Account]]:
        """The accounts that may send by Zalo, and those something stops altogether."""
        shut = {pk for pk in self.accounts if (pk, RouteStop.ANY) in self.stops}
        both = self.accounts.items()
        return [row for pk, row in both if pk not in shut], [row for pk, row in both if pk in shut]


def plan(rows: list[OutboxMessage], register: Register, *, now: dt.datetime) -> list[PlannedMessage]:
    """The claimed rows that may go now, taken under a lease; the others were postponed or ended."""
    if not rows:
        return []
    rows = folding.fold(rows, now=now)
    for row in rows:
        if row.broadcast is not None:
            row.payload = broadcast_words.completed(row, row.broadcast)
    doubted = folding.tell_doubts(rows) if register.in_doubt else {}
    facts = _facts(rows, register, doubted)
    batch: list[PlannedMessage] = []
    chosen: dict[tuple[str, str], list[OutboxMessage]] = {}
    for row in rows:
        try:
            kind = messages.get(row.kind)
            decision = routes.choose(row, kind, facts, now)
        except KeyError:
            claims.end(row, State.FAILED, Outcome.FAILED, f"Loại tin {row.kind} không còn được khai báo.", now=now)
            continue
        except Exception:  # one unreadable row (a lost key, a broken template) must not stop the others
            log.exception("message cannot be prepared", message=row.pk)
            claims.end(row, State.FAILED, Outcome.FAILED, "Không đọc được nội dung tin; báo bộ phận kỹ thuật.", now=now)
            continue
        if isinstance(decision, routes.Hold):
            claims.postpone(row, decision.until, decision.reason, code=decision.code)
        elif isinstance(decision, routes.End):
            claims.end(row, decision.state, decision.outcome, decision.reason, now=now)
        else:
            chosen.setdefault((decision.route, decision.reason), []).append(row)
            service = register.services.get((row.account_id, row.agency_id))
            account = register.accounts[row.account_id]
            batch.append(PlannedMessage(row, decision, account.pk, account.app_id, service=service))
    lease = uuid.uuid4().hex
    for (route, reason), going in chosen.items():
        # A template by phone is stamped when it leaves (zalo.outbox.in_flight): nothing else can be known of it later.
        at = None if route == Route.PHONE else now
        claims.take(going, lease, route=route, reason=reason, requested_at=at, now=now)
    return batch


def accepted(result: Result) -> Accepted:
    """The row's columns from Zalo's answer; the price is the template's, zero for a free reply."""
    planned, sent = result.planned, result.sent
    if sent is None:
        raise ValueError("not sent")
    template = planned.plan.template
    price = (template.price_phone if planned.plan.route == Route.PHONE else template.price_uid) if template else 0
    return Accepted(
        planned.message,
        sent.message_id,
        result.requested_at,
        sent.sent_at or result.answered_at,
        price or 0,
        template.pk if template else None,
    )


def _facts(rows: list[OutboxMessage], register: Register, doubted: Mapping[int, set[str]]) -> routes.Facts:
    people = [row.contact_id for row in rows if row.contact_id]
    phones = [row.phone for row in rows if row.phone]
    return routes.Facts(
        accounts=register.accounts,
        consents=consent.read(people, phones),
        uses=register.uses,
        stops=register.stops,
        services=register.services,
        down=register.down,
        no_zalo=no_zalo.PhonesWithoutZalo(tuple(phones)),
        doubted=doubted,
    )
