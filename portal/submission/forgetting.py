"""Erasing a person from filings: drafts that name them, and by what right somebody acted for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from dossiers.identity_numbers import InvalidNumber, normalise_personal_id, normalise_phone, normalise_tax_code
from portal.submission import drafts
from portal.submission.models import Filing, FilingDraft

READERS = {"phone": (normalise_phone,), "id_number": (normalise_personal_id, normalise_tax_code)}


@transaction.atomic
def forget(*, ids: Iterable[str], phones: Iterable[str], dossier_ids: Iterable[int]) -> Counter:
    """Erase unsent drafts that name one of these numbers, and mandates of finished dossiers; return how many.

    Every unsent draft is opened: they are few, and live a month.
    """
    done: Counter = Counter()
    wanted = {*ids, *phones}
    for draft in FilingDraft.objects.filter(receipt=None).iterator(chunk_size=200):
        if wanted & _numbers(drafts.typed(draft)):
            done["hồ sơ trực tuyến đang soạn"] += drafts.erase(draft)
    held = Filing.objects.filter(dossier__in=list(dossier_ids)).exclude(mandate="")
    done["giấy tờ nộp thay"] += held.update(mandate="")
    return done


def numbers_in_drafts() -> set[str]:
    """Return every number that an unsent draft holds, in its one spelling."""
    rows = FilingDraft.objects.filter(receipt=None).iterator(chunk_size=200)
    return {number for draft in rows for number in _numbers(drafts.typed(draft))}


def _numbers(typed: dict) -> set[str]:
    """Return every number a draft holds, in its one spelling."""
    found = set()
    for person in (typed.get("submitter", {}), typed.get("owner", {})):
        for name in ("id_number", "phone", "representative_id"):
            for reader in READERS["phone" if name == "phone" else "id_number"]:
                try:
                    found.add(reader(str(person.get(name, ""))))
                except InvalidNumber:
                    continue
    return found
