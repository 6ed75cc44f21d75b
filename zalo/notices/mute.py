"""Agencies on the channel that no account speaks for: said aloud, and what waited goes out once there is one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from dossiers.models import Agency
from zalo.account import agencies_served
from zalo.health import incidents
from zalo.models import Incident, OutboxMessage, Outcome, State
from zalo.outbox import rows as outbox
from zalo.people import referrals

SUBJECT = "no-channel"


def on_channel(day: dt.date) -> list[Agency]:
    """Return the active agencies switched on for the channel that day."""
    stages = (Agency.Rollout.PILOT, Agency.Rollout.LIVE)
    rows = Agency.objects.filter(active=True, rollout__in=stages, rollout_from__lte=day)
    return list(rows.filter(Q(rollout_to=None) | Q(rollout_to__gte=day)).order_by("code"))


def agencies(day: dt.date) -> list[Agency]:
    """Return those of them nobody speaks for."""
    found = on_channel(day)
    heard = agencies_served.with_account([agency.pk for agency in found], day)
    return [agency for agency in found if agency.pk not in heard]


def report(agency: Agency, *, now: dt.datetime) -> None:
    """Open the incident of a mute agency, once: it stands until there is an account.

    Called inside the counter's transaction. Counting one more would lock the line until the commit, and the acts of all
    colleagues of the agency would wait for one another.
    """
    if Incident.objects.filter(agency=agency, subject=SUBJECT, closed_at=None).exists():
        return
    words = f"{agency.name} đã dùng kênh nhưng chưa gắn vào Official Account nào; người dân chưa được báo tin."
    advice = "Mở Official Account, mục “Cơ quan dùng kênh”, thêm cơ quan này; tin đang chờ sẽ được gửi."
    # No letter from here: zalo.notices.untold_letters writes one each morning.
    incidents.report(None, SUBJECT, words, advice, now=now, agency_id=agency.pk)


def look(*, now: dt.datetime) -> int:
    """How many waiting lines went to an account that has come; incidents of mute agencies are opened and closed."""
    silent = {agency.pk: agency for agency in agencies(timezone.localdate(now))}
    for agency in silent.values():
        report(agency, now=now)
    for pk in Incident.objects.filter(subject=SUBJECT, closed_at=None).values_list("agency_id", flat=True):
        if pk not in silent:
            incidents.settle(None, SUBJECT, now=now, agency_id=pk)
    return _give_back(set(silent), now)


def _give_back(silent: set[int], now: dt.datetime) -> int:
    waiting = OutboxMessage.objects.filter(account=None, outcome=Outcome.NO_CHANNEL, handled_at=None, required=True)
    waiting = waiting.filter(Q(expires_at=None) | Q(expires_at__gt=now)).exclude(agency__in=silent)
    given = 0
    for row in waiting.select_related("agency").order_by("pk")[:5000]:
        account = referrals.account_for(row.agency, timezone.localdate(now)) if row.agency else None
        if account is None:
            continue
        given += OutboxMessage.objects.filter(pk=row.pk, account=None).update(
            account=account, state=State.QUEUED, outcome="", route_reason="", finished_at=None, next_at=now
        )
    if given:
        outbox.queued.send(sender=OutboxMessage)
    return given
