"""Wishes to be told about a commune: made, ended, counted. A wish is a consent of its own and ends with one word."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.core import signing
from django.db.models import QuerySet

from dossiers.kept import Kept
from dossiers.models import Agency
from dossiers.search_text import fold
from zalo.messages import consent
from zalo.models import AreaSubscription, ConsentRecord, Contact

Topic = AreaSubscription.Topic
MOST = 10
"""Communes one person may ask for, per topic: a household, a field, the parents' home."""
PAGE_SALT = "area-wishes-page"
PAGE_SECONDS = 24 * 3600
_IN_NAME = re.compile(r"\b((?:xã|phường|đặc khu|thị trấn)\s+\S.*)$", re.IGNORECASE)
_KIND = re.compile(r"^(?:xa|phuong|dac khu|thi tran) ")


class TooManyAreas(Exception):
    """The person asks for MOST communes already."""


def communes() -> dict[str, str]:
    """Return the communes agencies are named after: folded name without its kind → as written."""
    return _communes.get()


def add(contact: Contact, topic: str, area: str, *, how: str, now: dt.datetime) -> bool:
    """Note the wish; return False when it stands already. `area` is a key of communes(). Raises TooManyAreas."""
    open_ones = contact.areas.filter(topic=topic, ended_at=None)
    if open_ones.filter(area=area).exists():
        return False
    if open_ones.count() >= MOST:
        raise TooManyAreas
    said = {"area_name": communes()[area], "at": now, "how": how[:120]}
    _wish, made = AreaSubscription.objects.get_or_create(
        contact=contact, topic=topic, area=area, ended_at=None, defaults=said
    )
    if not made:
        return False  # the button was pressed twice
    # Whoever stopped everything before and asks anew now says yes to just this.
    consent.record(ConsentRecord.Purpose.AREA, True, how=how, now=now, contact=contact)
    return True


def end(contact: Contact, *, now: dt.datetime, topic: str | None = None, area: str | None = None) -> int:
    """End the person's wishes, all or of one topic or commune; return how many there were."""
    rows = contact.areas.filter(ended_at=None)
    rows = rows.filter(topic=topic) if topic else rows
    rows = rows.filter(area=area) if area else rows
    return rows.update(ended_at=now)


def of(contact: Contact) -> list[AreaSubscription]:
    """Return the wishes in force, newest first."""
    return list(contact.areas.filter(ended_at=None)[: 2 * MOST])


def page_key(contact: Contact) -> str:
    """Return what opens the page of this person's wishes for a day; it is sent in the person's own chat alone."""
    return signing.dumps(contact.pk, salt=PAGE_SALT)


def contact_of(key: str) -> Contact | None:
    """Return whom the key was sent to; None when it is forged or too old, or the person left."""
    try:
        pk = signing.loads(key, salt=PAGE_SALT, max_age=PAGE_SECONDS)
    except signing.BadSignature:
        return None
    return Contact.objects.filter(pk=pk, erased_at=None, is_follower=True).first()


def wanting(topic: str, areas: Iterable[str]) -> QuerySet[Contact]:
    """Return who is to be told: a wish in force, following still, not erased."""
    wishes = AreaSubscription.objects.filter(topic=topic, area__in=list(areas), ended_at=None)
    return Contact.objects.filter(pk__in=wishes.values("contact"), erased_at=None, is_follower=True)


def asked_for(areas: Iterable[str], topic: str | None = None) -> list[tuple[int, str]]:
    """Return (account, folded area) for every area somebody is to be told about; of any topic when none is named."""
    rows = AreaSubscription.objects.filter(
        area__in=list(areas), ended_at=None, contact__erased_at=None, contact__is_follower=True
    )
    rows = rows.filter(topic=topic) if topic else rows
    return list(rows.values_list("contact__account", "area").order_by("area").distinct())


def of_agencies(agency_ids: Iterable[int]) -> set[str]:
    """Return the keys of the communes these agencies are named after."""
    names = Agency.objects.filter(pk__in=list(agency_ids)).values_list("name", flat=True)
    return {key for name in names if (key := key_of(name))}


def key_of(agency_name: str) -> str:
    """Return the key of the commune an agency is named after, "" for none."""
    return _commune_of(agency_name)[0]


def _read_communes() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in Agency.objects.filter(active=True).values_list("name", flat=True)[:5000]:
        key, written = _commune_of(name)
        if key:
            found.setdefault(key, written)
    return found


def _commune_of(name: str) -> tuple[str, str]:
    match = _IN_NAME.search(name)
    written = match[1].split(" tỉnh ")[0].strip() if match else ""
    return _KIND.sub("", fold(written))[:80], written[:80]


_communes = Kept(_read_communes, 60)
