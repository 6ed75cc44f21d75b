"""Phones and Zalo users Zalo said it cannot reach: remembered, so that it is not asked again for each message."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from zalo.models import Contact, OutboxMessage, PhoneWithoutZalo, Route
from zalo.models.contact import PHONE_PURPOSE

LIFE = dt.timedelta(days=30)
"""People install Zalo and come back to it: after a month it is asked again."""


@dataclass(frozen=True)
class PhonesWithoutZalo:
    """What is known of the phones of one batch: one query, when the first of them is asked about."""

    phones: tuple[str, ...] = field(default=(), repr=False)

    def why(self, phone: str, now: dt.datetime) -> str:
        """What Zalo said of the phone (E.164), "" when it may be tried."""
        if not self._known:
            return ""
        found = (self._known[digest] for digest in keyed_hashes(phone, PHONE_PURPOSE) if digest in self._known)
        return next((words for words, until in found if now < until), "")

    @cached_property
    def _known(self) -> dict[str, tuple[str, dt.datetime]]:
        digests = {digest for phone in set(self.phones) for digest in keyed_hashes(phone, PHONE_PURPOSE)}
        if not digests:
            return {}
        rows = PhoneWithoutZalo.objects.filter(phone_hash__in=digests)
        return {digest: (words, until) for digest, words, until in rows.values_list("phone_hash", "words", "until")}


def remember(message: OutboxMessage, words: str, code: int, *, now: dt.datetime) -> None:
    """Nobody asks Zalo for this person by this way within LIFE."""
    if message.route == Route.PHONE and message.phone:
        values = {"code": code, "words": words[:300], "until": now + LIFE}
        digest = keyed_hash(message.phone, PHONE_PURPOSE)
        PhoneWithoutZalo.objects.update_or_create(phone_hash=digest, defaults=values)
    elif message.contact_id:
        Contact.objects.filter(pk=message.contact_id).update(unreachable_until=now + LIFE)


def forget(phone: str) -> None:
    """The phone (E.164) was erased, or its holder is on Zalo after all."""
    PhoneWithoutZalo.objects.filter(phone_hash__in=keyed_hashes(phone, PHONE_PURPOSE)).delete()
