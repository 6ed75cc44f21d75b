"""What Zalo says about each account, and the state of the channel for the health desk."""

import datetime as dt
from collections.abc import Iterable

import structlog
from asgiref.sync import async_to_sync
from django.db.models import Count, Min, Q
from django.utils import timezone

from zalo.account import tokens
from zalo.api.answers import AccountProfile, TemplateQuota
from zalo.api.client import ZaloClient
from zalo.api.errors import Refused, ZaloError
from zalo.health import endings, incidents
from zalo.models import Account, Breaker, Incident, OutboxMessage
from zalo.models.outbox import OPEN

log = structlog.get_logger(__name__)
SUBJECT = "check"


def check(account: Account, *, now: dt.datetime | None = None) -> None:
    """Read the OA's profile, template allowance and quality into the row. Raises ZaloError."""
    now = now or timezone.now()
    profile, quota, quality = async_to_sync(_ask)(tokens.current(account, now=now))
    values = {
        "is_verified": profile.is_verified,
        "package": profile.package[:80],
        "package_until": _day(profile.package_until),
        "zbs_linked": profile.zbs_linked,
        "follower_count": profile.followers,
        "checked_at": now,
    }
    if quota:
        values |= {"template_quota": quota.daily, "template_quota_left": quota.remaining}
    if quality:
        values["quality"] = quality[:20]
    Account.objects.filter(pk=account.pk).update(**values)
    incidents.settle(account.pk, SUBJECT, now=now)


def check_all(*, now: dt.datetime | None = None) -> None:
    """Check every connected account; a failure becomes an incident."""
    now = now or timezone.now()
    for account in Account.objects.filter(is_active=True).exclude(grant=Account.Grant.MISSING):
        try:
            check(account, now=now)
        except ZaloError as error:
            incidents.report(account.pk, SUBJECT, error.words, error.advice, now=now, code=error.code)
    endings.look(now=now)


async def _ask(token: str) -> tuple[AccountProfile, TemplateQuota | None, str]:
    async with ZaloClient(concurrency=1) as zalo:
        profile = await zalo.account_profile(token)
        try:
            return profile, await zalo.template_quota(token), await zalo.quality(token)
        except Refused as error:  # an OA without templates is healthy all the same
            log.info("no template figures", code=error.code)
            return profile, None, ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


def overview(
    *, now: dt.datetime | None = None, account_ids: Iterable[int] | None = None, agency_ids: Iterable[int] = ()
) -> dict:
    """The channel at a glance: backlog by lane and state with its age, breakers, open incidents. Four queries.

    `account_ids` narrows it to these accounts, with the incidents of `agency_ids`; None means all of them.
    """
    now = now or timezone.now()
    accounts = Account.objects.all() if account_ids is None else Account.objects.filter(pk__in=account_ids)
    backlog = OutboxMessage.objects.filter(state__in=OPEN)
    incidents = Incident.objects.filter(closed_at=None)
    if account_ids is not None:
        ours = Q(account__in=account_ids) | Q(account=None, agency__in=list(agency_ids))
        backlog, incidents = backlog.filter(account__in=account_ids), incidents.filter(ours)
    backlog = backlog.values("lane", "state")
    backlog = backlog.annotate(count=Count("id"), oldest=Min("created_at")).order_by("lane", "state")
    return {
        "backlog": [row | {"age": now - row["oldest"]} for row in backlog],
        "breakers": list(Breaker.objects.all()),
        "incidents": list(incidents.select_related("account", "agency").order_by("-last_at")[:50]),
        "accounts": list(accounts.filter(is_active=True)),
    }
