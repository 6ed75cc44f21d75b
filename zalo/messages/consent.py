"""May this person be messaged for this purpose: the newest recorded yes or no decides.

With no record: following the OA or linking a dossier is itself an act of choice, so Zalo users may be messaged until
they say no; a bare phone number may be messaged only when the account works on the basis of a public task.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from zalo.models import Account, ConsentRecord, Contact
from zalo.models.contact import PHONE_PURPOSE

Purpose = ConsentRecord.Purpose


@dataclass(frozen=True)
class Consents:
    """Decisions of the people of one batch: one query for Zalo users, one for phones when the first phone is asked."""

    by_contact: dict[tuple[int, str], bool] = field(default_factory=dict)
    phones: tuple[str, ...] = field(default=(), repr=False)

    def of_contact(self, contact: Contact, purpose: str) -> bool:
        """False once the person said no to this purpose, or asked to be erased."""
        return contact.erased_at is None and self.by_contact.get((contact.pk, purpose), True)

    def of_phone(self, phone: str, purpose: str, account: Account) -> bool:
        """True with a recorded yes, or without any record when the account relies on its public task."""
        recorded = self._recorded(phone, purpose)
        if recorded is not None:
            return recorded
        return purpose == Purpose.DOSSIER and account.phone_basis == Account.PhoneBasis.PUBLIC_TASK

    def phone_refused(self, phone: str, purpose: str) -> bool:
        """True when there is a recorded no."""
        return self._recorded(phone, purpose) is False

    def _recorded(self, phone: str, purpose: str) -> bool | None:
        found = (
            self.by_phone[key] for d in keyed_hashes(phone, PHONE_PURPOSE) if (key := (d, purpose)) in self.by_phone
        )
        return next(found, None)

    @cached_property
    def by_phone(self) -> dict[tuple[str, str], bool]:
        """(keyed hash, purpose) → the newest decision."""
        digests = {digest for phone in set(self.phones) for digest in keyed_hashes(phone, PHONE_PURPOSE)}
        if not digests:
            return {}
        rows = ConsentRecord.objects.filter(phone_hash__in=digests).exclude(phone_hash="").order_by("pk")
        return {(digest, purpose): yes for digest, purpose, yes in rows.values_list("phone_hash", "purpose", "granted")}


def read(contact_ids: Iterable[int], phones: Iterable[str]) -> Consents:
    """The decisions of these people; phones in E.164, as applicants keep them."""
    contacts = set(contact_ids)
    rows = (
        ConsentRecord.objects.filter(contact__in=contacts).order_by("pk") if contacts else ConsentRecord.objects.none()
    )
    decisions = {
        (person, purpose): yes for person, purpose, yes in rows.values_list("contact_id", "purpose", "granted")
    }
    return Consents(decisions, tuple(phones))


def record(
    purpose: str,
    granted: bool,
    *,
    how: str,
    now: dt.datetime,
    contact: Contact | None = None,
    phone: str = "",
    by=None,
    wording=None,
) -> ConsentRecord:
    """Append a decision of a Zalo user, a phone (E.164), or both."""
    return ConsentRecord.objects.create(
        contact=contact,
        phone_hash=keyed_hash(phone, PHONE_PURPOSE) if phone else "",
        purpose=purpose,
        granted=granted,
        at=now,
        how=how[:120],
        recorded_by=by,
        wording=wording,
    )


def withdraw_all(contact: Contact, *, how: str, now: dt.datetime) -> None:
    """The person wants nothing more ("dừng", "huỷ quan tâm tin"): a no to every purpose."""
    for purpose in Purpose.values:
        record(purpose, False, how=how, now=now, contact=contact)
