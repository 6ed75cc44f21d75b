"""The editor's first figures: messages a day told and not told, follows, what is left to send, over seven days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse

from dossiers.deadlines.working_time import ZONE
from zalo.admin.access import accounts_of, agency_ids
from zalo.models import FollowRecord, OutboxMessage
from zalo.outbox import ledger
from zalo.people import belonging

DAYS = 7
NEEDED = ("zalo.view_outboxmessage", "zalo.view_account")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the channel: messages told, messages nobody could be told, new follows."""

    date: dt.date
    told: int
    untold: int
    follows: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account may still send by template today; None when Zalo has not been asked."""

    name: str
    left: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class ChannelWeek:
    """What the first page of an editor shows."""

    days: list[Day]
    quotas: list[Quota]
    ledger: str
    untold: str
    health: str


def week_of(user, now: dt.datetime) -> ChannelWeek | None:
    """Return the last seven days of the user's channel; None for who does not watch it. Four queries."""
    if not all(user.has_perm(name) for name in NEEDED):
        return None
    quotas = [Quota(row.name, row.template_quota_left, row.template_quota) for row in accounts_of(user)[:5]]
    if not quotas:
        return None
    last = now.astimezone(ZONE).date()
    dates = [last - dt.timedelta(days=n) for n in range(DAYS)]
    start = dt.datetime.combine(dates[-1], dt.time.min, ZONE)
    ended = OutboxMessage.objects.filter(agency__in=agency_ids(user), finished_at__gte=start, required=True)
    told: Counter[dt.date] = Counter()
    untold: Counter[dt.date] = Counter()
    counted = ended.annotate(day=TruncDate("finished_at", tzinfo=ZONE)).order_by().values_list("day")
    for day, good, bad in counted.annotate(
        good=Count("pk", filter=Q(outcome__in=ledger.TOLD)), bad=Count("pk", filter=Q(outcome__in=ledger.UNTOLD))
    ):
        told[day], untold[day] = good, bad
    rows = belonging.follows_of(user).filter(at__gte=start, change=FollowRecord.Change.FOLLOW)
    by_day = rows.annotate(day=TruncDate("at", tzinfo=ZONE)).order_by().values_list("day").annotate(n=Count("pk"))
    follows = Counter(dict(by_day))
    return ChannelWeek(
        days=[Day(day, told[day], untold[day], follows[day]) for day in dates],
        quotas=quotas,
        ledger=reverse("admin:zalo_outboxmessage_changelist"),
        untold=reverse("admin:zalo_outboxmessage_changelist") + "?muc=loi",
        health=reverse("admin:zalo_health"),
    )
