"""Reading from Zalo what it shows about people we may answer: name and picture, for staff who talk with them."""

import datetime as dt

import structlog
from asgiref.sync import async_to_sync
from django.utils import timezone

from zalo.account import tokens
from zalo.api.answers import Profile
from zalo.api.client import ZaloClient
from zalo.api.errors import Host, Refused, ZaloError
from zalo.health import breaker
from zalo.models import Contact
from zalo.people import followers

log = structlog.get_logger(__name__)
AT_ONCE = 20


def read_due(*, now: dt.datetime | None = None, limit: int = AT_ONCE) -> int:
    """How many profiles were read; a person Zalo tells nothing about is not asked for again for a month."""
    now, done = now or timezone.now(), 0
    if Host.OA in breaker.down_hosts(now=now):
        return done
    for contact in followers.without_profile(now=now, limit=limit):
        try:
            profile = async_to_sync(_ask)(tokens.current(contact.account, now=now), contact.user_id)
        except Refused as error:
            log.info("profile refused", contact=contact.pk, code=error.code)
            Contact.objects.filter(pk=contact.pk).update(profile_at=now)
        except ZaloError as error:
            log.warning("profile not read", contact=contact.pk, error=type(error).__name__)
            break
        else:
            followers.remember_profile(contact, profile, now=now)
            done += 1
    return done


async def _ask(token: str, user_id: str) -> Profile:
    async with ZaloClient(concurrency=1) as zalo:
        return await zalo.profile(token, user_id)
