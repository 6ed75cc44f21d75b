"""May this person be messaged for this purpose: the newest recorded yes or no decides.

With no record: following the OA or linking a dossier is itself an act of choice, so Zalo users may be messaged until
they say no; a bare phone number may be messaged only when the account works on the basis of a public task.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from dossiers.sealing import keyed_hash, keyed_hashes
from zalo.models import Account, ConsentRecord, Contact
from zalo.models.contact import PHONE_PURPOSE

Purpose = ConsentRecord.Purpose


@dataclass(frozen=True)
class Consents:
    """Decisions of the people of one batch, read with at most two queries."""

    by_contact: dict[tuple[int, str], bool] = field(default_factory=dict)
    by_phone: dict[tuple[str, str], bool] = field(default_factory=dict)

    def of_contact(self, contact: Contact, purpose: str) -> bool:
        """False once the person said no to this purpose, or asked to be erased."""
        return contact.erased_at is None and self.by_contact.get((contact.pk, purpose), True)

    def of_phone(self, phone: str, purpose: str, account: Account) -> bool:
        """True with a recorded yes, or without any record when the account relies on its public task."""
        for digest in keyed_hashes(phone, PHONE_PURPOSE):
            if (digest, purpose) in self.by_phone:
                return self.by_phone[digest, purpose]
        return purpose == Purpose.DOSSIER and account.phone_basis == Account.PhoneBasis.PUBLIC_TASK

    def phone_refused(self, phone: str, purpose: str) -> bool:
        """True when there is a recorded no."""
        return any(self.by_phone.get((digest, purpose)) is False for digest in keyed_hashes(phone, PHONE_PURPOSE))


def read(contact_ids: Iterable[int], phones: Iterable[str]) -> Consents:
    """The decisions of these people; phones in E.164."""
    contacts, digests = set(contact_ids), {d for phone in set(phones) for d in keyed_hashes(phone, PHONE_PURPOSE)}
    found = Consents()
    if contacts:
        rows = ConsentRecord.objects.filter(contact__in=contacts).order_by("pk")
        for contact_id, purpose, granted in rows.values_list("contact_id", "purpose", "granted"):
            found.by_contact[contact_id, purpose] = granted
    if digests:
        rows = ConsentRecord.objects.filter(phone_hash__in=digests).exclude(phone_hash="").order_by("pk")
        for digest, purpose, granted in rows.values_list("phone_hash", "purpose", "granted"):
            found.by_phone[digest, purpose] = granted
    return found


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
