"""Whom a backup brought back although they were erased after it: found by the hashes the journal of erasures keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dossiers.models import Applicant
from dossiers.privacy import erasure_journal
from feedback.models import Case
from portal.submission import forgetting
from zalo.models import Contact


def numbers_again(wanted: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Return (kind, number) of everybody noted who stands in the data; "id" and "phone" are the kinds.

    Every number is unsealed and compared: nobody asks this but who has brought back a backup.
    """
    if not (wanted.get("id") or wanted.get("phone")):
        return set()
    return {
        (kind, number)
        for kind, number in _numbers()
        if number and erasure_journal.is_among(number, wanted.get(kind, set()))
    }


def _numbers() -> Iterator[tuple[str, str]]:
    for person in Applicant.objects.filter(erased_at=None).only("id_number", "phone").iterator(chunk_size=2000):
        yield "id", person.id_number
        yield "phone", person.phone
    for rows in (Case.objects, Contact.objects.filter(erased_at=None)):
        for row in rows.only("phone").iterator(chunk_size=2000):
            yield "phone", row.phone
    for number in forgetting.numbers_in_drafts():
        yield "id", number
        yield "phone", number
