"""Figures of the Zalo channel: people who follow, where they live, messages by outcome, how fast, SMS saved."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet, Sum

from dossiers.models import Agency
from feedback.figures.periods import Period
from portal.reporting import tariff
from portal.reporting.models import FollowDay, MessageDay
from portal.reporting.provinces import called
from portal.reporting.scope import Scope
from zalo.messages import registry
from zalo.models import Account, AccountAgency, Outcome
from zalo.outbox import ledger
from zalo.outbox.ended import ABOUT_DOSSIERS, BY_ZALO, REACHED

SPEEDS = (
    ("in_ten_seconds", "trong 10 giây"),
    ("in_a_minute", "trong 1 phút"),
    ("in_ten_minutes", "trong 10 phút"),
    ("in_an_hour", "trong 1 giờ"),
    ("slower", "lâu hơn 1 giờ"),
)
UNKNOWN = "không rõ"


def shares(counts: list[int]) -> list[int]:
    """Return whole per cents that add up to 100: rounded down, what is left goes to the largest remainders in turn.

    All zero for nothing.
    """
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    found = [100 * count // whole for count in counts]
    by_rest = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % whole), place))
    for place in by_rest[: 100 - sum(found)]:
        found[place] += 1
    return found


@dataclass(frozen=True, slots=True)
class Home:
    """People of one province among those who began to follow; `share` in whole per cents."""

    name: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Follows:
    """Who began and ceased to follow; `homes` by province, the unknown last."""

    gained: int
    lost: int
    homes: tuple[Home, ...]
    unplaced: int  # came by no agency's QR

    @property
    def net(self) -> int:
        return self.gained - self.lost

    @property
    def known(self) -> int:
        return sum(home.count for home in self.homes if home.name != UNKNOWN)


@dataclass(slots=True)
class Messages:
    """Messages of a group by outcome; only what Zalo took counts as told."""

    by_outcome: Counter[str] = field(default_factory=Counter)
    told: int = 0  # by Zalo
    price: int = 0
    to: dict[str, str] = field(default_factory=dict)  # from what became of them (zalo.outbox.ended) to their rows

    @property
    def all(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def otherwise(self) -> int:
        """By e-mail or telephone."""
        return sum(self.by_outcome[name] for name in REACHED) - self.told

    @property
    def rest(self) -> int:
        """Folded into another, withdrawn, or about somebody who left no address: all is told, otherwise … and these."""
        return self.all - self.told - self.otherwise - self.by_outcome[Outcome.REFUSED] - self.untold

    @property
    def untold(self) -> int:
        return sum(self.by_outcome[name] for name in ledger.UNTOLD)


@dataclass(frozen=True, slots=True)
class Saving:
    """What SMS would have cost, by price: (from, to, đồng, messages, source); net of what Zalo took."""

    lines: tuple[tuple[dt.date, dt.date, int, int, str], ...]
    paid: int
    without_price: int  # messages on days no tariff covers

    @property
    def gross(self) -> int:
        return sum(price * count for _, _, price, count, _ in self.lines)

    @property
    def net(self) -> int:
        return self.gross - self.paid


def follow_rows(scope: Scope, period: Period) -> QuerySet[FollowDay]:
    """Return the follows that count for the scope: by the QR of its agencies, and unplaced ones of accounts it keeps
    or that speak for no other agency. Three queries at most."""
    rows = FollowDay.objects.order_by().filter(day__range=(period.first, period.last))
    if scope.inside is None:
        return rows
    own = list(accounts_of(scope.inside, period))
    return rows.filter(Q(agency__in=scope.inside) | Q(agency=None, account__in=own))


def accounts_of(inside: frozenset[int], period: Period) -> set[int]:
    """Return the accounts kept by these agencies, or that spoke in the period for nobody else."""
    kept = set(Account.objects.filter(keeper__in=inside).values_list("pk", flat=True))
    served: dict[int, set[int]] = defaultdict(set)
    rows = AccountAgency.objects.filter(valid_from__lte=period.last)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=period.first))
    for account, agency in rows.values_list("account_id", "agency_id"):
        served[account].add(agency)
    return kept | {account for account, agencies in served.items() if agencies <= inside}


def follows(scope: Scope, period: Period) -> Follows:
    """Return the people who began and ceased to follow in the period."""
    rows = follow_rows(scope, period).values_list("province", "agency").annotate(Sum("gained"), Sum("lost"))
    homes: Counter[str] = Counter()
    lost = unplaced = 0
    for province, agency, came, went in rows:
        homes[province] += came
        lost += went
        unplaced += came if agency is None else 0
    return Follows(sum(homes.values()), lost, _homes(homes), unplaced)


def _homes(counts: Counter[str]) -> tuple[Home, ...]:
    named = sorted(
        ((name, count) for name, count in counts.items() if count), key=lambda each: (not each[0], -each[1], each[0])
    )
    parts = shares([count for _, count in named])
    return tuple(
        Home(called(name) if name else UNKNOWN, count, share) for (name, count), share in zip(named, parts, strict=True)
    )


def grouped(homes: tuple[Home, ...], named: int) -> tuple[Home, ...]:
    """Return the first `named` provinces, the others as one line, the unknown as theirs; shares add up to 100."""
    known = [home for home in homes if home.name != UNKNOWN]
    rows = [(home.name, home.count) for home in known[:named]]
    if known[named:]:
        rows.append(("tỉnh khác", sum(home.count for home in known[named:])))
    rows += [(home.name, home.count) for home in homes if home.name == UNKNOWN]
    parts = shares([count for _, count in rows])
    return tuple(Home(name, count, share) for (name, count), share in zip(rows, parts, strict=True))


def message_rows(scope: Scope, period: Period) -> QuerySet[MessageDay]:
    """Return the messages of the scope's agencies."""
    rows = MessageDay.objects.order_by().filter(day__range=(period.first, period.last))
    return rows if scope.inside is None else rows.filter(agency__in=scope.inside)


def messages(rows: QuerySet[MessageDay]) -> dict[str, Messages]:
    """Return the messages by kind. One query."""
    found: dict[str, Messages] = defaultdict(Messages)
    for kind, route, outcome, times, price in rows.values_list("kind", "route", "outcome").annotate(
        Sum("times"), Sum("price")
    ):
        one = found[kind]
        one.by_outcome[outcome] += times
        one.price += price or 0
        if outcome in REACHED and route in BY_ZALO:
            one.told += times
    return dict(found)


def added(several) -> Messages:
    """Return the sum of several groups."""
    total = Messages()
    for one in several:
        total.by_outcome.update(one.by_outcome)
        total.told += one.told
        total.price += one.price
    return total


def about_dossiers(rows: QuerySet[MessageDay]) -> QuerySet[MessageDay]:
    """Return the messages about dossiers: steps, requests, letters, results."""
    return rows.filter(kind__startswith=ABOUT_DOSSIERS)


def called_kind(slug: str) -> str:
    """Return what a kind of message is called."""
    titles = {kind.slug: kind.title for kind in registry.all_kinds()}
    return titles.get(slug, "Trong hội thoại" if slug.startswith("chat.") else slug)


def is_in_ledger(slug: str) -> bool:
    """Return whether the ledger lists messages of the kind: what is said in a chat stands there, a notice apart."""
    return slug in {kind.slug for kind in registry.all_kinds()} and not slug.startswith(("chat.", "broadcast"))


def speed(rows: QuerySet[MessageDay]) -> list[tuple[str, int, int]]:
    """Return (words, messages, share of all) by time from the event to Zalo's yes. One query."""
    found = rows.filter(outcome__in=REACHED, route__in=BY_ZALO).aggregate(**{name: Sum(name) for name, _ in SPEEDS})
    counts = [found[name] or 0 for name, _ in SPEEDS]
    return [(words, count, share) for (_, words), count, share in zip(SPEEDS, counts, shares(counts), strict=True)]


def saving(rows: QuerySet[MessageDay], period: Period) -> Saving:
    """Return what the messages Zalo took would have cost as SMS, by the price of their day. Two queries."""
    by_day: Counter[dt.date] = Counter()
    paid = 0
    told = rows.filter(outcome__in=REACHED, route__in=BY_ZALO)
    for day, times, price in told.values_list("day").annotate(Sum("times"), Sum("price")):
        by_day[day] += times
        paid += price or 0
    lines = []
    for first, last, price, source in tariff.spans(period.first, period.last):
        count = sum(times for day, times in by_day.items() if first <= day <= last)
        lines.append((first, last, price, count, source))
    return Saving(tuple(lines), paid, sum(by_day.values()) - sum(line[3] for line in lines))


def by_agency(scope: Scope, period: Period) -> list[tuple[Agency, Messages]]:
    """Return the messages about dossiers by agency, most first. Two queries."""
    found: dict[int, Messages] = defaultdict(Messages)
    rows = about_dossiers(message_rows(scope, period)).exclude(agency=None)
    for agency, route, outcome, times in rows.values_list("agency", "route", "outcome").annotate(Sum("times")):
        one = found[scope.heir_of(agency)]
        one.by_outcome[outcome] += times
        if outcome in REACHED and route in BY_ZALO:
            one.told += times
    named = Agency.objects.in_bulk(found)
    return sorted(((named[pk], one) for pk, one in found.items() if pk in named), key=lambda each: -each[1].all)
